//! `notifications-job-deliver-email`: sends e-mails, from their own queue. Publishes `notification.sent` and
//! `notification.failed`.

use lambda::{
    InitError, Shell,
    queue::{self, Handler},
};

use crate::{
    channel::email::Email,
    sender::{self, Secrets},
};

/// The function's name.
const FUNCTION: &str = "notifications-job-deliver-email";

/// The handler.
///
/// # Errors
/// Names what is missing from the environment.
pub fn build(shell: &Shell) -> Result<Handler, InitError> {
    sender::worker(FUNCTION, shell, Email::load(shell)?, Some(Secrets::load(shell)?))
}

/// Runs the function.
pub fn serve() {
    queue::serve(FUNCTION, build);
}
