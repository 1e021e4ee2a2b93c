//! Changes that take a balance below the floor of its policy: they are shown, and need `override` with a reason.

use directory::Person;
use jiff::civil::Date;
use kernel::{Code, Error, LeaveId, Result};
use policy::{
    LeaveAmount,
    leave::{FloorBreach, day_minutes_on},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::messages;

/// Balance that a change takes below the floor of its policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BelowFloor {
    /// Day of the lowest balance.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// Lowest balance after the change.
    pub lowest: LeaveAmount,
    /// Floor of the policy on that day: 0, or `negative_days` below it.
    pub floor: LeaveAmount,
}

/// `current` of 422 `below_floor`: the request, if there is one, and its balance.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChangeBelowFloor {
    /// Id of the leave request; absent for an adjustment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leave_id: Option<LeaveId>,
    /// Balance after the change.
    #[serde(flatten)]
    pub balance: BelowFloor,
}

impl BelowFloor {
    /// Balance in standard days of the employee on the day of the lowest balance.
    pub(crate) fn of(breach: FloorBreach, person: &Person) -> Self {
        let amount = |minutes| LeaveAmount::from_minutes(minutes, day_minutes_on(person, breach.on));
        Self { on: breach.on, lowest: amount(breach.lowest), floor: amount(breach.floor) }
    }
}

/// Whether a change may take a balance below its floor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FloorOverride {
    Absent,
    WithReason,
}

impl FloorOverride {
    /// Override of a request body; 422 for one without a reason.
    pub(crate) fn parse(is_set: bool, reason: Option<&str>, reason_pointer: &'static str) -> Result<Self> {
        match (is_set, reason) {
            (false, _) => Ok(Self::Absent),
            (true, Some(_)) => Ok(Self::WithReason),
            (true, None) => Err(Error::invalid(reason_pointer, "required", messages::override_without_reason())),
        }
    }

    /// 422 `below_floor` without an override if the change leads to a balance below the floor.
    pub(crate) fn require_for(self, change: Option<ChangeBelowFloor>) -> Result<()> {
        match (self, change) {
            (Self::WithReason, _) | (Self::Absent, None) => Ok(()),
            (Self::Absent, Some(change)) => {
                let detail = messages::below_floor(change.balance.on);
                Err(Error::new(Code::BelowFloor, detail.clone())
                    .with_field("/override", "below_floor", detail)
                    .with_current_state(json!(change)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use directory::DatedTerms;
    use jiff::civil::date;
    use kernel::Minutes;

    use super::*;

    #[test]
    fn shown_days_are_those_of_the_day_of_the_lowest_balance() {
        let mut person: Person = serde_json::from_value(json!({
            "id": "emp_018c0000000070008000000000000001", "employee_code": "E1", "first_name": "Erin", "last_name": "Doe",
            "email": "e@example.com", "status": "active", "department_id": "dep_018c0000000070008000000000000001",
            "job_title": "Engineer", "site": "berlin", "time_zone": "Europe/Berlin", "employment_type": "full_time",
            "fte_bp": 10_000, "day_minutes": 480, "hire_date": "2024-01-01", "roles": ["employee"], "role_version": 1,
        }))
        .unwrap();
        let now = DatedTerms::current(&person, person.hire_date);
        let mut later = DatedTerms { from: date(2024, 9, 1), ..now.clone() };
        later.contract.day_minutes = Minutes(240);
        person.terms = vec![now, later];
        let breach = |on| FloorBreach { on, lowest: Minutes(-480), floor: Minutes(0) };
        let days = |on| json!(BelowFloor::of(breach(on), &person))["lowest"]["days"].clone();
        assert_eq!((days(date(2024, 8, 31)), days(date(2024, 9, 1))), (json!(-1.0), json!(-2.0)));
    }
}
