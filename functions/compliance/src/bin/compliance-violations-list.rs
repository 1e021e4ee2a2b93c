//! `GET /api/v1/compliance/violations`.

fn main() {
    compliance::api::compliance::violations::list::serve();
}
