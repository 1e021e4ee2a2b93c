//! `POST /api/v1/attendance/punches`.

fn main() {
    attendance::api::attendance::punches::create::serve();
}
