//! `PUT /api/v1/employees/{employee_id}/compensation`.

fn main() {
    employees::api::employees::compensation::update::serve();
}
