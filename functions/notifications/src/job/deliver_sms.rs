//! `notifications-job-deliver-sms`: sends text messages, from their own queue. Publishes `notification.sent` and
//! `notification.failed`.

use lambda::{
    FromShell, InitError, Shell,
    queue::{self, Handler},
};

use crate::app::{channel::sms::Sms, delivery_worker};

/// The function's name.
const FUNCTION: &str = "notifications-job-deliver-sms";

/// The handler.
///
/// # Errors
/// Names what is missing from the environment.
pub fn build(shell: &Shell) -> Result<Handler, InitError> {
    delivery_worker::worker(FUNCTION, shell, Sms::from_shell(shell)?, None)
}

/// Runs the function.
pub fn serve() {
    queue::serve(FUNCTION, build);
}
