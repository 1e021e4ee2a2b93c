//! `POST /api/v1/leaves`.

fn main() {
    leave::api::leaves::create::serve();
}
