//! `POST /api/v1/compliance/policies`.

fn main() {
    compliance::api::compliance_policies_create::serve();
}
