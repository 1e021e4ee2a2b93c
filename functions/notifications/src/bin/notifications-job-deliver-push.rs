//! The function `notifications-job-deliver-push`.

fn main() {
    notifications::job::deliver_push::serve();
}
