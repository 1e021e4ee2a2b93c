//! Filter and pages of the three lists of audit records.

use access::ReadableFields;
use events::{LogType, Outcome};
use garde::Validate;
use jiff::Timestamp;
use kernel::{Code, Error, Page, Result};
use serde::Deserialize;
use store::Pagination;
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use super::redaction::redact_record;
use crate::{
    domain::{
        query::{AuditQuery, RANGE_DAYS_MAX, RangeFault},
        record::AuditRecord,
    },
    messages,
    store::AuditStore,
};

/// Filter of audit records; all given values must match. Without a range, the last 30 days.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// Only records of actions at this time or later. Default: 30 days before `to`.
    #[garde(skip)]
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Only records of actions before this time, at most 366 days after `from`. Default: 5 minutes from now.
    #[garde(skip)]
    #[param(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
    /// Only records of this user: an employee id, `system:` with the name of a function, or the id of an external user.
    #[garde(length(chars, min = 1, max = 256))]
    #[param(min_length = 1, max_length = 256)]
    pub user_id: Option<String>,
    /// Only records of this log type.
    #[garde(skip)]
    #[param(inline)]
    pub log_type: Option<LogType>,
    /// Only records about entities of this type, such as `LeaveRequest`.
    #[garde(length(chars, min = 1, max = 128))]
    #[param(min_length = 1, max_length = 128)]
    pub entity_type: Option<String>,
    /// Only records about the entity with this id.
    #[garde(length(chars, min = 1, max = 256))]
    #[param(min_length = 1, max_length = 256)]
    pub entity_id: Option<String>,
    /// Only records of this service or external system, such as `leave-management-service`.
    #[garde(length(chars, min = 1, max = 128))]
    #[param(min_length = 1, max_length = 128)]
    pub service_name: Option<String>,
    /// Only records of actions with this result.
    #[garde(skip)]
    #[param(inline)]
    pub status: Option<Outcome>,
}

impl Filter {
    /// Query of the store. A missing `from` or `to` gets its default.
    ///
    /// # Errors
    /// 422 for a range that is empty or too long.
    pub fn into_query(self, now: Timestamp) -> Result<AuditQuery> {
        let Self { from, to, user_id, log_type, entity_type, entity_id, service_name, status } = self;
        let range = AuditQuery::for_range(from, to, now).map_err(|fault| match fault {
            RangeFault::Empty => Error::invalid("query:to", "range_empty", messages::range_empty()),
            RangeFault::TooLong => {
                Error::invalid("query:from", "range_too_long", messages::range_too_long(RANGE_DAYS_MAX))
            }
        })?;
        Ok(AuditQuery { user_id, log_type, entity_type, entity_id, service_name, status, ..range })
    }

    /// Refuses the query parameter `name` if it is given, because the path sets its value.
    ///
    /// # Errors
    /// 400 with a pointer to the parameter.
    pub fn refuse_parameter_of_path(&self, name: &str, is_given: bool) -> Result<()> {
        if !is_given {
            return Ok(());
        }
        let refused = Error::new(Code::Malformed, messages::query_unreadable());
        Err(refused.with_field(format!("query:{name}"), "unknown_field", messages::set_by_path(name)))
    }
}

/// Documented parameters of [`Filter`] without the one that the path sets.
pub(crate) fn filter_parameters_without(name: &str, place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
    Filter::into_params(place).into_iter().filter(|parameter| parameter.name != name).collect()
}

/// Page of matching records, newest first. Values that `fields` does not allow are `[redacted]`.
pub(crate) async fn list_records(
    store: &AuditStore,
    filter: Filter,
    page: &Pagination,
    now: Timestamp,
    fields: impl Fn(&AuditRecord) -> ReadableFields,
) -> Result<Page<AuditRecord>> {
    let stored = store.search(&filter.into_query(now)?, page).await?;
    Ok(stored.map(|stored| {
        let fields = fields(&stored.record);
        redact_record(stored.record, fields)
    }))
}
