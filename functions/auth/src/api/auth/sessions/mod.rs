//! Endpoints below `/api/v1/auth/sessions`.

automod::dir!(pub "src/api/auth/sessions");
