//! Endpoints below `/well-known`.

automod::dir!(pub(crate) "it/auth/well_known");
