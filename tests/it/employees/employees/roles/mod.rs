//! Endpoints below `/employees/roles`.

automod::dir!(pub(crate) "it/employees/employees/roles");
