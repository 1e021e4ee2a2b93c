//! Endpoints below `/api/v1/sites`.

automod::dir!(pub "src/api/sites");
