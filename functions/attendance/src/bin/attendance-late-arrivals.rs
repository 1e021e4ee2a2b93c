//! `GET /api/v1/attendance/{employee_id}/late-arrivals`.

fn main() {
    attendance::api::attendance_late_arrivals::serve();
}
