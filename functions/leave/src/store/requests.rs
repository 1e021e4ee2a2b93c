//! Requests: what they are judged by, read in one round trip, and what they change, written in one transaction.

use directory::Person;
use events::{EventType, Fact};
use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId, Error, LeaveId, Origin, Result};
use policy::leave::{Account, Entry, account_key};
use serde_json::Value;
use store::{Key, Once, Outcome, Write, text};

use super::{
    Attempt, Records, Stored,
    accounts::{account_write, entry_write},
    attempted,
    occupied_months::{self, Months},
    request_lists, stored,
};
use crate::domain::request::Request;

/// The seed's `entity_type`.
const ENTITY: &str = "LeaveRequest";

/// What a request is judged by, and what its change is written under.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The person's account of the type.
    pub account: Stored<Account>,
    /// Their months: those that the request touches, the one before and the one after.
    pub months: Months,
}

/// A new request with everything that is written with it.
#[derive(Debug)]
pub struct Opening<'a> {
    pub request: &'a Request,
    pub person: &'a Person,
    /// What it was judged by.
    pub standing: &'a Standing,
    /// The months with it in them.
    pub months: &'a Months,
    /// What the images do not show.
    pub data: Value,
}

/// The end of a request's way with everything that is written with it.
#[derive(Debug)]
pub struct Settling<'a> {
    /// The request as it will be.
    pub after: &'a Request,
    /// What it posts.
    pub entries: &'a [Entry],
    /// What it is written under.
    pub standing: &'a Standing,
    /// From this day on its days come free.
    pub freed_from: Option<Date>,
    /// What happened.
    pub event: EventType,
    /// What the images do not show.
    pub data: Value,
}

fn request_key(id: LeaveId) -> Key {
    Key::new(format!("LEAVE#{id}"), "REQUEST")
}

/// Puts a request into every index that somebody asks.
fn placed(write: Write, request: &Request) -> Write {
    let place = request_lists::place(request.start_date, request.id);
    let mut write = write
        .index("by_employee", request_lists::of_employee(request.employee_id), &place)
        .index("by_department", request_lists::of_department(request.department_id), &place)
        .index("by_start", request_lists::ALL, &place);
    if let Some(manager) = request.manager_id {
        write = write.index("by_manager", request_lists::of_manager(manager), &place);
    }
    match request_lists::of_status(request.status) {
        Some(status) => write.index("by_status", status, &place),
        None => write,
    }
}

impl Records {
    /// What a request of this person, type and time is judged by: one request to the database.
    pub async fn standing(&self, employee: EmployeeId, leave_type: &str, first: Date, last: Date) -> Result<Standing> {
        let account = account_key(employee, leave_type);
        let months = occupied_months::keys_around(employee, first, last);
        let keys: Vec<Key> = std::iter::once(&account).chain(months.iter().map(|(_, key)| key)).cloned().collect();
        let mut items = self.table.get_many_fresh(&keys).await?;
        let at = items.iter().position(|item| text(item, "sk") == Some(account.sk.as_str()));
        let account = match at {
            Some(at) => stored(items.swap_remove(at))?,
            None => Stored { value: Account::new(leave_type), version: 0 },
        };
        Ok(Standing { account, months: Months::of(&months, &mut items)? })
    }

    /// What a change of this request is written under.
    pub async fn standing_of(&self, request: &Request) -> Result<Standing> {
        self.standing(request.employee_id, &request.leave_type, request.start_date, request.end_date).await
    }

    /// A request as it is now.
    pub async fn request(&self, id: LeaveId) -> Result<Stored<Request>> {
        let item = self.table.get_fresh(&request_key(id)).await?;
        stored(item.ok_or_else(|| Error::not_found("leave"))?)
    }

    /// Stores a new request with what it takes: the account under its version, the entry, the months under theirs.
    pub async fn open(
        &self,
        origin: &Origin,
        opening: Opening<'_>,
        once: Option<&Once>,
        answer: &impl serde::Serialize,
    ) -> Result<Attempt<Outcome>> {
        let Opening { request, person, standing, months, data } = opening;
        let event = match request.status {
            crate::domain::request::Status::Approved => EventType::LeaveRequestApproved,
            _ => EventType::LeaveRequestCreated,
        };
        let fact = Fact::new(event, ENTITY, request.id).with(data);
        let mut writes = vec![placed(Write::create(request_key(request.id), request), request).says(fact)];
        writes.extend(posted(request, &standing.account, &[request.opened(origin)]));
        writes.extend(months.changed_from(&standing.months, person.id));
        attempted(self.table.commit_once(origin, writes, once, answer).await)
    }

    /// Stores a yes that is not the last, or a level more: one write.
    pub async fn advance(
        &self,
        origin: &Origin,
        before: &Stored<Request>,
        after: &Request,
        event: EventType,
        data: Value,
    ) -> Result<Attempt<u64>> {
        let fact = Fact::new(event, ENTITY, after.id).with(data);
        let write = placed(Write::replace(request_key(after.id), after, before.version), after).says(fact);
        Ok(attempted(self.table.commit(origin, write).await)?.map(|committed| committed.version))
    }

    /// Stores an end of the way: the request under its version, what it posts, and the months where days come free.
    pub async fn settle(
        &self,
        origin: &Origin,
        before: &Stored<Request>,
        settling: Settling<'_>,
        once: Option<&Once>,
        answer: &impl serde::Serialize,
    ) -> Result<Attempt<Outcome>> {
        let Settling { after, entries, standing, freed_from, event, data } = settling;
        let fact = Fact::new(event, ENTITY, after.id).with(data);
        let mut writes = vec![placed(Write::replace(request_key(after.id), after, before.version), after).says(fact)];
        writes.extend(posted(after, &standing.account, entries));
        if let Some(from) = freed_from {
            let months = standing.months.without(after.id, from);
            writes.extend(months.changed_from(&standing.months, after.employee_id));
        }
        attempted(self.table.commit_once(origin, writes, once, answer).await)
    }

    /// Moves a request with its person: to another manager while it waits, to another department. Publishes nothing.
    pub async fn follow(
        &self,
        origin: &Origin,
        before: &Stored<Request>,
        manager_id: Option<EmployeeId>,
        department_id: DepartmentId,
        at: Timestamp,
    ) -> Result<()> {
        let after = Request { manager_id, department_id, updated_at: at, ..before.value.clone() };
        let write = placed(Write::replace(request_key(after.id), &after, before.version), &after);
        self.table.commit(origin, write).await.map_err(|refusal| refusal.or(|_, _| Error::moved()))?;
        Ok(())
    }
}

/// The account with these entries folded in, and the entries themselves. An account that none of them changes stays unwritten.
fn posted(request: &Request, account: &Stored<Account>, entries: &[Entry]) -> Vec<Write> {
    if entries.is_empty() {
        return Vec::new();
    }
    let mut after = account.value.clone();
    entries.iter().for_each(|entry| after.post(entry));
    let mut writes = vec![account_write(request.employee_id, account, &after).silently()];
    writes.extend(entries.iter().map(|entry| entry_write(request.employee_id, entry)));
    writes
}
