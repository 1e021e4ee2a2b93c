//! What is shown of a simulation: request by request, balance by balance, and the sums.

use std::sync::Arc;

use directory::Person;
use jiff::civil::Date;
use kernel::{EmployeeId, LeaveId, Minutes};
use policy::{LeaveAmount, leave::Violation};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    request::RequestStatus,
    simulation::{Replay, ReplayedRequest},
};

/// What would have become of a request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SimulatedLeave {
    /// The request.
    #[schema(value_type = String)]
    pub leave_id: LeaveId,
    /// Whose.
    pub employee_id: EmployeeId,
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub start_date: Date,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    pub end_date: Date,
    /// What became of it.
    pub status: RequestStatus,
    /// What it counted.
    pub counted_then: LeaveAmount,
    /// What it would have counted; nothing where the draft is not for the person.
    pub counted_now: Option<LeaveAmount>,
    /// What would be left of the balance beside what is, by this request alone.
    pub change: LeaveAmount,
    /// Whether the draft would have let it through.
    pub admitted_now: bool,
    /// What the policy said to it.
    pub violations_then: Vec<Violation>,
    /// What the draft says to it.
    pub violations_now: Vec<Violation>,
}

/// What would have become of somebody's balance.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SimulatedBalance {
    /// Whose.
    pub employee_id: EmployeeId,
    /// The balance of today.
    pub balance_then: LeaveAmount,
    /// The balance of today by the draft.
    pub balance_now: LeaveAmount,
}

/// The sums of one answer.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct LeaveSimulationTotals {
    /// People looked at.
    pub people: usize,
    /// Requests replayed.
    pub requests: usize,
    /// Requests that were let through and would not be.
    pub refused_now: usize,
    /// Requests that would count otherwise.
    pub counted_otherwise: usize,
    /// What would be left of all balances beside what is, by these requests.
    pub change_minutes: Minutes,
}

/// What a draft would have done.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeaveSimulationResult {
    /// The leave type.
    pub leave_type: String,
    /// Requests that were made on this day or later, in UTC.
    #[schema(value_type = String, format = Date)]
    pub since: Date,
    /// Requests, person by person, in the order of asking.
    pub items: Vec<SimulatedLeave>,
    /// Balances, of everybody in this answer for whom the leave type is or would be.
    pub balances: Vec<SimulatedBalance>,
    /// Sums over this answer.
    pub totals: LeaveSimulationTotals,
    /// Send it back as `cursor` to go on; absent when everybody was looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl LeaveSimulationResult {
    /// One answer.
    pub(crate) fn of(
        leave_type: &str,
        since: Date,
        replays: &[(Arc<Person>, Replay)],
        next_cursor: Option<String>,
    ) -> Self {
        let all = || replays.iter().flat_map(|(_, replay)| &replay.requests);
        let otherwise = |one: &&ReplayedRequest| one.counts.is_some_and(|counts| counts != one.request.count.total());
        Self {
            leave_type: leave_type.to_owned(),
            since,
            items: all().map(request_shown).collect(),
            balances: replays.iter().map(balance_shown).collect(),
            totals: LeaveSimulationTotals {
                people: replays.len(),
                requests: all().count(),
                refused_now: all().filter(|one| !one.admitted).count(),
                counted_otherwise: all().filter(otherwise).count(),
                change_minutes: all().map(|one| one.change).sum(),
            },
            next_cursor,
        }
    }
}

fn request_shown(one: &ReplayedRequest) -> SimulatedLeave {
    let request = &one.request;
    let days = |minutes: Minutes| LeaveAmount::from_minutes(minutes, request.day_minutes);
    SimulatedLeave {
        leave_id: request.id,
        employee_id: request.employee_id,
        start_date: request.start_date,
        end_date: request.end_date,
        status: request.status,
        counted_then: days(request.count.total()),
        counted_now: one.counts.map(days),
        change: days(one.change),
        admitted_now: one.admitted,
        violations_then: request.violations.clone(),
        violations_now: one.violations.clone(),
    }
}

fn balance_shown((person, replay): &(Arc<Person>, Replay)) -> SimulatedBalance {
    let days = |minutes: Minutes| LeaveAmount::from_minutes(minutes, person.contract.day_minutes);
    SimulatedBalance {
        employee_id: person.id,
        balance_then: days(replay.balance_then),
        balance_now: days(replay.balance_now),
    }
}
