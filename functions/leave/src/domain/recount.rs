//! Counting booked leave again by another calendar: what changes, and the entry that says so. Rule 2.

use jiff::civil::Date;
use kernel::{Minutes, Origin};
use policy::{
    Calendar, LeaveAmount, Policy, PolicySet,
    leave::{DayRange, EntryKind, LeaveCount, LedgerEntry, recount, runs},
};
use serde_json::json;

use crate::domain::request::Request;

/// A request that another calendar counts differently.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestRecount {
    /// As it stands.
    pub before: Request,
    /// What it counts now.
    pub count: LeaveCount,
    /// What each changed day counts more, or less.
    pub difference: Vec<(Date, Minutes)>,
    /// Days from this one on were counted again.
    pub from: Date,
}

/// Counts a request again from a day on; nothing where nothing changes.
pub fn recount_request(book: &PolicySet, calendar: &Calendar, request: Request, from: Date) -> Option<RequestRecount> {
    let rules = book.policy(request.policy).and_then(Policy::leave);
    let sandwich = rules.map(|rules| rules.sandwich).unwrap_or_default();
    let (count, difference) = recount(&request.count, calendar, request.day_minutes, sandwich, from);
    (!difference.is_empty()).then_some(RequestRecount { before: request, count, difference, from })
}

impl RequestRecount {
    /// The request with its new count, and what that changes in its account.
    pub fn to_adjustment(&self, origin: &Origin) -> (Request, LedgerEntry) {
        let request = &self.before;
        let after = Request {
            duration: LeaveAmount::from_minutes(self.count.total(), request.day_minutes),
            count: self.count.clone(),
            updated_at: origin.at,
            ..request.clone()
        };
        let taken = runs(self.difference.iter().copied());
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
            inputs: json!({
                "site": self.count.site,
                "calendar_version": self.count.calendar_version,
                "counted_by_version": request.count.calendar_version,
                "from": self.from,
                "old_minutes": request.count.total(),
                "new_minutes": self.count.total(),
            }),
            posted_at: origin.at,
            posted_by: origin.actor.clone(),
        };
        (after, entry)
    }
}
