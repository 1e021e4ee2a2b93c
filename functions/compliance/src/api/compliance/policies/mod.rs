//! Endpoints below `/api/v1/compliance/policies`.

automod::dir!(pub "src/api/compliance/policies");
