//! `POST /api/v1/compliance/violations/{violation_id}/acknowledge`.

fn main() {
    compliance::api::compliance::violations::acknowledge::serve();
}
