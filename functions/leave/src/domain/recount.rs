//! Counting booked leave again by another calendar: what changes, and the entry that says so. Rule 2.

use jiff::civil::Date;
use kernel::{Minutes, Origin};
use policy::{
    Book, Calendar, Days, Policy,
    leave::{Count, Entry, EntryKind, Run, recount, runs},
};
use serde_json::json;

use crate::domain::request::Request;

/// A request that another calendar counts differently.
#[derive(Debug, Clone, PartialEq)]
pub struct Recounted {
    /// As it stands.
    pub before: Request,
    /// What it counts now.
    pub count: Count,
    /// What each changed day counts more, or less.
    pub difference: Vec<(Date, Minutes)>,
    /// Days from this one on were counted again.
    pub from: Date,
}

/// Counts a request again from a day on; nothing where nothing changes.
pub fn recounted(book: &Book, calendar: &Calendar, request: Request, from: Date) -> Option<Recounted> {
    let rules = book.policy(request.policy).and_then(Policy::leave);
    let sandwich = rules.map(|rules| rules.sandwich).unwrap_or_default();
    let (count, difference) = recount(&request.count, calendar, request.day_minutes, sandwich, from);
    (!difference.is_empty()).then_some(Recounted { before: request, count, difference, from })
}

impl Recounted {
    /// The request with its new count, and what that changes in its account.
    pub fn posted(&self, origin: &Origin) -> (Request, Entry) {
        let request = &self.before;
        let after = Request {
            duration: Days::of(self.count.total(), request.day_minutes),
            count: self.count.clone(),
            updated_at: origin.at,
            ..request.clone()
        };
        let taken = runs(self.difference.iter().copied());
        let days: Vec<Run> = taken.into_iter().map(|run| Run { minutes: -run.minutes, ..run }).collect();
        let entry = Entry {
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
