//! Endpoints below `/.well-known`.

automod::dir!(pub "src/api/well_known");
