//! Endpoints below `/compliance/policies`.

automod::dir!(pub(crate) "it/compliance/compliance/policies");
