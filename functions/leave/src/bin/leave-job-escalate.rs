//! The function `leave-job-escalate`.

fn main() {
    leave::job::escalate::serve();
}
