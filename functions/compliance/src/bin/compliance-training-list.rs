//! `GET /api/v1/compliance/training`.

fn main() {
    compliance::api::compliance::training::list::serve();
}
