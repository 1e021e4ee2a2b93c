//! `POST /api/v1/attendance/break-end`.

fn main() {
    attendance::api::attendance_break_end::serve();
}
