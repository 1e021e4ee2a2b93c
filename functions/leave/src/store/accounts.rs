//! Accounts and ledgers. An account and its new entries are written in one transaction, under the account's version.

use events::{EventType, Fact};
use kernel::{EmployeeId, Error, Minutes, Origin, Result};
use policy::leave::{Account, LedgerEntry, account_key, entry_key};
use serde::Serialize;
use serde_json::{Value, json};
use store::{CommitError, CommitOutcome, IdempotencyKey, Query, Write, from_item};

use super::{LeaveStore, Race, Stored, as_race, put_if_unchanged, read_stored};

/// Most accounts of one employee, one for each leave type.
const ACCOUNTS_MAX: usize = 200;
/// Most entries of one ledger: a few hundred a year for a working life.
const ENTRIES_MAX: usize = 20_000;
/// Most entries of one transaction. The database allows 100 items, some of which are not entries.
pub const ENTRIES_PER_TRANSACTION: usize = 90;

/// Entries to post, the account after them, and the data of the event.
#[derive(Debug, Clone)]
pub struct AccountPosting {
    /// Empty when only old postings of the account are folded.
    pub entries: Vec<LedgerEntry>,
    pub after: Account,
    /// Data of the event besides the employee, the leave type and the sum of the minutes.
    pub event_data: Value,
}

/// Write that replaces the account under the version that was read, or creates it.
pub(super) fn account_write(employee: EmployeeId, before: &Stored<Account>, after: &Account) -> Write {
    put_if_unchanged(account_key(employee, &after.leave_type), after, before.version)
}

pub(super) fn entry_write(employee: EmployeeId, entry: &LedgerEntry) -> Write {
    Write::create(entry_key(employee, &entry.leave_type, &entry.id), entry).joins_lead_event()
}

pub(super) fn balance_changed_fact(
    employee: EmployeeId,
    leave_type: &str,
    minutes: Minutes,
    event_data: &Value,
) -> Fact {
    let mut data = json!({"employee_id": employee, "leave_type": leave_type, "minutes": minutes});
    if let (Some(data), Some(event_data)) = (data.as_object_mut(), event_data.as_object()) {
        data.extend(event_data.clone());
    }
    Fact::new(EventType::LeaveBalanceChanged, "LeaveAccount", format!("{employee}/{leave_type}")).with_data(data)
}

impl LeaveStore {
    /// All accounts of one employee, read consistently.
    pub async fn list_accounts(&self, employee: EmployeeId) -> Result<Vec<Stored<Account>>> {
        let key = account_key(employee, "");
        let query = Query::partition(key.pk).begins_with(&key.sk).consistent();
        self.table.query_all(query, ACCOUNTS_MAX).await?.into_iter().map(read_stored).collect()
    }

    /// One account, read consistently; an empty one before the first posting.
    pub async fn get_account_or_empty(&self, employee: EmployeeId, leave_type: &str) -> Result<Stored<Account>> {
        match self.table.get_consistent(&account_key(employee, leave_type)).await? {
            Some(item) => read_stored(item),
            None => Ok(Stored { value: Account::new(leave_type), version: 0 }),
        }
    }

    /// All entries of one account, read consistently.
    pub async fn list_ledger_entries(&self, employee: EmployeeId, leave_type: &str) -> Result<Vec<LedgerEntry>> {
        let key = entry_key(employee, leave_type, "");
        let query = Query::partition(key.pk).begins_with(&key.sk).consistent();
        self.table.query_all(query, ENTRIES_MAX).await?.into_iter().map(from_item).collect()
    }

    /// Writes the entries and the account after them in one transaction, under the version of the account. Publishes
    /// `leave.balance_changed` if there are entries.
    ///
    /// # Errors
    /// 500 if an entry exists already; 422 for an idempotency key of another request.
    pub async fn commit_posting(
        &self,
        origin: &Origin,
        employee: EmployeeId,
        before: &Stored<Account>,
        change: &AccountPosting,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<Race<CommitOutcome>> {
        let mut account = account_write(employee, before, &change.after);
        if !change.entries.is_empty() {
            let minutes = change.entries.iter().map(|entry| entry.minutes).sum();
            let leave_type = &change.after.leave_type;
            account = account.publishes(balance_changed_fact(employee, leave_type, minutes, &change.event_data));
        }
        let entries = change.entries.iter().map(|entry| entry_write(employee, entry));
        let writes = std::iter::once(account).chain(entries).collect();
        match self.table.commit_idempotent(origin, writes, idempotency_key, answer).await {
            Err(CommitError::ConditionFailed { index: at, .. }) if at > 0 => {
                let entry = change.entries.get(at.saturating_sub(1)).map(|entry| entry.id.as_str());
                Err(Error::internal(format!("{} is in the ledger but not in the account", entry.unwrap_or("an entry"))))
            }
            written => as_race(written),
        }
    }

    /// Stores the answer of a request that was written in several transactions, for retries with the same key. An
    /// answer that is already stored for this key is kept.
    pub async fn store_answer(
        &self,
        origin: &Origin,
        idempotency_key: &IdempotencyKey,
        answer: &impl Serialize,
    ) -> Result<()> {
        let saved = self.table.commit_idempotent(origin, Vec::new(), Some(idempotency_key), answer).await;
        saved
            .map(|_| ())
            .map_err(|refusal| refusal.map_condition(|_, _| Error::internal("a stored answer has no condition")))
    }
}
