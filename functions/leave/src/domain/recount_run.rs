//! Recount of all booked leave of a site, from the request of HR to its end: rule 2 (docs/rules.md).

use jiff::{Timestamp, civil::Date};
use kernel::{EmployeeId, LeaveId, RunId};
use policy::LeaveAmount;
use serde::{Deserialize, Serialize};

/// Maximum number of refused requests that a run lists.
pub const REFUSED_MAX: usize = 100;

/// Site and days that a recount covers, and whether it may take balances below their floor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecountScope {
    pub site: String,
    /// First day to recount. Days before today at the site keep their count, even if they are later than this day.
    pub from: Date,
    /// Reason for which balances may fall below their floor, except that of the requester; `None` if none may.
    pub override_reason: Option<String>,
}

/// Recount of a site that HR requested, with its progress.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RecountRun {
    pub id: RunId,
    #[serde(flatten)]
    pub scope: RecountScope,
    pub requested_at: Timestamp,
    pub requested_by: EmployeeId,
    /// Time at which all requests were examined; `None` before.
    pub finished_at: Option<Timestamp>,
    #[serde(flatten)]
    pub progress: RecountProgress,
}

/// Progress of a recount.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct RecountProgress {
    /// Number of pending and approved requests that were looked at, of all sites.
    pub examined: u32,
    /// Number of requests whose difference was posted.
    pub changed: u32,
    /// Number of requests that keep their count, because their balance would fall below its floor.
    pub refused: u32,
    /// The first of the refused requests, at most 100.
    pub refusals: Vec<RefusedRecount>,
    /// Sort key in the list of all requests after which the next page begins; `None` before the first page is done.
    pub position: Option<String>,
}

/// Request that keeps its count, because the difference would take its balance below the floor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefusedRecount {
    pub leave_id: LeaveId,
    pub employee_id: EmployeeId,
    /// Day of the lowest balance after the difference.
    pub on: Date,
    /// Lowest balance after the difference.
    pub lowest: LeaveAmount,
    /// Floor of the policy on that day.
    pub floor: LeaveAmount,
}

/// Result of the recount of one request.
#[derive(Debug, Clone, PartialEq)]
pub enum RecountOutcome {
    /// The request counts as before, belongs to another site, or is neither pending nor approved any more.
    Unchanged,
    /// The difference was posted.
    Posted,
    /// The request keeps its count, because its balance would fall below the floor.
    Refused(RefusedRecount),
}

impl RecountProgress {
    /// Adds the outcome of one request. Only the first [`REFUSED_MAX`] refusals are listed.
    pub fn add(&mut self, outcome: RecountOutcome) {
        self.examined = self.examined.saturating_add(1);
        match outcome {
            RecountOutcome::Unchanged => {}
            RecountOutcome::Posted => self.changed = self.changed.saturating_add(1),
            RecountOutcome::Refused(refusal) => {
                self.refused = self.refused.saturating_add(1);
                if self.refusals.len() < REFUSED_MAX {
                    self.refusals.push(refusal);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use kernel::Minutes;

    use super::*;

    #[test]
    fn progress_counts_every_request_and_lists_the_first_hundred_refusals() {
        let amount = |minutes| LeaveAmount::from_minutes(Minutes(minutes), Minutes(480));
        let id = |number: u128| uuid::Uuid::from_u128(number);
        let refusal = |number| RefusedRecount {
            leave_id: LeaveId::new(id(number)),
            employee_id: EmployeeId::new(id(number)),
            on: Date::constant(2024, 7, 1),
            lowest: amount(-480),
            floor: amount(0),
        };
        let mut progress = RecountProgress::default();
        progress.add(RecountOutcome::Unchanged);
        progress.add(RecountOutcome::Posted);
        for number in 0..150 {
            progress.add(RecountOutcome::Refused(refusal(number)));
        }
        assert_eq!((progress.examined, progress.changed, progress.refused), (152, 1, 150));
        assert_eq!((progress.refusals.len(), &progress.refusals[99]), (REFUSED_MAX, &refusal(99)));
    }
}
