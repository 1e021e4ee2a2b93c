//! `POST /api/v1/payroll-periods/{site}/{month}/close`: closes a month at a site. Publishes
//! `attendance.payroll_period_closed`.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use garde::Validate;
use jiff::{Timestamp, tz::TimeZone};
use kernel::{Code, EmployeeId, Error, Result};
use lambda::http::{Caller, IdempotencyHeader, Path, Problem, Query, Replayed, Valid, ok};
use policy::attendance::EmploymentSnapshot;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{IdempotencyKey, Race};
use utoipa::{IntoParams, ToSchema};

use super::view::PayrollOpenItems;
use crate::{
    api::Api,
    domain::{
        correction::Correction,
        month_totals::Month,
        payroll_period::{CloseRefusal, PayrollClosing, PendingCorrection, check_close, closable_from},
    },
    messages,
    store::OpenItems,
};

lambda::endpoint!(PAYROLL_PERIODS_CLOSE, post(handle), Api);

/// Options of a close.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Validate, IntoParams)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
#[into_params(parameter_in = Query)]
pub struct CloseQuery {
    /// Whether to report only what is open in the month and what prevents its close, and close nothing. Default: false.
    #[serde(default)]
    #[param(value_type = Option<bool>)]
    pub dry_run: bool,
}

/// Closed payroll period, and what was open in it; in a dry run, what is open now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PayrollCloseResult {
    /// Code of the site.
    pub site: String,
    /// Month as `YYYY-MM`, such as `2026-11`.
    #[schema(value_type = String, pattern = r"^\d{4}-(0[1-9]|1[0-2])$")]
    pub month: Month,
    /// Whether the request closed nothing.
    pub dry_run: bool,
    /// Time at which the month was closed; null in a dry run.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Timestamp>,
    /// Id of the person who closed it; null in a dry run.
    pub closed_by: Option<EmployeeId>,
    /// Time from which the month may be closed: its last shift window has closed in every time zone. The overnight run must
    /// also have settled its days.
    #[schema(value_type = String, format = DateTime)]
    pub closable_from: Timestamp,
    /// In a dry run, the code of the problem that a close would get now, such as `month_not_settled`, or null if it would
    /// succeed. Null if the month was closed.
    #[schema(value_type = Option<String>)]
    pub obstacle: Option<&'static str>,
    /// Incomplete days and pending corrections of the month. They do not prevent the close: a later change is posted as a
    /// difference.
    pub open: PayrollOpenItems,
}

/// Closes the payroll period of a month at a site.
///
/// Months are closed in order; the first one may be any past month, and closes all months before it. From the third day
/// after the month in UTC, a month can be closed once the overnight run has settled its days. The reports of a closed
/// month do not change any more: later changes of its days are posted as differences in the open month. A closed month
/// cannot be opened again. A dry run succeeds for every month.
#[utoipa::path(post, path = "/api/v1/payroll-periods/{site}/{month}/close", operation_id = "payroll-periods-close",
    tag = "payroll periods",
    params(("site" = String, Path, min_length = 1, max_length = 40, pattern = "^[a-z0-9-]+$",
        description = "Code of the site, as in employee records."),
        ("month" = String, Path, pattern = r"^\d{4}-(0[1-9]|1[0-2])$", description = "Month as `YYYY-MM`, such as `2026-11`."),
        CloseQuery, IdempotencyHeader),
    responses(
        (status = 200, body = PayrollCloseResult, description = "Closed month, and what was open in it."),
        (status = 404, description = "`not_found`: the site has neither settings nor a closed month, or the month is not valid."),
        (status = 409, description = "`month_closed`: the month was closed before. \
            `earlier_month_open`: an earlier month is open; `current` names it. \
            `month_not_settled`: the overnight run has not settled all days of the month, or a run is not complete. \
            `busy`: other requests won every attempt."),
        (status = 422, description = "`idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path((site, month)): Path<(String, Month)>,
    key: IdempotencyHeader,
    Valid(Query(query)): Valid<Query<CloseQuery>>,
) -> std::result::Result<Response, Problem> {
    let request = json!({ "site": site, "month": month, "dry_run": query.dry_run });
    let key = key.for_request(access::PAYROLL_PERIODS_CLOSE.name, caller.id(), &request);
    let (answer, _) =
        tokio::try_join!(api.store.stored_answer(key.as_ref(), caller.origin().at), api.store.get_site_payroll(&site))?;
    if let Some(answer) = answer {
        return Ok(Replayed::ok(answer));
    }
    let attempt = || try_close(&api, &caller, (&site, month), query.dry_run, key.as_ref());
    Ok(store::backoff::until_won(&*api.shell.ids, caller.origin().at, attempt).await?)
}

/// Closes the month by the state that is stored now; in a dry run, only checks it and succeeds. The race is lost if another
/// request closed a month of the site meanwhile.
async fn try_close(
    api: &Api,
    caller: &Caller,
    (site, month): (&str, Month),
    dry_run: bool,
    key: Option<&IdempotencyKey>,
) -> Result<Race<Response>> {
    let (store, origin) = (&api.store, caller.origin());
    let (payroll, watermark, runs, incomplete, (corrections, more)) = tokio::try_join!(
        store.find_site_payroll(site),
        store.find_dispatch_watermark(),
        store.list_open_runs(),
        store.list_incomplete_days(site, month),
        store.list_pending_corrections_in(month),
    )?;
    let closed_through = payroll.as_ref().map(|payroll| payroll.value.closed_through);
    let covered_through = watermark.map(|watermark| watermark.value.through);
    let checked = check_close(month, closed_through, covered_through, &runs);
    let refusal = checked.err().map(|refusal| refusal_error(refusal, site, month));
    let obstacle = refusal.as_ref().map(|error| error.problem_code().as_str());
    if let Some(error) = refusal.filter(|_| !dry_run) {
        return Err(error);
    }
    let pending = OpenItems::first_of(corrections_of_site(api, site, corrections).await?, more);
    let closing = PayrollClosing {
        site: site.to_owned(),
        month,
        closed_at: origin.at,
        closed_by: caller.id(),
        incomplete_days: incomplete.items.len(),
        pending_corrections: pending.items.len(),
    };
    let closed = (!dry_run).then_some(&closing);
    let result = PayrollCloseResult {
        site: site.to_owned(),
        month,
        dry_run,
        closed_at: closed.map(|closing| closing.closed_at),
        closed_by: closed.map(|closing| closing.closed_by),
        closable_from: closable_from(month),
        obstacle,
        open: PayrollOpenItems::of(incomplete, pending),
    };
    let Some(closing) = closed else { return Ok(Race::Won(axum::Json(result).into_response())) };
    let version = payroll.map_or(0, |payroll| payroll.version);
    Ok(store.close_month(origin, version, closing, key, &result).await?.map(|outcome| ok(outcome, result)))
}

/// Those of the corrections whose employee works at the site on the corrected day, by the terms known now.
async fn corrections_of_site(api: &Api, site: &str, corrections: Vec<Correction>) -> Result<Vec<PendingCorrection>> {
    let mut ids: Vec<EmployeeId> = corrections.iter().map(|correction| correction.employee_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let members = if ids.is_empty() { Default::default() } else { api.store.members.get_many_consistent(&ids).await? };
    let at_site = |correction: &Correction| {
        let member = members.get(&correction.employee_id);
        member.is_some_and(|member| EmploymentSnapshot::of(&member.person, correction.date).site == site)
    };
    let pending = |correction: Correction| PendingCorrection {
        correction_id: correction.id,
        employee_id: correction.employee_id,
        date: correction.date,
    };
    Ok(corrections.into_iter().filter(at_site).map(pending).collect())
}

fn refusal_error(refusal: CloseRefusal, site: &str, month: Month) -> Error {
    let text = month.to_string();
    match refusal {
        CloseRefusal::AlreadyClosed => Error::new(Code::MonthClosed, messages::month_closed(text, site)),
        CloseRefusal::EarlierMonth(earlier) => {
            Error::new(Code::EarlierMonthOpen, messages::earlier_month_open(earlier.to_string(), site))
                .with_current_state(json!({ "month": earlier }))
        }
        CloseRefusal::NotCovered(from) => {
            let from = from.to_zoned(TimeZone::UTC).date();
            Error::new(Code::MonthNotSettled, messages::month_not_covered(text, from))
        }
        CloseRefusal::RunOpen => Error::new(Code::MonthNotSettled, messages::month_has_open_run(text)),
    }
}
