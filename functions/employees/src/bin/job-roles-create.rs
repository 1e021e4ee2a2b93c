//! `POST /api/v1/job-roles`.

fn main() {
    employees::api::job_roles::create::serve();
}
