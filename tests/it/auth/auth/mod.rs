//! Endpoints below `/auth`.

pub(crate) mod password;
pub(crate) mod sessions;

automod::dir!(pub(crate) "it/auth/auth");
