//! Endpoints below `/api/v1/auth`.

pub mod password;
pub mod sessions;

automod::dir!(pub "src/api/auth");
