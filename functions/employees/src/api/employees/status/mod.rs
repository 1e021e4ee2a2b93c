//! Endpoints below `/api/v1/employees/status`.

automod::dir!(pub "src/api/employees/status");
