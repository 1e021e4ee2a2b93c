//! E-mail through SES, with a text and an HTML part.

use aws_sdk_ses::{Client, config::Builder, error::ProvideErrorMetadata, primitives::Blob, types::RawMessage};
use kernel::{Error, Result};
use lambda::{BoxFuture, FromShell, InitError, Shell};
use mail_builder::{
    MessageBuilder,
    headers::{address::Address, raw::Raw, url::URL},
};

use super::{OutgoingMessage, PreparedSend, Provider, ProviderOutcome, outcome_of_sdk_error, single_attempt_config};
use crate::{
    app::reset::ResetLinks,
    domain::{channel::Channel, reasons::DeliveryReason},
};

/// SES error codes of a permanent refusal.
const PERMANENT_ERROR_CODES: [&str; 2] = ["MessageRejected", "InvalidParameterValue"];

#[derive(Clone)]
pub struct Email {
    client: Client,
    from: Option<MailSender>,
    reset_links: ResetLinks,
    preferences_url: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct MailSender {
    name: String,
    address: String,
}

impl MailSender {
    /// Parses `Muster <no-reply@example.com>` or an address alone.
    fn parse(text: &str) -> Option<Self> {
        let (name, address) = match text.split_once('<') {
            Some((name, rest)) => (name.trim(), rest.trim_end().strip_suffix('>')?),
            None => ("", text.trim()),
        };
        let (local, domain) = address.rsplit_once('@')?;
        let is_address = !local.is_empty() && !domain.is_empty() && !address.contains(char::is_whitespace);
        is_address.then(|| Self { name: name.trim_matches('"').to_owned(), address: address.to_owned() })
    }
}

impl FromShell for Email {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        let from = match shell.env_or("MAIL_FROM", "").as_str() {
            "" => None,
            text => Some(MailSender::parse(text).ok_or_else(|| {
                InitError("MAIL_FROM must be an e-mail address, such as `Muster <no-reply@example.com>`".to_owned())
            })?),
        };
        let (retries, timeouts) = single_attempt_config(shell);
        let config = Builder::from(&shell.aws).retry_config(retries).timeout_config(timeouts).build();
        let preferences_url = format!("{}/settings/notifications", shell.env("WEB_ORIGIN")?);
        Ok(Self {
            client: Client::from_conf(config),
            from,
            reset_links: ResetLinks::from_shell(shell)?,
            preferences_url,
        })
    }
}

impl Email {
    /// Raw message (RFC 5322, RFC 2045).
    fn raw_message(&self, from: &MailSender, outgoing: &OutgoingMessage) -> Result<Vec<u8>> {
        let OutgoingMessage { notification, rendered, person, origin } = outgoing;
        let id = notification.id;
        let domain = from.address.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let name = format!("{} {}", person.first_name, person.last_name);
        let sender = Some(from.name.as_str()).filter(|name| !name.is_empty());
        let message = MessageBuilder::new()
            .from(Address::new_address(sender, from.address.as_str()))
            .to(Address::new_address(Some(name.as_str()), person.email.as_str()))
            .subject(rendered.title.as_str())
            .date(origin.at.as_second())
            .message_id(format!("{id}@{domain}"))
            // Suppresses out-of-office replies (RFC 3834), links the preferences (RFC 2369), names the notification.
            .header("Auto-Submitted", Raw::new("auto-generated"))
            .header("List-Unsubscribe", URL::new(self.preferences_url.as_str()))
            .header("Content-Language", Raw::new(notification.language.as_str()))
            .header("X-Muster-Notification", Raw::new(id.to_string()))
            .text_body(rendered.text.as_str());
        let message = if rendered.html.is_empty() { message } else { message.html_body(rendered.html.as_str()) };
        message.write_to_vec().map_err(Error::internal)
    }
}

impl Provider for Email {
    fn channel(&self) -> Channel {
        Channel::Email
    }

    fn is_configured(&self) -> bool {
        self.from.is_some()
    }

    fn reset_links(&self) -> Option<&ResetLinks> {
        Some(&self.reset_links)
    }

    fn prepare(&self, outgoing: OutgoingMessage) -> BoxFuture<'_, Result<PreparedSend>> {
        Box::pin(async move {
            let Some(from) = &self.from else { return Ok(PreparedSend::Impossible(DeliveryReason::NotConfigured)) };
            let message = self.raw_message(from, &outgoing)?;
            let raw = RawMessage::builder().data(Blob::new(message)).build().map_err(Error::internal)?;
            let call = self
                .client
                .send_raw_email()
                .source(&from.address)
                .destinations(&outgoing.person.email)
                .raw_message(raw);
            let own = from.address.clone();
            Ok(PreparedSend::Call(Box::pin(async move {
                match call.send().await {
                    Ok(_) => ProviderOutcome::Accepted,
                    // An unverified sender is a configuration error, so the e-mail is kept.
                    Err(error) => outcome_of_sdk_error(&error, |refused, code| {
                        PERMANENT_ERROR_CODES.contains(&code)
                            && !refused.message().is_some_and(|message| message.contains(&own))
                    }),
                }
            })))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sender_is_an_address_with_or_without_name() {
        let sender =
            |name: &str, address: &str| Some(MailSender { name: name.to_owned(), address: address.to_owned() });
        assert_eq!(MailSender::parse("Muster HR <no-reply@hr.example>"), sender("Muster HR", "no-reply@hr.example"));
        assert_eq!(MailSender::parse("\"Muster, HR\" <a@b>"), sender("Muster, HR", "a@b"));
        assert_eq!(MailSender::parse(" a@b "), sender("", "a@b"));
        for text in ["", "nobody", "x <y>", "a@", "@b", "x <a@b", "a b@c"] {
            assert_eq!(MailSender::parse(text), None, "{text}");
        }
    }
}
