//! `POST /api/v1/attendance/import`.

fn main() {
    attendance::api::attendance::import::serve();
}
