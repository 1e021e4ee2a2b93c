//! Posting to accounts: read, decide, write in one transaction, and repeat after a lost race.

use directory::Person;
use jiff::{ToSpan, civil::Date};
use kernel::{EmployeeId, Origin, Result};
use policy::{
    PolicySet,
    leave::{Account, BalanceLine, LedgerEntry, due_entries},
};
use serde::Serialize;
use serde_json::{Value, json};
use store::{CommitOutcome, IdempotencyKey};

use crate::{
    domain::balance,
    store::{
        LeaveStore, Stored,
        accounts::{AccountPosting, ENTRIES_PER_TRANSACTION},
    },
};

/// Days after the last day at work during which jobs still post to a leaver's accounts.
const LEAVER_GRACE_DAYS: i32 = 60;

pub type Api = lambda::Api<LeaveStore>;

/// Number of entries and accounts posted for one employee.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PostingTotals {
    pub entries: usize,
    pub accounts: usize,
}

/// Posts the entries that `decide` derives from the current account, and returns its answer. After a lost race, it
/// reads the account and decides again.
pub async fn decide_and_post_entries<A: Serialize>(
    api: &Api,
    origin: &Origin,
    (employee, leave_type): (EmployeeId, &str),
    idempotency_key: Option<&IdempotencyKey>,
    decide: impl Fn(&Account) -> Result<(AccountPosting, A)>,
) -> Result<(CommitOutcome, A)> {
    api.until_won(origin.at, || async {
        let before = api.store.get_account_or_empty(employee, leave_type).await?;
        let (change, answer) = decide(&before.value)?;
        let posted = api.store.commit_posting(origin, employee, &before, &change, idempotency_key, &answer).await?;
        Ok(posted.map(|outcome| (outcome, answer)))
    })
    .await
}

/// Posts all due entries of a person up to today at their site; a repetition posts nothing. After the grace period of a
/// leaver, it also removes the member from the index by which jobs find members.
pub async fn post_due_entries(api: &Api, origin: &Origin, person: &Person) -> Result<PostingTotals> {
    let today = person.today(origin.at);
    let (accounts, book) = tokio::try_join!(api.store.list_accounts(person.id), api.store.rulebook.load(origin.at))?;
    let mut types = balance::leave_type_codes_for(&book, person);
    types.extend(accounts.iter().map(|account| account.value.leave_type.clone()));
    let mut totals = PostingTotals::default();
    for leave_type in types {
        let known = accounts.iter().find(|account| account.value.leave_type == leave_type).cloned();
        let before = known.unwrap_or_else(|| Stored { value: Account::new(&leave_type), version: 0 });
        let entries = post_due_entries_to_account(api, origin, person, &book, before, today).await?;
        totals.entries += entries;
        totals.accounts += usize::from(entries > 0);
    }
    let grace_is_over = |last: Date| last.saturating_add(LEAVER_GRACE_DAYS.days()) < today;
    if person.status == directory::EmploymentStatus::Terminated && person.termination_date.is_some_and(grace_is_over) {
        api.store.delist_member(origin, person.id).await?;
    }
    Ok(totals)
}

/// Posts the due entries of one account, in as many transactions as they need, and returns their number. Each
/// transaction leaves a consistent account, so that the next run continues an interrupted one.
async fn post_due_entries_to_account(
    api: &Api,
    origin: &Origin,
    person: &Person,
    book: &PolicySet,
    known: Stored<Account>,
    today: Date,
) -> Result<usize> {
    let leave_type = known.value.leave_type.clone();
    let (mut known, mut posted) = (Some(known), 0);
    loop {
        let batch = api.until_won_from(origin.at, known.take(), |known| async {
            let before = match known {
                Some(known) => known,
                None => api.store.get_account_or_empty(person.id, &leave_type).await?,
            };
            let lines = due_entries(book, person, &before.value, today);
            let is_last = lines.len() <= ENTRIES_PER_TRANSACTION;
            let entries: Vec<LedgerEntry> = lines
                .iter()
                .take(ENTRIES_PER_TRANSACTION)
                .map(|line| entry_of_due_line(line, &leave_type, origin))
                .collect();
            let count = entries.len();
            let after =
                fold_history(book, person, account_with_entries(&before.value, &entries), is_last.then_some(today));
            if count == 0 && after == before.value {
                return Ok(Ok((0, true)));
            }
            let event_data = json!({"kind": "due", "entries": count, "until": today});
            let change = AccountPosting { entries, after, event_data };
            let saved = api.store.commit_posting(origin, person.id, &before, &change, None, &Value::Null).await?;
            Ok(saved.replace_won((count, is_last)).won_or(None))
        });
        let (entries, is_last) = batch.await?;
        posted += entries;
        if is_last {
            return Ok(posted);
        }
    }
}

/// The account after these entries.
pub fn account_with_entries(account: &Account, entries: &[LedgerEntry]) -> Account {
    entries.iter().fold(account.clone(), |mut account, entry| {
        account.post_if_missing(entry);
        account
    })
}

/// Folds the entries before the previous leave year into one opening entry, once all due entries are posted up to a
/// day. `posted_until` is `None` while more entries are due; the account then stays unchanged.
fn fold_history(book: &PolicySet, person: &Person, account: Account, posted_until: Option<Date>) -> Account {
    let Some(today) = posted_until else { return account };
    let rules = balance::policy_on(book, person, &account.leave_type, today).map(|(_, rules)| rules);
    let before = balance::previous_leave_year_start(rules, person, today);
    let empty = account.postings.is_empty() && account.usage.is_empty();
    if empty || account.closed_before.is_some_and(|closed| closed >= before) {
        account
    } else {
        account.fold_before(before)
    }
}

/// Ledger entry of a due line. Its inputs keep the English sentence of the line.
fn entry_of_due_line(line: &BalanceLine, leave_type: &str, origin: &Origin) -> LedgerEntry {
    let mut entry = line.to_ledger_entry(leave_type, origin.at, origin.actor.clone());
    if let Some(inputs) = entry.inputs.as_object_mut() {
        inputs.insert("why".to_owned(), Value::String(line.why.to_string()));
    }
    entry
}
