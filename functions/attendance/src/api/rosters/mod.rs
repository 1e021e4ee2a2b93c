//! Endpoints below `/api/v1/rosters`.

automod::dir!(pub "src/api/rosters");
