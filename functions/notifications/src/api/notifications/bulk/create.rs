//! `POST /api/v1/notifications/bulk`: sends a message to a department, a site or all employees. Publishes
//! `notification.bulk_requested`; the recipients are notified page by page.

use axum::{extract::State, response::Response};
use garde::Validate;
use jiff::Timestamp;
use kernel::{BulkId, EmployeeId};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, accepted};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::audience::{AudienceInput, BulkAudience};
use crate::{
    api::{
        Api, fields,
        notifications::message::{self, MessageInput},
    },
    domain::{
        builtin_templates::{MessageTemplateName, TemplateName},
        channel::Channel,
        context::TemplateContext,
        notification_type::{NotificationType, SelectableNotificationType},
        request::{BulkMessage, BulkStatus},
    },
};

lambda::endpoint!(NOTIFICATIONS_BULK_CREATE, post(handle), Api);

/// Message to a department, a site or all employees.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewBulkMessage {
    /// Audience whose employees are notified.
    #[garde(dive)]
    #[schema(value_type = BulkAudience)]
    pub audience: AudienceInput,
    /// Type of the notifications, whose preferences apply. Default: `notification.message`.
    #[schema(value_type = Option<SelectableNotificationType>)]
    pub notification_type: Option<String>,
    /// Template of the message. Default: the template of the type.
    #[schema(value_type = Option<MessageTemplateName>)]
    pub template: Option<String>,
    /// Values that the template is rendered with. The template `message` requires `title` and `text`.
    #[garde(inner(custom(fields::check_context_values)))]
    #[schema(value_type = Option<TemplateContext>)]
    pub context: Option<Map<String, Value>>,
    /// Channels of the message, 1 to 4. The recipients' preferences have precedence. Default: `in_app` and `email`.
    #[garde(inner(custom(fields::check_distinct_channels)))]
    #[schema(value_type = Option<BTreeSet<Channel>>, min_items = 1, max_items = 4)]
    pub channels: Option<Vec<Channel>>,
}

/// Bulk message with its progress.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BulkMessageView {
    /// Id of the bulk message.
    pub id: BulkId,
    /// Audience whose employees are notified.
    pub audience: BulkAudience,
    /// Type of the notifications.
    pub notification_type: NotificationType,
    /// Template of the message.
    pub template: TemplateName,
    /// Status of the bulk message.
    pub status: BulkStatus,
    /// Number of employees in the audience when the sending started; 0 before.
    pub total: u32,
    /// Number of employees who were notified.
    pub done: u32,
    /// Number of employees who were not notified, for example because of their preferences.
    pub skipped: u32,
    /// Number of employees who could not be notified, because the template cannot be rendered or they have no record.
    pub failed: u32,
    /// Number of pages of employees that were processed.
    pub pages: u32,
    /// Employee who sent the message.
    pub requested_by: EmployeeId,
    /// Time at which the message was accepted.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// Time at which the last page was processed; null until then.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    pub finished_at: Option<Timestamp>,
}

impl From<BulkMessage> for BulkMessageView {
    fn from(from: BulkMessage) -> Self {
        Self {
            id: from.id,
            audience: from.audience.into(),
            notification_type: from.message.notification_type,
            template: from.message.template,
            status: from.status,
            total: from.total,
            done: from.done,
            skipped: from.skipped,
            failed: from.failed,
            pages: from.pages,
            requested_by: from.requested_by,
            created_at: from.created_at,
            finished_at: from.finished_at,
        }
    }
}

/// Sends a message to a department, a site or all employees.
///
/// The message is accepted at once and sent to one page of employees after the other. `notifications-bulk-get` returns
/// its progress.
#[utoipa::path(post, path = "/api/v1/notifications/bulk", operation_id = "notifications-bulk-create", tag = "notifications",
    params(IdempotencyHeader),
    request_body = NewBulkMessage,
    responses(
        (status = 202, body = BulkMessageView, description = "Accepted message."),
        (status = 422, description = "`invalid`: there is not exactly one audience, the type or template is unknown, or the template cannot be rendered.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    header: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewBulkMessage>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = header.for_request(access::NOTIFICATIONS_BULK_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::accepted(answer));
    }
    let NewBulkMessage { audience, notification_type, template, context, channels } = body;
    let audience = audience.into_audience()?;
    let message = message::check_content(&api, MessageInput { notification_type, template, context, channels }).await?;
    let bulk = BulkMessage {
        id: BulkId::new(api.shell.ids.uuid(origin.at)),
        audience,
        message,
        status: BulkStatus::Queued,
        total: 0,
        done: 0,
        skipped: 0,
        failed: 0,
        pages: 0,
        requested_by: caller.id(),
        created_at: origin.at,
        finished_at: None,
    };
    let view = BulkMessageView::from(bulk.clone());
    let outcome = api.store.create_bulk_message(origin, &bulk, idempotency_key.as_ref(), &view).await?;
    Ok(accepted(outcome, view))
}
