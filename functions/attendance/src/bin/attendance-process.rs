//! `POST /api/v1/attendance/process`.

fn main() {
    attendance::api::attendance::process::serve();
}
