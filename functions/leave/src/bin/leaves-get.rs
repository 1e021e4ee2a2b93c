//! `GET /api/v1/leaves/{id}`.

fn main() {
    leave::api::leaves::get::serve();
}
