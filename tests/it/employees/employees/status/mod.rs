//! Endpoints below `/employees/status`.

automod::dir!(pub(crate) "it/employees/employees/status");
