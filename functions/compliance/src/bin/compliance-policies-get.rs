//! `GET /api/v1/compliance/policies/{policy_id}`.

fn main() {
    compliance::api::compliance::policies::get::serve();
}
