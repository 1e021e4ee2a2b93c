//! Requests. Their inputs are read in one round trip, and their changes are written in one transaction.

use std::collections::BTreeMap;

use directory::Person;
use events::{EventType, Fact};
use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId, Error, LeaveId, Origin, Result};
use policy::leave::{Account, LedgerEntry, account_key};
use serde_json::{Value, json};
use store::{CommitOutcome, IdempotencyKey, Key, Write, string_attribute};

use super::{
    LeaveStore, Race, Stored,
    accounts::{account_write, entry_write},
    as_race,
    occupied_months::{self, OccupiedMonths},
    read_stored, request_lists,
};
use crate::{
    domain::{
        changed_days::DaysReturned,
        request::{Request, RequestStatus},
        returned_days::ReturnReason,
    },
    messages,
};

/// Entity type in events and audit records.
pub(super) const ENTITY_TYPE: &str = "LeaveRequest";

/// Account and occupied months of an employee as they were read, with their versions.
#[derive(Debug, Clone)]
pub struct AccountAndMonths {
    /// Account of the requested leave type.
    pub account: Stored<Account>,
    /// Months that the request touches, and one before and after.
    pub months: OccupiedMonths,
}

/// A new request, and the items that are written with it.
#[derive(Debug)]
pub struct NewRequestWrite<'a> {
    pub request: &'a Request,
    pub person: &'a Person,
    /// Account and months by which the request was evaluated.
    pub state: &'a AccountAndMonths,
    /// Months with the slots of the request.
    pub months: &'a OccupiedMonths,
    /// First and last day whose leave decided the count of the request.
    pub looked_at: (Date, Date),
    /// Approved requests that give back days to the request.
    pub interrupted: &'a [InterruptedRequest],
    /// Data of the event besides the images.
    pub data: Value,
}

/// Approved request that gives back days to other leave.
#[derive(Debug, Clone)]
pub struct InterruptedRequest {
    /// Request as it was read.
    pub before: Stored<Request>,
    /// Request without the days, and the entry that returns them.
    pub returned: DaysReturned,
    /// Account of its leave type as it was read.
    pub account: Stored<Account>,
}

/// A decided, cancelled, shortened, moved or recounted request, and the items that are written with it.
#[derive(Debug)]
pub struct RequestUpdateWrite<'a> {
    pub after: &'a Request,
    pub entries: &'a [LedgerEntry],
    /// Account and months before the write.
    pub state: &'a AccountAndMonths,
    /// Months after the write; `None` if they follow from the days that the request keeps.
    pub months: Option<&'a OccupiedMonths>,
    /// First and last day whose leave decided the change, if any did.
    pub looked_at: Option<(Date, Date)>,
    pub event: EventType,
    /// Data of the event besides the images.
    pub data: Value,
}

fn request_key(id: LeaveId) -> Key {
    Key::new(format!("LEAVE#{id}"), "REQUEST")
}

fn with_indexes(write: Write, request: &Request) -> Write {
    let sort_key = request_lists::start_sort_key(request.start_date, request.id);
    let mut write = write
        .index("by_employee", request_lists::employee_partition(request.employee_id), &sort_key)
        .index("by_department", request_lists::department_partition(request.department_id), &sort_key)
        .index("by_start", request_lists::ALL_PARTITION, &sort_key);
    if let Some(manager) = request.manager_id {
        write = write.index("by_manager", request_lists::manager_partition(manager), &sort_key);
    }
    match request_lists::status_partition(request.status) {
        Some(status) => write.index("by_status", status, &sort_key),
        None => write,
    }
}

impl LeaveStore {
    /// Account and months for a request of these days, read consistently in one round trip.
    pub async fn load_account_and_months(
        &self,
        employee: EmployeeId,
        leave_type: &str,
        first: Date,
        last: Date,
    ) -> Result<AccountAndMonths> {
        self.load_account_and_months_around(employee, leave_type, &[(first, last)]).await
    }

    /// Account and months for leave on several ranges of days, read consistently in one round trip.
    pub async fn load_account_and_months_around(
        &self,
        employee: EmployeeId,
        leave_type: &str,
        ranges: &[(Date, Date)],
    ) -> Result<AccountAndMonths> {
        let account = account_key(employee, leave_type);
        let months: BTreeMap<Date, Key> = ranges
            .iter()
            .flat_map(|(first, last)| occupied_months::month_keys_around(employee, *first, *last))
            .collect();
        let months: Vec<(Date, Key)> = months.into_iter().collect();
        let keys: Vec<Key> = std::iter::once(&account).chain(months.iter().map(|(_, key)| key)).cloned().collect();
        let mut items = self.table.get_many_consistent(&keys).await?;
        let at = items.iter().position(|item| string_attribute(item, "sk") == Some(account.sk.as_str()));
        let account = match at {
            Some(at) => read_stored(items.swap_remove(at))?,
            None => Stored { value: Account::new(leave_type), version: 0 },
        };
        Ok(AccountAndMonths { account, months: OccupiedMonths::from_items(&months, &mut items)? })
    }

    /// Account and months of an existing request.
    pub async fn load_account_and_months_of(&self, request: &Request) -> Result<AccountAndMonths> {
        self.load_account_and_months(request.employee_id, &request.leave_type, request.start_date, request.end_date)
            .await
    }

    /// One request, read consistently; `None` if it does not exist, or expired after its archiving.
    pub async fn find_request(&self, id: LeaveId) -> Result<Option<Stored<Request>>> {
        self.table.get_consistent(&request_key(id)).await?.map(read_stored).transpose()
    }

    /// One request, read consistently; 404 if it does not exist.
    pub async fn get_request(&self, id: LeaveId) -> Result<Stored<Request>> {
        self.find_request(id).await?.ok_or_else(|| Error::not_found(messages::leave_request()))
    }

    /// Creates a request, its ledger entry, and the account and months under their versions.
    pub async fn create_request(
        &self,
        origin: &Origin,
        new: NewRequestWrite<'_>,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl serde::Serialize,
    ) -> Result<Race<CommitOutcome>> {
        let NewRequestWrite { request, person, state, months, looked_at, interrupted, data } = new;
        let event = match request.status {
            RequestStatus::Approved => EventType::LeaveRequestApproved,
            _ => EventType::LeaveRequestCreated,
        };
        let fact = Fact::new(event, ENTITY_TYPE, request.id).with_data(data);
        let mut writes = vec![with_indexes(Write::create(request_key(request.id), request), request).publishes(fact)];
        writes.extend(ledger_writes(request, &state.account, &[request.opening_entry(origin)]));
        writes.extend(months.writes_of_changes_since(&state.months, person.id, Some(looked_at)));
        writes.extend(interruption_writes(request.id, interrupted));
        as_race(self.table.commit_idempotent(origin, writes, idempotency_key, answer).await)
    }

    /// Replaces a pending request after an approval that is not the last, or after an escalation; returns the new
    /// version.
    pub async fn update_pending_approval(
        &self,
        origin: &Origin,
        before: &Stored<Request>,
        after: &Request,
        event: EventType,
        data: Value,
    ) -> Result<Race<u64>> {
        let fact = Fact::new(event, ENTITY_TYPE, after.id).with_data(data);
        let write = with_indexes(Write::replace(request_key(after.id), after, before.version), after).publishes(fact);
        Ok(as_race(self.table.commit(origin, write).await)?.map(|committed| committed.version))
    }

    /// Replaces an approved, rejected, cancelled, shortened, moved or recounted request, with its ledger entries, the account,
    /// and the months that change, each under its version.
    pub async fn update_request(
        &self,
        origin: &Origin,
        before: &Stored<Request>,
        update: RequestUpdateWrite<'_>,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl serde::Serialize,
    ) -> Result<Race<CommitOutcome>> {
        let RequestUpdateWrite { after, entries, state, months, looked_at, event, data } = update;
        let fact = Fact::new(event, ENTITY_TYPE, after.id).with_data(data);
        let mut writes =
            vec![with_indexes(Write::replace(request_key(after.id), after, before.version), after).publishes(fact)];
        writes.extend(ledger_writes(after, &state.account, entries));
        let months = months.cloned().unwrap_or_else(|| state.months.after_change(&before.value, after));
        writes.extend(months.writes_of_changes_since(&state.months, after.employee_id, looked_at));
        as_race(self.table.commit_idempotent(origin, writes, idempotency_key, answer).await)
    }

    /// Replaces the manager and department of a request. Publishes nothing.
    ///
    /// # Errors
    /// 409 `changed_meanwhile` after a lost race.
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

/// Writes of interrupted requests with their events, entries and accounts; each account is written once.
fn interruption_writes(by: LeaveId, interrupted: &[InterruptedRequest]) -> Vec<Write> {
    let mut writes = Vec::new();
    let mut accounts: BTreeMap<&str, (&Request, &Stored<Account>, Vec<LedgerEntry>)> = BTreeMap::new();
    for InterruptedRequest { before, returned, account } in interrupted {
        let after = &returned.after;
        let reason = ReturnReason::Interrupted;
        let data = json!({
            "reason": reason, "return_reason": reason, "was": before.value.status, "interrupted_by": by,
            "returned_from": returned.days.0, "returned_to": returned.days.1,
        });
        let fact = Fact::new(EventType::LeaveRequestCancelled, ENTITY_TYPE, after.id).with_data(data);
        let replaced = Write::replace(request_key(after.id), after, before.version);
        writes.push(with_indexes(replaced, after).publishes(fact));
        let entries = accounts.entry(&after.leave_type).or_insert_with(|| (after, account, Vec::new()));
        entries.2.extend(returned.entries.iter().cloned());
    }
    writes.extend(
        accounts.into_values().flat_map(|(request, account, entries)| ledger_writes(request, account, &entries)),
    );
    writes
}

/// Writes of the account after these entries and of the entries; none without entries.
fn ledger_writes(request: &Request, account: &Stored<Account>, entries: &[LedgerEntry]) -> Vec<Write> {
    if entries.is_empty() {
        return Vec::new();
    }
    let mut after = account.value.clone();
    entries.iter().for_each(|entry| after.post_if_missing(entry));
    let mut writes = vec![account_write(request.employee_id, account, &after).joins_lead_event()];
    writes.extend(entries.iter().map(|entry| entry_write(request.employee_id, entry)));
    writes
}
