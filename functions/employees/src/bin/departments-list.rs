//! `GET /api/v1/departments`.

fn main() {
    employees::api::departments::list::serve();
}
