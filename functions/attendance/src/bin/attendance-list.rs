//! `GET /api/v1/attendance`.

fn main() {
    attendance::api::attendance::list::serve();
}
