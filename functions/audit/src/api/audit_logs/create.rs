//! `POST /api/v1/audit-logs`: records an action of an external system. Muster's own services are recorded by their events.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use events::{LogType, Outcome, Service};
use garde::Validate;
use jiff::{SignedDuration, Timestamp};
use kernel::{AuditId, Error, Origin, Result};
use lambda::http::{Caller, Created, IdempotencyHeader, Json, Problem, Replayed, Valid, validators};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::CommitOutcome;
use utoipa::ToSchema;

use super::redaction::{fields_of_others, redact_record};
use crate::{
    api::Api,
    domain::{
        canonical::stringify_non_integers,
        query::log_types_of,
        record::{AuditRecord, default_description, to_millisecond},
    },
    messages,
};

lambda::endpoint!(AUDIT_LOGS_CREATE, post(handle), Api);

/// Largest difference by which the clock of an external system may be ahead.
const CLOCK_SKEW_MAX: SignedDuration = SignedDuration::from_mins(5);

/// Action in an external system that is to be recorded.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAuditRecord {
    /// User who acted: an employee id or the id of an external user, 1 to 256 characters.
    #[garde(length(chars, min = 1, max = 256))]
    #[schema(min_length = 1, max_length = 256)]
    pub user_id: String,
    /// Action as a verb, such as `created`, 1 to 64 characters.
    #[garde(length(chars, min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64)]
    pub action: String,
    /// Log type under which the record is filed.
    #[garde(skip)]
    pub log_type: LogType,
    /// Type of the changed entity, such as `PayRun`, 1 to 128 characters.
    #[garde(length(chars, min = 1, max = 128))]
    #[schema(min_length = 1, max_length = 128)]
    pub entity_type: String,
    /// Id of the changed entity, 1 to 256 characters. Default: none.
    #[garde(length(chars, min = 1, max = 256))]
    #[schema(min_length = 1, max_length = 256)]
    pub entity_id: Option<String>,
    /// Name of the system that acted, 1 to 128 characters. With the name of a service of Muster, the log type must be one of
    /// that service.
    #[garde(length(chars, min = 1, max = 128))]
    #[schema(min_length = 1, max_length = 128)]
    pub service_name: String,
    /// Result of the action. Default: `success`.
    #[garde(skip)]
    #[serde(default = "default_status")]
    #[schema(required = false)]
    pub status: Outcome,
    /// Sentence that describes the action, 1 to 1,000 characters. Default: made from `entity_type` and `action`.
    #[garde(length(chars, min = 1, max = 1000))]
    #[schema(min_length = 1, max_length = 1000)]
    pub description: Option<String>,
    /// Values of the entity before the action, in the external system's own form, at most 16 nested levels. Default: none.
    #[garde(inner(custom(validators::validate_levels)))]
    #[schema(value_type = Option<HashMap<String, Value>>, additional_properties = true)]
    pub old_values: Option<Map<String, Value>>,
    /// Values of the entity after the action, in the external system's own form, at most 16 nested levels. Default: none.
    #[garde(inner(custom(validators::validate_levels)))]
    #[schema(value_type = Option<HashMap<String, Value>>, additional_properties = true)]
    pub new_values: Option<Map<String, Value>>,
    /// IP address of the user, 1 to 64 characters. Default: the caller's address.
    #[garde(length(chars, min = 1, max = 64))]
    #[schema(min_length = 1, max_length = 64)]
    pub ip_address: Option<String>,
    /// `User-Agent` header of the user's program, 1 to 256 characters. Default: that of the caller.
    #[garde(length(chars, min = 1, max = 256))]
    #[schema(min_length = 1, max_length = 256)]
    pub user_agent: Option<String>,
    /// Id of the request that caused the action, 1 to 128 characters. Default: the id of this request.
    #[garde(length(chars, min = 1, max = 128))]
    #[schema(min_length = 1, max_length = 128)]
    pub request_id: Option<String>,
    /// Cause of a failure, 1 to 1,000 characters. Default: none.
    #[garde(length(chars, min = 1, max = 1000))]
    #[schema(min_length = 1, max_length = 1000)]
    pub error_message: Option<String>,
    /// Time of the action: at most 5 minutes in the future, and within the retention period. Default: now.
    #[garde(skip)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub timestamp: Option<Timestamp>,
}

const fn default_status() -> Outcome {
    Outcome::Success
}

impl NewAuditRecord {
    /// Refuses a log type that the named service of Muster does not have, and a timestamp more than 5 minutes in the future or
    /// older than `retention`.
    fn check_service_and_time(&self, now: Timestamp, retention: SignedDuration) -> Result<()> {
        let service = self.service_name.parse::<Service>().ok();
        if service.is_some_and(|service| !log_types_of(service).contains(&self.log_type)) {
            let detail = messages::log_type_of_other_services(self.service_name.as_str(), self.log_type.as_str());
            return Err(Error::invalid("/log_type", "not_of_this_service", detail));
        }
        let Some(at) = self.timestamp else { return Ok(()) };
        if at.duration_since(now) > CLOCK_SKEW_MAX {
            return Err(Error::invalid("/timestamp", "in_the_future", messages::timestamp_in_the_future()));
        }
        if now.duration_since(at) > retention {
            return Err(Error::invalid("/timestamp", "too_old", messages::timestamp_too_old()));
        }
        Ok(())
    }

    /// Record of the action, recorded now by the actor of `origin`. Missing fields get their defaults; in the values, numbers
    /// other than 64-bit integers become text.
    fn into_record(self, id: AuditId, origin: &Origin) -> AuditRecord {
        let values = |map: Option<Map<String, Value>>| {
            map.map(|map| {
                let mut value = Value::Object(map);
                stringify_non_integers(&mut value);
                value
            })
        };
        let defaults = AuditRecord::blank(id, origin, self.log_type, self.status);
        AuditRecord {
            description: self.description.unwrap_or_else(|| default_description(&self.entity_type, &self.action)),
            user_id: self.user_id,
            action: self.action,
            entity_type: self.entity_type,
            entity_id: self.entity_id,
            service_name: self.service_name,
            old_values: values(self.old_values),
            new_values: values(self.new_values),
            ip_address: self.ip_address.or(defaults.ip_address),
            user_agent: self.user_agent.or(defaults.user_agent),
            request_id: self.request_id.or(defaults.request_id),
            error_message: self.error_message,
            timestamp: self.timestamp.map_or(defaults.timestamp, to_millisecond),
            ..defaults
        }
    }
}

/// Creates an audit record for an action of an external system.
///
/// Numbers other than 64-bit integers are stored as text, so that the record has one canonical form.
#[utoipa::path(post, path = "/api/v1/audit-logs", operation_id = "audit-logs-create", tag = "audit",
    params(IdempotencyHeader),
    request_body = NewAuditRecord,
    responses(
        (status = 201, description = "Created record, with `[redacted]` in place of values that the caller may not read.", body = AuditRecord),
        (status = 409, description = "`busy`: other requests won every attempt."),
        (status = 422, description = "`invalid`: the timestamp is more than 5 minutes in the future or too old, or \
            the service does not have the log type. `idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    header: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewAuditRecord>>,
) -> std::result::Result<Response, Problem> {
    let origin = caller.origin();
    body.check_service_and_time(origin.at, api.store.retention())?;
    let idempotency_key = header.for_request(access::AUDIT_LOGS_CREATE.name, caller.id(), &body);
    let record = body.into_record(AuditId::new(api.shell.ids.uuid(origin.at)), origin);
    let answer = redact_record(record.clone(), fields_of_others(&caller));
    match api.store.create_record_with_manifest(origin, &record, idempotency_key.as_ref(), &answer).await? {
        CommitOutcome::Committed(_) => {
            let location = format!("{}/{}", access::AUDIT_LOGS_CREATE.path, record.id);
            Ok(Created { location, version: 1, body: answer }.into_response())
        }
        CommitOutcome::Replayed(answer) => Ok(Replayed(StatusCode::CREATED, answer).into_response()),
    }
}
