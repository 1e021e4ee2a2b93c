//! `POST /api/v1/departments`.

fn main() {
    employees::api::departments_create::serve();
}
