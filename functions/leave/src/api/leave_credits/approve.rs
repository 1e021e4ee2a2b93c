//! `PUT /api/v1/leave-credits/{credit_id}/approve`: approves a proposed credit and posts it. Publishes
//! `leave.credit_approved`.
//!
//! One transaction writes the credit, the account and the entry, each under the version that was read.

use axum::extract::State;
use garde::Validate;
use jiff::civil::Date;
use kernel::{CreditId, Error};
use lambda::http::{Caller, IfMatch, Json, LoadInScope, Path, Problem, Valid, Versioned};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    credit_in_scope::{CreditInScope, require_may_decide},
    view::CreditView,
};
use crate::{
    api::{Api, fields},
    app::{post_credit::credit_last_day, post_due_entries::account_with_entries},
    domain::credit::Credit,
    messages,
    store::credits::CreditPosting,
};

lambda::endpoint!(LEAVE_CREDITS_APPROVE, put(handle), Api);

/// Approval of a proposed compensatory credit.
#[derive(Debug, Clone, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct ApproveCredit {
    /// Comment of the approver, shown to the employee and kept with the decision.
    #[garde(inner(custom(fields::validate_reason)))]
    #[schema(
        min_length = 1,
        max_length = 500,
        pattern = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x09\x0b-\x1f\x7f-\x9f]*$"
    )]
    pub comments: Option<String>,
    /// Last day on which the credit may be taken, today or later. It is ignored if minutes of the day are posted already.
    /// Default: by the overtime policy, else by `credit_expires_days` of the leave policy; without both the credit does not
    /// expire. A default in the past is refused: then name a day.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub expires_on: Option<Date>,
}

/// Approves a proposed compensatory credit and posts its minutes.
///
/// HR and the managers of the employee decide, but never about their own work. The credit counts from the day of the
/// work. The employee is notified. If the day changes later, the difference is proposed.
#[utoipa::path(put, path = "/api/v1/leave-credits/{credit_id}/approve", operation_id = "leave-credits-approve",
    tag = "leave credits",
    params(("credit_id" = CreditId, Path, description = "Id of the compensatory credit."), IfMatch),
    request_body = ApproveCredit,
    responses(
        (status = 200, body = CreditView, description = "Credit with the decision."),
        (status = 403, description = "`own_request`: the credit is of the caller's own work."),
        (status = 404, description = "`not_found`: the credit does not exist, or the caller may not see it."),
        (status = 409, description = "`already_decided`: the credit has no open proposal; `current` holds the decision. \
            `busy`: other requests won every attempt."),
        (status = 412, description = "`stale`: `If-Match` names an older version."),
        (status = 422, description = "`invalid`: the last day of the credit is in the past, or the account is closed over the \
            day of the work.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<CreditId>,
    if_match: IfMatch,
    Valid(Json(body)): Valid<Json<ApproveCredit>>,
) -> Result<Versioned<CreditView>, Problem> {
    let origin = caller.origin();
    let comments = body.comments.map(|comments| comments.trim().to_owned());
    let view = api.until_won(origin.at, || async {
        let CreditInScope { stored: before, person, fields } = CreditInScope::load_in_scope(&api, &caller, id).await?;
        let credit = &before.value;
        if_match.require(before.version)?;
        require_may_decide(&caller, credit)?;
        let (account, book) = tokio::try_join!(
            api.store.get_account_or_empty(credit.employee_id, &credit.leave_type),
            api.store.rulebook.load(origin.at)
        )?;
        if let Some(closed) = account.value.closed_before.filter(|closed| credit.date < *closed) {
            return Err(Error::invalid("path:credit_id", "closed", messages::account_closed(closed)));
        }
        let by_policy = credit_last_day(&book, &person, credit);
        let last_day = last_day_of_first_posting(credit, body.expires_on, by_policy, person.today(origin.at))?;
        let (after, entry) = credit.approved((&person, caller.id()), comments.clone(), last_day, origin);
        let account_after = account_with_entries(&account.value, std::slice::from_ref(&entry));
        let posting = CreditPosting { before: &account, after: &account_after, entry: &entry };
        let approved = api.store.approve_credit(origin, before.version, &after, posting).await?;
        Ok(approved.replace_won(Versioned(before.version + 1, CreditView::of(after, fields))))
    });
    Ok(view.await?)
}

/// Last day of a credit that is posted for the first time: the requested one, else that of the policy; none without an
/// expiry. Later postings keep the first last day, so that nothing is checked for them.
///
/// # Errors
/// 422 for a first posting whose last day is in the past.
fn last_day_of_first_posting(
    credit: &Credit,
    requested: Option<Date>,
    by_policy: Option<Date>,
    today: Date,
) -> Result<Option<Date>, Error> {
    let last_day = requested.or(by_policy);
    match last_day.filter(|last| credit.entries == 0 && *last < today) {
        Some(_) if requested.is_some() => {
            Err(Error::invalid("/expires_on", "in_the_past", messages::expires_in_the_past()))
        }
        Some(last) => Err(Error::invalid("/expires_on", "expired", messages::credit_expired(last))),
        None => Ok(last_day),
    }
}
