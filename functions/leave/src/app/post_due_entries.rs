//! Posting to accounts: read, decide, one transaction; once more where somebody else was faster.

use std::sync::Arc;

use directory::Person;
use jiff::{ToSpan, civil::Date};
use kernel::{EmployeeId, Error, Mint, Origin, Result};
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
        Attempt, Records, Stored,
        accounts::{Change, ENTRIES_AT_ONCE},
    },
};

/// How often a posting that lost a race is tried.
const TRIES_MAX: u32 = 12;
/// Nothing is owed for longer to somebody who has left: after so many days nobody looks any more.
const LEFT_FOR_DAYS: i32 = 60;

/// Posts to accounts.
#[derive(Clone)]
pub struct Poster {
    records: Records,
    mint: Arc<dyn Mint>,
}

/// What was posted to somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settled {
    /// Entries.
    pub entries: usize,
    /// Accounts that were changed.
    pub accounts: usize,
}

impl Poster {
    /// Posts to the accounts of this table.
    pub fn new(records: Records, mint: Arc<dyn Mint>) -> Self {
        Self { records, mint }
    }

    /// Posts what `decide` makes of the account as it is now; answers what it says about it.
    ///
    /// # Errors
    /// What `decide` refuses; 409 where others keep changing the account; 422 for an idempotency key of another request; 503.
    pub async fn post<A: Serialize>(
        &self,
        origin: &Origin,
        (employee, leave_type): (EmployeeId, &str),
        once: Option<&Once>,
        decide: impl Fn(&Account) -> Result<(Change, A)>,
    ) -> Result<(Outcome, A)> {
        for tries in 0..TRIES_MAX {
            let before = self.records.account(employee, leave_type).await?;
            let (change, answer) = decide(&before.value)?;
            match self.records.post(origin, employee, &before, &change, once, &answer).await? {
                Attempt::Done(outcome) => return Ok((outcome, answer)),
                Attempt::Lost => store::pause::before_another(&*self.mint, origin.at, tries).await,
            }
        }
        Err(Error::conflict("busy", "Others change this account right now; try again."))
    }

    /// Posts everything that is due to somebody up to their today. Done twice, the second time posts nothing.
    ///
    /// # Errors
    /// 503; 409 where others keep changing an account.
    pub async fn settle(&self, origin: &Origin, person: &Person) -> Result<Settled> {
        let today = person.today(origin.at);
        let (accounts, book) =
            tokio::try_join!(self.records.accounts(person.id), self.records.rulebook.book(origin.at))?;
        let mut types = balance::types_of(&book, person);
        types.extend(accounts.iter().map(|account| account.value.leave_type.clone()));
        let mut settled = Settled::default();
        for leave_type in types {
            let known = accounts.iter().find(|account| account.value.leave_type == leave_type).cloned();
            let before = known.unwrap_or_else(|| Stored { value: Account::new(&leave_type), version: 0 });
            let entries = self.settle_account(origin, person, &book, before, today).await?;
            settled.entries += entries;
            settled.accounts += usize::from(entries > 0);
        }
        let gone = |last: Date| last.saturating_add(LEFT_FOR_DAYS.days()) < today;
        if person.status == directory::Status::Terminated && person.termination_date.is_some_and(gone) {
            self.records.retire_member(origin, person.id).await?;
        }
        Ok(settled)
    }

    /// One account, in as many transactions as its entries take. Each leaves it whole, so that a run that was killed anywhere is
    /// taken up by the next one.
    async fn settle_account(
        &self,
        origin: &Origin,
        person: &Person,
        book: &Book,
        mut before: Stored<Account>,
        today: Date,
    ) -> Result<usize> {
        let (mut posted, mut tries) = (0, 0);
        loop {
            let lines = due(book, person, &before.value, today);
            let entries =
                lines.iter().take(ENTRIES_AT_ONCE).map(|line| entry_of(line, &before.value.leave_type, origin));
            let entries: Vec<Entry> = entries.collect();
            let last = lines.len() <= ENTRIES_AT_ONCE;
            let after = folded(book, person, posted_to(&before.value, &entries), last.then_some(today));
            if entries.is_empty() && after == before.value {
                return Ok(posted);
            }
            let told = json!({"kind": "due", "entries": entries.len(), "until": today});
            let change = Change { entries, after, told };
            match self.records.post(origin, person.id, &before, &change, None, &Value::Null).await? {
                Attempt::Done(_) if last => return Ok(posted + change.entries.len()),
                Attempt::Done(_) => posted += change.entries.len(),
                Attempt::Lost if tries < TRIES_MAX => {
                    store::pause::before_another(&*self.mint, origin.at, tries).await;
                    tries += 1;
                }
                Attempt::Lost => return Err(Error::conflict("busy", "Others change this account right now.")),
            }
            before = self.records.account(person.id, &change.after.leave_type).await?;
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
