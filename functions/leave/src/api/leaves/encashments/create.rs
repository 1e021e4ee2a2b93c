//! `POST /api/v1/leaves/encashments`: pays leave out, as far as the policy lets. Publishes `leave.balance_changed`.

use axum::{extract::State, response::Response};
use garde::Validate;
use kernel::{EmployeeId, Error, Minutes, Result};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Valid};
use policy::{
    PolicyRef,
    leave::{Account, EncashmentRules, EntryKind, LeaveRules, LedgerEntry},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{
    api::{
        Api, fields,
        leaves::manual_posting::{self, LedgerEntryView, ManualPosting},
    },
    domain::{
        amount::{SignedDays, parse_positive_amount},
        balance,
    },
};

lambda::endpoint!(LEAVES_ENCASHMENTS_CREATE, post(handle), Api);

/// Leave to be paid out.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewEncashment {
    /// Whose leave.
    pub employee_id: EmployeeId,
    /// Leave type: its code or a name.
    #[garde(custom(fields::leave_type))]
    pub leave_type: String,
    /// How much; or `days`.
    pub minutes: Option<Minutes>,
    /// How much, in whole or half days of the person; or `minutes`.
    pub days: Option<SignedDays>,
    /// Why. It stands in the ledger.
    #[garde(custom(fields::validate_reason))]
    pub reason: String,
}

/// Pays leave out: at most so much in a leave year, and only what need not stay.
#[utoipa::path(post, path = "/api/v1/leaves/encashments", operation_id = "leaves-encashments-create", tag = "leaves",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = NewEncashment,
    responses(
        (status = 201, body = LedgerEntryView),
        (status = 403, description = "One's own leave"),
        (status = 409, description = "Others keep changing the account"),
        (status = 422, description = "The policy does not let, with the figures; or a field breaks a rule")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewEncashment>>,
) -> std::result::Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::LEAVES_ENCASHMENTS_CREATE.name, caller.id(), &body);
    if let Some(answer) = manual_posting::replayed_answer(&api, &caller, once.as_ref()).await? {
        return Ok(answer);
    }
    let desk = ManualPosting::of(&api, &caller, body.employee_id, &body.leave_type).await?;
    let (policy, rules, encashment) = payable(&desk)?;
    let amount = parse_positive_amount(body.minutes, body.days, desk.day_minutes())?;
    let pointer = if body.minutes.is_some() { "/minutes" } else { "/days" };
    let entry = LedgerEntry {
        id: format!("encash#{}", api.shell.ids.uuid(origin.at).simple()),
        kind: EntryKind::Encash,
        leave_type: desk.leave_type.clone(),
        on: desk.today,
        minutes: -amount,
        days: Vec::new(),
        expires_on: None,
        leave_id: None,
        policy: Some(policy),
        rule: "encashment".to_owned(),
        inputs: json!({"reason": body.reason.trim(), "max_days": encashment.max_days, "keep_days": encashment.keep_days}),
        posted_at: origin.at,
        posted_by: origin.actor.clone(),
    };
    let decide = |account: &Account| {
        within(&desk, rules, encashment, account, amount, pointer)?;
        desk.prepare(account, &entry, pointer)
    };
    Ok(desk.post(&api, &caller, once.as_ref(), decide).await?)
}

/// What the policy of today says of paying out.
fn payable(desk: &ManualPosting) -> Result<(PolicyRef, &LeaveRules, EncashmentRules)> {
    let found = desk.policy_on(desk.today);
    let found = found.and_then(|(policy, rules)| Some((policy, rules, rules.encashment?)));
    let detail = "The policy does not let this leave be paid out.";
    found.ok_or_else(|| Error::invalid("/leave_type", "not_encashable", detail))
}

/// Whether so much may be paid out of the account.
fn within(
    desk: &ManualPosting,
    rules: &LeaveRules,
    encashment: EncashmentRules,
    account: &Account,
    amount: Minutes,
    pointer: &'static str,
) -> Result<()> {
    let (day, year) = (desk.day_minutes(), balance::year_of(Some(rules), &desk.person, desk.today));
    let of_year = account.postings.iter().filter(|posting| posting.on >= year.from && posting.on <= year.to);
    let paid =
        -of_year.filter(|posting| posting.kind == EntryKind::Encash).map(|posting| posting.minutes).sum::<Minutes>();
    let most = encashment.max_days.minutes(day);
    if paid + amount > most {
        let detail = format!("{amount} are asked for; of {most} a leave year, {paid} are paid out.");
        return Err(Error::invalid(pointer, "above_maximum", detail));
    }
    let keep = encashment.keep_days.minutes(day);
    let left = balance::balance_on(&desk.book, &desk.person, account, desk.today)
        .available
        .map(|available| available - amount);
    match left.filter(|left| *left < keep) {
        Some(left) => {
            let detail = format!("{amount} are asked for; {keep} must stay, and {left} would.");
            Err(Error::invalid(pointer, "insufficient_balance", detail))
        }
        None => Ok(()),
    }
}
