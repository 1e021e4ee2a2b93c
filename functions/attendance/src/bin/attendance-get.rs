//! `GET /api/v1/attendance/{employee_id}`.

fn main() {
    attendance::api::attendance::get::serve();
}
