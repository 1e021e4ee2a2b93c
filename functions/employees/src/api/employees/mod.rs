//! Endpoints below `/api/v1/employees`.

pub mod compensation;
pub mod roles;
pub mod status;

automod::dir!(pub "src/api/employees");
