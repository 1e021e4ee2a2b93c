//! `GET /api/v1/employees`.

fn main() {
    employees::api::employees::list::serve();
}
