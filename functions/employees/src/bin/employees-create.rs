//! `POST /api/v1/employees`.

fn main() {
    employees::api::employees::create::serve();
}
