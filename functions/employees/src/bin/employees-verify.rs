//! `GET /api/v1/employees/{employee_id}/verify`.

fn main() {
    employees::api::employees::verify::serve();
}
