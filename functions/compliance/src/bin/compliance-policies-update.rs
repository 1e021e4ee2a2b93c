//! `PUT /api/v1/compliance/policies/{policy_id}`.

fn main() {
    compliance::api::compliance::policies::update::serve();
}
