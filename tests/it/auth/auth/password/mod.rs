//! Endpoints below `/auth/password`.

automod::dir!(pub(crate) "it/auth/auth/password");
