//! `GET /api/v1/attendance/absenteeism`.

fn main() {
    attendance::api::attendance_absenteeism::serve();
}
