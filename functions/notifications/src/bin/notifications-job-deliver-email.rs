//! The function `notifications-job-deliver-email`.

fn main() {
    notifications::job::deliver_email::serve();
}
