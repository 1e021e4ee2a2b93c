//! What the three lists have in common: filters, pages, redaction.

use access::{Fields, Relation};
use events::{LogType, Outcome};
use garde::Validate;
use jiff::Timestamp;
use kernel::{Error, Limit, Page, Result};
use lambda::{FromShell, InitError, Shell, http::Caller};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    domain::{
        query::{BadRange, Question, RANGE_DAYS_MAX},
        record::Record,
    },
    store::Trail,
};

/// Which records. Everything given must hold; without a range, the last 30 days.
#[derive(Debug, Clone, Default, Deserialize, Validate, IntoParams)]
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
    /// How many records, at most 100; 25 unless told.
    #[garde(skip)]
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 100)]
    pub limit: Limit,
    /// `next_cursor` of the page before.
    #[garde(skip)]
    pub cursor: Option<String>,
}

impl Filters {
    /// The filters as a question.
    ///
    /// # Errors
    /// 422 for a range that is empty or too long.
    pub fn question(&self, now: Timestamp) -> Result<Question> {
        let mut question = Question::over(self.from, self.to, now).map_err(|bad| match bad {
            BadRange::Empty => Error::invalid("query:to", "range_empty", "`to` must be later than `from`."),
            BadRange::TooLong => {
                let detail = format!("A range may span at most {RANGE_DAYS_MAX} days.");
                Error::invalid("query:from", "range_too_long", detail)
            }
        })?;
        question.user_id.clone_from(&self.user_id);
        question.log_type = self.log_type;
        question.entity_type.clone_from(&self.entity_type);
        question.entity_id.clone_from(&self.entity_id);
        question.service_name.clone_from(&self.service_name);
        question.status = self.status;
        Ok(question)
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

/// The audit table and what pages need.
#[derive(Clone)]
pub struct Reader {
    /// The table.
    pub trail: Trail,
    shell: Shell,
}

impl FromShell for Reader {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { trail: Trail::from_shell(shell)?, shell: shell.clone() })
    }
}

impl Reader {
    /// One page, newest first, each record as `fields` allows.
    ///
    /// # Errors
    /// 400 for a cursor of another list, 422 for a bad range, 503.
    pub async fn page(
        &self,
        caller: &Caller,
        operation: &str,
        filters: &Filters,
        fields: impl Fn(&Record) -> Fields,
    ) -> Result<Page<Record>> {
        let now = caller.origin().at;
        let question = filters.question(now)?;
        // What the caller asked, not the range that follows from now: the next page is asked a little later.
        let asked = Filters { limit: Limit::default(), cursor: None, ..filters.clone() };
        let view = caller.view(format!("{operation} {asked:?}"));
        let sealer = self.shell.keys.sealer(now).await?;
        let behind = filters.cursor.as_ref().map(|cursor| sealer.open(&view, cursor)).transpose()?;
        let limit = usize::from(filters.limit.get());
        let (found, next) = self.trail.search(&question, limit, behind.as_deref()).await?;
        let next_cursor = next.map(|position| sealer.seal(&view, &position)).transpose()?;
        let shown = |record: Record| {
            let fields = fields(&record);
            record.redacted(fields)
        };
        Ok(Page { items: found.into_iter().map(|found| shown(found.record)).collect(), next_cursor })
    }
}

/// What a caller may read of anybody's record.
pub fn of_others(caller: &Caller) -> Fields {
    caller.fields(Relation::Other)
}

/// What somebody may read of their own activities: all about themselves, of others what their roles allow.
pub fn of_own_activity(caller: &Caller, record: &Record) -> Fields {
    let about_oneself = record.is_about(&caller.id().to_string());
    caller.fields(if about_oneself { Relation::Own } else { Relation::Other })
}
