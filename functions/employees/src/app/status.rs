//! Which status may follow which, and the change itself.

use directory::Status;
use events::EventType;
use jiff::civil::Date;
use kernel::{Error, Origin, Result};
use serde_json::{Value, json};

use crate::store::{Employee, Records, Stored, is_standing};

/// Every move that is allowed. `terminated` is final; who comes back is hired anew. A suspended person is reinstated
/// before going on leave, so that the suspension has an end on record.
const MOVES: &[(Status, Status)] = &[
    (Status::Active, Status::OnLeave),
    (Status::Active, Status::Suspended),
    (Status::Active, Status::Terminated),
    (Status::OnLeave, Status::Active),
    (Status::OnLeave, Status::Suspended),
    (Status::OnLeave, Status::Terminated),
    (Status::Suspended, Status::Active),
    (Status::Suspended, Status::Terminated),
];

/// Insists that the move is in the table.
///
/// # Errors
/// 409 `illegal_transition` with the status that stands and the moves that are open.
pub fn check_move(from: Status, to: Status) -> Result<()> {
    if MOVES.contains(&(from, to)) {
        return Ok(());
    }
    let open: Vec<_> = MOVES.iter().filter(|(start, _)| *start == from).map(|(_, end)| end.as_str()).collect();
    Err(Error::conflict("illegal_transition", format!("Nobody can go from {from} to {to}."))
        .current(json!({ "status": from, "allowed": open })))
}

/// The last day of somebody who goes: as given, or `today`; for somebody who never started, the day of hiring.
///
/// # Errors
/// 422 for a day before the hiring or in the future: a status changes when it changes, not ahead of time.
pub fn last_day(given: Option<Date>, hire_date: Date, today: Date) -> Result<Date> {
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

impl Records {
    /// Makes a legal move. Somebody who leaves must have no reports: reports need a manager who decides.
    ///
    /// # Errors
    /// 409 `has_reports`; 422 for a last day out of range; 409 when the person was changed meanwhile.
    pub async fn change_status(
        &self,
        origin: &Origin,
        before: &Stored<Employee>,
        (status, given): (Status, Option<Date>),
        event: EventType,
        data: Value,
    ) -> Result<Stored<Employee>> {
        let employee = &before.value;
        let mut last = None;
        if !is_standing(status) {
            last = Some(last_day(given, employee.person.hire_date, employee.person.today(origin.at))?);
            if self.has_reports(employee.person.id).await? {
                let detail = "People report to this person; give them another manager first.";
                return Err(Error::conflict("has_reports", detail));
            }
        }
        let after = employee.moved(status, last, origin.at);
        let version = self.update_status(origin, before, &after, event, data).await?;
        Ok(Stored { value: after, version })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use kernel::Kind;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_table_of_moves() {
        use Status::{Active, OnLeave, Suspended, Terminated};
        let table = [
            (Active, vec![OnLeave, Suspended, Terminated]),
            (OnLeave, vec![Active, Suspended, Terminated]),
            (Suspended, vec![Active, Terminated]),
            (Terminated, vec![]),
        ];
        for (from, open) in table {
            for to in Status::ALL {
                assert_eq!(check_move(from, to).is_ok(), open.contains(&to), "{from} -> {to}");
            }
        }
    }

    #[test]
    fn a_refused_move_says_what_stands_and_what_is_open() {
        let refusal = check_move(Status::Suspended, Status::OnLeave).unwrap_err();
        assert_eq!((refusal.kind(), refusal.code()), (Kind::Conflict, "illegal_transition"));
        assert_eq!(refusal.standing(), Some(&json!({"status": "suspended", "allowed": ["active", "terminated"]})));
    }

    #[test]
    fn the_last_day_lies_between_hiring_and_today() {
        let (hired, today) = (date(2024, 1, 10), date(2024, 6, 1));
        assert_eq!(last_day(None, hired, today).unwrap(), today);
        assert_eq!(last_day(Some(hired), hired, today).unwrap(), hired);
        assert!(last_day(Some(date(2024, 1, 9)), hired, today).is_err());
        assert!(last_day(Some(date(2024, 6, 2)), hired, today).is_err());
        assert_eq!(last_day(None, date(2025, 1, 1), today).unwrap(), date(2025, 1, 1), "never started");
    }

    proptest! {
        #[test]
        fn no_walk_leaves_the_final_status(steps in proptest::collection::vec(0usize..4, 1..30)) {
            let mut status = Status::Active;
            let mut gone = false;
            for step in steps {
                let to = Status::ALL[step];
                if check_move(status, to).is_ok() {
                    prop_assert!(!gone);
                    status = to;
                }
                gone = !is_standing(status);
            }
        }
    }
}
