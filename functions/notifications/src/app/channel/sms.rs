//! Text messages through SNS, where the stack has them.

use aws_sdk_sns::{Client, config::Builder, types::MessageAttributeValue};
use kernel::{Error, Result};
use lambda::{BoxFuture, FromShell, InitError, Shell};

use super::{OutgoingMessage, PreparedSend, Provider, ProviderOutcome, outcome_of_error, single_attempt_config};
use crate::{
    domain::{channel::Channel, reason},
    store::NotificationStore,
};

/// Two messages of the usual alphabet; what is longer is cut.
const LENGTH_MAX: usize = 306;
/// The codes by which SNS refuses this very number for good.
const REJECTS: [&str; 3] = ["InvalidParameter", "InvalidParameterValue", "OptedOut"];

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

/// The title and as much of the text as there is room for.
fn sms_text(title: &str, text: &str) -> String {
    let whole = format!("{title}\n{}", text.split_whitespace().collect::<Vec<_>>().join(" "));
    if whole.chars().count() <= LENGTH_MAX {
        return whole;
    }
    whole.chars().take(LENGTH_MAX - 1).chain(['…']).collect()
}

impl Provider for Sms {
    fn channel(&self) -> Channel {
        Channel::Sms
    }

    fn configured(&self) -> bool {
        self.enabled
    }

    fn prepare(&self, parcel: OutgoingMessage) -> BoxFuture<'_, Result<PreparedSend>> {
        Box::pin(async move {
            let Some(number) = self.store.phone(parcel.person.id).await? else {
                return Ok(PreparedSend::NoAddress(reason::NO_ADDRESS));
            };
            let kind = MessageAttributeValue::builder().data_type("String").string_value("Transactional");
            let asked = self
                .client
                .publish()
                .phone_number(number)
                .message(sms_text(&parcel.words.title, &parcel.words.text))
                .message_attributes("AWS.SNS.SMS.SMSType", kind.build().map_err(Error::internal)?);
            Ok(PreparedSend::Call(Box::pin(async move {
                match asked.send().await {
                    Ok(_) => ProviderOutcome::Accepted,
                    Err(error) => outcome_of_error(&error, |_, code| REJECTS.contains(&code)),
                }
            })))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_message_is_short_and_whole_characters() {
        assert_eq!(sms_text("Title", "one\n\n two"), "Title\none two");
        let long = sms_text("Ä", &"ü".repeat(999));
        assert_eq!(long.chars().count(), LENGTH_MAX);
        assert!(long.ends_with("ü…"));
    }
}
