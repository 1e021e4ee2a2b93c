//! Endpoints below `/auth/sessions`.

automod::dir!(pub(crate) "it/auth/auth/sessions");
