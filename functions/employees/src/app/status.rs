//! Changes of the employment status and the transitions that are allowed, terminations known in advance, and reinstatement.

use directory::EmploymentStatus;
use events::EventType;
use jiff::{ToSpan, civil::Date};
use kernel::{Argument, Code, Error, Origin, Result};
use policy::terms::{self, TermsChange};
use serde_json::{Value, json};

use crate::{
    domain::chain::{self, MANAGER_LEVELS_MAX},
    messages,
    store::{Employee, EmployeeStore, Stored, is_current},
};

/// Days after the last day in which a termination can be taken back.
const REINSTATEMENT_DAYS_MAX: i32 = 30;

/// Allowed transitions of the employment status, from and to. `terminated` is final, except for a reinstatement within 30
/// days; a person who returns later gets a new record. A suspended employee becomes `active` before `on_leave`, so that
/// the end of the suspension is on record.
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

/// Checks that a status may change to another one. A change to the same status is not allowed. A reinstatement is not
/// among the transitions.
///
/// # Errors
/// 409 `illegal_transition` with the current status and the allowed ones.
pub fn check_status_transition(from: EmploymentStatus, to: EmploymentStatus) -> Result<()> {
    if TRANSITIONS.contains(&(from, to)) {
        return Ok(());
    }
    let allowed: Vec<_> = TRANSITIONS.iter().filter(|(start, _)| *start == from).map(|(_, end)| end.as_str()).collect();
    let detail = if allowed.is_empty() {
        messages::status_final(from.as_str(), to.as_str(), REINSTATEMENT_DAYS_MAX)
    } else {
        let names = Argument::list(allowed.iter().map(|name| format!("`{name}`")));
        messages::status_transition(from.as_str(), to.as_str(), names)
    };
    Err(Error::new(Code::IllegalTransition, detail).with_current_state(json!({ "status": from, "allowed": allowed })))
}

/// Effect of a requested status on the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusEffect {
    /// The status changes now. A planned last day stays, unless the new status is `terminated`.
    Change,
    /// The employment will end after this day; the status stays until then.
    PlanTermination(Date),
    /// The planned last day is removed; the status, which was requested again, stays.
    WithdrawTermination,
    /// A former employee becomes an active one again.
    Reinstate,
}

/// Effect of a requested status, with the termination date of the request. A date after today, or after the hire date
/// if later, plans the termination; an earlier date or none terminates now. A date before the hire date is not refused
/// here.
///
/// # Errors
/// 409 `illegal_transition`; 422 for a termination date without the status `terminated`, or too far ahead.
pub fn resolve_status_effect(
    employee: &Employee,
    status: EmploymentStatus,
    termination_date: Option<Date>,
    today: Date,
) -> Result<StatusEffect> {
    const POINTER: &str = "/termination_date";
    let person = &employee.person;
    if is_current(status) {
        let planned = person.termination_date.filter(|_| status == person.status);
        let is_recent = |last_day: &Date| today <= last_day.saturating_add(REINSTATEMENT_DAYS_MAX.days());
        let left = person.termination_date.filter(|_| !is_current(person.status)).filter(is_recent);
        let effect = if planned.is_some() {
            StatusEffect::WithdrawTermination
        } else if left.is_some() && status == EmploymentStatus::Active {
            StatusEffect::Reinstate
        } else {
            check_status_transition(person.status, status)?;
            StatusEffect::Change
        };
        return match termination_date {
            None => Ok(effect),
            Some(_) => Err(Error::invalid(POINTER, "not_terminated", messages::termination_date_not_allowed())),
        };
    }
    check_status_transition(person.status, status)?;
    let latest_now = today.max(person.hire_date);
    match termination_date.filter(|day| *day > latest_now) {
        None => Ok(StatusEffect::Change),
        Some(day) => {
            terms::check_last_day(day, person.hire_date, today)?;
            Ok(StatusEffect::PlanTermination(day))
        }
    }
}

/// Last day of an employment that is terminated now: the given day, but at most today, which is also the default. For
/// an employment that has not begun, the hire date stands for today.
///
/// # Errors
/// 422 `before_hire`.
pub fn last_day_when_terminated_now(given: Option<Date>, hire_date: Date, today: Date) -> Result<Date> {
    let latest = today.max(hire_date);
    let day = given.unwrap_or(latest);
    terms::check_last_day(day.min(latest), hire_date, today)?;
    Ok(day.min(latest))
}

impl EmployeeStore {
    /// Stores another status and publishes `event`. The caller has checked that the transition is allowed. A
    /// termination needs an employee without current direct reports, because reports need a manager who decides. Its
    /// last day is `termination_date`, today by default and at most. Another status keeps a planned last day.
    ///
    /// # Errors
    /// 409 `has_reports` or `changed_meanwhile`; 422 for a termination date before the hire date.
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
        let mut last_day = employee.person.termination_date;
        if !is_current(status) {
            let today = employee.person.today(origin.at);
            last_day = Some(last_day_when_terminated_now(termination_date, employee.person.hire_date, today)?);
            if self.has_current_direct_reports(employee.person.id).await? {
                return Err(Error::new(Code::HasReports, messages::has_reports()));
            }
        }
        let after = employee.with_status(status, last_day, origin.at);
        let version = self.update_employee_status(origin, before, &after, event, data).await?;
        Ok(Stored { value: after, version })
    }

    /// Stores a planned last day, or removes it with `None`, and publishes `employee.updated`. The status stays. The
    /// same day again writes and publishes nothing.
    ///
    /// # Errors
    /// 409 `changed_meanwhile`.
    pub async fn set_planned_last_day(
        &self,
        origin: &Origin,
        before: &Stored<Employee>,
        last_day: Option<Date>,
        data: Value,
    ) -> Result<Stored<Employee>> {
        let after = before.value.with_planned_last_day(last_day, origin.at);
        if after == before.value {
            return Ok(before.clone());
        }
        let version = self.update_employee_status(origin, before, &after, EventType::EmployeeUpdated, data).await?;
        Ok(Stored { value: after, version })
    }

    /// Makes a former employee an active one without a last day again, with the terms of today, and publishes
    /// `employee.status_changed`. A manager who is not active is removed as of today.
    ///
    /// # Errors
    /// 409 `email_taken`, `too_deep`, `chain_moved` or `changed_meanwhile`; 422 for a department or job role that does
    /// not exist any more.
    pub async fn reinstate(&self, origin: &Origin, before: &Stored<Employee>, data: Value) -> Result<Stored<Employee>> {
        let current = before.value.with_current_terms(origin.at);
        let mut after = current.with_status(EmploymentStatus::Active, None, origin.at);
        let mut managers = Vec::new();
        if let Some(manager) = after.person.manager_id {
            if self.get_employee_for_update(manager).await?.value.person.status == EmploymentStatus::Active {
                managers = self.get_manager_chain(Some(manager)).await?;
                chain::check_placement(Some(after.person.id), &managers, MANAGER_LEVELS_MAX, "/manager_id")?;
            } else {
                let from = after.person.today(origin.at).max(after.person.hire_date);
                let change = TermsChange { manager_id: Some(None), ..TermsChange::default() };
                after.person = terms::with_terms_change(&after.person, from, &change, origin.at);
            }
        }
        let version = self.reinstate_employee(origin, before, &after, &managers, data).await?;
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
    fn termination_now_is_between_hire_date_and_today() {
        let (hired, today) = (date(2024, 1, 10), date(2024, 6, 1));
        assert_eq!(last_day_when_terminated_now(None, hired, today).unwrap(), today);
        assert_eq!(last_day_when_terminated_now(Some(hired), hired, today).unwrap(), hired);
        assert!(last_day_when_terminated_now(Some(date(2024, 1, 9)), hired, today).is_err());
        assert_eq!(
            last_day_when_terminated_now(None, date(2025, 1, 1), today).unwrap(),
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
