//! Endpoints below `/job-roles`.

automod::dir!(pub(crate) "it/employees/job_roles");
