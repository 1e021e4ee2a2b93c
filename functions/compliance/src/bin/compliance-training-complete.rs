//! `POST /api/v1/compliance/training/{training_id}/complete`.

fn main() {
    compliance::api::compliance::training::complete::serve();
}
