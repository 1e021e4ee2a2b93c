//! Rules of identity: passwords, throttling, sessions and keys. Pure functions: no AWS, no clock, no environment.

pub mod der;
pub mod hash;
pub mod password;
pub mod session;
pub mod throttle;
