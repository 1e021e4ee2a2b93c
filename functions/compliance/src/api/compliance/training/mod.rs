//! Endpoints below `/api/v1/compliance/training`.

automod::dir!(pub "src/api/compliance/training");
