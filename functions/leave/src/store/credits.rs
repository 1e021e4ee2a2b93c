//! Compensatory credits for the work of days off: proposals by one write, postings together with their account.

use events::{EventType, Fact};
use kernel::{CreditId, DepartmentId, EmployeeId, Error, Minutes, Origin, Page, Result};
use lambda::http::PeopleOfList;
use policy::leave::{Account, LedgerEntry};
use serde_json::json;
use store::{Key, Pagination, Query, Write};

use super::{
    LeaveStore, Race, Stored,
    accounts::{account_write, balance_changed_fact, entry_write},
    as_race, put_if_unchanged, read_stored,
};
use crate::{
    domain::credit::{Credit, CreditStatus, ENTITY},
    messages,
};

/// Most pending credits of one employee; more are an error.
const PENDING_MAX: usize = 500;

/// Filter of the list of credits.
#[derive(Debug, Clone, Copy)]
pub struct CreditFilter {
    /// People whose records are listed. The manager is the current one of a pending record, and that of the time of the
    /// decision otherwise.
    pub people: PeopleOfList,
    /// Status; default pending, unless an employee is named.
    pub status: Option<CreditStatus>,
}

impl CreditFilter {
    fn query(&self) -> Query {
        let status = self.status.unwrap_or(CreditStatus::Pending).as_str();
        let query = match self.people {
            PeopleOfList::Employee(employee) => {
                let all = Query::index("by_employee", employee_partition(employee));
                match self.status {
                    Some(status) => all.filter("#status = :status").value(":status", &status),
                    None => all,
                }
            }
            PeopleOfList::DirectReports(manager) => Query::index("by_manager", manager_partition(manager, status)),
            PeopleOfList::Everybody => Query::index("by_status", format!("CREDITS#{status}")),
        };
        query.descending()
    }
}

fn credit_key(id: CreditId) -> Key {
    Key::new(format!("CREDIT#{id}"), "CREDIT")
}

fn employee_partition(id: EmployeeId) -> String {
    format!("EMP#{id}#CREDITS")
}

fn manager_partition(id: EmployeeId, status: &str) -> String {
    format!("EMP#{id}#CREDITS#{status}")
}

/// Write of a credit in place of the version that was read (0: none), with its index attributes. Indexes are sorted by id,
/// and ids by day.
fn credit_write(read_version: u64, after: &Credit) -> Write {
    let status = after.status.as_str();
    let write = put_if_unchanged(credit_key(after.id), after, read_version)
        .index("by_employee", employee_partition(after.employee_id), after.id)
        .index("by_status", format!("CREDITS#{status}"), after.id);
    match after.manager_id {
        Some(manager) => write.index("by_manager", manager_partition(manager, status), after.id),
        None => write,
    }
}

/// Event about a credit, with the minutes that it proposes, posts or rejects.
fn credit_fact(event: EventType, credit: &Credit, minutes: Minutes) -> Fact {
    let data = json!({
        "employee_id": credit.employee_id, "date": credit.date, "leave_type": credit.leave_type, "credit_minutes": minutes,
    });
    Fact::new(event, ENTITY, credit.id).with_data(data)
}

/// Posted minutes of a credit: the account before and after, and the entry.
#[derive(Debug)]
pub struct CreditPosting<'a> {
    pub before: &'a Stored<Account>,
    pub after: &'a Account,
    pub entry: &'a LedgerEntry,
}

impl CreditPosting<'_> {
    fn writes(&self, employee: EmployeeId) -> (Write, Write) {
        (account_write(employee, self.before, self.after), entry_write(employee, self.entry))
    }
}

impl LeaveStore {
    /// The credit with an id, read consistently; `None` if its day has no result yet.
    pub async fn find_credit(&self, id: CreditId) -> Result<Option<Stored<Credit>>> {
        self.table.get_consistent(&credit_key(id)).await?.map(read_stored).transpose()
    }

    /// One credit, read consistently; 404 if it does not exist.
    pub async fn get_credit(&self, id: CreditId) -> Result<Stored<Credit>> {
        self.find_credit(id).await?.ok_or_else(|| Error::not_found(messages::credit()))
    }

    /// Stores a credit without a posting, after a settled day or a rejection, if it still has the version that was read
    /// (0: none). Publishes the event with the minutes that it concerns, if there is one.
    pub async fn save_credit(
        &self,
        origin: &Origin,
        read_version: u64,
        after: &Credit,
        event: Option<(EventType, Minutes)>,
    ) -> Result<Race<()>> {
        let write = credit_write(read_version, after);
        let write = match event {
            Some((event, minutes)) => write.publishes(credit_fact(event, after, minutes)),
            None => write,
        };
        as_race(self.table.commit(origin, write).await.map(drop))
    }

    /// Stores a credit together with the minutes that the policy posts, each under the version that was read. Publishes
    /// `leave.balance_changed`.
    pub async fn grant_credit(
        &self,
        origin: &Origin,
        read_version: u64,
        after: &Credit,
        posting: CreditPosting<'_>,
    ) -> Result<Race<()>> {
        let (account, entry) = posting.writes(after.employee_id);
        let data = json!({"kind": posting.entry.kind, "credit_id": after.id, "date": after.date});
        let fact = balance_changed_fact(after.employee_id, &after.leave_type, posting.entry.minutes, &data);
        let writes = vec![account.publishes(fact), entry, credit_write(read_version, after).joins_lead_event()];
        as_race(self.table.transact(origin, writes).await.map(drop))
    }

    /// Stores an approved credit together with its minutes, each under the version that was read. Publishes
    /// `leave.credit_approved`.
    pub async fn approve_credit(
        &self,
        origin: &Origin,
        read_version: u64,
        after: &Credit,
        posting: CreditPosting<'_>,
    ) -> Result<Race<()>> {
        let (account, entry) = posting.writes(after.employee_id);
        let fact = credit_fact(EventType::LeaveCreditApproved, after, posting.entry.minutes);
        let writes = vec![credit_write(read_version, after).publishes(fact), account.joins_lead_event(), entry];
        as_race(self.table.transact(origin, writes).await.map(drop))
    }

    /// One page of credits, latest day first.
    pub async fn list_credits(&self, filter: &CreditFilter, page: &Pagination) -> Result<Page<Credit>> {
        self.table.typed_page(filter.query(), page).await
    }

    /// All pending credits of an employee, latest day first. More than 500 are an error.
    pub async fn list_pending_credits_of(&self, employee: EmployeeId) -> Result<Vec<Stored<Credit>>> {
        let people = PeopleOfList::Employee(employee);
        let filter = CreditFilter { people, status: Some(CreditStatus::Pending) };
        self.table.query_all(filter.query(), PENDING_MAX).await?.into_iter().map(read_stored).collect()
    }

    /// Gives a credit, which the caller knows to be pending, the new manager and department of its employee. Publishes
    /// nothing.
    ///
    /// # Errors
    /// 409 `changed_meanwhile` after a lost race.
    pub async fn reassign_credit(
        &self,
        origin: &Origin,
        before: &Stored<Credit>,
        (manager_id, department_id): (Option<EmployeeId>, DepartmentId),
    ) -> Result<()> {
        let after = Credit { manager_id, department_id, updated_at: origin.at, ..before.value.clone() };
        let moved = self.table.commit(origin, credit_write(before.version, &after)).await;
        moved.map(drop).map_err(|refusal| refusal.map_condition(|_, _| Error::changed_concurrently()))
    }
}
