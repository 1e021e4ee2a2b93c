//! `POST /api/v1/attendance/check-out`.

fn main() {
    attendance::api::attendance::check_out::serve();
}
