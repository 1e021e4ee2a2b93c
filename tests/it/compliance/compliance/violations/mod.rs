//! Endpoints below `/compliance/violations`.

automod::dir!(pub(crate) "it/compliance/compliance/violations");
