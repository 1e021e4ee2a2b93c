//! `GET /api/v1/attendance/{employee_id}/overtime`.

fn main() {
    attendance::api::attendance::overtime::serve();
}
