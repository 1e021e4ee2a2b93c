//! The function `leave-job-accrue`.

fn main() {
    leave::job::accrue::serve();
}
