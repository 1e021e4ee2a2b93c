//! `POST /api/v1/compliance/training`.

fn main() {
    compliance::api::compliance_training_create::serve();
}
