//! `notifications-job-deliver-email`: sends e-mails, from their own queue. Publishes `notification.sent` and
//! `notification.failed`.

use lambda::{
    FromShell, InitError, Shell,
    queue::{self, Handler},
};

use crate::app::{
    channel::email::Email,
    delivery_worker::{self, Secrets},
};

/// The function's name.
const FUNCTION: &str = "notifications-job-deliver-email";

/// The handler.
///
/// # Errors
/// Names what is missing from the environment.
pub fn build(shell: &Shell) -> Result<Handler, InitError> {
    delivery_worker::worker(FUNCTION, shell, Email::from_shell(shell)?, Some(Secrets::from_shell(shell)?))
}

/// Runs the function.
pub fn serve() {
    queue::serve(FUNCTION, build);
}
