//! Answer of a simulation: requests, balances and totals.

use std::sync::Arc;

use directory::Person;
use jiff::civil::Date;
use kernel::{EmployeeId, LeaveId, Minutes};
use policy::{
    LeaveAmount,
    leave::{ExplainedViolation, Violation},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::{
    request::RequestStatus,
    simulation::{Replay, ReplayedRequest},
};

/// Leave request replayed with the draft.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SimulatedLeave {
    /// Id of the stored leave request that was replayed.
    pub leave_id: LeaveId,
    /// Employee of the request.
    pub employee_id: EmployeeId,
    /// First day of the request.
    #[schema(value_type = String, format = Date)]
    pub start_date: Date,
    /// Last day of the request.
    #[schema(value_type = String, format = Date)]
    pub end_date: Date,
    /// Actual status of the request.
    pub status: RequestStatus,
    /// Duration of the request as it is recorded, without the draft.
    pub recorded_duration: LeaveAmount,
    /// Duration of the request with the draft; null if it cannot be evaluated: no policy or calendar would apply, or its hours
    /// end after midnight but the work of the day does not.
    #[schema(required = true)]
    pub draft_duration: Option<LeaveAmount>,
    /// Difference that this request alone makes to the balance; positive if the balance is higher with the draft.
    pub change: LeaveAmount,
    /// Whether the draft would have accepted the request; false if `draft_duration` is null.
    pub allowed_by_draft: bool,
    /// Violations that were recorded when the request was made.
    pub recorded_violations: Vec<ExplainedViolation>,
    /// Violations that the request would have with the draft.
    pub draft_violations: Vec<ExplainedViolation>,
}

/// Balance of one employee, actual and with the draft.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SimulatedBalance {
    /// Id of the employee.
    pub employee_id: EmployeeId,
    /// Balance of today without the draft.
    pub actual_balance: LeaveAmount,
    /// Balance of today with the draft.
    pub draft_balance: LeaveAmount,
}

/// Totals of one page of a leave simulation.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct LeaveSimulationTotals {
    /// Number of employees on this page.
    pub people: usize,
    /// Number of replayed requests.
    pub requests: usize,
    /// Number of requests that the draft would refuse, those without a `draft_duration` included.
    pub refused_by_draft: usize,
    /// Number of requests whose duration would differ with the draft, without those that have no `draft_duration`.
    pub durations_changed: usize,
    /// Difference that the requests make to all balances, in minutes; positive if the balances are higher with the
    /// draft.
    pub change_minutes: Minutes,
}

/// Result of a leave simulation, one page of employees.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LeaveSimulationResult {
    /// Code of the leave type.
    pub leave_type: String,
    /// Day in UTC on which the window begins, at the time of day of the simulation. Requests made since then were replayed.
    #[schema(value_type = String, format = Date)]
    pub since: Date,
    /// Requests by employee, in the order in which they were made.
    pub items: Vec<SimulatedLeave>,
    /// Balances of the employees on this page.
    pub balances: Vec<SimulatedBalance>,
    /// Totals of this page.
    pub totals: LeaveSimulationTotals,
    /// Opaque cursor of the next page; absent on the last page. Send it as `cursor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

impl LeaveSimulationResult {
    pub(crate) fn of(
        leave_type: &str,
        since: Date,
        replays: &[(Arc<Person>, Replay)],
        next_cursor: Option<String>,
    ) -> Self {
        let all = || replays.iter().flat_map(|(_, replay)| &replay.requests);
        let otherwise = |one: &&ReplayedRequest| {
            one.draft_minutes.is_some_and(|draft_minutes| draft_minutes != one.request.count.total_minutes())
        };
        Self {
            leave_type: leave_type.to_owned(),
            since,
            items: all().map(simulated_leave).collect(),
            balances: replays.iter().map(simulated_balance).collect(),
            totals: LeaveSimulationTotals {
                people: replays.len(),
                requests: all().count(),
                refused_by_draft: all().filter(|one| !one.allowed).count(),
                durations_changed: all().filter(otherwise).count(),
                change_minutes: all().map(|one| one.change).sum(),
            },
            next_cursor,
        }
    }
}

fn simulated_leave(one: &ReplayedRequest) -> SimulatedLeave {
    let request = &one.request;
    let days = |minutes: Minutes| LeaveAmount::from_minutes(minutes, request.day_minutes);
    SimulatedLeave {
        leave_id: request.id,
        employee_id: request.employee_id,
        start_date: request.start_date,
        end_date: request.end_date,
        status: request.status,
        recorded_duration: days(request.count.total_minutes()),
        draft_duration: one.draft_minutes.map(days),
        change: days(one.change),
        allowed_by_draft: one.allowed,
        recorded_violations: explain_violations(&request.violations),
        draft_violations: explain_violations(&one.violations),
    }
}

fn explain_violations(violations: &[Violation]) -> Vec<ExplainedViolation> {
    violations.iter().cloned().map(ExplainedViolation::from).collect()
}

fn simulated_balance((person, replay): &(Arc<Person>, Replay)) -> SimulatedBalance {
    let days = |minutes: Minutes| LeaveAmount::from_minutes(minutes, person.contract.day_minutes);
    SimulatedBalance {
        employee_id: person.id,
        actual_balance: days(replay.actual_balance),
        draft_balance: days(replay.draft_balance),
    }
}
