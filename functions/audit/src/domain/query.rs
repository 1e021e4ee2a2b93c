//! Query of audit records, and the index partitions that it reads.

use events::{EventType, LogType, Outcome, Service};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;

use super::record::AuditRecord;

/// Longest range of a query, in days.
pub const RANGE_DAYS_MAX: i64 = 366;
/// Default range of a query, in days.
pub const RANGE_DAYS_DEFAULT: i64 = 30;

/// Month in UTC, in keys as `2026-11`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(Date);

impl Month {
    pub fn of(at: Timestamp) -> Self {
        Self(at.to_zoned(TimeZone::UTC).date().first_of_month())
    }

    fn previous(self) -> Option<Self> {
        self.0.yesterday().ok().map(|day| Self(day.first_of_month()))
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

/// One partition of one index, sorted by time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexPartition {
    User(String),
    Entity(String),
    Failure(Month),
    Type(LogType, Month),
}

/// Time range and filters; all must match. `from` is inclusive, `to` exclusive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditQuery {
    pub from: Timestamp,
    pub to: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_type: Option<LogType>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Outcome>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RangeFault {
    /// `from` is not before `to`.
    Empty,
    /// The range is longer than [`RANGE_DAYS_MAX`].
    TooLong,
}

impl AuditQuery {
    /// Query without filters. By default, `to` is 5 minutes after `now`, and `from` is [`RANGE_DAYS_DEFAULT`] days before `to`.
    ///
    /// # Errors
    /// [`RangeFault`] for an empty or too long range.
    pub fn for_range(from: Option<Timestamp>, to: Option<Timestamp>, now: Timestamp) -> Result<Self, RangeFault> {
        let days = |days| SignedDuration::from_hours(24 * days);
        let to = to.unwrap_or_else(|| now.saturating_add(SignedDuration::from_mins(5)).unwrap_or(now));
        let from = from.unwrap_or_else(|| to.saturating_sub(days(RANGE_DAYS_DEFAULT)).unwrap_or(to));
        if from >= to {
            return Err(RangeFault::Empty);
        }
        if to.duration_since(from) > days(RANGE_DAYS_MAX) {
            return Err(RangeFault::TooLong);
        }
        Ok(Self {
            from,
            to,
            user_id: None,
            log_type: None,
            entity_type: None,
            entity_id: None,
            service_name: None,
            status: None,
        })
    }

    /// Index partitions that hold all matching records, among others. The outer list has one step per month, newest first; with
    /// a user or an entity, one for the whole range. The partitions of one step must be merged by time.
    pub fn partition_steps(&self) -> Vec<Vec<IndexPartition>> {
        if let Some(user) = &self.user_id {
            return vec![vec![IndexPartition::User(user.clone())]];
        }
        if let Some(entity) = &self.entity_id {
            return vec![vec![IndexPartition::Entity(entity.clone())]];
        }
        let types = match (self.log_type, &self.service_name) {
            (Some(one), _) => vec![one],
            (None, Some(service)) => service.parse().map_or_else(|_| LogType::ALL.to_vec(), log_types_of),
            (None, None) => LogType::ALL.to_vec(),
        };
        let partitions = |month: Month| match self.status {
            Some(Outcome::Failure) if types.len() > 1 => vec![IndexPartition::Failure(month)],
            _ => types.iter().map(|&log_type| IndexPartition::Type(log_type, month)).collect(),
        };
        self.months_newest_first().into_iter().map(partitions).collect()
    }

    fn months_newest_first(&self) -> Vec<Month> {
        let oldest = Month::of(self.from);
        let last = self.to.saturating_sub(SignedDuration::from_millis(1)).unwrap_or(self.to);
        std::iter::successors(Some(Month::of(last)), |month| month.previous())
            .take_while(|month| *month >= oldest)
            .collect()
    }

    /// Whether the record is in the time range and matches all filters.
    pub fn matches(&self, record: &AuditRecord) -> bool {
        let equals =
            |filter: &Option<String>, value: Option<&str>| filter.as_deref().is_none_or(|filter| value == Some(filter));
        (self.from..self.to).contains(&record.timestamp)
            && equals(&self.user_id, Some(&record.user_id))
            && equals(&self.entity_id, record.entity_id.as_deref())
            && equals(&self.entity_type, Some(&record.entity_type))
            && equals(&self.service_name, Some(&record.service_name))
            && self.log_type.is_none_or(|filter| filter == record.log_type)
            && self.status.is_none_or(|filter| filter == record.status)
    }
}

/// Log types of a service: those of its events, and the two that every service has.
pub fn log_types_of(service: Service) -> Vec<LogType> {
    let own = |log_type: &LogType| {
        matches!(log_type, LogType::CriticalEvent | LogType::DataExport)
            || EventType::ALL.iter().any(|event| event.service() == service && event.log_type() == *log_type)
    };
    LogType::ALL.iter().copied().filter(own).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn query(from: &str, to: &str) -> AuditQuery {
        AuditQuery::for_range(Some(at(from)), Some(at(to)), at(to)).unwrap()
    }

    #[test]
    fn range_is_bounded_and_defaults_to_thirty_days() {
        let now = at("2026-11-22T00:00:00Z");
        let query = AuditQuery::for_range(None, None, now).unwrap();
        assert_eq!(query.to.duration_since(query.from), SignedDuration::from_hours(24 * 30));
        assert!(query.to > now, "the default range includes current records");
        assert_eq!(AuditQuery::for_range(Some(now), Some(now), now), Err(RangeFault::Empty));
        assert_eq!(AuditQuery::for_range(Some(at("2025-01-01T00:00:00Z")), Some(now), now), Err(RangeFault::TooLong));
    }

    #[test]
    fn plan_uses_the_most_selective_index() {
        let mut query = query("2026-10-31T23:59:59Z", "2026-12-01T00:00:00Z");
        let types = LogType::ALL.len();
        assert_eq!(
            query.partition_steps().iter().map(Vec::len).collect::<Vec<_>>(),
            [types, types],
            "two months with all log types"
        );
        query.service_name = Some("leave-management-service".to_owned());
        assert_eq!(query.partition_steps()[0].len(), 13, "eleven log types of leave, two of all services");
        query.service_name = Some("payroll".to_owned());
        assert_eq!(query.partition_steps()[0].len(), types, "an external system may use any log type");
        query.status = Some(Outcome::Failure);
        let month = Month::of(at("2026-11-01T00:00:00Z"));
        assert_eq!(query.partition_steps()[0], [IndexPartition::Failure(month)]);
        query.log_type = Some(LogType::UserLogin);
        assert_eq!(query.partition_steps()[0], [IndexPartition::Type(LogType::UserLogin, month)]);
        query.entity_id = Some("leave_1".to_owned());
        assert_eq!(query.partition_steps(), [[IndexPartition::Entity("leave_1".to_owned())]]);
        query.user_id = Some("emp_1".to_owned());
        assert_eq!(query.partition_steps(), [[IndexPartition::User("emp_1".to_owned())]]);
    }

    #[test]
    fn months_run_from_the_newest_across_years() {
        let months: Vec<_> = query("2025-12-31T00:00:00Z", "2026-02-01T00:00:00Z").months_newest_first();
        assert_eq!(months.iter().map(Month::to_string).collect::<Vec<_>>(), ["2026-01", "2025-12"]);
    }

    #[test]
    fn each_event_has_a_log_type_of_its_service() {
        for event in EventType::ALL {
            assert!(log_types_of(event.service()).contains(&event.log_type()), "{event}");
        }
    }
}
