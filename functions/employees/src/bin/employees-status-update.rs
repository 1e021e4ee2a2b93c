//! `PUT /api/v1/employees/{employee_id}/status`.

fn main() {
    employees::api::employees_status_update::serve();
}
