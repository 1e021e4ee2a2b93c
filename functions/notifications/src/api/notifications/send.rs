//! `POST /api/v1/notifications/send`: notifies somebody. Publishes `notification.requested`; the notification follows.

use super::message;
use axum::{extract::State, response::Response};
use garde::Validate;
use jiff::Timestamp;
use kernel::{EmployeeId, NotificationId};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, accepted};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::message::MessageInput;
use crate::{
    api::{Api, fields},
    domain::{
        channel::Channel,
        request::{DirectMessage, NamedRecipient},
    },
};

lambda::endpoint!(NOTIFICATIONS_SEND, post(handle), Api);

/// What kinds of recipients there are. For many there is `POST /api/v1/notifications/bulk`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecipientType {
    /// One person.
    User,
}

/// What to tell whom.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewNotification {
    /// Always `user`.
    pub recipient_type: RecipientType,
    /// Who.
    pub recipient_id: EmployeeId,
    /// What it is about: `leave.request_created`. What the recipient prefers for this type holds.
    pub notification_type: String,
    /// The template; that of the type unless told.
    pub template: Option<String>,
    /// What the template is filled with.
    #[garde(inner(custom(fields::context)))]
    #[schema(value_type = Option<Object>)]
    pub context: Option<Map<String, Value>>,
    /// Through which channels, unless the recipient wants others: in_app and email unless told.
    #[garde(inner(custom(fields::channels_of)))]
    pub channels: Option<Vec<Channel>>,
}

/// What will come of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct QueuedNotification {
    /// The id that the notification will have; its trace tells what became of it.
    pub id: NotificationId,
    /// Always `queued`.
    pub status: &'static str,
    /// Who.
    pub recipient_id: EmployeeId,
    /// What it is about.
    pub notification_type: String,
    /// The template.
    pub template: String,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// Notifies somebody.
#[utoipa::path(post, path = "/api/v1/notifications/send", operation_id = "notifications-send", tag = "notifications",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = NewNotification,
    responses(
        (status = 202, body = QueuedNotification, description = "It will be sent"),
        (status = 422, description = "Nobody has this id, there is no such type or template, or it cannot be filled")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewNotification>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::NOTIFICATIONS_SEND.name, caller.id(), &body);
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::accepted(answer));
    }
    let NewNotification { recipient_type: RecipientType::User, recipient_id, notification_type, .. } = body;
    let given = MessageInput {
        notification_type: Some(notification_type),
        template: body.template,
        context: body.context,
        channels: body.channels,
    };
    let message = message::message(&api, given).await?;
    message::check_recipients(&api, &caller, &[recipient_id], |_| "/recipient_id".to_owned()).await?;
    let id = NotificationId::new(api.shell.ids.uuid(origin.at));
    let promised = QueuedNotification {
        id,
        status: "queued",
        recipient_id,
        notification_type: message.notification_type.clone(),
        template: message.template.clone(),
        created_at: origin.at,
    };
    let recipients = vec![NamedRecipient { recipient_id, notification_id: id }];
    let request = DirectMessage { recipients, message, requested_by: caller.id(), created_at: origin.at };
    let outcome = api.store.create_direct_message(origin, id, &request, once.as_ref(), &promised).await?;
    Ok(accepted(outcome, promised))
}
