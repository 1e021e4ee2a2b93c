//! Payroll periods: which months of a site are closed, and which may be closed next. Pure.

use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use kernel::{CorrectionId, EmployeeId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    month_totals::Month,
    run::{Run, RunScope},
};

/// Time after the end of a month in UTC at which all of its shift windows have closed: 12 hours for the last time zone, and
/// 36 hours for a window that closes a day and 12 hours after its date.
const WINDOWS_CLOSED_AFTER: SignedDuration = SignedDuration::from_hours(48);
/// Maximum time between the clock of a settlement and its writes. A worker runs at most 15 minutes.
const WRITE_DELAY_MAX: SignedDuration = SignedDuration::from_hours(1);

/// The item `PAYROLL#<site>`, `SITE`: the last closed month of a site. It exists from the first close on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SitePayroll {
    /// Code of the site, as in employee records.
    pub site: String,
    /// Last closed month. All months before it are closed, too.
    pub closed_through: Month,
    pub updated_at: Timestamp,
}

/// The item `PAYROLL#<site>`, `MONTH#<yyyy-mm>`: the close of a month, with the numbers of items that were open then. Months
/// before the first close have no such item, although they are closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayrollClosing {
    pub site: String,
    pub month: Month,
    pub closed_at: Timestamp,
    pub closed_by: EmployeeId,
    /// Number of incomplete days at the close; [`OPEN_ITEMS_MAX`] also means more.
    pub incomplete_days: usize,
    /// Number of pending corrections of days of the month at the close; [`OPEN_ITEMS_MAX`] also means more.
    pub pending_corrections: usize,
}

/// Maximum open items of each kind that are counted and listed.
pub const OPEN_ITEMS_MAX: usize = 100;

/// Settled day with the status `incomplete`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IncompleteDay {
    /// Id of the employee.
    pub employee_id: EmployeeId,
    /// Date on which the shift starts.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
}

/// Correction that waits for a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PendingCorrection {
    /// Id of the correction.
    pub correction_id: CorrectionId,
    /// Id of the employee.
    pub employee_id: EmployeeId,
    /// Date of the attendance day.
    #[schema(value_type = String, format = Date)]
    pub date: Date,
}

/// Reason why a month cannot be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseRefusal {
    /// The month is closed already, by its own close or that of a later month.
    AlreadyClosed,
    /// Months are closed in order; this is the one after the last closed month.
    EarlierMonth(Month),
    /// The overnight runs have not yet covered this instant, [`closable_from`] of the month.
    NotCovered(Timestamp),
    /// A run that may change days of the month is not complete.
    RunOpen,
}

/// Instant at which every shift window of a month's days has closed, in any time zone. A month cannot be closed before.
pub fn closable_from(month: Month) -> Timestamp {
    let next = month.last_day().tomorrow().unwrap_or(Date::MAX);
    let midnight = next.to_zoned(TimeZone::UTC).map_or(Timestamp::MAX, |zoned| zoned.timestamp());
    midnight.saturating_add(WINDOWS_CLOSED_AFTER).unwrap_or(Timestamp::MAX)
}

/// Whether the month of a date is old enough to be closed, or will be within the hour that a settlement from `now` on may
/// take to write the day. Only the time counts: the month may still be open.
pub fn may_be_closed(date: Date, now: Timestamp) -> bool {
    closable_from(Month::of(date)) <= now.saturating_add(WRITE_DELAY_MAX).unwrap_or(Timestamp::MAX)
}

/// Whether a month is closed at a site whose last closed month is `closed_through`; `None` if no month is closed.
pub fn is_closed(month: Month, closed_through: Option<Month>) -> bool {
    closed_through.is_some_and(|last| month <= last)
}

/// Checks that a month may be closed. `closed_through` is the last closed month of the site: without one, any month may be the
/// first. `covered_through` is the instant up to which overnight runs were dispatched, and `open_runs` are those that are not
/// complete.
///
/// # Errors
/// The first reason against it.
pub fn check_close(
    month: Month,
    closed_through: Option<Month>,
    covered_through: Option<Timestamp>,
    open_runs: &[Run],
) -> Result<(), CloseRefusal> {
    if is_closed(month, closed_through) {
        return Err(CloseRefusal::AlreadyClosed);
    }
    if let Some(earlier) = closed_through.map(Month::next).filter(|next| *next < month) {
        return Err(CloseRefusal::EarlierMonth(earlier));
    }
    let from = closable_from(month);
    if covered_through.is_none_or(|through| through < from) {
        return Err(CloseRefusal::NotCovered(from));
    }
    if open_runs.iter().any(|run| may_change(run, month)) {
        return Err(CloseRefusal::RunOpen);
    }
    Ok(())
}

/// Whether a run may change days of a month. A nightly run settles days whose windows closed after its `after`; a dry run
/// changes none.
fn may_change(run: &Run, month: Month) -> bool {
    match run.scope {
        RunScope::Nightly { after, .. } => after < closable_from(month),
        RunScope::Replay { from, to, dry_run, .. } => !dry_run && from <= month.last_day() && month.first_day() <= to,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use kernel::{Actor, Origin, RequestId, RunId};
    use uuid::Uuid;

    use super::*;

    fn month(text: &str) -> Month {
        text.parse().unwrap()
    }

    fn instant(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn run(scope: RunScope) -> Run {
        let origin = Origin {
            actor: Actor::System("attendance-job-dispatch".to_owned()),
            at: instant("2024-06-10T00:00:00Z"),
            request_id: RequestId::sanitised("req_1"),
            ip_address: None,
            user_agent: None,
        };
        Run::new(RunId::new(Uuid::nil()), scope, &origin)
    }

    #[test]
    fn months_are_closed_in_order_after_the_overnight_run() {
        let covered = instant("2024-06-10T00:00:00Z");
        for (wanted, closed_through, expected) in [
            ("2024-05", None, Ok(())),
            ("2020-01", None, Ok(())),
            ("2024-05", Some("2024-04"), Ok(())),
            ("2024-05", Some("2024-05"), Err(CloseRefusal::AlreadyClosed)),
            ("2024-01", Some("2024-05"), Err(CloseRefusal::AlreadyClosed)),
            ("2024-05", Some("2024-02"), Err(CloseRefusal::EarlierMonth(month("2024-03")))),
            ("2024-01", Some("2023-11"), Err(CloseRefusal::EarlierMonth(month("2023-12")))),
            ("2024-06", None, Err(CloseRefusal::NotCovered(instant("2024-07-03T00:00:00Z")))),
        ] {
            let found = check_close(month(wanted), closed_through.map(month), Some(covered), &[]);
            assert_eq!(found, expected, "{wanted} after {closed_through:?}");
        }
        let from = closable_from(month("2024-05"));
        assert_eq!(from, instant("2024-06-03T00:00:00Z"));
        assert_eq!(check_close(month("2024-05"), None, Some(from), &[]), Ok(()));
        let earlier = from.saturating_sub(SignedDuration::from_secs(1)).unwrap();
        for covered in [None, Some(earlier)] {
            assert_eq!(check_close(month("2024-05"), None, covered, &[]), Err(CloseRefusal::NotCovered(from)));
        }
    }

    #[test]
    fn open_run_of_the_month_prevents_its_close() {
        let nightly = |after: &str| RunScope::Nightly {
            after: instant(after),
            by: instant("2024-06-10T00:00:00Z"),
            department_id: None,
        };
        let replay = |from: (i16, i8, i8), to: (i16, i8, i8), dry_run| RunScope::Replay {
            from: date(from.0, from.1, from.2),
            to: date(to.0, to.1, to.2),
            employee_id: None,
            department_id: None,
            dry_run,
        };
        for (scope, open) in [
            (nightly("2024-06-02T23:59:59Z"), true),
            (nightly("2024-06-03T00:00:00Z"), false),
            (replay((2024, 4, 20), (2024, 5, 1), false), true),
            (replay((2024, 5, 31), (2024, 6, 4), false), true),
            (replay((2024, 5, 31), (2024, 6, 4), true), false),
            (replay((2024, 6, 1), (2024, 6, 4), false), false),
            (replay((2024, 4, 1), (2024, 4, 30), false), false),
        ] {
            let covered = Some(instant("2024-06-10T00:00:00Z"));
            let found = check_close(month("2024-05"), None, covered, &[run(scope.clone())]);
            assert_eq!(found, if open { Err(CloseRefusal::RunOpen) } else { Ok(()) }, "{scope:?}");
        }
    }

    #[test]
    fn only_days_of_months_that_may_be_closed_need_the_state_of_their_site() {
        let day = date(2024, 5, 31);
        for (now, expected) in [
            ("2024-05-31T23:00:00Z", false),
            ("2024-06-01T06:00:00Z", false),
            ("2024-06-02T22:59:59Z", false),
            ("2024-06-02T23:00:00Z", true),
            ("2024-06-10T00:00:00Z", true),
        ] {
            assert_eq!(may_be_closed(day, instant(now)), expected, "{now}");
        }
        assert!(!may_be_closed(date(2024, 6, 1), instant("2024-06-10T00:00:00Z")));
    }
}
