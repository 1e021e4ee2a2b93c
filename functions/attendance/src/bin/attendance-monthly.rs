//! `GET /api/v1/attendance/{employee_id}/monthly`.

fn main() {
    attendance::api::attendance::monthly::serve();
}
