//! List of the people whose terms or employment change by themselves at a known time: one partition of an index, sorted by
//! the time. People without such a change are not in it.

use jiff::Timestamp;
use kernel::{EmployeeId, Error, Origin, Result};
use serde::{Deserialize, Serialize};
use store::{Item, Key, Query, Write, from_item};

use super::{
    Employee, EmployeeStore, Stored,
    change::{Guard, GuardedTransaction},
    person_key,
};

const DUE_CHANGES: &str = "CHANGES_DUE";
const PAGE_SIZE: usize = 100;

#[derive(Serialize, Deserialize)]
struct DueChange {
    employee_id: EmployeeId,
}

/// One page of people with a due change.
#[derive(Debug)]
pub struct DuePage {
    pub people: Vec<EmployeeId>,
    /// Position of the next page; `None` after the last.
    pub next: Option<Item>,
}

fn due_change_key(id: EmployeeId) -> Key {
    Key::new(format!("EMP#{id}"), "DUE")
}

/// Write that lists the next change of a person, or with `None` takes them off the list.
fn due_change_write(id: EmployeeId, next_change_at: Option<Timestamp>) -> Write {
    let write = Write::put(due_change_key(id), &DueChange { employee_id: id });
    match next_change_at {
        Some(at) => write.index("by_name", DUE_CHANGES, format!("{at}#{id}")),
        None => write,
    }
}

/// Adds the write of the list to a change of a record, if the next change of the person by itself is now at another
/// time.
pub(super) fn with_due_change_update(
    change: GuardedTransaction,
    before: &Employee,
    after: &Employee,
    at: Timestamp,
) -> GuardedTransaction {
    let next_change_at = after.next_change_at(at);
    if before.next_change_at(at) == next_change_at {
        return change;
    }
    change.with(due_change_write(after.person.id, next_change_at).joins_lead_event(), Guard::Bookkeeping)
}

impl EmployeeStore {
    /// One page of the people with a change that is due at or before an instant, longest overdue first. `position` is
    /// `next` of the page before; `None` for the first page.
    pub async fn list_people_with_due_changes(&self, at: Timestamp, position: Option<Item>) -> Result<DuePage> {
        let second = Timestamp::from_second(at.as_second()).map_err(Error::internal)?;
        let mut query = Query::index("by_name", DUE_CHANGES).between("0", &format!("{second}~")).limit(PAGE_SIZE);
        if let Some(position) = position {
            query = query.after(position);
        }
        let (items, next) = self.table.query(&query).await?;
        let people = items.into_iter().map(|item| from_item(item).map(|due: DueChange| due.employee_id));
        Ok(DuePage { people: people.collect::<Result<_>>()?, next })
    }

    /// Brings the list up to date for a person: lists their next change, or takes them off. The record must still have
    /// the version that was read.
    ///
    /// # Errors
    /// 409 `changed_meanwhile`.
    pub async fn refresh_next_change_in_list(&self, origin: &Origin, employee: &Stored<Employee>) -> Result<()> {
        let (id, next_change_at) = (employee.value.person.id, employee.value.next_change_at(origin.at));
        GuardedTransaction::default()
            .with(due_change_write(id, next_change_at), Guard::Bookkeeping)
            .with(Write::check(person_key(id)).if_version(employee.version), Guard::VersionMatches)
            .commit(&self.table, origin)
            .await
    }
}
