//! Endpoints below `/api/v1/job-roles`.

automod::dir!(pub "src/api/job_roles");
