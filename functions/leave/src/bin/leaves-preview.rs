//! `POST /api/v1/leaves/preview`.

fn main() {
    leave::api::leaves_preview::serve();
}
