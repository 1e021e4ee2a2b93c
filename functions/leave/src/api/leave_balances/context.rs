//! Employee, policies and date of a balance, for the endpoints below `/api/v1/leave-balances`.

use std::sync::Arc;

use directory::Person;
use jiff::{Timestamp, ToSpan, civil::Date};
use kernel::{EmployeeId, Error, Minutes, Result};
use lambda::http::{Caller, LoadInScope};
use policy::{
    LeaveAmount, PolicySet,
    leave::{Account, day_minutes_on},
};

use crate::{
    api::Api,
    domain::{balance, leave_type::find_leave_type},
    messages,
};

/// Years that a balance can be projected ahead.
const AHEAD_YEARS_MAX: i32 = 3;

/// Employee of the path, whom the caller may see, and the policies.
pub struct AccountHolder {
    person: Arc<Person>,
    book: Arc<PolicySet>,
}

impl LoadInScope<Api> for AccountHolder {
    type Id = EmployeeId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: EmployeeId) -> Result<Self> {
        let at = caller.origin().at;
        let ((person, _), book) = tokio::try_join!(caller.person_in_scope(id), api.store.rulebook.load(at))?;
        Ok(Self { person, book })
    }
}

impl AccountHolder {
    /// Today at the employee's site.
    pub(crate) fn today(&self, at: Timestamp) -> Date {
        self.person.today(at)
    }

    /// Context for balances on a day, which is the value at `pointer`; default: today at the employee's site.
    ///
    /// # Errors
    /// 422 for a day more than three years ahead.
    pub(crate) fn balance_context(self, as_of: Option<Date>, pointer: &str, at: Timestamp) -> Result<BalanceContext> {
        let today = self.person.today(at);
        let as_of = as_of.unwrap_or(today);
        if as_of > today.saturating_add(AHEAD_YEARS_MAX.years()) {
            let detail = messages::too_many_years_ahead(AHEAD_YEARS_MAX);
            return Err(Error::invalid(pointer, "too_far", detail));
        }
        Ok(BalanceContext { person: self.person, book: self.book, as_of, at })
    }
}

/// Employee, policies and day for which balances are computed.
pub(crate) struct BalanceContext {
    pub(crate) person: Arc<Person>,
    pub(crate) book: Arc<PolicySet>,
    pub(crate) as_of: Date,
    at: Timestamp,
}

impl BalanceContext {
    /// Code of the leave type that this code or name means. A deleted type is found by its code if the employee has an
    /// account or a policy of it.
    ///
    /// # Errors
    /// 422 for any other text.
    pub(crate) async fn resolve_leave_type_code(&self, api: &Api, text: &str) -> Result<String> {
        let types = api.store.load_leave_types(self.at).await?;
        if let Some(known) = find_leave_type(&types, text) {
            return Ok(known.code.clone());
        }
        let code = text.trim().to_lowercase();
        let account = api.store.get_account_or_empty(self.person.id, &code).await?;
        if account.version > 0 || balance::leave_type_codes_for(&self.book, &self.person).contains(&code) {
            return Ok(code);
        }
        Err(Error::invalid("query:leave_type", "unknown_leave_type", messages::unknown_leave_type()))
    }

    /// This account, or one rebuilt from the whole ledger if entries of the leave year of the day are folded in this
    /// one.
    pub(crate) async fn account_covering_year(&self, api: &Api, account: Account) -> Result<Account> {
        let rules =
            balance::policy_on(&self.book, &self.person, &account.leave_type, self.as_of).map(|(_, rules)| rules);
        let from = balance::leave_year_on(rules, &self.person, self.as_of).from;
        if account.closed_before.is_none_or(|closed| closed <= from) {
            return Ok(account);
        }
        let (id, leave_type) = (self.person.id, &account.leave_type);
        let (ledger, worked) = tokio::try_join!(
            api.store.list_ledger_entries(id, leave_type),
            api.store.list_worked_minutes(id, leave_type)
        )?;
        Ok(Account::from_ledger(leave_type, &ledger).with_worked(worked))
    }

    /// Amount in minutes and in days of this employee on the day of the balance.
    pub(crate) fn to_leave_amount(&self, minutes: Minutes) -> LeaveAmount {
        LeaveAmount::from_minutes(minutes, day_minutes_on(&self.person, self.as_of))
    }
}
