//! Filters and pages of the three lists.

use access::Fields;
use events::{LogType, Outcome};
use garde::Validate;
use jiff::Timestamp;
use kernel::{Error, Page, Result};
use serde::Deserialize;
use store::Pagination;
use utoipa::IntoParams;

use super::redaction::redacted;
use crate::{
    domain::{
        query::{BadRange, Question, RANGE_DAYS_MAX},
        record::Record,
    },
    store::Trail,
};

/// Which records. Everything given must hold; without a range, the last 30 days.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filters {
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

impl Filters {
    /// The filters as a question.
    ///
    /// # Errors
    /// 422 for a range that is empty or too long.
    pub fn question(self, now: Timestamp) -> Result<Question> {
        let Self { from, to, user_id, log_type, entity_type, entity_id, service_name, status } = self;
        let range = Question::over(from, to, now).map_err(|bad| match bad {
            BadRange::Empty => Error::invalid("query:to", "range_empty", "`to` must be later than `from`."),
            BadRange::TooLong => {
                let detail = format!("A range may span at most {RANGE_DAYS_MAX} days.");
                Error::invalid("query:from", "range_too_long", detail)
            }
        })?;
        Ok(Question { user_id, log_type, entity_type, entity_id, service_name, status, ..range })
    }

    /// Refuses a filter that the path already sets.
    ///
    /// # Errors
    /// 400 with a pointer to it.
    pub fn without(&self, name: &str, given: bool) -> Result<()> {
        if !given {
            return Ok(());
        }
        let refused = Error::new(kernel::Kind::Malformed, "malformed", "The query cannot be read.");
        Err(refused.field(format!("query:{name}"), "unknown_field", "the path says it already"))
    }
}

/// One page, newest first, each record as `fields` allows.
pub(crate) async fn records(
    trail: &Trail,
    filters: Filters,
    page: &Pagination,
    now: Timestamp,
    fields: impl Fn(&Record) -> Fields,
) -> Result<Page<Record>> {
    let found = trail.search(&filters.question(now)?, page).await?;
    Ok(found.map(|found| {
        let fields = fields(&found.record);
        redacted(found.record, fields)
    }))
}
