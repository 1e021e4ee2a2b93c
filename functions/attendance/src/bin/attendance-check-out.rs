//! `POST /api/v1/attendance/check-out`.

fn main() {
    attendance::api::attendance_check_out::serve();
}
