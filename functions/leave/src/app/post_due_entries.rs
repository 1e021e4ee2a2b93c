//! Posting to accounts: read, decide, one transaction; once more where somebody else was faster.

use directory::Person;
use jiff::{ToSpan, civil::Date};
use kernel::{EmployeeId, Origin, Result};
use policy::{
    Book,
    leave::{Account, Entry, Line, due},
};
use serde::Serialize;
use serde_json::{Value, json};
use store::{Once, Outcome};

use crate::{
    domain::balance,
    store::{
        Records, Stored,
        accounts::{Change, ENTRIES_AT_ONCE},
    },
};

/// Nothing is owed for longer to somebody who has left: after so many days nobody looks any more.
const LEFT_FOR_DAYS: i32 = 60;

/// The table of this service, and the shell.
pub type Api = lambda::Api<Records>;

/// What was posted to somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settled {
    pub entries: usize,
    /// Accounts that were changed.
    pub accounts: usize,
}

/// Posts what `decide` makes of the account as it is now; answers what it says about it.
pub async fn post<A: Serialize>(
    api: &Api,
    origin: &Origin,
    (employee, leave_type): (EmployeeId, &str),
    once: Option<&Once>,
    decide: impl Fn(&Account) -> Result<(Change, A)>,
) -> Result<(Outcome, A)> {
    api.until_won(origin.at, || async {
        let before = api.store.account(employee, leave_type).await?;
        let (change, answer) = decide(&before.value)?;
        let posted = api.store.post(origin, employee, &before, &change, once, &answer).await?;
        Ok(posted.map(|outcome| (outcome, answer)))
    })
    .await
}

/// Posts everything that is due to somebody up to their today. Done twice, the second time posts nothing.
pub async fn settle(api: &Api, origin: &Origin, person: &Person) -> Result<Settled> {
    let today = person.today(origin.at);
    let (accounts, book) = tokio::try_join!(api.store.accounts(person.id), api.store.rulebook.book(origin.at))?;
    let mut types = balance::types_of(&book, person);
    types.extend(accounts.iter().map(|account| account.value.leave_type.clone()));
    let mut settled = Settled::default();
    for leave_type in types {
        let known = accounts.iter().find(|account| account.value.leave_type == leave_type).cloned();
        let before = known.unwrap_or_else(|| Stored { value: Account::new(&leave_type), version: 0 });
        let entries = settle_account(api, origin, person, &book, before, today).await?;
        settled.entries += entries;
        settled.accounts += usize::from(entries > 0);
    }
    let gone = |last: Date| last.saturating_add(LEFT_FOR_DAYS.days()) < today;
    if person.status == directory::Status::Terminated && person.termination_date.is_some_and(gone) {
        api.store.retire_member(origin, person.id).await?;
    }
    Ok(settled)
}

/// One account, in as many transactions as its entries take. Each leaves it whole, so that a run that was killed anywhere is
/// taken up by the next one.
async fn settle_account(
    api: &Api,
    origin: &Origin,
    person: &Person,
    book: &Book,
    known: Stored<Account>,
    today: Date,
) -> Result<usize> {
    let leave_type = known.value.leave_type.clone();
    let (mut known, mut posted) = (Some(known), 0);
    loop {
        let part = api.until_won_from(origin.at, known.take(), |known| async {
            let before = match known {
                Some(known) => known,
                None => api.store.account(person.id, &leave_type).await?,
            };
            let lines = due(book, person, &before.value, today);
            let is_last = lines.len() <= ENTRIES_AT_ONCE;
            let entries: Vec<Entry> =
                lines.iter().take(ENTRIES_AT_ONCE).map(|line| entry_of(line, &leave_type, origin)).collect();
            let count = entries.len();
            let after = folded(book, person, posted_to(&before.value, &entries), is_last.then_some(today));
            if count == 0 && after == before.value {
                return Ok(Ok((0, true)));
            }
            let told = json!({"kind": "due", "entries": count, "until": today});
            let change = Change { entries, after, told };
            let done = api.store.post(origin, person.id, &before, &change, None, &Value::Null).await?;
            Ok(done.with((count, is_last)).or(None))
        });
        let (entries, is_last) = part.await?;
        posted += entries;
        if is_last {
            return Ok(posted);
        }
    }
}

/// An account with these entries.
pub fn posted_to(account: &Account, entries: &[Entry]) -> Account {
    entries.iter().fold(account.clone(), |mut account, entry| {
        account.post(entry);
        account
    })
}

/// The account with everything before the last leave year folded away, once everything up to `today` is posted.
fn folded(book: &Book, person: &Person, account: Account, today: Option<Date>) -> Account {
    let Some(today) = today else { return account };
    let rules = balance::policy_on(book, person, &account.leave_type, today).map(|(_, rules)| rules);
    let before = balance::history_before(rules, person, today);
    let empty = account.postings.is_empty() && account.uses.is_empty();
    if empty || account.closed_before.is_some_and(|closed| closed >= before) {
        account
    } else {
        account.compacted(before)
    }
}

/// A line that is due, as it stands in the ledger: with its sentence among its inputs.
fn entry_of(line: &Line, leave_type: &str, origin: &Origin) -> Entry {
    let mut entry = line.entry(leave_type, origin.at, origin.actor.clone());
    if let Some(inputs) = entry.inputs.as_object_mut() {
        inputs.insert("why".to_owned(), Value::String(line.why.clone()));
    }
    entry
}
