//! `PUT /api/v1/employees/{employee_id}/compensation`.

fn main() {
    employees::api::employees_compensation_update::serve();
}
