//! The ways out of the house: e-mail by SES, text messages by SNS, the browser by Web Push.
//!
//! A provider is asked once and within a bounded time. What came of it is one of four: it took the message, it never will, it
//! did not take it this time, or nobody knows. Only what was certainly not taken is ever tried again.

pub mod email;
pub mod endpoint;
pub mod push;
pub mod sms;

use std::{error::Error as StdError, io, sync::Arc, time::Duration};

use aws_smithy_runtime_api::client::{
    orchestrator::HttpResponse,
    result::{ConnectorError, SdkError},
};
use aws_smithy_types::{error::metadata::ProvideErrorMetadata, retry::RetryConfig, timeout::TimeoutConfig};
use directory::Person;
use kernel::{Origin, Result};
use lambda::{BoxFuture, Shell};

use super::reset::ResetLinks;
use crate::domain::{channel::Channel, notification::Notification, template::RenderedTemplate};

/// For how long a provider may take, where the shell does not say.
const TIMEOUT: Duration = Duration::from_secs(3);

/// What came of asking a provider. The texts are its codes, for the trace: never an address, never what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderOutcome {
    Accepted,
    /// It never will take this one.
    Rejected(String),
    Unavailable(String),
    /// It was asked, and may or may not have taken it.
    Unknown(String),
}

pub enum PreparedSend {
    /// There is nobody to send it to, for this reason.
    NoAddress(&'static str),
    /// All that is left is to ask the provider. Nothing of it has happened yet.
    Call(BoxFuture<'static, ProviderOutcome>),
}

#[derive(Debug, Clone)]
pub struct OutgoingMessage {
    pub notification: Arc<Notification>,
    pub words: RenderedTemplate,
    pub person: Arc<Person>,
    pub origin: Origin,
}

pub trait Provider: Send + Sync {
    fn channel(&self) -> Channel;

    fn configured(&self) -> bool;

    /// Who makes the links of password resets, where the channel may carry them.
    fn reset_links(&self) -> Option<&ResetLinks> {
        None
    }

    /// Does everything that can fail before the provider is asked: addresses, words, keys.
    ///
    /// # Errors
    /// When something of our own is away; nothing was sent and nothing will be.
    fn prepare(&self, parcel: OutgoingMessage) -> BoxFuture<'_, Result<PreparedSend>>;
}

/// One call and no second one: the SDK would try again what may already have been taken.
pub(crate) fn single_attempt_config(shell: &Shell) -> (RetryConfig, TimeoutConfig) {
    let theirs = shell.aws.timeout_config();
    let timeout = theirs.and_then(TimeoutConfig::operation_timeout).unwrap_or(TIMEOUT);
    let connect = theirs.and_then(TimeoutConfig::connect_timeout);
    let mut timeouts = TimeoutConfig::builder().operation_timeout(timeout);
    timeouts.set_connect_timeout(connect);
    (RetryConfig::disabled(), timeouts.build())
}

/// What an error of an AWS service means. `rejects` tells the codes by which it refuses this message for good.
pub(crate) fn outcome_of_error<E>(
    error: &SdkError<E, HttpResponse>,
    rejects: impl Fn(&E, &str) -> bool,
) -> ProviderOutcome
where
    E: ProvideErrorMetadata + StdError,
{
    match error {
        SdkError::ConstructionFailure(_) => ProviderOutcome::Rejected("unsendable".to_owned()),
        SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
            Some(error) => outcome_of_connector_error(error),
            None => ProviderOutcome::Unknown("dispatch".to_owned()),
        },
        SdkError::ServiceError(refused) => {
            let status = || format!("HTTP {}", refused.raw().status().as_u16());
            let code = refused.err().code().map_or_else(status, str::to_owned);
            if rejects(refused.err(), &code) {
                ProviderOutcome::Rejected(code)
            } else {
                ProviderOutcome::Unavailable(code)
            }
        }
        SdkError::TimeoutError(_) => ProviderOutcome::Unknown("timeout".to_owned()),
        SdkError::ResponseError(answer) => outcome_of_status(answer.raw().status().as_u16()),
        _ => ProviderOutcome::Unknown("error".to_owned()),
    }
}

fn outcome_of_status(status: u16) -> ProviderOutcome {
    let said = format!("HTTP {status}");
    if status >= 500 || status == 429 { ProviderOutcome::Unavailable(said) } else { ProviderOutcome::Unknown(said) }
}

/// A connection that was never made carried nothing; one that broke may have.
pub(crate) fn outcome_of_connector_error(error: &ConnectorError) -> ProviderOutcome {
    // The only timeout within a connector is the one of connecting.
    if error.is_timeout() {
        return ProviderOutcome::Unavailable("connect timeout".to_owned());
    }
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return outcome_of_io_error(error.kind());
        }
        cause = error.source();
    }
    if error.is_user() || error.is_io() {
        ProviderOutcome::Unavailable("not connected".to_owned())
    } else {
        ProviderOutcome::Unknown("connection lost".to_owned())
    }
}

fn outcome_of_io_error(kind: io::ErrorKind) -> ProviderOutcome {
    match kind {
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::UnexpectedEof
        | io::ErrorKind::TimedOut => ProviderOutcome::Unknown(format!("connection lost: {kind}")),
        kind => ProviderOutcome::Unavailable(format!("not connected: {kind}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_certainly_not_taken_may_be_tried_again() {
        let io = |kind| ConnectorError::io(Box::new(io::Error::new(kind, "x")));
        for (error, again) in [
            (io(io::ErrorKind::ConnectionRefused), true),
            (io(io::ErrorKind::HostUnreachable), true),
            (io(io::ErrorKind::ConnectionReset), false),
            (io(io::ErrorKind::UnexpectedEof), false),
            (ConnectorError::timeout("connect".into()), true),
            (ConnectorError::other("incomplete message".into(), None), false),
        ] {
            assert_eq!(
                matches!(outcome_of_connector_error(&error), ProviderOutcome::Unavailable(_)),
                again,
                "{error:?}"
            );
        }
        assert_eq!(outcome_of_status(503), ProviderOutcome::Unavailable("HTTP 503".to_owned()));
        assert_eq!(outcome_of_status(200), ProviderOutcome::Unknown("HTTP 200".to_owned()));
    }
}
