//! Seals every hour that is over, and archives its records.

fn main() {
    audit::job::seal::serve();
}
