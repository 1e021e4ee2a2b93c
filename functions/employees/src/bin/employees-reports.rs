//! `GET /api/v1/employees/{employee_id}/reports`.

fn main() {
    employees::api::employees::reports::serve();
}
