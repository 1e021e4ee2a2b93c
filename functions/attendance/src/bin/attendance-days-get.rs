//! `GET /api/v1/attendance/{employee_id}/days/{date}`.

fn main() {
    attendance::api::attendance::days::get::serve();
}
