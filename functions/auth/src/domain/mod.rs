//! The rules of identity: passwords, throttling, tokens, sessions, keys. Pure: no AWS, no clock, no environment.

pub mod der;
pub mod hash;
pub mod password;
pub mod session;
pub mod throttle;
