//! `POST /api/v1/compliance/validate`.

fn main() {
    compliance::api::compliance_validate::serve();
}
