//! `GET /api/v1/attendance/absenteeism`.

fn main() {
    attendance::api::attendance::absenteeism::serve();
}
