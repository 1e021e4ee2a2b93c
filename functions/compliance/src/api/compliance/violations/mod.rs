//! Endpoints below `/api/v1/compliance/violations`.

automod::dir!(pub "src/api/compliance/violations");
