//! `POST /api/v1/compliance/violations/{violation_id}/acknowledge`.

fn main() {
    compliance::api::compliance_violations_acknowledge::serve();
}
