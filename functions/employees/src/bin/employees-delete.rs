//! `DELETE /api/v1/employees/{employee_id}`.

fn main() {
    employees::api::employees::delete::serve();
}
