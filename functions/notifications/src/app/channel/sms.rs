//! Text messages through SNS, if the stack enables them.

use aws_sdk_sns::{Client, config::Builder, types::MessageAttributeValue};
use kernel::{Error, Result};
use lambda::{BoxFuture, FromShell, InitError, Shell};

use super::{OutgoingMessage, PreparedSend, Provider, ProviderOutcome, outcome_of_sdk_error, single_attempt_config};
use crate::{
    domain::{channel::Channel, reasons::DeliveryReason},
    store::NotificationStore,
};

/// Length of two concatenated text messages in the GSM alphabet, in characters; longer texts are cut.
const LENGTH_MAX: usize = 306;
/// SNS error codes of a permanent refusal.
const PERMANENT_ERROR_CODES: [&str; 3] = ["InvalidParameter", "InvalidParameterValue", "OptedOut"];

#[derive(Debug, Clone)]
pub struct Sms {
    client: Client,
    store: NotificationStore,
    enabled: bool,
}

impl FromShell for Sms {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        let (retries, timeouts) = single_attempt_config(shell);
        let config = Builder::from(&shell.aws).retry_config(retries).timeout_config(timeouts).build();
        let enabled = shell.env_or("SMS_ENABLED", "false") == "true";
        Ok(Self { client: Client::from_conf(config), store: NotificationStore::from_shell(shell)?, enabled })
    }
}

/// Title and text, the text in one line, cut to [`LENGTH_MAX`] characters.
fn sms_text(title: &str, text: &str) -> String {
    let message = format!("{title}\n{}", text.split_whitespace().collect::<Vec<_>>().join(" "));
    if message.chars().count() <= LENGTH_MAX {
        return message;
    }
    message.chars().take(LENGTH_MAX - 1).chain(['…']).collect()
}

impl Provider for Sms {
    fn channel(&self) -> Channel {
        Channel::Sms
    }

    fn is_configured(&self) -> bool {
        self.enabled
    }

    fn prepare(&self, outgoing: OutgoingMessage) -> BoxFuture<'_, Result<PreparedSend>> {
        Box::pin(async move {
            let Some(number) = self.store.find_phone(outgoing.person.id).await? else {
                return Ok(PreparedSend::Impossible(DeliveryReason::NoAddress));
            };
            let kind = MessageAttributeValue::builder().data_type("String").string_value("Transactional");
            let call = self
                .client
                .publish()
                .phone_number(number)
                .message(sms_text(&outgoing.rendered.title, &outgoing.rendered.text))
                .message_attributes("AWS.SNS.SMS.SMSType", kind.build().map_err(Error::internal)?);
            Ok(PreparedSend::Call(Box::pin(async move {
                match call.send().await {
                    Ok(_) => ProviderOutcome::Accepted,
                    Err(error) => outcome_of_sdk_error(&error, |_, code| PERMANENT_ERROR_CODES.contains(&code)),
                }
            })))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_message_is_cut_at_a_character() {
        assert_eq!(sms_text("Title", "one\n\n two"), "Title\none two");
        let long = sms_text("Ä", &"ü".repeat(999));
        assert_eq!(long.chars().count(), LENGTH_MAX);
        assert!(long.ends_with("ü…"));
    }
}
