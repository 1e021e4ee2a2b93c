//! Endpoints below `/departments`.

automod::dir!(pub(crate) "it/employees/departments");
