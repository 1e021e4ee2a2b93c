//! `GET /api/v1/attendance/runs/{run_id}`.

fn main() {
    attendance::api::attendance::runs::get::serve();
}
