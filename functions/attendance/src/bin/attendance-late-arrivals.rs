//! `GET /api/v1/attendance/{employee_id}/late-arrivals`.

fn main() {
    attendance::api::attendance::late_arrivals::serve();
}
