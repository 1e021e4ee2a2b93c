//! Leave requests: the stored form, and the transitions between statuses with their ledger entries.

use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId, LeaveId, Minutes, Origin};
use policy::{
    LeaveAmount, Person, PolicyRef, Portion,
    leave::{
        Approval, DayRange, EntryKind, Evaluation, LeaveCount, LedgerEntry, RequestEntryInputs, Violation, day_ranges,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::leave_type::LeaveType;

/// Status of a leave request.
///
/// - `pending`: waits for a decision; its days are held
/// - `approved`: approved; its days are taken
/// - `rejected`: rejected; its days were returned
/// - `cancelled`: cancelled; its days were returned, of approved leave only those from the day of the cancellation on
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequestStatus {
    /// The request needs a decision; its days are held.
    Pending,
    /// The request is approved; its days are taken.
    Approved,
    /// The request is rejected; its days were returned.
    Rejected,
    /// The request is cancelled; its days were returned, of an approved leave only those from the day of the
    /// cancellation on.
    Cancelled,
}

/// Leave request as it is stored. Only a recount applies later calendars to it. Events carry images of this item.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    pub id: LeaveId,
    pub employee_id: EmployeeId,
    /// Code of the leave type: `annual`.
    pub leave_type: String,
    /// Name of the leave type when the request was made: `Annual`. Readers of events and mails need it.
    pub leave_type_name: String,
    pub start_date: Date,
    pub end_date: Date,
    /// Part of the day, for requests of one day.
    pub portion: Portion,
    /// Sum of the counted days.
    pub duration: LeaveAmount,
    /// Count of each day, by the calendar when the request was made or last recounted.
    pub count: LeaveCount,
    /// Standard day of the employee when the request was made.
    pub day_minutes: Minutes,
    /// Reason given by the employee.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// Id of an attached file in another service.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub attachment_id: Option<String>,
    pub status: RequestStatus,
    /// Policy version by which the request was evaluated.
    #[serde(flatten)]
    pub policy: PolicyRef,
    /// Violations that did not block the request.
    #[serde(default)]
    pub violations: Vec<Violation>,
    /// Approval steps and decisions; `None` if the policy has no approval step.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub approval: Option<Approval>,
    /// Department of the employee; it follows a move until the leave has ended.
    pub department_id: DepartmentId,
    /// Manager of the employee; it follows a move while the request is pending.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub manager_id: Option<EmployeeId>,
    pub created_by: EmployeeId,
    pub created_at: Timestamp,
    /// Last approver; `None` until approved, or if the policy has no approval step.
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
    /// First day that was returned by the cancellation.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cancelled_from: Option<Date>,
    pub updated_at: Timestamp,
}

/// Days, portion, reason and attachment of a new request.
#[derive(Debug, Clone)]
pub struct RequestDetails {
    /// First and last day.
    pub days: (Date, Date),
    /// Part of the day, for requests of one day.
    pub portion: Portion,
    /// Reason given by the employee.
    pub reason: Option<String>,
    /// Id of an attached file in another service.
    pub attachment_id: Option<String>,
}

impl Request {
    /// New request from its evaluation: pending, or approved at once if the policy has no approval step.
    pub fn new(
        id: LeaveId,
        (person, leave_type): (&Person, &LeaveType),
        details: RequestDetails,
        evaluation: Evaluation,
        (created_by, at): (EmployeeId, Timestamp),
    ) -> Self {
        let day_minutes = person.contract.day_minutes;
        let approval = Approval::start(evaluation.steps);
        let at_once = approval.is_none();
        Self {
            id,
            employee_id: person.id,
            leave_type: leave_type.code.clone(),
            leave_type_name: leave_type.name.clone(),
            start_date: details.days.0,
            end_date: details.days.1,
            portion: details.portion,
            duration: LeaveAmount::from_minutes(evaluation.required, day_minutes),
            count: evaluation.count,
            day_minutes,
            reason: details.reason,
            attachment_id: details.attachment_id,
            status: if at_once { RequestStatus::Approved } else { RequestStatus::Pending },
            policy: evaluation.policy,
            violations: evaluation.violations,
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

    /// Approval of the request while it is pending, otherwise `None`.
    pub fn pending_approval(&self) -> Option<&Approval> {
        self.approval.as_ref().filter(|_| self.status == RequestStatus::Pending)
    }

    /// Entry of a new request: a hold, or a consumption if it was approved at once.
    pub fn opening_entry(&self, origin: &Origin) -> LedgerEntry {
        match self.status {
            RequestStatus::Approved => self.ledger_entry(
                origin,
                EntryKind::Consume,
                "consume",
                "approval",
                EntrySign::Debit,
                self.count.day_ranges(),
            ),
            RequestStatus::Pending | RequestStatus::Rejected | RequestStatus::Cancelled => {
                self.ledger_entry(origin, EntryKind::Hold, "hold", "request", EntrySign::Debit, self.count.day_ranges())
            }
        }
    }

    /// Pending request with its approval after a decision that is not the last, or after an escalation.
    #[must_use]
    pub fn with_approval(&self, approval: Approval, at: Timestamp) -> Self {
        Self { approval: Some(approval), updated_at: at, ..self.clone() }
    }

    /// Approved request after the last decision, which `approval` contains, and the entries that turn the hold into a
    /// consumption.
    pub fn approve(&self, approval: Approval, by: EmployeeId, origin: &Origin) -> (Self, Vec<LedgerEntry>) {
        let after = Self {
            status: RequestStatus::Approved,
            approval: Some(approval),
            approved_by: Some(by),
            approved_at: Some(origin.at),
            updated_at: origin.at,
            ..self.clone()
        };
        let runs = self.count.day_ranges();
        let entries = vec![
            self.ledger_entry(origin, EntryKind::Release, "release", "approval", EntrySign::Credit, runs.clone()),
            self.ledger_entry(origin, EntryKind::Consume, "consume", "approval", EntrySign::Debit, runs),
        ];
        (after, entries)
    }

    /// Rejected request after a decision, which `approval` contains, and the entry that releases the hold.
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
        let entry = self.ledger_entry(
            origin,
            EntryKind::Release,
            "release",
            "rejection",
            EntrySign::Credit,
            self.count.day_ranges(),
        );
        (after, vec![entry])
    }

    /// Cancelled request, the entries that return its days, and the first returned day. A pending request returns all
    /// days, an approved one those from `today` on, at the employee's site. `None` if it is rejected, cancelled
    /// already, or over.
    pub fn cancel(&self, by: EmployeeId, today: Date, origin: &Origin) -> Option<(Self, Vec<LedgerEntry>, Date)> {
        let (from, id_prefix) = match self.status {
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
        let runs = day_ranges(left);
        let posts = !runs.is_empty();
        let entry = self.ledger_entry(origin, EntryKind::Release, id_prefix, "cancellation", EntrySign::Credit, runs);
        Some((after, posts.then_some(entry).into_iter().collect(), from))
    }

    /// Ledger entry of the request with the id `<id_prefix>#<request id>`. A debit negates the minutes of the days.
    fn ledger_entry(
        &self,
        origin: &Origin,
        kind: EntryKind,
        id_prefix: &str,
        rule: &str,
        sign: EntrySign,
        days: Vec<DayRange>,
    ) -> LedgerEntry {
        let days: Vec<DayRange> = match sign {
            EntrySign::Credit => days,
            EntrySign::Debit => days.into_iter().map(|run| DayRange { minutes: -run.minutes, ..run }).collect(),
        };
        let minutes = days.iter().map(|run| Minutes(run.minutes.0.saturating_mul(run.days()))).sum();
        LedgerEntry {
            id: format!("{id_prefix}#{}", self.id),
            kind,
            leave_type: self.leave_type.clone(),
            on: days.first().map_or(self.start_date, |run| run.from),
            minutes,
            days,
            expires_on: None,
            leave_id: Some(self.id),
            policy: Some(self.policy),
            rule: rule.to_owned(),
            inputs: json!(RequestEntryInputs {
                start_date: self.start_date,
                end_date: self.end_date,
                day_minutes: self.day_minutes,
                site: self.count.site.clone(),
                calendar_version: self.count.calendar_version,
            }),
            posted_at: origin.at,
            posted_by: origin.actor.clone(),
        }
    }
}

/// Direction of the minutes of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum EntrySign {
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

    /// Thursday 11 July to Tuesday 16 July: four working days around a weekend.
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
            duration: LeaveAmount::from_minutes(count.total_minutes(), Minutes(480)),
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
        let name = |entry: &LedgerEntry| entry.id.split('#').next().unwrap_or_default().to_owned();
        entries.iter().map(|entry| (name(entry), entry.minutes.0, entry.days.len())).collect()
    }

    #[test]
    fn entries_of_a_request_add_up_in_every_status() {
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
    fn cancellation_returns_the_days_that_have_not_begun() {
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
    fn cancellation_of_days_off_only_posts_no_entry() {
        let mut friday = request(RequestStatus::Approved);
        friday.end_date = date(2024, 7, 14);
        friday.count.days.truncate(4);
        let (_, entries, from) = friday.cancel(id(1), date(2024, 7, 13), &origin()).unwrap();
        assert_eq!((entries.len(), from), (0, date(2024, 7, 13)));
    }
}
