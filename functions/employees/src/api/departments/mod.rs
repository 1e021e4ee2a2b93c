//! Endpoints below `/api/v1/departments`.

automod::dir!(pub "src/api/departments");
