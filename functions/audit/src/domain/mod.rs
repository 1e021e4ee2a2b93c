//! The audit trail's model and mathematics: records, their canonical form, the Merkle tree, seals, verification.
//!
//! Pure: no AWS, no clock, no ids made, no environment. The operator's command verifies with this very code.

pub mod canonical;
pub mod csv;
pub mod hash;
pub mod hour;
pub mod merkle;
pub mod packing;
pub mod query;
pub mod record;
pub mod seal;
pub mod verify;
