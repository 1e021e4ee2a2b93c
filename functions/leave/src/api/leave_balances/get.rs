//! `GET /api/v1/leave-balances/{employee_id}`: somebody's balances, as of any day.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Error, Minutes};
use lambda::http::{Caller, Problem, Query, Reached, Valid};
use policy::{LeaveAmount, leave::Account};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::context::{AccountHolder, BalanceContext};
use crate::{
    api::{Api, fields},
    domain::balance::{self, Balance},
};

lambda::endpoint!(LEAVE_BALANCES_GET, get(handle), Api);

/// As of when, and of what.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BalanceQuery {
    /// The day; today at the person's site unless told. At most three years ahead.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub as_of: Option<Date>,
    /// Only this leave type: its code or a name.
    #[garde(inner(custom(fields::leave_type)))]
    pub leave_type: Option<String>,
}

/// Leave that ends unless it is taken.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExpiringLeave {
    /// The last day on which it may be taken.
    #[schema(value_type = String, format = Date)]
    pub last_day: Date,
    /// How much.
    pub amount: LeaveAmount,
}

/// The balance of one leave type.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BalanceView {
    /// Leave type.
    pub leave_type: String,
    /// Whether the balance does not limit what may be taken, as of sick leave.
    pub unlimited: bool,
    /// First day of the leave year that holds the day.
    #[schema(value_type = String, format = Date)]
    pub year_from: Date,
    /// Its last day.
    #[schema(value_type = String, format = Date)]
    pub year_to: Date,
    /// Everything that counts up to the day, pending requests among it: what its explanation adds up to.
    pub balance: LeaveAmount,
    /// What could be taken on the day, with everything that is booked; null where the balance does not limit.
    pub available: Option<LeaveAmount>,
    /// Given in this leave year up to the day: instalments and credits.
    pub accrued: LeaveAmount,
    /// Approved days of this leave year up to the day.
    pub taken: LeaveAmount,
    /// Approved days after the day.
    pub booked: LeaveAmount,
    /// Held by pending requests.
    pub held: LeaveAmount,
    /// What ends unless it is taken.
    pub ending: Vec<ExpiringLeave>,
}

impl BalanceView {
    fn of(balance: Balance, days: impl Fn(Minutes) -> LeaveAmount) -> Self {
        Self {
            unlimited: balance.available.is_none(),
            year_from: balance.year.from,
            year_to: balance.year.to,
            balance: days(balance.balance),
            available: balance.available.map(&days),
            accrued: days(balance.accrued),
            taken: days(balance.taken),
            booked: days(balance.booked),
            held: days(balance.held),
            ending: balance
                .ending
                .into_iter()
                .map(|(last_day, amount)| ExpiringLeave { last_day, amount: days(amount) })
                .collect(),
            leave_type: balance.leave_type,
        }
    }
}

/// Somebody's balances.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BalancesView {
    /// Whose.
    pub employee_id: EmployeeId,
    /// As of which day.
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    /// One per leave type that the person has an account of, or that a policy has for them on the day; by code.
    pub balances: Vec<BalanceView>,
}

/// Reads somebody's balances, as they were, are or will be by what is known now.
#[utoipa::path(get, path = "/api/v1/leave-balances/{employee_id}", operation_id = "leave-balances-get", tag = "leaves",
    params(("employee_id" = EmployeeId, Path), BalanceQuery),
    responses((status = 200, body = BalancesView), (status = 404, description = "Not there, or not visible"),
        (status = 422, description = "A day too far ahead, or no such leave type")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(holder): Reached<AccountHolder>,
    Valid(Query(asked)): Valid<Query<BalanceQuery>>,
) -> Result<axum::Json<BalancesView>, Problem> {
    let ledger = holder.on(asked.as_of, caller.origin().at)?;
    let code = match &asked.leave_type {
        Some(text) => Some(ledger.leave_type_code(&api, text).await?),
        None => None,
    };
    let mut balances = Vec::new();
    for account in accounts(&api, &ledger, code.as_deref()).await? {
        let account = ledger.account_covering_year(&api, account).await?;
        let balance = balance::balance_on(&ledger.book, &ledger.person, &account, ledger.as_of);
        balances.push(BalanceView::of(balance, |minutes| ledger.days(minutes)));
    }
    Ok(axum::Json(BalancesView { employee_id: ledger.person.id, as_of: ledger.as_of, balances }))
}

/// The accounts that are asked for: those that are there, and empty ones where a policy applies on the day.
async fn accounts(api: &Api, ledger: &BalanceContext, only: Option<&str>) -> Result<Vec<Account>, Error> {
    let mut accounts: Vec<Account> =
        api.store.accounts(ledger.person.id).await?.into_iter().map(|stored| stored.value).collect();
    let applies = |code: &String| balance::policy_on(&ledger.book, &ledger.person, code, ledger.as_of).is_some();
    let mut missing = balance::leave_types_for(&ledger.book, &ledger.person);
    missing.retain(|code| !accounts.iter().any(|account| account.leave_type == *code) && applies(code));
    accounts.extend(missing.iter().map(|code| Account::new(code)));
    if let Some(only) = only {
        accounts.retain(|account| account.leave_type == only);
        if accounts.is_empty() {
            accounts.push(Account::new(only));
        }
    }
    accounts.sort_by(|a, b| a.leave_type.cmp(&b.leave_type));
    Ok(accounts)
}
