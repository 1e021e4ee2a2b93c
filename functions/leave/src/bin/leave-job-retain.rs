//! The function `leave-job-retain`.

fn main() {
    leave::job::retain::serve();
}
