//! A request for leave: as it is stored, and how it moves.

use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId, LeaveId, Minutes, Origin};
use policy::{
    LeaveAmount, Person, PolicyRef, Portion,
    leave::{Approval, DayRange, EntryKind, Evaluation, LeaveCount, LedgerEntry, Violation, runs},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::leave_type::LeaveType;

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequestStatus {
    /// Waits for a decision; its days are held.
    Pending,
    /// Its days are taken.
    Approved,
    /// Refused; its days came back.
    Rejected,
    /// Taken back; the days not yet begun came back.
    Cancelled,
}

/// A request for leave. What it counts is frozen in it; the images of this item are what events say.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    pub id: LeaveId,
    pub employee_id: EmployeeId,
    /// The type's code: `annual`.
    pub leave_type: String,
    /// The type's name as it was: `Annual`. For those who read events and mails.
    pub leave_type_name: String,
    pub start_date: Date,
    pub end_date: Date,
    /// Part of the day, for one-day requests.
    pub portion: Portion,
    /// What it counts in all.
    pub duration: LeaveAmount,
    /// Day by day, by the calendar at request; at approval the figures are final.
    pub count: LeaveCount,
    /// The person's standard day at request.
    pub day_minutes: Minutes,
    /// Why, in the employee's words.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// A file's id elsewhere.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub attachment_id: Option<String>,
    pub status: RequestStatus,
    /// The policy version that decided.
    #[serde(flatten)]
    pub policy: PolicyRef,
    /// Violations that did not stand in the way.
    #[serde(default)]
    pub violations: Vec<Violation>,
    /// The way of approval; none where the policy asks nobody.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub approval: Option<Approval>,
    /// The person's department at request; moved with them while the request is not over.
    pub department_id: DepartmentId,
    /// The person's manager at request; moved with them while it is pending.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manager_id: Option<EmployeeId>,
    pub created_by: EmployeeId,
    pub created_at: Timestamp,
    /// Who said the last yes; nobody where the policy asks nobody.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub approved_by: Option<EmployeeId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub approved_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rejected_by: Option<EmployeeId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rejected_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rejected_reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cancelled_by: Option<EmployeeId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cancelled_at: Option<Timestamp>,
    /// From this day on its days came back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cancelled_from: Option<Date>,
    pub updated_at: Timestamp,
}

/// What is asked for, beside what the policies say to it.
#[derive(Debug, Clone)]
pub struct RequestDetails {
    /// First and last day.
    pub days: (Date, Date),
    /// Part of the day, for one-day requests.
    pub portion: Portion,
    /// Why, in the employee's words.
    pub reason: Option<String>,
    /// A file's id elsewhere.
    pub attachment_id: Option<String>,
}

impl Request {
    /// A new request as it was judged: pending, or approved at once where the policy asks nobody.
    pub fn new(
        id: LeaveId,
        (person, leave_type): (&Person, &LeaveType),
        wanted: RequestDetails,
        judged: Evaluation,
        (created_by, at): (EmployeeId, Timestamp),
    ) -> Self {
        let day_minutes = person.contract.day_minutes;
        let approval = Approval::start(judged.steps);
        let at_once = approval.is_none();
        Self {
            id,
            employee_id: person.id,
            leave_type: leave_type.code.clone(),
            leave_type_name: leave_type.name.clone(),
            start_date: wanted.days.0,
            end_date: wanted.days.1,
            portion: wanted.portion,
            duration: LeaveAmount::from_minutes(judged.required, day_minutes),
            count: judged.count,
            day_minutes,
            reason: wanted.reason,
            attachment_id: wanted.attachment_id,
            status: if at_once { RequestStatus::Approved } else { RequestStatus::Pending },
            policy: judged.policy,
            violations: judged.violations,
            approval,
            department_id: person.department_id,
            manager_id: person.manager_id,
            created_by,
            created_at: at,
            approved_by: None,
            approved_at: at_once.then_some(at),
            rejected_by: None,
            rejected_at: None,
            rejected_reason: None,
            cancelled_by: None,
            cancelled_at: None,
            cancelled_from: None,
            updated_at: at,
        }
    }

    /// The way of approval while it waits for a decision.
    pub fn waiting(&self) -> Option<&Approval> {
        self.approval.as_ref().filter(|_| self.status == RequestStatus::Pending)
    }

    /// Whether it begins only after this day.
    pub fn begins_after(&self, day: Date) -> bool {
        self.start_date > day
    }

    /// The entry that a new request posts: its days held, or taken where nobody is asked.
    pub fn opening_entry(&self, origin: &Origin) -> LedgerEntry {
        match self.status {
            RequestStatus::Approved => {
                self.entry(origin, EntryKind::Consume, "consume", "approval", Sign::Debit, self.count.runs())
            }
            RequestStatus::Pending | RequestStatus::Rejected | RequestStatus::Cancelled => {
                self.entry(origin, EntryKind::Hold, "hold", "request", Sign::Debit, self.count.runs())
            }
        }
    }

    /// The request with a yes that is not the last, or one level up.
    #[must_use]
    pub fn with_approval(&self, approval: Approval, at: Timestamp) -> Self {
        Self { approval: Some(approval), updated_at: at, ..self.clone() }
    }

    /// The last yes: what was held is taken.
    pub fn approve(&self, approval: Approval, by: EmployeeId, origin: &Origin) -> (Self, Vec<LedgerEntry>) {
        let after = Self {
            status: RequestStatus::Approved,
            approval: Some(approval),
            approved_by: Some(by),
            approved_at: Some(origin.at),
            updated_at: origin.at,
            ..self.clone()
        };
        let runs = self.count.runs();
        let entries = vec![
            self.entry(origin, EntryKind::Release, "release", "approval", Sign::Credit, runs.clone()),
            self.entry(origin, EntryKind::Consume, "consume", "approval", Sign::Debit, runs),
        ];
        (after, entries)
    }

    /// A no: what was held comes back.
    pub fn reject(
        &self,
        approval: Approval,
        by: EmployeeId,
        reason: String,
        origin: &Origin,
    ) -> (Self, Vec<LedgerEntry>) {
        let after = Self {
            status: RequestStatus::Rejected,
            approval: Some(approval),
            rejected_by: Some(by),
            rejected_at: Some(origin.at),
            rejected_reason: Some(reason),
            updated_at: origin.at,
            ..self.clone()
        };
        let entry = self.entry(origin, EntryKind::Release, "release", "rejection", Sign::Credit, self.count.runs());
        (after, vec![entry])
    }

    /// Taken back on a day at the person's site: a pending request as a whole, an approved one from that day on. Nothing when
    /// there is nothing left to take back.
    pub fn cancel(&self, by: EmployeeId, today: Date, origin: &Origin) -> Option<(Self, Vec<LedgerEntry>, Date)> {
        let (from, id) = match self.status {
            RequestStatus::Pending => (self.start_date, "release"),
            RequestStatus::Approved if self.end_date >= today => (self.start_date.max(today), "reversal"),
            RequestStatus::Approved | RequestStatus::Rejected | RequestStatus::Cancelled => return None,
        };
        let after = Self {
            status: RequestStatus::Cancelled,
            cancelled_by: Some(by),
            cancelled_at: Some(origin.at),
            cancelled_from: Some(from),
            updated_at: origin.at,
            ..self.clone()
        };
        let left = self.count.days.iter().filter(|day| day.date >= from).map(|day| (day.date, day.minutes));
        let runs = runs(left);
        let posts = !runs.is_empty();
        let entry = self.entry(origin, EntryKind::Release, id, "cancellation", Sign::Credit, runs);
        Some((after, posts.then_some(entry).into_iter().collect(), from))
    }

    fn entry(
        &self,
        origin: &Origin,
        kind: EntryKind,
        id: &str,
        rule: &str,
        sign: Sign,
        days: Vec<DayRange>,
    ) -> LedgerEntry {
        let days: Vec<DayRange> = match sign {
            Sign::Credit => days,
            Sign::Debit => days.into_iter().map(|run| DayRange { minutes: -run.minutes, ..run }).collect(),
        };
        let minutes = days.iter().map(|run| Minutes(run.minutes.0.saturating_mul(run.days()))).sum();
        LedgerEntry {
            id: format!("{id}#{}", self.id),
            kind,
            leave_type: self.leave_type.clone(),
            on: days.first().map_or(self.start_date, |run| run.from),
            minutes,
            days,
            expires_on: None,
            leave_id: Some(self.id),
            policy: Some(self.policy),
            rule: rule.to_owned(),
            inputs: json!({
                "start_date": self.start_date,
                "end_date": self.end_date,
                "day_minutes": self.day_minutes,
                "site": self.count.site,
                "calendar_version": self.count.calendar_version,
            }),
            posted_at: origin.at,
            posted_by: origin.actor.clone(),
        }
    }
}

/// Which way minutes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// Back into the balance.
    Credit,
    Debit,
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use kernel::{Actor, PolicyId, RequestId};
    use policy::leave::{Approver, DayCount, Step};
    use uuid::Uuid;

    use super::*;

    fn id(number: u128) -> EmployeeId {
        EmployeeId::new(Uuid::from_u128(number))
    }

    fn origin() -> Origin {
        let (at, request_id) = (Timestamp::UNIX_EPOCH, RequestId::sanitised("req"));
        Origin { actor: Actor::Person(id(2)), at, request_id, ip_address: None, user_agent: None }
    }

    fn approval() -> Approval {
        let steps = vec![Step { by: Approver::Manager, needed: 1, above_days: None, escalate_after_hours: None }];
        Approval { steps, step: 0, level: 0, generation: 0, decisions: Vec::new() }
    }

    /// Thursday 11 July to Tuesday 16 July: four days, a weekend between them.
    fn request(status: RequestStatus) -> Request {
        let day = |of| DayCount {
            date: date(2024, 7, of),
            portion: Portion::Full,
            minutes: Minutes(if of == 13 || of == 14 { 0 } else { 480 }),
            why: None,
        };
        let days: Vec<_> = (11..=16).map(day).collect();
        let count = LeaveCount { days, site: "berlin".to_owned(), calendar_version: 3 };
        Request {
            id: LeaveId::new(Uuid::from_u128(9)),
            employee_id: id(1),
            leave_type: "annual".to_owned(),
            leave_type_name: "Annual".to_owned(),
            start_date: date(2024, 7, 11),
            end_date: date(2024, 7, 16),
            portion: Portion::Full,
            duration: LeaveAmount::from_minutes(count.total(), Minutes(480)),
            count,
            day_minutes: Minutes(480),
            reason: None,
            attachment_id: None,
            status,
            policy: PolicyRef { policy_id: PolicyId::new(Uuid::from_u128(5)), policy_version: 1 },
            violations: Vec::new(),
            approval: Some(approval()),
            department_id: DepartmentId::new(Uuid::from_u128(6)),
            manager_id: Some(id(2)),
            created_by: id(1),
            created_at: Timestamp::UNIX_EPOCH,
            approved_by: None,
            approved_at: None,
            rejected_by: None,
            rejected_at: None,
            rejected_reason: None,
            cancelled_by: None,
            cancelled_at: None,
            cancelled_from: None,
            updated_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn sums(entries: &[LedgerEntry]) -> Vec<(String, i64, usize)> {
        let word = |entry: &LedgerEntry| entry.id.split('#').next().unwrap_or_default().to_owned();
        entries.iter().map(|entry| (word(entry), entry.minutes.0, entry.days.len())).collect()
    }

    #[test]
    fn what_a_request_posts_adds_up_whatever_becomes_of_it() {
        let pending = request(RequestStatus::Pending);
        let hold = pending.opening_entry(&origin());
        assert_eq!(sums(std::slice::from_ref(&hold)), [("hold".to_owned(), -1920, 2)]);
        assert_eq!(
            sums(&[request(RequestStatus::Approved).opening_entry(&origin())]),
            [("consume".to_owned(), -1920, 2)]
        );
        let (approved, entries) = pending.approve(approval(), id(2), &origin());
        assert_eq!(sums(&entries), [("release".to_owned(), 1920, 2), ("consume".to_owned(), -1920, 2)]);
        assert_eq!((approved.status, approved.approved_by), (RequestStatus::Approved, Some(id(2))));
        let (rejected, entries) = pending.reject(approval(), id(2), "no".to_owned(), &origin());
        assert_eq!(sums(&entries), [("release".to_owned(), 1920, 2)]);
        assert_eq!(rejected.rejected_reason.as_deref(), Some("no"));
    }

    #[test]
    fn a_cancellation_gives_back_the_days_that_have_not_begun() {
        for (status, today, expected) in [
            (RequestStatus::Pending, date(2024, 7, 1), Some((date(2024, 7, 11), 1920))),
            (RequestStatus::Pending, date(2024, 8, 1), Some((date(2024, 7, 11), 1920))),
            (RequestStatus::Approved, date(2024, 7, 1), Some((date(2024, 7, 11), 1920))),
            (RequestStatus::Approved, date(2024, 7, 11), Some((date(2024, 7, 11), 1920))),
            (RequestStatus::Approved, date(2024, 7, 12), Some((date(2024, 7, 12), 1440))),
            (RequestStatus::Approved, date(2024, 7, 14), Some((date(2024, 7, 14), 960))),
            (RequestStatus::Approved, date(2024, 7, 16), Some((date(2024, 7, 16), 480))),
            (RequestStatus::Approved, date(2024, 7, 17), None),
            (RequestStatus::Rejected, date(2024, 7, 1), None),
            (RequestStatus::Cancelled, date(2024, 7, 1), None),
        ] {
            let cancelled = request(status).cancel(id(1), today, &origin());
            let found = cancelled.map(|(after, entries, from)| {
                assert_eq!((after.status, after.cancelled_from), (RequestStatus::Cancelled, Some(from)));
                (from, entries.iter().map(|entry| entry.minutes.0).sum::<i64>())
            });
            assert_eq!(found, expected, "{status:?} on {today}");
        }
    }

    #[test]
    fn when_only_days_off_are_left_nothing_is_posted() {
        let mut friday = request(RequestStatus::Approved);
        friday.end_date = date(2024, 7, 14);
        friday.count.days.truncate(4);
        let (_, entries, from) = friday.cancel(id(1), date(2024, 7, 13), &origin()).unwrap();
        assert_eq!((entries.len(), from), (0, date(2024, 7, 13)));
    }
}
