//! The function `audit-job-seal`.

fn main() {
    audit::job::seal::serve();
}
