//! `POST /api/v1/attendance/break-start`.

fn main() {
    attendance::api::attendance_break_start::serve();
}
