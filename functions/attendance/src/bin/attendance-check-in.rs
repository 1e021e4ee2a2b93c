//! `POST /api/v1/attendance/check-in`.

fn main() {
    attendance::api::attendance::check_in::serve();
}
