//! `DELETE /api/v1/departments/{department_id}`.

fn main() {
    employees::api::departments_delete::serve();
}
