//! Recount of booked leave by another calendar or other shift plans, and its adjustment entry: rule 2 (docs/rules.md).

use jiff::civil::Date;
use kernel::{Minutes, Origin};
use policy::{
    ExpectedWork, LeaveAmount, Policy,
    leave::{
        DayRange, EntryKind, LeaveCount, LedgerEntry, OccupiedMonth, OtherSlots, RecountInputs, day_ranges,
        recount_leave,
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

/// Recounts a request from a day on by the calendar and the shift plans of today; `None` if no day changes. `months`
/// hold the other requests of its days; they matter for halves and hours.
pub fn recount_request(
    work: &ExpectedWork<'_>,
    request: Request,
    from: Date,
    months: &[(Date, OccupiedMonth)],
) -> Option<RequestRecount> {
    let rules = work.policies.policy(request.policy).and_then(Policy::leave_rules);
    let sandwich = rules.map(|rules| rules.sandwich).unwrap_or_default();
    let others = OtherSlots { months, except: Some(request.id) };
    let (count, difference) = recount_leave(work, &request.count, sandwich, from, others);
    (!difference.is_empty()).then_some(RequestRecount { before: request, count, difference, from })
}

impl RequestRecount {
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
