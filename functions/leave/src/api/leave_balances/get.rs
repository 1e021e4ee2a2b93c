//! `GET /api/v1/leave-balances/{employee_id}`: returns the balances of an employee, as of any day.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Error, Minutes};
use lambda::http::{Caller, InScope, Problem, Query, Valid};
use policy::{LeaveAmount, leave::Account};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::context::{AccountHolder, BalanceContext};
use crate::{
    api::{Api, fields},
    domain::balance::{self, Balance},
};

lambda::endpoint!(LEAVE_BALANCES_GET, get(handle), Api);

/// Date and leave type of balances.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct BalanceQuery {
    /// Date of the balances, at most three years ahead. Default: today at the employee's site.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub as_of: Option<Date>,
    /// Only this leave type: its code or one of its names, in any case.
    #[garde(inner(custom(fields::validate_leave_type)))]
    #[param(
        min_length = 1,
        max_length = 60,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub leave_type: Option<String>,
}

/// Leave that expires unless it is taken.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExpiringLeave {
    /// Last day on which the leave may be taken.
    #[schema(value_type = String, format = Date)]
    pub last_day: Date,
    /// Amount that expires after that day.
    pub amount: LeaveAmount,
}

/// Balance of one leave type.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BalanceView {
    /// Code of the leave type.
    pub leave_type: String,
    /// Whether the policy sets no limit, as for sick leave.
    pub unlimited: bool,
    /// First day of the leave year that contains `as_of`.
    #[schema(value_type = String, format = Date)]
    pub year_from: Date,
    /// Last day of that leave year.
    #[schema(value_type = String, format = Date)]
    pub year_to: Date,
    /// Balance at the end of `as_of`, with held days deducted. The explanation adds up to it.
    pub balance: LeaveAmount,
    /// Amount that can still be taken on `as_of` without a later day falling below the floor; null for leave without a
    /// limit.
    #[schema(required = true)]
    pub available: Option<LeaveAmount>,
    /// Instalments and credits of the leave year up to and including `as_of`.
    pub accrued: LeaveAmount,
    /// Approved leave of the leave year up to and including `as_of`.
    pub taken: LeaveAmount,
    /// Approved leave after `as_of`.
    pub booked: LeaveAmount,
    /// Leave held by pending requests on any date.
    pub held: LeaveAmount,
    /// Parts of the balance that expire after `as_of` unless they are taken.
    pub ending: Vec<ExpiringLeave>,
}

impl BalanceView {
    fn of(balance: Balance, to_amount: impl Fn(Minutes) -> LeaveAmount) -> Self {
        Self {
            unlimited: balance.available.is_none(),
            year_from: balance.year.from,
            year_to: balance.year.to,
            balance: to_amount(balance.balance),
            available: balance.available.map(&to_amount),
            accrued: to_amount(balance.accrued),
            taken: to_amount(balance.taken),
            booked: to_amount(balance.booked),
            held: to_amount(balance.held),
            ending: balance
                .ending
                .into_iter()
                .map(|(last_day, amount)| ExpiringLeave { last_day, amount: to_amount(amount) })
                .collect(),
            leave_type: balance.leave_type,
        }
    }
}

/// Leave balances of one employee.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BalancesView {
    /// Id of the employee.
    pub employee_id: EmployeeId,
    /// Date of the balances.
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    /// Balances, sorted by code: one per leave type that has an account or a policy for the employee.
    pub balances: Vec<BalanceView>,
}

/// Returns the leave balances of an employee, as of a past or future day.
#[utoipa::path(get, path = "/api/v1/leave-balances/{employee_id}", operation_id = "leave-balances-get", tag = "leaves",
    params(("employee_id" = EmployeeId, Path, description = "Id of the employee."), BalanceQuery),
    responses(
        (status = 200, body = BalancesView, description = "Balances of the employee, on one page."),
        (status = 404, description = "`not_found`: the employee does not exist or is outside the caller's scope."),
        (status = 422, description = "`invalid`: the leave type does not exist, or the day is more than three years ahead.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(holder): InScope<AccountHolder>,
    Valid(Query(query)): Valid<Query<BalanceQuery>>,
) -> Result<axum::Json<BalancesView>, Problem> {
    let context = holder.balance_context(query.as_of, "query:as_of", caller.origin().at)?;
    let code = match &query.leave_type {
        Some(text) => Some(context.resolve_leave_type_code(&api, text).await?),
        None => None,
    };
    let mut balances = Vec::new();
    for account in load_accounts_with_empty(&api, &context, code.as_deref()).await? {
        let account = context.account_covering_year(&api, account).await?;
        let balance = balance::balance_on(&context.book, &context.person, &account, context.as_of);
        balances.push(BalanceView::of(balance, |minutes| context.to_leave_amount(minutes)));
    }
    Ok(axum::Json(BalancesView { employee_id: context.person.id, as_of: context.as_of, balances }))
}

/// Accounts of the employee by code, with empty ones for leave types that have a policy on the day but no account. With
/// `only`, exactly the account of that code.
async fn load_accounts_with_empty(
    api: &Api,
    context: &BalanceContext,
    only: Option<&str>,
) -> Result<Vec<Account>, Error> {
    let mut accounts: Vec<Account> =
        api.store.list_accounts(context.person.id).await?.into_iter().map(|stored| stored.value).collect();
    let applies = |code: &String| balance::policy_on(&context.book, &context.person, code, context.as_of).is_some();
    let mut missing = balance::leave_type_codes_for(&context.book, &context.person);
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
