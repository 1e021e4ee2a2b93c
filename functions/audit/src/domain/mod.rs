//! Audit records, their canonical form, the Merkle tree, seals and their verification.
//!
//! Pure functions without AWS, clock, id generation or environment. `muster verify-audit` runs the same code.

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
