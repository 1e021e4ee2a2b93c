//! Changes of the employment status and the transitions that are allowed.

use directory::EmploymentStatus;
use events::EventType;
use jiff::civil::Date;
use kernel::{Argument, Code, Error, Origin, Result};
use serde_json::{Value, json};

use crate::{
    messages,
    store::{Employee, EmployeeStore, Stored, is_current},
};

/// Allowed transitions of the employment status, from and to. `terminated` is final: a person who returns gets a new
/// record. A suspended employee becomes `active` before `on_leave`, so that the end of the suspension is on record.
const TRANSITIONS: &[(EmploymentStatus, EmploymentStatus)] = &[
    (EmploymentStatus::Active, EmploymentStatus::OnLeave),
    (EmploymentStatus::Active, EmploymentStatus::Suspended),
    (EmploymentStatus::Active, EmploymentStatus::Terminated),
    (EmploymentStatus::OnLeave, EmploymentStatus::Active),
    (EmploymentStatus::OnLeave, EmploymentStatus::Suspended),
    (EmploymentStatus::OnLeave, EmploymentStatus::Terminated),
    (EmploymentStatus::Suspended, EmploymentStatus::Active),
    (EmploymentStatus::Suspended, EmploymentStatus::Terminated),
];

/// Checks that a status may change to another one. A change to the same status is not allowed.
///
/// # Errors
/// 409 `illegal_transition` with the current status and the allowed ones.
pub fn check_status_transition(from: EmploymentStatus, to: EmploymentStatus) -> Result<()> {
    if TRANSITIONS.contains(&(from, to)) {
        return Ok(());
    }
    let allowed: Vec<_> = TRANSITIONS.iter().filter(|(start, _)| *start == from).map(|(_, end)| end.as_str()).collect();
    let detail = if allowed.is_empty() {
        messages::status_final(from.as_str(), to.as_str())
    } else {
        let names = Argument::list(allowed.iter().map(|name| format!("`{name}`")));
        messages::status_transition(from.as_str(), to.as_str(), names)
    };
    Err(Error::new(Code::IllegalTransition, detail).with_current_state(json!({ "status": from, "allowed": allowed })))
}

/// Termination date: the given day, or `today`, or the hire date if the employment has not begun.
///
/// # Errors
/// 422 `before_hire` or `in_future`: a termination cannot be scheduled.
pub fn resolve_termination_date(given: Option<Date>, hire_date: Date, today: Date) -> Result<Date> {
    let latest = today.max(hire_date);
    let day = given.unwrap_or(latest);
    if day < hire_date {
        return Err(Error::invalid("/termination_date", "before_hire", messages::termination_before_hire()));
    }
    if day > latest {
        return Err(Error::invalid("/termination_date", "in_future", messages::termination_in_future()));
    }
    Ok(day)
}

impl EmployeeStore {
    /// Stores another status and publishes `event`. The caller has checked that the transition is allowed. A
    /// termination gets its date here, and requires that the employee has no direct reports, because reports need a
    /// manager who decides.
    ///
    /// # Errors
    /// 409 `has_reports` or `changed_meanwhile`; 422 for a termination date out of range.
    pub async fn check_termination_and_update_status(
        &self,
        origin: &Origin,
        before: &Stored<Employee>,
        status: EmploymentStatus,
        termination_date: Option<Date>,
        event: EventType,
        data: Value,
    ) -> Result<Stored<Employee>> {
        let employee = &before.value;
        let mut last_day = None;
        if !is_current(status) {
            let today = employee.person.today(origin.at);
            last_day = Some(resolve_termination_date(termination_date, employee.person.hire_date, today)?);
            if self.has_direct_reports(employee.person.id).await? {
                return Err(Error::new(Code::HasReports, messages::has_reports()));
            }
        }
        let after = employee.with_status(status, last_day, origin.at);
        let version = self.update_employee_status(origin, before, &after, event, data).await?;
        Ok(Stored { value: after, version })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use kernel::ErrorKind;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn transitions_follow_the_table() {
        use EmploymentStatus::{Active, OnLeave, Suspended, Terminated};
        let table = [
            (Active, vec![OnLeave, Suspended, Terminated]),
            (OnLeave, vec![Active, Suspended, Terminated]),
            (Suspended, vec![Active, Terminated]),
            (Terminated, vec![]),
        ];
        for (from, allowed) in table {
            for to in EmploymentStatus::ALL {
                assert_eq!(check_status_transition(from, to).is_ok(), allowed.contains(&to), "{from} -> {to}");
            }
        }
    }

    #[test]
    fn illegal_transition_names_current_and_allowed_statuses() {
        let refusal = check_status_transition(EmploymentStatus::Suspended, EmploymentStatus::OnLeave).unwrap_err();
        assert_eq!((refusal.kind(), refusal.code()), (ErrorKind::Conflict, "illegal_transition"));
        assert_eq!(refusal.current_state(), Some(&json!({"status": "suspended", "allowed": ["active", "terminated"]})));
    }

    #[test]
    fn termination_date_is_between_hire_date_and_today() {
        let (hired, today) = (date(2024, 1, 10), date(2024, 6, 1));
        assert_eq!(resolve_termination_date(None, hired, today).unwrap(), today);
        assert_eq!(resolve_termination_date(Some(hired), hired, today).unwrap(), hired);
        assert!(resolve_termination_date(Some(date(2024, 1, 9)), hired, today).is_err());
        assert!(resolve_termination_date(Some(date(2024, 6, 2)), hired, today).is_err());
        assert_eq!(
            resolve_termination_date(None, date(2025, 1, 1), today).unwrap(),
            date(2025, 1, 1),
            "the employment has not begun"
        );
    }

    proptest! {
        #[test]
        fn no_transition_leaves_status_terminated(steps in proptest::collection::vec(0usize..4, 1..30)) {
            let mut status = EmploymentStatus::Active;
            let mut terminated = false;
            for step in steps {
                let to = EmploymentStatus::ALL[step];
                if check_status_transition(status, to).is_ok() {
                    prop_assert!(!terminated);
                    status = to;
                }
                terminated = !is_current(status);
            }
        }
    }
}
