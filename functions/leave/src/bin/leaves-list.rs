//! `GET /api/v1/leaves`.

fn main() {
    leave::api::leaves::list::serve();
}
