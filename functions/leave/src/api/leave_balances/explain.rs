//! `GET /api/v1/leave-balances/{employee_id}/explain`: explains a balance entry by entry.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, LeaveId, Message, PolicyId};
use lambda::http::{Caller, InScope, Problem, Query, Valid};
use policy::{
    LeaveAmount,
    leave::{EntryInputs, EntryKind, LedgerRule},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::context::AccountHolder;
use crate::{
    api::{Api, fields},
    domain::balance_explanation::{RunningBalance, explain_balance},
};

lambda::endpoint!(LEAVE_BALANCES_EXPLAIN, get(handle), Api);

/// Leave type and date of an explanation.
#[derive(Debug, Clone, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExplainQuery {
    /// Leave type: its code or one of its names, in any case.
    #[garde(custom(fields::validate_leave_type))]
    #[param(
        min_length = 1,
        max_length = 60,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub leave_type: String,
    /// Date of the balance, at most three years ahead. Default: today at the employee's site.
    #[garde(inner(custom(fields::date)))]
    #[param(value_type = Option<String>, format = Date)]
    pub as_of: Option<Date>,
}

/// Entry of a balance explanation, and the balance after it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BalanceExplanationLine {
    /// Day from which the entry counts.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// Kind of the entry.
    pub kind: EntryKind,
    /// Signed amount of the entry that counts up to and including `as_of`. Its days are shown so that the lines add up to
    /// the balance.
    pub amount: LeaveAmount,
    /// Sum of all lines up to this one.
    pub balance: LeaveAmount,
    /// Sentence that explains the entry.
    #[schema(value_type = String)]
    pub why: Message,
    /// Whether the entry is posted to the ledger; otherwise it is due by `as_of`.
    pub posted: bool,
    /// Id of the ledger entry; if it is not posted yet, the id that it will have.
    pub entry_id: String,
    /// Leave request of the entry; null if there is none.
    #[schema(required = true)]
    pub leave_id: Option<LeaveId>,
    /// Policy from which the entry follows; absent without one, as for manual adjustments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_id: Option<PolicyId>,
    /// Version of that policy, from 1; absent without a policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_version: Option<u32>,
    /// Rule that posted the entry. It determines the shape of `inputs`, except of an entry that withdraws an earlier one.
    #[schema(value_type = LedgerRule)]
    pub rule: String,
    /// Figures and dates from which the entry was computed. Their shape depends on `rule`; an entry that withdraws an
    /// earlier one has `WithdrawalInputs` instead.
    #[schema(value_type = EntryInputs)]
    pub inputs: Value,
}

/// Explanation of a leave balance.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BalanceExplanation {
    /// Id of the employee.
    pub employee_id: EmployeeId,
    /// Code of the leave type.
    pub leave_type: String,
    /// Date of the balance.
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    /// Balance on that date; the lines add up to it.
    pub balance: LeaveAmount,
    /// All entries that count by `as_of`, sorted by day.
    pub lines: Vec<BalanceExplanationLine>,
}

/// Returns a leave balance with the entries that explain it.
///
/// The lines add up exactly to the balance of any past or future day.
#[utoipa::path(get, path = "/api/v1/leave-balances/{employee_id}/explain", operation_id = "leave-balances-explain", tag = "leaves",
    params(("employee_id" = EmployeeId, Path, description = "Id of the employee."), ExplainQuery),
    responses(
        (status = 200, body = BalanceExplanation, description = "Balance and its entries, on one page."),
        (status = 404, description = "`not_found`: the employee does not exist or is outside the caller's scope."),
        (status = 422, description = "`invalid`: the leave type does not exist, or the day is more than three years ahead.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(holder): InScope<AccountHolder>,
    Valid(Query(query)): Valid<Query<ExplainQuery>>,
) -> Result<axum::Json<BalanceExplanation>, Problem> {
    let context = holder.balance_context(query.as_of, "query:as_of", caller.origin().at)?;
    let id = context.person.id;
    let leave_type = context.resolve_leave_type_code(&api, &query.leave_type).await?;
    let (entries, worked) = tokio::try_join!(
        api.store.list_ledger_entries(id, &leave_type),
        api.store.list_worked_minutes(id, &leave_type)
    )?;
    let ledger = (leave_type.as_str(), entries.as_slice(), worked);
    let lines = explain_balance(&context.book, &context.person, ledger, context.as_of);
    let balance = lines.last().map_or_else(|| context.to_leave_amount(kernel::Minutes::ZERO), |last| last.balance);
    Ok(axum::Json(BalanceExplanation {
        employee_id: id,
        leave_type,
        as_of: context.as_of,
        balance,
        lines: lines.into_iter().map(explanation_line).collect(),
    }))
}

fn explanation_line(RunningBalance { line, amount, balance }: RunningBalance) -> BalanceExplanationLine {
    BalanceExplanationLine {
        on: line.on,
        kind: line.kind,
        amount,
        balance,
        why: line.why,
        posted: line.posted,
        entry_id: line.entry_id,
        leave_id: line.leave_id,
        policy_id: line.policy.map(|policy| policy.policy_id),
        policy_version: line.policy.map(|policy| policy.policy_version),
        rule: line.rule,
        inputs: without_stored_sentence(line.inputs),
    }
}

/// Inputs without the stored English sentence; `why` has one in the language of the reader.
fn without_stored_sentence(mut inputs: Value) -> Value {
    if let Some(members) = inputs.as_object_mut() {
        members.remove("why");
    }
    inputs
}
