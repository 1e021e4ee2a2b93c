//! `PUT /api/v1/employees/{employee_id}/roles`.

fn main() {
    employees::api::employees_roles_update::serve();
}
