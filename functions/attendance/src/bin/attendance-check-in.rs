//! `POST /api/v1/attendance/check-in`.

fn main() {
    attendance::api::attendance_check_in::serve();
}
