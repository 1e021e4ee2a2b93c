//! `notifications-job-deliver-sms`: sends text messages, from their own queue. Publishes `notification.sent` and
//! `notification.failed`.

use lambda::{
    InitError, Shell,
    queue::{self, Handler},
};

use crate::{channel::sms::Sms, sender};

/// The function's name.
const FUNCTION: &str = "notifications-job-deliver-sms";

/// The handler.
///
/// # Errors
/// Names what is missing from the environment.
pub fn build(shell: &Shell) -> Result<Handler, InitError> {
    sender::worker(FUNCTION, shell, Sms::load(shell)?, None)
}

/// Runs the function.
pub fn serve() {
    queue::serve(FUNCTION, build);
}
