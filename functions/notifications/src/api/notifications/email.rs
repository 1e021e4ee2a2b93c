//! `POST /api/v1/notifications/email`: sends people an e-mail. Publishes `notification.requested`; the mails follow.

use super::message;
use axum::{extract::State, response::Response};
use garde::Validate;
use jiff::Timestamp;
use kernel::{EmployeeId, Error, NotificationId};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, accepted};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::message::{MessageInput, plain_text_context};
use crate::{
    api::{Api, fields},
    domain::{
        channel::Channel,
        request::{DirectMessage, NamedRecipient},
    },
};

lambda::endpoint!(NOTIFICATIONS_EMAIL, post(handle), Api);

/// What to write to whom: `subject` and `text` in words, or a `template` with its `context`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewEmail {
    /// To whom, 1 to 50 people; each gets a mail of their own, at their work address.
    #[garde(custom(fields::recipients_of))]
    pub to: Vec<EmployeeId>,
    /// The subject.
    #[garde(inner(custom(fields::subject)))]
    pub subject: Option<String>,
    /// The text; nothing in it is filled in.
    #[garde(inner(custom(fields::text)))]
    pub text: Option<String>,
    /// The HTML part; it follows from the text when there is none.
    #[garde(inner(custom(fields::html_source)))]
    pub html: Option<String>,
    /// A template, instead of words.
    pub template: Option<String>,
    /// What the template is filled with.
    #[garde(inner(custom(fields::context)))]
    #[schema(value_type = Option<Object>)]
    pub context: Option<Map<String, Value>>,
}

/// Whose mail has which id.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueuedEmail {
    /// The id of the notification; its trace tells what became of the mail.
    pub id: NotificationId,
    /// Who.
    pub recipient_id: EmployeeId,
}

/// What will come of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueuedEmails {
    /// The id of the first.
    pub id: NotificationId,
    /// Always `queued`.
    pub status: &'static str,
    /// One mail per person.
    pub items: Vec<QueuedEmail>,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl NewEmail {
    /// What it says.
    ///
    /// # Errors
    /// 422 when it says neither words nor a template, or both.
    fn to_message_input(&self) -> kernel::Result<MessageInput> {
        let channels = Some(vec![Channel::Email]);
        let (template, context) = match (&self.subject, &self.text, &self.template) {
            (Some(subject), Some(text), None) if self.context.is_none() => {
                (None, Some(plain_text_context(subject, text)))
            }
            (None, None, Some(template)) if self.html.is_none() => (Some(template.clone()), self.context.clone()),
            (Some(_), None, None) => {
                return Err(Error::invalid("/text", "missing_field", "Words are a subject and a text."));
            }
            (None, Some(_), None) => {
                return Err(Error::invalid("/subject", "missing_field", "Words are a subject and a text."));
            }
            _ => return Err(Error::invalid("/template", "invalid", "Either `subject` and `text`, or a `template`.")),
        };
        Ok(MessageInput { notification_type: None, template, context, channels })
    }
}

/// Sends people an e-mail.
#[utoipa::path(post, path = "/api/v1/notifications/email", operation_id = "notifications-email", tag = "notifications",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = NewEmail,
    responses(
        (status = 202, body = QueuedEmails, description = "They will be sent"),
        (status = 422, description = "Nobody has one of the ids, or it says neither words nor a template")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewEmail>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::NOTIFICATIONS_EMAIL.name, caller.id(), &body);
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::accepted(answer));
    }
    let mut message = message::message(&api, body.to_message_input()?).await?;
    message::check_recipients(&api, &caller, &body.to, |at| format!("/to/{at}")).await?;
    message.html = body.html;
    let addressed = |recipient_id| {
        let notification_id = NotificationId::new(api.shell.ids.uuid(origin.at));
        NamedRecipient { recipient_id, notification_id }
    };
    let recipients: Vec<_> = body.to.into_iter().map(addressed).collect();
    let first = recipients.first().ok_or_else(|| Error::internal("nobody is written to"))?.notification_id;
    let items = recipients.iter().map(|one| QueuedEmail { id: one.notification_id, recipient_id: one.recipient_id });
    let promised = QueuedEmails { id: first, status: "queued", items: items.collect(), created_at: origin.at };
    let request = DirectMessage { recipients, message, requested_by: caller.id(), created_at: origin.at };
    let outcome = api.store.create_direct_message(origin, first, &request, once.as_ref(), &promised).await?;
    Ok(accepted(outcome, promised))
}
