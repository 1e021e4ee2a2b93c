//! Endpoints below `/api/v1/leaves/credits`.

automod::dir!(pub "src/api/leaves/credits");
