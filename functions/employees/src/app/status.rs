//! Which status may follow which, and the change itself.

use directory::EmploymentStatus;
use events::EventType;
use jiff::civil::Date;
use kernel::{Code, Error, Origin, Result};
use serde_json::{Value, json};

use crate::store::{Employee, EmployeeStore, Stored, is_current};

/// Every move that is allowed. `terminated` is final; who comes back is hired anew. A suspended person is reinstated
/// before going on leave, so that the suspension has an end on record.
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

/// Insists that the move is in the table.
///
/// # Errors
/// 409 `illegal_transition` with the status that stands and the moves that are open.
pub fn check_transition(from: EmploymentStatus, to: EmploymentStatus) -> Result<()> {
    if TRANSITIONS.contains(&(from, to)) {
        return Ok(());
    }
    let open: Vec<_> = TRANSITIONS.iter().filter(|(start, _)| *start == from).map(|(_, end)| end.as_str()).collect();
    Err(Error::new(Code::IllegalTransition, format!("Nobody can go from {from} to {to}."))
        .with_current_state(json!({ "status": from, "allowed": open })))
}

/// The last day of somebody who goes: as given, or `today`; for somebody who never started, the day of hiring.
///
/// # Errors
/// 422 for a day before the hiring or in the future: a status changes when it changes, not ahead of time.
pub fn resolve_termination_date(given: Option<Date>, hire_date: Date, today: Date) -> Result<Date> {
    let latest = today.max(hire_date);
    let day = given.unwrap_or(latest);
    if day < hire_date {
        return Err(Error::invalid("/termination_date", "before_hire", "Nobody leaves before their first day."));
    }
    if day > latest {
        return Err(Error::invalid("/termination_date", "in_future", "Terminate on the last day, not before it."));
    }
    Ok(day)
}

impl EmployeeStore {
    /// Makes a legal move. Somebody who leaves must have no reports: reports need a manager who decides.
    ///
    /// # Errors
    /// 409 `has_reports`; 422 for a last day out of range; 409 when the person was changed meanwhile.
    pub async fn change_status(
        &self,
        origin: &Origin,
        before: &Stored<Employee>,
        (status, given): (EmploymentStatus, Option<Date>),
        event: EventType,
        data: Value,
    ) -> Result<Stored<Employee>> {
        let employee = &before.value;
        let mut last = None;
        if !is_current(status) {
            last = Some(resolve_termination_date(given, employee.person.hire_date, employee.person.today(origin.at))?);
            if self.has_reports(employee.person.id).await? {
                let detail = "People report to this person; give them another manager first.";
                return Err(Error::new(Code::HasReports, detail));
            }
        }
        let after = employee.with_status(status, last, origin.at);
        let version = self.update_status(origin, before, &after, event, data).await?;
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
    fn the_table_of_moves() {
        use EmploymentStatus::{Active, OnLeave, Suspended, Terminated};
        let table = [
            (Active, vec![OnLeave, Suspended, Terminated]),
            (OnLeave, vec![Active, Suspended, Terminated]),
            (Suspended, vec![Active, Terminated]),
            (Terminated, vec![]),
        ];
        for (from, open) in table {
            for to in EmploymentStatus::ALL {
                assert_eq!(check_transition(from, to).is_ok(), open.contains(&to), "{from} -> {to}");
            }
        }
    }

    #[test]
    fn a_refused_move_says_what_stands_and_what_is_open() {
        let refusal = check_transition(EmploymentStatus::Suspended, EmploymentStatus::OnLeave).unwrap_err();
        assert_eq!((refusal.kind(), refusal.code()), (ErrorKind::Conflict, "illegal_transition"));
        assert_eq!(refusal.current_state(), Some(&json!({"status": "suspended", "allowed": ["active", "terminated"]})));
    }

    #[test]
    fn the_last_day_lies_between_hiring_and_today() {
        let (hired, today) = (date(2024, 1, 10), date(2024, 6, 1));
        assert_eq!(resolve_termination_date(None, hired, today).unwrap(), today);
        assert_eq!(resolve_termination_date(Some(hired), hired, today).unwrap(), hired);
        assert!(resolve_termination_date(Some(date(2024, 1, 9)), hired, today).is_err());
        assert!(resolve_termination_date(Some(date(2024, 6, 2)), hired, today).is_err());
        assert_eq!(resolve_termination_date(None, date(2025, 1, 1), today).unwrap(), date(2025, 1, 1), "never started");
    }

    proptest! {
        #[test]
        fn no_walk_leaves_the_final_status(steps in proptest::collection::vec(0usize..4, 1..30)) {
            let mut status = EmploymentStatus::Active;
            let mut gone = false;
            for step in steps {
                let to = EmploymentStatus::ALL[step];
                if check_transition(status, to).is_ok() {
                    prop_assert!(!gone);
                    status = to;
                }
                gone = !is_current(status);
            }
        }
    }
}
