//! Recount of booked leave by another calendar, and its adjustment entry: rule 2 (docs/rules.md).

use jiff::civil::Date;
use kernel::{Minutes, Origin};
use policy::{
    Calendar, LeaveAmount, Policy, PolicySet,
    leave::{DayRange, EntryKind, LeaveCount, LedgerEntry, RecountInputs, day_ranges, recount_leave},
};
use serde_json::json;

use crate::domain::request::Request;

/// Request that another calendar counts differently.
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

/// Recounts a request from a day on; `None` if no day changes.
pub fn recount_request(book: &PolicySet, calendar: &Calendar, request: Request, from: Date) -> Option<RequestRecount> {
    let rules = book.policy(request.policy).and_then(Policy::leave_rules);
    let sandwich = rules.map(|rules| rules.sandwich).unwrap_or_default();
    let (count, difference) = recount_leave(&request.count, calendar, request.day_minutes, sandwich, from);
    (!difference.is_empty()).then_some(RequestRecount { before: request, count, difference, from })
}

impl RequestRecount {
    /// Request with its new count, and the ledger entry that posts the difference.
    pub fn to_adjustment(&self, origin: &Origin) -> (Request, LedgerEntry) {
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
            id: format!("recount#{}#{}#{}", request.id, self.count.calendar_version, self.from),
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
