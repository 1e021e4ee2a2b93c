//! The function `notifications-job-due`.

fn main() {
    notifications::job::due::serve();
}
