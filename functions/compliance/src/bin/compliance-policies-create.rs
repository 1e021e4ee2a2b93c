//! `POST /api/v1/compliance/policies`.

fn main() {
    compliance::api::compliance::policies::create::serve();
}
