//! `POST /api/v1/attendance/break-start`.

fn main() {
    attendance::api::attendance::break_start::serve();
}
