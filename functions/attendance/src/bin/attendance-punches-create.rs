//! `POST /api/v1/attendance/punches`.

fn main() {
    attendance::api::attendance_punches_create::serve();
}
