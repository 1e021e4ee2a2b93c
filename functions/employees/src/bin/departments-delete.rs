//! `DELETE /api/v1/departments/{department_id}`.

fn main() {
    employees::api::departments::delete::serve();
}
