//! `GET /api/v1/attendance/runs`.

fn main() {
    attendance::api::attendance_runs_list::serve();
}
