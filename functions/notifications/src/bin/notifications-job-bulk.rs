//! The function `notifications-job-bulk`.

fn main() {
    notifications::job::bulk::serve();
}
