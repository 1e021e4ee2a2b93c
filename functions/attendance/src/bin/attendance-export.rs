//! `GET /api/v1/attendance/export`.

fn main() {
    attendance::api::attendance::export::serve();
}
