//! Endpoints below `/compliance/training`.

automod::dir!(pub(crate) "it/compliance/compliance/training");
