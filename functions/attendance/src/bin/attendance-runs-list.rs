//! `GET /api/v1/attendance/runs`.

fn main() {
    attendance::api::attendance::runs::list::serve();
}
