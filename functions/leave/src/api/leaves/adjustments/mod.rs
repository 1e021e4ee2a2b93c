//! Endpoints below `/api/v1/leaves/adjustments`.

automod::dir!(pub "src/api/leaves/adjustments");
