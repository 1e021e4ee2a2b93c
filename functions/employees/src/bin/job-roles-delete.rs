//! `DELETE /api/v1/job-roles/{job_role_id}`.

fn main() {
    employees::api::job_roles::delete::serve();
}
