//! `POST /api/v1/compliance/training/{training_id}/complete`.

fn main() {
    compliance::api::compliance_training_complete::serve();
}
