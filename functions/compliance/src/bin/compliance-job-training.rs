//! The function `compliance-job-training`.

fn main() {
    compliance::job::training::serve();
}
