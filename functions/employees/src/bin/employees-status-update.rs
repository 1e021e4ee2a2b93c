//! `PUT /api/v1/employees/{employee_id}/status`.

fn main() {
    employees::api::employees::status::update::serve();
}
