//! `POST /api/v1/departments`.

fn main() {
    employees::api::departments::create::serve();
}
