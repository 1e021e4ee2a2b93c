//! Filters and pages of the three lists.

use access::ReadableFields;
use events::{LogType, Outcome};
use garde::Validate;
use jiff::Timestamp;
use kernel::{Code, Error, Page, Result};
use serde::Deserialize;
use store::Pagination;
use utoipa::IntoParams;

use super::redaction::redacted;
use crate::{
    domain::{
        query::{AuditQuery, RANGE_DAYS_MAX, RangeFault},
        record::Record,
    },
    store::AuditStore,
};

/// Which records. Everything given must hold; without a range, the last 30 days.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// From this instant on.
    #[garde(skip)]
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Before this instant, at most 366 days later.
    #[garde(skip)]
    #[param(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
    /// By this user.
    #[garde(length(bytes, min = 1, max = 256))]
    pub user_id: Option<String>,
    /// Of this type.
    #[garde(skip)]
    #[param(value_type = Option<String>)]
    pub log_type: Option<LogType>,
    /// About such an entity.
    #[garde(length(bytes, min = 1, max = 128))]
    pub entity_type: Option<String>,
    /// About this entity.
    #[garde(length(bytes, min = 1, max = 256))]
    pub entity_id: Option<String>,
    /// Of this service.
    #[garde(length(bytes, min = 1, max = 128))]
    pub service_name: Option<String>,
    /// With this outcome.
    #[garde(skip)]
    #[param(value_type = Option<String>)]
    pub status: Option<Outcome>,
}

impl Filter {
    /// The filters as a question.
    ///
    /// # Errors
    /// 422 for a range that is empty or too long.
    pub fn to_query(self, now: Timestamp) -> Result<AuditQuery> {
        let Self { from, to, user_id, log_type, entity_type, entity_id, service_name, status } = self;
        let range = AuditQuery::for_range(from, to, now).map_err(|bad| match bad {
            RangeFault::Empty => Error::invalid("query:to", "range_empty", "`to` must be later than `from`."),
            RangeFault::TooLong => {
                let detail = format!("A range may span at most {RANGE_DAYS_MAX} days.");
                Error::invalid("query:from", "range_too_long", detail)
            }
        })?;
        Ok(AuditQuery { user_id, log_type, entity_type, entity_id, service_name, status, ..range })
    }

    /// Refuses a filter that the path already sets.
    ///
    /// # Errors
    /// 400 with a pointer to it.
    pub fn reject_filter(&self, name: &str, given: bool) -> Result<()> {
        if !given {
            return Ok(());
        }
        let refused = Error::new(Code::Malformed, "The query cannot be read.");
        Err(refused.with_field(format!("query:{name}"), "unknown_field", "the path says it already"))
    }
}

/// One page, newest first, each record as `fields` allows.
pub(crate) async fn records(
    trail: &AuditStore,
    filters: Filter,
    page: &Pagination,
    now: Timestamp,
    fields: impl Fn(&Record) -> ReadableFields,
) -> Result<Page<Record>> {
    let found = trail.search(&filters.to_query(now)?, page).await?;
    Ok(found.map(|found| {
        let fields = fields(&found.record);
        redacted(found.record, fields)
    }))
}
