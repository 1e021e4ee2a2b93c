//! `POST /api/v1/leaves/preview`.

fn main() {
    leave::api::leaves::preview::serve();
}
