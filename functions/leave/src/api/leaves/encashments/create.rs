//! `POST /api/v1/leaves/encashments`: pays out leave as far as the policy allows. Publishes `leave.balance_changed`.

use axum::{extract::State, response::Response};
use garde::Validate;
use kernel::{EmployeeId, Error, Minutes, Result};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Valid};
use policy::{
    PolicyRef,
    leave::{
        Account, AccountEntry, EncashmentInputs, EncashmentRules, EntryKind, LeaveRules, LedgerEntry,
        convert_day_length,
    },
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
    messages,
};

lambda::endpoint!(LEAVES_ENCASHMENTS_CREATE, post(handle), Api);

/// Encashment of unused leave.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewEncashment {
    /// Employee whose leave is paid out; not the caller.
    pub employee_id: EmployeeId,
    /// Leave type: its code or one of its names, in any case.
    #[garde(custom(fields::validate_leave_type))]
    #[schema(
        min_length = 1,
        max_length = 60,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub leave_type: String,
    /// Amount in minutes, at most 366 days of the employee. Exactly one of `minutes` and `days` is required.
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 527_040)]
    pub minutes: Option<Minutes>,
    /// Amount in whole or half standard days of the employee. Alternative to `minutes`.
    #[schema(value_type = Option<f64>, minimum = 0.5, maximum = 366, multiple_of = 0.5)]
    pub days: Option<SignedDays>,
    /// Reason of the encashment, kept in the ledger.
    #[garde(custom(fields::validate_reason))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub reason: String,
}

/// Encashes unused leave: deducts days from the balance for which the employee is paid.
///
/// HR encashes leave of all other employees. The policy limits the days per leave year and the days that must remain.
/// Muster records the days; it does not compute pay. Nobody is notified.
#[utoipa::path(post, path = "/api/v1/leaves/encashments", operation_id = "leaves-encashments-create", tag = "leaves",
    params(IdempotencyHeader),
    request_body = NewEncashment,
    responses(
        (status = 201, body = LedgerEntryView, description = "Posted entry, and the balance after it."),
        (status = 403, description = "`forbidden`: callers cannot encash their own leave."),
        (status = 409, description = "`busy`: other requests won every attempt."),
        (status = 422, description = "`invalid`: the policy does not allow this encashment, or a field is not valid; `errors` holds the figures.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewEncashment>>,
) -> std::result::Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = key.for_request(access::LEAVES_ENCASHMENTS_CREATE.name, caller.id(), &body);
    if let Some(answer) = manual_posting::find_replayed_answer(&api, &caller, idempotency_key.as_ref()).await? {
        return Ok(answer);
    }
    let manual = ManualPosting::load(&api, &caller, body.employee_id, &body.leave_type).await?;
    let (policy, rules, encashment) = encashment_policy(&manual)?;
    let amount = parse_positive_amount(body.minutes, body.days, manual.day_minutes(manual.today))?;
    let pointer = if body.minutes.is_some() { "/minutes" } else { "/days" };
    let entry = LedgerEntry {
        id: format!("encash#{}", api.shell.ids.uuid(origin.at).simple()),
        kind: EntryKind::Encash,
        leave_type: manual.leave_type.clone(),
        on: manual.today,
        minutes: -amount,
        days: Vec::new(),
        expires_on: None,
        leave_id: None,
        policy: Some(policy),
        rule: "encashment".to_owned(),
        inputs: json!(EncashmentInputs {
            reason: body.reason.trim().to_owned(),
            max_days: encashment.max_days,
            keep_days: encashment.keep_days,
        }),
        posted_at: origin.at,
        posted_by: origin.actor.clone(),
    };
    let decide = |account: &Account| {
        check_encashable(&manual, rules, encashment, account, amount, pointer)?;
        manual.prepare_posting(account, &entry, pointer)
    };
    Ok(manual.post(&api, &caller, idempotency_key.as_ref(), decide).await?)
}

/// Policy of today and its encashment rules, or 422.
fn encashment_policy(manual: &ManualPosting) -> Result<(PolicyRef, &LeaveRules, EncashmentRules)> {
    let policy_rules = manual.policy_on(manual.today);
    let policy_rules = policy_rules.and_then(|(policy, rules)| Some((policy, rules, rules.encashment?)));
    policy_rules.ok_or_else(|| Error::invalid("/leave_type", "not_encashable", messages::not_encashable()))
}

/// 422 unless the policy allows this amount.
fn check_encashable(
    manual: &ManualPosting,
    rules: &LeaveRules,
    encashment: EncashmentRules,
    account: &Account,
    amount: Minutes,
    pointer: &'static str,
) -> Result<()> {
    let (day, year) =
        (manual.day_minutes(manual.today), balance::leave_year_on(Some(rules), &manual.person, manual.today));
    let of_year = account.postings.iter().filter(|posting| posting.on >= year.from && posting.on <= year.to);
    // Earlier payments count in the standard day of today.
    let in_days_of_today =
        |posting: &AccountEntry| convert_day_length(posting.minutes, manual.day_minutes(posting.on), day);
    let paid = -of_year.filter(|posting| posting.kind == EntryKind::Encash).map(in_days_of_today).sum::<Minutes>();
    let most = encashment.max_days.minutes(day);
    if paid + amount > most {
        let detail = messages::encashment_above(amount.0, most.0, paid.0);
        return Err(Error::invalid(pointer, "above_maximum", detail));
    }
    let keep = encashment.keep_days.minutes(day);
    let left = balance::balance_on(&manual.book, &manual.person, account, manual.today)
        .available
        .map(|available| available - amount);
    match left.filter(|left| *left < keep) {
        Some(left) => {
            let detail = messages::balance_must_stay(keep.0, amount.0, left.0);
            Err(Error::invalid(pointer, "insufficient_balance", detail))
        }
        None => Ok(()),
    }
}
