//! The function `notifications-job-digest`.

fn main() {
    notifications::job::digest::serve();
}
