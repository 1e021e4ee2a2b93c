//! Jobs of the service.

automod::dir!(pub(crate) "it/employees/job");
