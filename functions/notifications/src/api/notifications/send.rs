//! `POST /api/v1/notifications/send`: sends a message to one employee. Publishes `notification.requested`; the notification
//! follows.

use axum::{extract::State, response::Response};
use garde::Validate;
use jiff::Timestamp;
use kernel::{EmployeeId, NotificationId};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, accepted};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{
    inbox::RecipientType,
    message::{self, AcceptedMessageStatus, MessageInput},
};
use crate::{
    api::{Api, fields},
    domain::{
        builtin_templates::{MessageTemplateName, TemplateName},
        channel::Channel,
        context::TemplateContext,
        notification_type::{NotificationType, SelectableNotificationType},
        request::{DirectMessage, NamedRecipient},
    },
};

lambda::endpoint!(NOTIFICATIONS_SEND, post(handle), Api);

/// Message to one employee.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewNotification {
    /// Type of the recipient: always `user`.
    pub recipient_type: RecipientType,
    /// Id of the employee to notify, who must not be terminated.
    pub recipient_id: EmployeeId,
    /// Type of the notification, whose preferences apply.
    #[schema(value_type = SelectableNotificationType)]
    pub notification_type: String,
    /// Template of the message. Default: the template of the type.
    #[schema(value_type = Option<MessageTemplateName>)]
    pub template: Option<String>,
    /// Values that the template is rendered with. The template `message` requires `title` and `text`.
    #[garde(inner(custom(fields::check_context_values)))]
    #[schema(value_type = Option<TemplateContext>)]
    pub context: Option<Map<String, Value>>,
    /// Channels of the message, 1 to 4. The recipient's preferences have precedence. Default: `in_app` and `email`.
    #[garde(inner(custom(fields::check_distinct_channels)))]
    #[schema(value_type = Option<BTreeSet<Channel>>, min_items = 1, max_items = 4)]
    pub channels: Option<Vec<Channel>>,
}

/// Accepted message to one employee.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AcceptedNotification {
    /// Id of the notification, which exists within seconds, unless the recipient is not notified, for example because of their
    /// preferences. Its trace shows the delivery status.
    pub id: NotificationId,
    /// Status of the message: always `queued`.
    pub status: AcceptedMessageStatus,
    /// Employee who will be notified.
    pub recipient_id: EmployeeId,
    /// Type of the notification.
    pub notification_type: NotificationType,
    /// Template of the message.
    pub template: TemplateName,
    /// Time at which the message was accepted.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// Sends a message to one employee.
///
/// The message is accepted at once; the notification follows within seconds, as far as the recipient's preferences allow.
#[utoipa::path(post, path = "/api/v1/notifications/send", operation_id = "notifications-send", tag = "notifications",
    params(IdempotencyHeader),
    request_body = NewNotification,
    responses(
        (status = 202, body = AcceptedNotification, description = "Accepted message."),
        (status = 422, description = "`invalid`: the recipient, type or template does not exist, the recipient is terminated, \
            or the template cannot be rendered.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    header: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewNotification>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = header.for_request(access::NOTIFICATIONS_SEND.name, caller.id(), &body);
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::accepted(answer));
    }
    let NewNotification { recipient_type: RecipientType::User, recipient_id, notification_type, .. } = body;
    let input = MessageInput {
        notification_type: Some(notification_type),
        template: body.template,
        context: body.context,
        channels: body.channels,
    };
    let message = message::check_content(&api, input).await?;
    message::check_recipients(&api, &caller, &[recipient_id], |_| "/recipient_id".to_owned()).await?;
    let id = NotificationId::new(api.shell.ids.uuid(origin.at));
    let answer = AcceptedNotification {
        id,
        status: AcceptedMessageStatus::Queued,
        recipient_id,
        notification_type: message.notification_type,
        template: message.template,
        created_at: origin.at,
    };
    let recipients = vec![NamedRecipient { recipient_id, notification_id: id }];
    let request = DirectMessage { recipients, message, requested_by: caller.id(), created_at: origin.at };
    let outcome = api.store.create_direct_message(origin, id, &request, idempotency_key.as_ref(), &answer).await?;
    Ok(accepted(outcome, answer))
}
