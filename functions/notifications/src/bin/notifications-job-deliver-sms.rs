//! The function `notifications-job-deliver-sms`.

fn main() {
    notifications::job::deliver_sms::serve();
}
