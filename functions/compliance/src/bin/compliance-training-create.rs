//! `POST /api/v1/compliance/training`.

fn main() {
    compliance::api::compliance::training::create::serve();
}
