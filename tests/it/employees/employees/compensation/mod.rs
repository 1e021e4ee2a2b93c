//! Endpoints below `/employees/compensation`.

automod::dir!(pub(crate) "it/employees/employees/compensation");
