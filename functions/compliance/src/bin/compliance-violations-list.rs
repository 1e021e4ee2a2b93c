//! `GET /api/v1/compliance/violations`.

fn main() {
    compliance::api::compliance_violations_list::serve();
}
