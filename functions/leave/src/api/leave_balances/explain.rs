//! `GET /api/v1/leave-balances/{employee_id}/explain`: why a balance is what it is, entry by entry.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, LeaveId};
use lambda::http::{Caller, Problem, Query, Reached, Valid};
use policy::{LeaveAmount, PolicyRef, leave::EntryKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::context::{AccountHolder, BalanceContext};
use crate::{
    api::{Api, fields},
    domain::balance_explanation::{RunningBalance, explain},
};

lambda::endpoint!(LEAVE_BALANCES_EXPLAIN, get(handle), Api);

/// Of what, and as of when.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExplainQuery {
    /// The leave type: its code or a name.
    #[garde(custom(fields::leave_type))]
    pub leave_type: String,
    /// The day; today at the person's site unless told. At most three years ahead.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub as_of: Option<Date>,
}

/// One entry, and the balance after it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BalanceExplanationLine {
    /// The day it counts from.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// Kind.
    pub kind: EntryKind,
    /// What of it counts up to the day that is asked about.
    pub amount: LeaveAmount,
    /// The sum of all lines up to this one.
    pub balance: LeaveAmount,
    /// One sentence.
    pub why: String,
    /// Whether it stands in the ledger; otherwise it is due by then.
    pub posted: bool,
    /// The entry.
    pub entry_id: String,
    /// The request.
    pub leave_id: Option<LeaveId>,
    /// The policy version.
    #[serde(flatten)]
    pub policy: Option<PolicyRef>,
    /// The rule.
    pub rule: String,
    /// What the rule was given.
    #[schema(value_type = Object)]
    pub inputs: Value,
}

/// Why a balance is what it is.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BalanceExplanation {
    /// Whose.
    pub employee_id: EmployeeId,
    /// Leave type.
    pub leave_type: String,
    /// As of which day.
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    /// What the lines add up to.
    pub balance: LeaveAmount,
    /// Every entry that counts by then, by day.
    pub lines: Vec<BalanceExplanationLine>,
}

/// Explains a balance: its lines add up to it exactly, for any day, past or future.
#[utoipa::path(get, path = "/api/v1/leave-balances/{employee_id}/explain", operation_id = "leave-balances-explain", tag = "leaves",
    params(("employee_id" = EmployeeId, Path), ExplainQuery),
    responses((status = 200, body = BalanceExplanation), (status = 404, description = "Not there, or not visible"),
        (status = 422, description = "A day too far ahead, or no such leave type")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Reached(holder): Reached<AccountHolder>,
    Valid(Query(asked)): Valid<Query<ExplainQuery>>,
) -> Result<axum::Json<BalanceExplanation>, Problem> {
    let ledger = holder.on(asked.as_of, caller.origin().at)?;
    let id = ledger.person.id;
    let leave_type = ledger.leave_type_code(&api, &asked.leave_type).await?;
    let entries = api.store.ledger(id, &leave_type).await?;
    let lines = explain(&ledger.book, &ledger.person, &leave_type, &entries, ledger.as_of);
    let balance = lines.last().map_or(kernel::Minutes::ZERO, |last| last.balance);
    Ok(axum::Json(BalanceExplanation {
        employee_id: id,
        leave_type,
        as_of: ledger.as_of,
        balance: ledger.days(balance),
        lines: lines.into_iter().map(|line| shown(&ledger, line)).collect(),
    }))
}

fn shown(ledger: &BalanceContext, RunningBalance { line, balance }: RunningBalance) -> BalanceExplanationLine {
    BalanceExplanationLine {
        on: line.on,
        kind: line.kind,
        amount: ledger.days(line.minutes),
        balance: ledger.days(balance),
        why: line.why,
        posted: line.posted,
        entry_id: line.entry_id,
        leave_id: line.leave_id,
        policy: line.policy,
        rule: line.rule,
        inputs: line.inputs,
    }
}
