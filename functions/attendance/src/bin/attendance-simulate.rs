//! `POST /api/v1/attendance/simulate`.

fn main() {
    attendance::api::attendance::simulate::serve();
}
