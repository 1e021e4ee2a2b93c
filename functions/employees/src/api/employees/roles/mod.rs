//! Endpoints below `/api/v1/employees/roles`.

automod::dir!(pub "src/api/employees/roles");
