//! `POST /api/v1/compliance/validate`.

fn main() {
    compliance::api::compliance::validate::serve();
}
