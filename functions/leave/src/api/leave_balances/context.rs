//! What both ways to look at balances read: the person, the book, and the account as it was or will be.

use std::sync::Arc;

use directory::Person;
use jiff::{ToSpan, civil::Date};
use kernel::{EmployeeId, Error, Minutes, Result};
use lambda::http::Caller;
use policy::{
    Book, Days,
    leave::{Account, Entry},
};

use crate::api::Api;
use crate::domain::{balance, leave_type::meant};

/// Nothing is projected further ahead, in years.
const AHEAD_YEARS_MAX: i32 = 3;

/// Somebody's accounts, seen from a day.
pub(crate) struct Ledger {
    pub(crate) person: Arc<Person>,
    pub(crate) book: Arc<Book>,
    pub(crate) as_of: Date,
}

impl Ledger {
    /// Finds the person, if the caller may see them.
    pub(crate) async fn of(api: &Api, caller: &Caller, employee: EmployeeId, as_of: Option<Date>) -> Result<Self> {
        let at = caller.origin().at;
        let (person, book) = tokio::try_join!(api.shell.directory.person(employee, at), api.store.rulebook.book(at))?;
        let person = person.ok_or_else(|| Error::not_found("person"))?;
        caller.may_reach(&person).await?;
        let today = person.today(at);
        let as_of = as_of.unwrap_or(today);
        if as_of > today.saturating_add(AHEAD_YEARS_MAX.years()) {
            let detail = format!("At most {AHEAD_YEARS_MAX} years ahead.");
            return Err(Error::invalid("query:as_of", "too_far", detail));
        }
        Ok(Self { person, book, as_of })
    }

    /// The code of the leave type that a text means: one that is known, or that the person has or may have an account of.
    pub(crate) async fn code(&self, api: &Api, caller: &Caller, text: &str) -> Result<String> {
        let types = api.store.types(caller.origin().at).await?;
        if let Some(known) = meant(&types, text) {
            return Ok(known.code.clone());
        }
        let said = text.trim().to_lowercase();
        let account = api.store.account(self.person.id, &said).await?;
        if account.version > 0 || balance::types_of(&self.book, &self.person).contains(&said) {
            return Ok(said);
        }
        Err(Error::invalid("query:leave_type", "unknown_leave_type", "There is no such leave type."))
    }

    /// The account that a day is asked of: the whole ledger folded where the stored account has folded that time away.
    pub(crate) async fn reaching(&self, api: &Api, account: Account) -> Result<Account> {
        let rules =
            balance::policy_on(&self.book, &self.person, &account.leave_type, self.as_of).map(|(_, rules)| rules);
        let from = balance::year_of(rules, &self.person, self.as_of).from;
        if account.closed_before.is_none_or(|closed| closed <= from) {
            return Ok(account);
        }
        let ledger: Vec<Entry> = api.store.ledger(self.person.id, &account.leave_type).await?;
        Ok(Account::of(&account.leave_type, &ledger))
    }

    /// Minutes as they are shown of this person.
    pub(crate) fn days(&self, minutes: Minutes) -> Days {
        Days::of(minutes, self.person.contract.day_minutes)
    }
}
