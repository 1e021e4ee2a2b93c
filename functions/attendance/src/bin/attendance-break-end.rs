//! `POST /api/v1/attendance/break-end`.

fn main() {
    attendance::api::attendance::break_end::serve();
}
