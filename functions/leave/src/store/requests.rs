//! Requests: what they are judged by, read in one round trip, and what they change, written in one transaction.

use directory::Person;
use events::{EventType, Fact};
use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId, Error, LeaveId, Origin, Result};
use policy::leave::{Account, LedgerEntry, account_key};
use serde_json::Value;
use store::{CommitOutcome, IdempotencyKey, Key, Write, string_attribute};

use super::{
    LeaveStore, Race, Stored,
    accounts::{account_write, entry_write},
    attempted,
    occupied_months::{self, OccupiedMonths},
    read_stored, request_lists,
};
use crate::domain::request::Request;

/// The seed's `entity_type`.
const ENTITY: &str = "LeaveRequest";

/// What a request is judged by, and what its change is written under.
#[derive(Debug, Clone)]
pub struct LeavePosition {
    /// The person's account of the type.
    pub account: Stored<Account>,
    /// Their months: those that the request touches, the one before and the one after.
    pub months: OccupiedMonths,
}

/// A new request with everything that is written with it.
#[derive(Debug)]
pub struct NewRequestWrite<'a> {
    pub request: &'a Request,
    pub person: &'a Person,
    /// What it was judged by.
    pub standing: &'a LeavePosition,
    /// The months with it in them.
    pub months: &'a OccupiedMonths,
    /// What the images do not show.
    pub data: Value,
}

/// The end of a request's way with everything that is written with it.
#[derive(Debug)]
pub struct DecisionWrite<'a> {
    /// The request as it will be.
    pub after: &'a Request,
    /// What it posts.
    pub entries: &'a [LedgerEntry],
    /// What it is written under.
    pub standing: &'a LeavePosition,
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
fn with_indexes(write: Write, request: &Request) -> Write {
    let place = request_lists::start_sort_key(request.start_date, request.id);
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

impl LeaveStore {
    /// What a request of this person, type and time is judged by: one request to the database.
    pub async fn leave_position(
        &self,
        employee: EmployeeId,
        leave_type: &str,
        first: Date,
        last: Date,
    ) -> Result<LeavePosition> {
        let account = account_key(employee, leave_type);
        let months = occupied_months::keys_around(employee, first, last);
        let keys: Vec<Key> = std::iter::once(&account).chain(months.iter().map(|(_, key)| key)).cloned().collect();
        let mut items = self.table.get_many_consistent(&keys).await?;
        let at = items.iter().position(|item| string_attribute(item, "sk") == Some(account.sk.as_str()));
        let account = match at {
            Some(at) => read_stored(items.swap_remove(at))?,
            None => Stored { value: Account::new(leave_type), version: 0 },
        };
        Ok(LeavePosition { account, months: OccupiedMonths::of(&months, &mut items)? })
    }

    /// What a change of this request is written under.
    pub async fn leave_position_of(&self, request: &Request) -> Result<LeavePosition> {
        self.leave_position(request.employee_id, &request.leave_type, request.start_date, request.end_date).await
    }

    /// A request as it is now.
    pub async fn request(&self, id: LeaveId) -> Result<Stored<Request>> {
        let item = self.table.get_consistent(&request_key(id)).await?;
        read_stored(item.ok_or_else(|| Error::not_found("leave"))?)
    }

    /// Stores a new request with what it takes: the account under its version, the entry, the months under theirs.
    pub async fn create_request(
        &self,
        origin: &Origin,
        opening: NewRequestWrite<'_>,
        once: Option<&IdempotencyKey>,
        answer: &impl serde::Serialize,
    ) -> Result<Race<CommitOutcome>> {
        let NewRequestWrite { request, person, standing, months, data } = opening;
        let event = match request.status {
            crate::domain::request::RequestStatus::Approved => EventType::LeaveRequestApproved,
            _ => EventType::LeaveRequestCreated,
        };
        let fact = Fact::new(event, ENTITY, request.id).with_data(data);
        let mut writes = vec![with_indexes(Write::create(request_key(request.id), request), request).publishes(fact)];
        writes.extend(ledger_writes(request, &standing.account, &[request.opening_entry(origin)]));
        writes.extend(months.changed_from(&standing.months, person.id));
        attempted(self.table.commit_idempotent(origin, writes, once, answer).await)
    }

    /// Stores a yes that is not the last, or a level more: one write.
    pub async fn save_approval_step(
        &self,
        origin: &Origin,
        before: &Stored<Request>,
        after: &Request,
        event: EventType,
        data: Value,
    ) -> Result<Race<u64>> {
        let fact = Fact::new(event, ENTITY, after.id).with_data(data);
        let write = with_indexes(Write::replace(request_key(after.id), after, before.version), after).publishes(fact);
        Ok(attempted(self.table.commit(origin, write).await)?.map(|committed| committed.version))
    }

    /// Stores an end of the way: the request under its version, what it posts, and the months where days come free.
    pub async fn save_decision(
        &self,
        origin: &Origin,
        before: &Stored<Request>,
        settling: DecisionWrite<'_>,
        once: Option<&IdempotencyKey>,
        answer: &impl serde::Serialize,
    ) -> Result<Race<CommitOutcome>> {
        let DecisionWrite { after, entries, standing, freed_from, event, data } = settling;
        let fact = Fact::new(event, ENTITY, after.id).with_data(data);
        let mut writes =
            vec![with_indexes(Write::replace(request_key(after.id), after, before.version), after).publishes(fact)];
        writes.extend(ledger_writes(after, &standing.account, entries));
        if let Some(from) = freed_from {
            let months = standing.months.releasing(after.id, from);
            writes.extend(months.changed_from(&standing.months, after.employee_id));
        }
        attempted(self.table.commit_idempotent(origin, writes, once, answer).await)
    }

    /// Moves a request with its person: to another manager while it waits, to another department. Publishes nothing.
    pub async fn reassign_request(
        &self,
        origin: &Origin,
        before: &Stored<Request>,
        manager_id: Option<EmployeeId>,
        department_id: DepartmentId,
        at: Timestamp,
    ) -> Result<()> {
        let after = Request { manager_id, department_id, updated_at: at, ..before.value.clone() };
        let write = with_indexes(Write::replace(request_key(after.id), &after, before.version), &after);
        self.table
            .commit(origin, write)
            .await
            .map_err(|refusal| refusal.map_condition(|_, _| Error::changed_concurrently()))?;
        Ok(())
    }
}

/// The account with these entries folded in, and the entries themselves. An account that none of them changes stays unwritten.
fn ledger_writes(request: &Request, account: &Stored<Account>, entries: &[LedgerEntry]) -> Vec<Write> {
    if entries.is_empty() {
        return Vec::new();
    }
    let mut after = account.value.clone();
    entries.iter().for_each(|entry| after.post(entry));
    let mut writes = vec![account_write(request.employee_id, account, &after).joins_lead_event()];
    writes.extend(entries.iter().map(|entry| entry_write(request.employee_id, entry)));
    writes
}
