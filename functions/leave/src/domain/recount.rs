//! Recount of booked leave by another calendar or other shift plans, and its adjustment entry: rule 2 (docs/rules.md).

use jiff::{ToSpan, civil::Date};
use kernel::{Minutes, Origin};
use policy::{
    ExpectedWork, LeaveAmount, Policy, PolicySet, Portion,
    leave::{
        self, DayRange, DaysOffRule, EntryKind, LeaveCount, LedgerEntry, OccupiedMonth, OtherSlots, RecountInputs,
        Sandwich, day_ranges, recount_leave,
    },
};
use serde_json::json;

use crate::domain::request::Request;

/// Request that counts differently by the work that is expected now.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestRecount {
    pub before: Request,
    /// New count of the request.
    pub count: LeaveCount,
    /// Difference of each changed day, in minutes; positive if the request takes more leave.
    pub difference: Vec<(Date, Minutes)>,
    /// First day that was recounted.
    pub from: Date,
}

/// Rule by which a request counts its days off: that of the policy version that evaluated it.
fn days_off_rule<'a>(policies: &'a PolicySet, request: &Request) -> DaysOffRule<'a> {
    let rules = policies.policy(request.policy).and_then(Policy::leave_rules);
    rules.map_or_else(|| Sandwich::None.into(), DaysOffRule::from)
}

/// Whether the count of a request depends on other leave: that of its days for halves and hours, and adjoining leave for
/// days off between.
pub fn depends_on_other_leave(policies: &PolicySet, request: &Request) -> bool {
    let in_full = request.count.days.iter().all(|day| day.portion == Portion::Full && !day.is_between());
    !in_full || days_off_rule(policies, request).counts_days_off()
}

/// Days off of a request that no longer lie between it and adjoining leave.
pub fn days_no_longer_between(
    work: &ExpectedWork<'_>,
    request: &Request,
    months: &[(Date, OccupiedMonth)],
) -> Vec<Date> {
    let others = OtherSlots { months, except: Some(request.id) };
    leave::days_no_longer_between(work, &request.count, days_off_rule(work.policies, request), others)
}

/// Recounts a request from a day on by the calendar and the shift plans in `work`; `None` if no day changes. `months` hold
/// the other requests; they may be empty unless [`depends_on_other_leave`].
pub fn recount_request(
    work: &ExpectedWork<'_>,
    request: Request,
    from: Date,
    months: &[(Date, OccupiedMonth)],
) -> Option<RequestRecount> {
    let (rule, others) = (days_off_rule(work.policies, &request), OtherSlots { months, except: Some(request.id) });
    let stored = (&request.count, (request.start_date, request.end_date));
    let (count, difference) = recount_leave(work, stored, rule, from, others);
    (!difference.is_empty()).then_some(RequestRecount { before: request, count, difference, from })
}

impl RequestRecount {
    /// First and last day whose leave decides the new count; `None` unless it has days off between the request and adjoining
    /// leave.
    pub fn looked_at(&self) -> Option<(Date, Date)> {
        self.count.dates_between().next()?;
        let (first, last) = (self.count.days.first()?, self.count.days.last()?);
        Some((first.date.saturating_sub(1.day()), last.date.saturating_add(1.day())))
    }

    /// Request with its new count, and the ledger entry that posts the difference. `version` is that of the stored
    /// request before the change.
    pub fn to_adjustment(&self, origin: &Origin, version: u64) -> (Request, LedgerEntry) {
        let request = &self.before;
        let after = Request {
            duration: LeaveAmount::from_minutes(self.count.total_minutes(), request.day_minutes),
            count: self.count.clone(),
            updated_at: origin.at,
            ..request.clone()
        };
        let taken = day_ranges(self.difference.iter().copied());
        let days: Vec<DayRange> = taken.into_iter().map(|run| DayRange { minutes: -run.minutes, ..run }).collect();
        let entry = LedgerEntry {
            id: format!("recount#{}#{version}", request.id),
            kind: EntryKind::Adjust,
            leave_type: request.leave_type.clone(),
            on: days.first().map_or(self.from, |run| run.from),
            minutes: -self.difference.iter().map(|(_, minutes)| *minutes).sum::<Minutes>(),
            days,
            expires_on: None,
            leave_id: Some(request.id),
            policy: Some(request.policy),
            rule: "recount".to_owned(),
            inputs: json!(RecountInputs {
                site: self.count.site.clone(),
                calendar_version: self.count.calendar_version,
                counted_by_version: request.count.calendar_version,
                from: self.from,
                old_minutes: request.count.total_minutes(),
                new_minutes: self.count.total_minutes(),
            }),
            posted_at: origin.at,
            posted_by: origin.actor.clone(),
        };
        (after, entry)
    }
}
