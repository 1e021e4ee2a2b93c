//! Endpoints below `/employees`.

pub(crate) mod compensation;
pub(crate) mod roles;
pub(crate) mod status;

automod::dir!(pub(crate) "it/employees/employees");
