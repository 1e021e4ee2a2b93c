//! Providers of the channels: SES for e-mail, SNS for text messages, Web Push for browsers.
//!
//! A provider is called once, with a timeout. The outcome is one of four: accepted, permanently rejected, unavailable, or
//! unknown. Only messages that were certainly not accepted are sent again.

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
use crate::domain::{
    channel::Channel, notification::Notification, reasons::DeliveryReason, template::RenderedTemplate,
};

/// Timeout of a provider call, unless the shell configures one.
const TIMEOUT: Duration = Duration::from_secs(3);

/// Outcome of a provider call. The texts are error codes for the trace, without addresses or content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderOutcome {
    Accepted,
    /// The provider refuses this message permanently.
    Rejected(String),
    /// The provider certainly did not accept the message, which may be sent again.
    Unavailable(String),
    /// The provider was called and may have accepted the message.
    Unknown(String),
}

/// Prepared message: the provider call that sends it, or the reason why the channel can never send it.
pub enum PreparedSend {
    /// The person has no address for the channel, or the stage no provider.
    Impossible(DeliveryReason),
    /// Provider call, not started yet.
    Call(BoxFuture<'static, ProviderOutcome>),
}

/// Notification, rendered text and recipient of one provider call.
#[derive(Debug, Clone)]
pub struct OutgoingMessage {
    pub notification: Arc<Notification>,
    pub rendered: RenderedTemplate,
    pub person: Arc<Person>,
    pub origin: Origin,
}

/// Sender of messages through one channel.
pub trait Provider: Send + Sync {
    fn channel(&self) -> Channel;

    /// Whether the stage has a provider for the channel; if not, deliveries are suppressed.
    fn is_configured(&self) -> bool;

    /// Builder of password-reset links, if the channel may contain them.
    fn reset_links(&self) -> Option<&ResetLinks> {
        None
    }

    /// Takes every step that may fail before the provider is called, such as reading addresses and encrypting; sends nothing.
    ///
    /// # Errors
    /// 503 `unavailable` if an own dependency does not answer; nothing was sent.
    fn prepare(&self, message: OutgoingMessage) -> BoxFuture<'_, Result<PreparedSend>>;
}

/// Configuration without retries: the SDK would repeat calls that may have been accepted.
pub(crate) fn single_attempt_config(shell: &Shell) -> (RetryConfig, TimeoutConfig) {
    let configured = shell.aws.timeout_config();
    let timeout = configured.and_then(TimeoutConfig::operation_timeout).unwrap_or(TIMEOUT);
    let connect = configured.and_then(TimeoutConfig::connect_timeout);
    let mut timeouts = TimeoutConfig::builder().operation_timeout(timeout);
    timeouts.set_connect_timeout(connect);
    (RetryConfig::disabled(), timeouts.build())
}

/// Outcome of an AWS SDK error. `is_permanent` tells whether an error code refuses the message permanently.
pub(crate) fn outcome_of_sdk_error<E>(
    error: &SdkError<E, HttpResponse>,
    is_permanent: impl Fn(&E, &str) -> bool,
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
            if is_permanent(refused.err(), &code) {
                ProviderOutcome::Rejected(code)
            } else {
                ProviderOutcome::Unavailable(code)
            }
        }
        SdkError::TimeoutError(_) => ProviderOutcome::Unknown("timeout".to_owned()),
        SdkError::ResponseError(answer) => outcome_of_unreadable_response(answer.raw().status().as_u16()),
        _ => ProviderOutcome::Unknown("error".to_owned()),
    }
}

/// Outcome of a response with this HTTP status that cannot be read: unavailable for 429 and 5xx, otherwise unknown.
fn outcome_of_unreadable_response(status: u16) -> ProviderOutcome {
    let code = format!("HTTP {status}");
    if status >= 500 || status == 429 { ProviderOutcome::Unavailable(code) } else { ProviderOutcome::Unknown(code) }
}

/// Outcome of a connection error: unavailable if the connection failed before anything was sent, otherwise unknown.
pub(crate) fn outcome_of_connector_error(error: &ConnectorError) -> ProviderOutcome {
    // The connector has only one timeout, that of connecting.
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

/// Outcome of an I/O error: unknown if the connection was lost, otherwise unavailable.
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
    fn only_calls_without_transmission_are_unavailable() {
        let io = |kind| ConnectorError::io(Box::new(io::Error::new(kind, "x")));
        for (error, unavailable) in [
            (io(io::ErrorKind::ConnectionRefused), true),
            (io(io::ErrorKind::HostUnreachable), true),
            (io(io::ErrorKind::ConnectionReset), false),
            (io(io::ErrorKind::UnexpectedEof), false),
            (ConnectorError::timeout("connect".into()), true),
            (ConnectorError::other("incomplete message".into(), None), false),
        ] {
            assert_eq!(
                matches!(outcome_of_connector_error(&error), ProviderOutcome::Unavailable(_)),
                unavailable,
                "{error:?}"
            );
        }
        assert_eq!(outcome_of_unreadable_response(503), ProviderOutcome::Unavailable("HTTP 503".to_owned()));
        assert_eq!(outcome_of_unreadable_response(200), ProviderOutcome::Unknown("HTTP 200".to_owned()));
    }
}
