//! Endpoints below `/api/v1/employees/compensation`.

automod::dir!(pub "src/api/employees/compensation");
