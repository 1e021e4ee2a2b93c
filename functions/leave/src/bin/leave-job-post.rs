//! The function `leave-job-post`.

fn main() {
    leave::job::post::serve();
}
