//! `POST /api/v1/audit-logs`: records what another system did. Muster's own services record by their events.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use events::{LogType, Outcome as Status, Service};
use garde::Validate;
use jiff::{SignedDuration, Timestamp};
use kernel::{AuditId, Error, Origin, Result};
use lambda::http::{Caller, Created, IdempotencyHeader, Json, Problem, Replayed, Valid};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::CommitOutcome;
use utoipa::ToSchema;

use super::redaction::{fields_for_all, redacted};
use crate::{
    api::Api,
    domain::{
        canonical::integers_only,
        query::log_types_of,
        record::{Record, default_description, to_millisecond},
    },
};

lambda::endpoint!(AUDIT_LOGS_CREATE, post(handle), Api);

const AHEAD_MAX: SignedDuration = SignedDuration::from_mins(5);

/// What happened elsewhere.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAuditRecord {
    /// Who did it.
    #[garde(length(bytes, min = 1, max = 256))]
    pub user_id: String,
    /// The verb: `created`.
    #[garde(length(bytes, min = 1, max = 64))]
    pub action: String,
    /// What it is filed under.
    #[garde(skip)]
    #[schema(value_type = String)]
    pub log_type: LogType,
    /// What kind of thing was changed.
    #[garde(length(bytes, min = 1, max = 128))]
    pub entity_type: String,
    /// Which one.
    #[garde(length(bytes, min = 1, max = 256))]
    pub entity_id: Option<String>,
    /// The system that did it. One of Muster's services may only have types of its own.
    #[garde(length(bytes, min = 1, max = 128))]
    pub service_name: String,
    /// Whether it came about; `success` unless told.
    #[garde(skip)]
    #[serde(default = "success")]
    #[schema(value_type = Option<String>)]
    pub status: Status,
    /// One sentence; made from entity and action unless told.
    #[garde(length(bytes, min = 1, max = 1000))]
    pub description: Option<String>,
    /// The thing before.
    #[garde(skip)]
    #[schema(value_type = Option<Object>)]
    pub old_values: Option<Map<String, Value>>,
    /// The thing after.
    #[garde(skip)]
    #[schema(value_type = Option<Object>)]
    pub new_values: Option<Map<String, Value>>,
    /// The user's address; the caller's unless told.
    #[garde(length(bytes, min = 1, max = 64))]
    pub ip_address: Option<String>,
    /// The user's program; the caller's unless told.
    #[garde(length(bytes, min = 1, max = 256))]
    pub user_agent: Option<String>,
    /// The request that did it; this one unless told.
    #[garde(length(bytes, min = 1, max = 128))]
    pub request_id: Option<String>,
    /// Why it did not come about.
    #[garde(length(bytes, min = 1, max = 1000))]
    pub error_message: Option<String>,
    /// When it happened; now unless told.
    #[garde(skip)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub timestamp: Option<Timestamp>,
}

const fn success() -> Status {
    Status::Success
}

impl NewAuditRecord {
    fn check(&self, now: Timestamp, retention: SignedDuration) -> Result<()> {
        let service = self.service_name.parse::<Service>().ok();
        if service.is_some_and(|service| !log_types_of(service).contains(&self.log_type)) {
            let detail = format!("{} records nothing under {}.", self.service_name, self.log_type);
            return Err(Error::invalid("/log_type", "not_of_this_service", detail));
        }
        let Some(at) = self.timestamp else { return Ok(()) };
        if at.duration_since(now) > AHEAD_MAX {
            return Err(Error::invalid("/timestamp", "in_the_future", "It has not happened yet."));
        }
        if now.duration_since(at) > retention {
            return Err(Error::invalid("/timestamp", "too_old", "It is older than records are kept."));
        }
        Ok(())
    }

    fn record(self, id: AuditId, origin: &Origin) -> Record {
        let values = |map: Option<Map<String, Value>>| {
            map.map(|map| {
                let mut value = Value::Object(map);
                integers_only(&mut value);
                value
            })
        };
        let own = Record::of_own(id, origin, self.log_type, self.status);
        Record {
            description: self.description.unwrap_or_else(|| default_description(&self.entity_type, &self.action)),
            user_id: self.user_id,
            action: self.action,
            entity_type: self.entity_type,
            entity_id: self.entity_id,
            service_name: self.service_name,
            old_values: values(self.old_values),
            new_values: values(self.new_values),
            ip_address: self.ip_address.or(own.ip_address),
            user_agent: self.user_agent.or(own.user_agent),
            request_id: self.request_id.or(own.request_id),
            error_message: self.error_message,
            timestamp: self.timestamp.map_or(own.timestamp, to_millisecond),
            ..own
        }
    }
}

/// Records it. Numbers that are no 64-bit integers are kept as text.
#[utoipa::path(post, path = "/api/v1/audit-logs", operation_id = "audit-logs-create", tag = "audit",
    params(("Idempotency-Key" = Option<String>, Header, description = "Kept for 24 hours")),
    request_body = NewAuditRecord,
    responses(
        (status = 201, description = "Recorded", body = Record),
        (status = 422, description = "A time in the future, or a type that is not the service's")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    idempotency: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewAuditRecord>>,
) -> std::result::Result<Response, Problem> {
    let origin = caller.origin();
    body.check(origin.at, api.store.retention())?;
    let once = idempotency.for_request(access::AUDIT_LOGS_CREATE.name, caller.id(), &body);
    let record = body.record(AuditId::new(api.shell.ids.uuid(origin.at)), origin);
    let shown = redacted(record.clone(), fields_for_all(&caller));
    match api.store.create_record_with_manifest(origin, &record, once.as_ref(), &shown).await? {
        CommitOutcome::Committed(_) => {
            let location = format!("{}/{}", access::AUDIT_LOGS_CREATE.path, record.id);
            Ok(Created { location, version: 1, body: shown }.into_response())
        }
        CommitOutcome::Replayed(answer) => Ok(Replayed(StatusCode::CREATED, answer).into_response()),
    }
}
