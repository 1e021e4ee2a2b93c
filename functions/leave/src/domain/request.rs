//! Leave requests: the stored form, and the transitions between statuses with their ledger entries.

use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId, LeaveId, Minutes, Origin};
use policy::{
    LeaveAmount, Person, PolicyRef, Portion,
    leave::{
        Approval, DayCount, DayRange, EntryKind, Evaluation, LeaveCount, LedgerEntry, Portions, RequestEntryInputs,
        Violation, day_minutes_on,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{
    leave_type::LeaveType,
    returned_days::{ReturnReason, ReturnedDays},
};

/// Status of a leave request.
///
/// - `pending`: waits for a decision; its days are held
/// - `approved`: approved; its days are taken
/// - `rejected`: rejected; its days were returned
/// - `cancelled`: cancelled; its days were returned. A leave of which days remain stays `approved`, with fewer days
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RequestStatus {
    /// The request needs a decision; its days are held.
    Pending,
    /// The request is approved; its days are taken.
    Approved,
    /// The request is rejected; its days were returned.
    Rejected,
    /// The request is cancelled; its days were returned. Items of before contain leave that was cancelled on one of its
    /// days; of these, the days from `cancelled_from` on were returned.
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
    /// Part of the day, for requests of one day; `full` for longer ones, even if they start or end at midday.
    pub portion: Portion,
    /// Sum of the counted days.
    pub duration: LeaveAmount,
    /// Count of each day, by the calendar when the request was made or last recounted.
    pub count: LeaveCount,
    /// Standard day of the employee on the first day, by the terms known when the request was made or moved.
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
    /// Violations that did not block the request when it was made or moved.
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
    /// First day that was returned at the end of the leave, all later ones included.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cancelled_from: Option<Date>,
    /// Reason of the cancellation; absent for requests that were cancelled before reasons were stored.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub cancelled_reason: Option<ReturnReason>,
    /// Days that were returned, in the order of the returns; empty for requests that were cancelled before they were
    /// stored.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub returned: Vec<ReturnedDays>,
    pub updated_at: Timestamp,
}

/// Days, portions, reason and attachment of a new request.
#[derive(Debug, Clone)]
pub struct RequestDetails {
    /// First and last day.
    pub days: (Date, Date),
    /// Requested parts of the first and the last day.
    pub portions: Portions,
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
        let day_minutes = day_minutes_on(person, details.days.0);
        let approval = Approval::start(evaluation.steps);
        let at_once = approval.is_none();
        Self {
            id,
            employee_id: person.id,
            leave_type: leave_type.code.clone(),
            leave_type_name: leave_type.name.clone(),
            start_date: details.days.0,
            end_date: details.days.1,
            portion: if details.days.0 == details.days.1 { details.portions.first } else { Portion::Full },
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
            cancelled_reason: None,
            returned: Vec::new(),
            updated_at: at,
        }
    }

    /// Requested parts of the first and the last day of the leave that remains.
    pub fn portions(&self) -> Portions {
        if self.start_date == self.end_date {
            return self.portion.into();
        }
        let portion_on = |on: Date| self.count.days.iter().find(|day| day.date == on).map(|day| day.portion);
        let half_or_full = |on| portion_on(on).filter(|portion| matches!(portion, Portion::Half(_)));
        Portions {
            first: half_or_full(self.start_date).unwrap_or(Portion::Full),
            last: half_or_full(self.end_date).unwrap_or(Portion::Full),
        }
    }

    /// Whether a date lies within the first and the last requested day. Days off between the request and adjoining leave
    /// may lie outside.
    pub fn is_requested(&self, date: Date) -> bool {
        (self.start_date..=self.end_date).contains(&date)
    }

    /// Requested days that remain. A request that is decided otherwise has none.
    pub fn remaining_days(&self) -> impl Iterator<Item = &DayCount> {
        let holds = matches!(self.status, RequestStatus::Pending | RequestStatus::Approved);
        self.count.days.iter().filter(move |day| holds && self.is_requested(day.date))
    }

    /// Days off that the request counts between it and adjoining leave. A request that is decided otherwise has none.
    pub fn dates_between(&self) -> impl Iterator<Item = Date> + '_ {
        let holds = matches!(self.status, RequestStatus::Pending | RequestStatus::Approved);
        self.count.dates_between().filter(move |_| holds)
    }

    /// Requested days that were returned although days before and after them remain, as to leave that interrupts them.
    pub fn missing_days(&self) -> Vec<Date> {
        let dates = std::iter::successors(Some(self.start_date), |date| date.tomorrow().ok());
        let dates = dates.take_while(|date| *date <= self.end_date);
        dates.filter(|date| self.count.days.iter().all(|day| day.date != *date)).collect()
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

    /// Ledger entry of the request with the id `<id_prefix>#<request id>`. A debit negates the minutes of the days.
    pub(super) fn ledger_entry(
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
pub(super) enum EntrySign {
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
    use crate::domain::{
        changed_days::DaysReturned,
        returned_days::{NotReturnable, ReturnReason},
    };

    const SANDWICH: &str = "sandwich";

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
            cancelled_reason: None,
            returned: Vec::new(),
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

    type Returned = ((Date, Date), RequestStatus, (Date, Date), i64);

    /// Returned days, status and days after the return, and returned minutes.
    fn give_back(request: &Request, days: (i8, i8)) -> Result<Returned, NotReturnable> {
        let days = (date(2024, 7, days.0), date(2024, 7, days.1));
        let DaysReturned { after, entries, days } = request.return_days(days, ReturnReason::Cancelled, 4, &origin())?;
        let minutes = entries.iter().map(|entry| entry.minutes.0).sum::<i64>();
        assert_eq!(after.returned.last().map(|returned| returned.minutes.0), Some(minutes));
        if after.status != RequestStatus::Cancelled {
            assert_eq!(
                after.duration.minutes.0 + minutes,
                request.duration.minutes.0,
                "what stays and what is returned"
            );
        }
        Ok((days, after.status, (after.start_date, after.end_date), minutes))
    }

    #[test]
    fn first_or_last_days_are_returned_and_the_others_stay() {
        use RequestStatus::{Approved, Cancelled, Pending, Rejected};
        let of = |from, to| (date(2024, 7, from), date(2024, 7, to));
        for (status, days, expected) in [
            (Pending, (11, 31), Ok((of(11, 16), Cancelled, of(11, 16), 1920))),
            (Pending, (15, 31), Ok((of(15, 16), Pending, of(11, 14), 960))),
            (Approved, (1, 31), Ok((of(11, 16), Cancelled, of(11, 16), 1920))),
            (Approved, (12, 16), Ok((of(12, 16), Approved, of(11, 11), 1440))),
            (Approved, (14, 16), Ok((of(14, 16), Approved, of(11, 13), 960))),
            (Approved, (16, 16), Ok((of(16, 16), Approved, of(11, 15), 480))),
            (Approved, (11, 12), Ok((of(11, 12), Approved, of(13, 16), 960))),
            (Approved, (12, 15), Err(NotReturnable::Inside)),
            (Approved, (17, 20), Err(NotReturnable::NoDays)),
            (Rejected, (11, 16), Err(NotReturnable::Decided)),
            (Cancelled, (11, 16), Err(NotReturnable::Decided)),
        ] {
            assert_eq!(give_back(&request(status), days), expected, "{status:?} {days:?}");
        }
    }

    #[test]
    fn leave_of_which_only_days_off_are_returned_posts_no_entry() {
        let mut friday = request(RequestStatus::Approved);
        friday.end_date = date(2024, 7, 14);
        friday.count.days.truncate(4);
        friday.duration = LeaveAmount::from_minutes(Minutes(960), Minutes(480));
        let returned =
            friday.return_days((date(2024, 7, 13), date(2024, 7, 14)), ReturnReason::Cancelled, 2, &origin()).unwrap();
        assert_eq!((returned.entries.len(), returned.after.end_date), (0, date(2024, 7, 12)));
    }

    #[test]
    fn days_off_between_are_returned_with_the_days_beside_them() {
        let mut whole = request(RequestStatus::Approved);
        for day in &mut whole.count.days[2..4] {
            (day.minutes, day.why) = (Minutes(480), Some(SANDWICH.to_owned()));
        }
        whole.duration = LeaveAmount::from_minutes(whole.count.total_minutes(), Minutes(480));
        let of = |from, to| (date(2024, 7, from), date(2024, 7, to));
        let approved = RequestStatus::Approved;
        assert_eq!(give_back(&whole, (15, 16)), Ok((of(13, 16), approved, of(11, 12), 1920)));
        assert_eq!(give_back(&whole, (11, 12)), Ok((of(11, 14), approved, of(15, 16), 1920)));
        assert_eq!(give_back(&whole, (16, 16)), Ok((of(16, 16), approved, of(11, 15), 480)));
    }

    #[test]
    fn returns_of_one_request_have_entries_of_their_own() {
        let whole = request(RequestStatus::Approved);
        let day = |of| (date(2024, 7, of), date(2024, 7, of));
        let first = whole.return_days(day(16), ReturnReason::Cancelled, 2, &origin()).unwrap();
        let second = first.after.return_days(day(11), ReturnReason::Cancelled, 3, &origin()).unwrap();
        let days = (date(2024, 7, 1), date(2024, 7, 31));
        let last = second.after.return_days(days, ReturnReason::EmploymentEnded, 4, &origin()).unwrap();
        let entries: Vec<_> = [&first, &second, &last].iter().flat_map(|one| &one.entries).collect();
        let ids: std::collections::BTreeSet<_> = entries.iter().map(|entry| &entry.id).collect();
        assert_eq!((ids.len(), entries.iter().map(|entry| entry.minutes.0).sum::<i64>()), (3, 1920));
        assert_eq!((last.after.status, last.after.returned.len()), (RequestStatus::Cancelled, 3));
        assert_eq!(last.after.cancelled_reason, Some(ReturnReason::EmploymentEnded));
    }

    #[test]
    fn items_without_returned_days_are_read() {
        let mut stored = serde_json::to_value(request(RequestStatus::Cancelled)).unwrap();
        stored["cancelled_from"] = json!("2024-07-15");
        let read: Request = serde_json::from_value(stored).unwrap();
        assert_eq!((read.cancelled_from, read.returned.len()), (Some(date(2024, 7, 15)), 0));
    }
}
