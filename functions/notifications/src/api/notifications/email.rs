//! `POST /api/v1/notifications/email`: sends an e-mail to employees. Publishes `notification.requested`; the e-mails follow.

use axum::{extract::State, response::Response};
use garde::Validate;
use jiff::Timestamp;
use kernel::{EmployeeId, Error, NotificationId};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, accepted};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::message::{self, AcceptedMessageStatus, MessageInput, plain_text_context};
use crate::{
    api::{Api, fields},
    domain::{
        builtin_templates::MessageTemplateName,
        channel::Channel,
        context::TemplateContext,
        request::{DirectMessage, NamedRecipient},
    },
    messages,
};

lambda::endpoint!(NOTIFICATIONS_EMAIL, post(handle), Api);

/// E-mail to employees. It has either `subject` and `text`, or a `template` with its `context`.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewEmail {
    /// Recipients, 1 to 50 employees. Each of them gets a separate e-mail to the work address.
    #[garde(custom(fields::check_distinct_recipients))]
    #[schema(value_type = BTreeSet<EmployeeId>, min_items = 1, max_items = 50)]
    pub to: Vec<EmployeeId>,
    /// Subject of the e-mail: one line of 1 to 200 characters. Requires `text`.
    #[garde(inner(custom(fields::check_email_subject)))]
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\x00-\x08\x0a-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x08\x0a-\x1f\x7f-\x9f]*$"
    )]
    pub subject: Option<String>,
    /// Text of the e-mail: 1 to 10,000 characters, without placeholders. Requires `subject`.
    #[garde(inner(custom(fields::check_email_text)))]
    #[schema(
        min_length = 1,
        max_length = 10_000,
        pattern = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
    )]
    pub text: Option<String>,
    /// HTML part of the e-mail: 1 to 15,000 characters; not with `template`. Default: generated from the text.
    #[garde(inner(custom(fields::check_html_source)))]
    #[schema(
        min_length = 1,
        max_length = 15_000,
        pattern = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
    )]
    pub html: Option<String>,
    /// Template of the e-mail, instead of `subject` and `text`.
    #[schema(value_type = Option<MessageTemplateName>)]
    pub template: Option<String>,
    /// Values that the template is rendered with; only with `template`. The template `message` requires `title` and `text`.
    #[garde(inner(custom(fields::check_context_values)))]
    #[schema(value_type = Option<TemplateContext>)]
    pub context: Option<Map<String, Value>>,
}

/// Accepted e-mail to one recipient.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AcceptedEmail {
    /// Id of the notification, which exists within seconds, unless the recipient is not notified, for example because of their
    /// preferences. Its trace shows the delivery status.
    pub id: NotificationId,
    /// Recipient of the e-mail.
    pub recipient_id: EmployeeId,
}

/// Accepted e-mails by recipient.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AcceptedEmails {
    /// Id of the first notification, the same as `items[0].id`.
    pub id: NotificationId,
    /// Status of the e-mails: always `queued`.
    pub status: AcceptedMessageStatus,
    /// One accepted e-mail per recipient.
    pub items: Vec<AcceptedEmail>,
    /// Time at which the e-mails were accepted.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl NewEmail {
    /// Type, template, context and channel of the e-mail, without its HTML part.
    ///
    /// # Errors
    /// 422 `invalid` unless it has either subject and text, or a template; and for `html` with a template, or `context` without.
    fn to_message_input(&self) -> kernel::Result<MessageInput> {
        let missing = |pointer| Error::invalid(pointer, "missing_field", messages::subject_and_text_needed());
        let channels = Some(vec![Channel::Email]);
        let (template, context) = match (&self.subject, &self.text, &self.template) {
            (Some(subject), Some(text), None) if self.context.is_none() => {
                (None, Some(plain_text_context(subject, text)))
            }
            (None, None, Some(template)) if self.html.is_none() => (Some(template.clone()), self.context.clone()),
            (Some(_), None, None) => return Err(missing("/text")),
            (None, Some(_), None) => return Err(missing("/subject")),
            _ => return Err(Error::invalid("/template", "invalid", messages::text_or_template())),
        };
        Ok(MessageInput { notification_type: None, template, context, channels })
    }
}

/// Sends an e-mail to employees.
///
/// The e-mails are accepted at once and sent within seconds; by the recipient's preferences, later or not at all.
#[utoipa::path(post, path = "/api/v1/notifications/email", operation_id = "notifications-email", tag = "notifications",
    params(IdempotencyHeader),
    request_body = NewEmail,
    responses(
        (status = 202, body = AcceptedEmails, description = "Accepted e-mails."),
        (status = 422, description = "`invalid`: a recipient does not exist or is terminated, text and template are both given or both missing, or the template cannot be rendered.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    header: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewEmail>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = header.for_request(access::NOTIFICATIONS_EMAIL.name, caller.id(), &body);
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::accepted(answer));
    }
    let mut message = message::check_content(&api, body.to_message_input()?).await?;
    message::check_recipients(&api, &caller, &body.to, |at| format!("/to/{at}")).await?;
    message.html = body.html;
    let recipient = |recipient_id| {
        let notification_id = NotificationId::new(api.shell.ids.uuid(origin.at));
        NamedRecipient { recipient_id, notification_id }
    };
    let recipients: Vec<_> = body.to.into_iter().map(recipient).collect();
    let first = recipients.first().ok_or_else(|| Error::internal("an e-mail has no recipient"))?.notification_id;
    let items = recipients
        .iter()
        .map(|recipient| AcceptedEmail { id: recipient.notification_id, recipient_id: recipient.recipient_id })
        .collect();
    let answer = AcceptedEmails { id: first, status: AcceptedMessageStatus::Queued, items, created_at: origin.at };
    let request = DirectMessage { recipients, message, requested_by: caller.id(), created_at: origin.at };
    let outcome = api.store.create_direct_message(origin, first, &request, idempotency_key.as_ref(), &answer).await?;
    Ok(accepted(outcome, answer))
}
