//! `PUT /api/v1/employees/{employee_id}/roles`.

fn main() {
    employees::api::employees::roles::update::serve();
}
