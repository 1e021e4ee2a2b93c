//! `POST /api/v1/notifications/bulk`: notifies a department, a site or everybody. Publishes
//! `notification.bulk_requested`; people are told page by page.

use crate::{
    api::{Api, fields, notifications::message, notifications::message::MessageInput},
    domain::{
        channel::Channel,
        request::{Audience, BulkMessage, BulkStatus},
    },
};
use axum::{extract::State, response::Response};
use garde::Validate;
use jiff::Timestamp;
use kernel::{BulkId, DepartmentId, EmployeeId, Error};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid, accepted};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

lambda::endpoint!(NOTIFICATIONS_BULK_CREATE, post(handle), Api);

/// To whom: exactly one of these.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NotificationAudience {
    /// The people of a department.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<DepartmentId>,
    /// The people of a site.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(fields::site)))]
    pub site: Option<String>,
    /// Everybody: `true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all: Option<bool>,
}

impl NotificationAudience {
    fn into_audience(self) -> kernel::Result<Audience> {
        match (self.department, self.site, self.all) {
            (Some(department), None, None) => Ok(Audience::Department(department)),
            (None, Some(site), None) => Ok(Audience::Site(site)),
            (None, None, Some(true)) => Ok(Audience::All),
            _ => Err(Error::invalid("/audience", "invalid", "Exactly one of `department`, `site` and `all: true`.")),
        }
    }
}

impl From<Audience> for NotificationAudience {
    fn from(from: Audience) -> Self {
        let nobody = Self { department: None, site: None, all: None };
        match from {
            Audience::Department(id) => Self { department: Some(id), ..nobody },
            Audience::Site(site) => Self { site: Some(site), ..nobody },
            Audience::All => Self { all: Some(true), ..nobody },
        }
    }
}

/// What to tell whom.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewBulkMessage {
    /// To whom.
    #[garde(dive)]
    pub audience: NotificationAudience,
    /// What it is about; `notification.message` unless told.
    pub notification_type: Option<String>,
    /// The template; that of the type unless told.
    pub template: Option<String>,
    /// What the template is filled with; the template `message` takes `title` and `text`.
    #[garde(inner(custom(fields::context)))]
    #[schema(value_type = Option<Object>)]
    pub context: Option<Map<String, Value>>,
    /// Through which channels, unless a recipient wants others: in_app and email unless told.
    #[garde(inner(custom(fields::channels_of)))]
    pub channels: Option<Vec<Channel>>,
}

/// A message to many, and how far it has come.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BulkMessageView {
    /// Id.
    pub id: BulkId,
    /// To whom.
    pub audience: NotificationAudience,
    /// What it is about.
    pub notification_type: String,
    /// The template.
    pub template: String,
    /// How far.
    pub status: BulkStatus,
    /// How many people belong to the audience; 0 until they are counted.
    pub total: u32,
    /// How many of them were told.
    pub done: u32,
    /// How many were not, for a reason of theirs, such as a preference.
    pub skipped: u32,
    /// How many could not be.
    pub failed: u32,
    /// How many pages are behind.
    pub pages: u32,
    /// Who asked.
    pub requested_by: EmployeeId,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When the last page was done.
    #[schema(value_type = Option<String>, format = DateTime)]
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

/// Notifies many.
#[utoipa::path(post, path = "/api/v1/notifications/bulk", operation_id = "notifications-bulk-create", tag = "notifications",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = NewBulkMessage,
    responses(
        (status = 202, body = BulkMessageView, description = "They will be told"),
        (status = 422, description = "No audience or more than one, no such type or template, or it cannot be filled")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewBulkMessage>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::NOTIFICATIONS_BULK_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::accepted(answer));
    }
    let NewBulkMessage { audience, notification_type, template, context, channels } = body;
    let audience = audience.into_audience()?;
    let message = message::message(&api, MessageInput { notification_type, template, context, channels }).await?;
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
    let outcome = api.store.create_bulk_message(origin, &bulk, once.as_ref(), &view).await?;
    Ok(accepted(outcome, view))
}
