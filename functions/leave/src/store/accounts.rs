//! Accounts and ledgers: an account and the entries behind it move in one transaction, under the account's version.

use events::{EventType, Fact};
use kernel::{EmployeeId, Error, Origin, Result};
use policy::leave::{Account, LedgerEntry, account_key, entry_key};
use serde::Serialize;
use serde_json::{Value, json};
use store::{CommitError, CommitOutcome, IdempotencyKey, Query, Write, from_item};

use super::{LeaveStore, Race, Stored, attempted, create_or_replace, read_stored};

/// Nobody has more leave types.
const ACCOUNTS_MAX: usize = 200;
/// No ledger is longer: some hundred entries a year, for a working life.
const ENTRIES_MAX: usize = 20_000;
/// How many entries one transaction posts: a hundred items are the database's bound, and some are not entries.
pub const ENTRIES_PER_TRANSACTION: usize = 90;

/// What is posted, and what is told of it.
#[derive(Debug, Clone)]
pub struct AccountPosting {
    /// The entries; none where the account is only compacted.
    pub entries: Vec<LedgerEntry>,
    /// The account with them.
    pub after: Account,
    /// For the event, beside person, type and sum.
    pub event_data: Value,
}

/// The write of an account: over the version that was read, or the first.
pub(super) fn account_write(employee: EmployeeId, before: &Stored<Account>, after: &Account) -> Write {
    create_or_replace(account_key(employee, &after.leave_type), after, before.version)
}

/// The write of an entry: it must be new.
pub(super) fn entry_write(employee: EmployeeId, entry: &LedgerEntry) -> Write {
    Write::create(entry_key(employee, &entry.leave_type, &entry.id), entry).joins_lead_event()
}

/// What a changed balance says.
fn fact(employee: EmployeeId, change: &AccountPosting) -> Fact {
    let minutes = change.entries.iter().map(|entry| entry.minutes.0).sum::<i64>();
    let leave_type = &change.after.leave_type;
    let mut data = json!({"employee_id": employee, "leave_type": leave_type, "minutes": minutes});
    if let (Some(data), Some(told)) = (data.as_object_mut(), change.event_data.as_object()) {
        data.extend(told.clone());
    }
    Fact::new(EventType::LeaveBalanceChanged, "LeaveAccount", format!("{employee}/{leave_type}")).with_data(data)
}

impl LeaveStore {
    /// All accounts of somebody, as they are now.
    pub async fn accounts(&self, employee: EmployeeId) -> Result<Vec<Stored<Account>>> {
        let key = account_key(employee, "");
        let query = Query::partition(key.pk).begins_with(&key.sk).consistent();
        self.table.query_all(query, ACCOUNTS_MAX).await?.into_iter().map(read_stored).collect()
    }

    /// One account as it is now; an empty one where nothing was posted yet.
    pub async fn account(&self, employee: EmployeeId, leave_type: &str) -> Result<Stored<Account>> {
        match self.table.get_consistent(&account_key(employee, leave_type)).await? {
            Some(item) => read_stored(item),
            None => Ok(Stored { value: Account::new(leave_type), version: 0 }),
        }
    }

    /// Everything that was ever posted to an account.
    pub async fn ledger(&self, employee: EmployeeId, leave_type: &str) -> Result<Vec<LedgerEntry>> {
        let key = entry_key(employee, leave_type, "");
        let query = Query::partition(key.pk).begins_with(&key.sk).consistent();
        self.table.query_all(query, ENTRIES_MAX).await?.into_iter().map(from_item).collect()
    }

    /// Posts to an account. Publishes `leave.balance_changed`, unless there is no entry.
    pub async fn post_entries(
        &self,
        origin: &Origin,
        employee: EmployeeId,
        before: &Stored<Account>,
        change: &AccountPosting,
        once: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<Race<CommitOutcome>> {
        let mut account = account_write(employee, before, &change.after);
        if !change.entries.is_empty() {
            account = account.publishes(fact(employee, change));
        }
        let entries = change.entries.iter().map(|entry| entry_write(employee, entry));
        let writes = std::iter::once(account).chain(entries).collect();
        match self.table.commit_idempotent(origin, writes, once, answer).await {
            Err(CommitError::Condition { at, .. }) if at > 0 => {
                let entry = change.entries.get(at.saturating_sub(1)).map(|entry| entry.id.as_str());
                Err(Error::internal(format!("{} is in the ledger and not in the account", entry.unwrap_or("an entry"))))
            }
            written => attempted(written),
        }
    }
    /// Keeps the answer to a request that wrote something in transactions of its own, for whoever asks again with the same key.
    pub async fn store_answer(&self, origin: &Origin, once: &IdempotencyKey, answer: &impl Serialize) -> Result<()> {
        let kept = self.table.commit_idempotent(origin, Vec::new(), Some(once), answer).await;
        kept.map(|_| ())
            .map_err(|refusal| refusal.map_condition(|_, _| Error::internal("an answer has no condition of its own")))
    }
}
