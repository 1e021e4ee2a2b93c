//! Endpoints below `/api/v1/auth/password`.

automod::dir!(pub "src/api/auth/password");
