//! `POST /api/v1/leave-balances/{employee_id}/preview-terms`: shows what a change of terms would do to the balances.
//! Writes nothing.

use std::collections::BTreeSet;

use axum::extract::State;
use directory::{Person, WorkPattern};
use garde::Validate;
use jiff::{ToSpan, civil::Date};
use kernel::{DepartmentId, EmployeeId, LeaveId, Message, Minutes, Origin, PolicyId, Result};
use lambda::http::{Caller, IdempotencyHeader, InScope, Json, Problem, Valid};
use policy::{
    LeaveAmount,
    leave::{
        Account, BalanceDifference, BalanceLine, EntryInputs, EntryKind, LedgerEntry, LedgerRule, TermsPreview,
        day_minutes_on, preview_terms,
    },
    terms::{EmploymentChange, TermsChange, with_employment_change},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::context::{AccountHolder, BalanceContext};
use crate::{
    api::{Api, fields},
    app::employment_end::{last_day_of_employment, preview_returned_leave},
    domain::{balance, balance_explanation::posted_line},
};

lambda::endpoint!(LEAVE_BALANCES_PREVIEW_TERMS, post(handle), Api);

/// Change of terms, of the hire date or of the last day to preview; omitted fields keep their values. The fields are those
/// of `PUT /api/v1/employees/{employee_id}` that a balance can depend on, and the last day.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct TermsDraft {
    /// Last day of the preview, at most three years ahead. Default: 31 December of the year of `effective_from`, or of this
    /// year if later.
    #[serde(default, deserialize_with = "fields::not_null", skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = String, format = Date)]
    pub as_of: Option<Date>,
    /// First day on which the changed terms of this request hold: FTE, standard day, work pattern, site, time zone and
    /// department; only with one of them. Not before the hire date, at most 366 days before today, and at most 366 days after
    /// today or a later hire date. Default: today at the employee's site, or the hire date if later.
    #[serde(default, deserialize_with = "fields::not_null", skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = String, format = Date)]
    pub effective_from: Option<Date>,
    /// Full-time equivalent in basis points: 1 to 10000, which is full time.
    #[serde(default, deserialize_with = "fields::not_null", skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(fields::validate_fte_bp)))]
    #[schema(value_type = u16, minimum = 1, maximum = 10_000)]
    pub fte_bp: Option<u16>,
    /// Standard working day in minutes: 1 to 1440.
    #[serde(default, deserialize_with = "fields::not_null", skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(fields::validate_day_minutes)))]
    #[schema(value_type = i64, minimum = 1, maximum = 1440)]
    pub day_minutes: Option<Minutes>,
    /// Own work pattern; null removes it, so that the calendar of the site applies.
    #[serde(default, deserialize_with = "fields::nullable", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<WorkPattern>)]
    pub work_pattern: Option<Option<WorkPattern>>,
    /// Code of the site, such as `berlin`: 1 to 40 lower-case letters, digits and hyphens. The time zone stays the same
    /// unless `time_zone` is given, too.
    #[serde(default, deserialize_with = "fields::not_null", skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(fields::site)))]
    #[schema(value_type = String, min_length = 1, max_length = 40, pattern = "^[a-z0-9-]{1,40}$")]
    pub site: Option<String>,
    /// IANA time zone of the site, such as `Europe/Berlin`.
    #[serde(default, deserialize_with = "fields::not_null", skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(fields::validate_time_zone)))]
    #[schema(value_type = String, min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$")]
    pub time_zone: Option<String>,
    /// Id of the department. The preview does not check that it exists.
    #[serde(default, deserialize_with = "fields::not_null", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = DepartmentId)]
    pub department_id: Option<DepartmentId>,
    /// First day of the employment: 1900-01-01 or later, and at most two years ahead.
    #[serde(default, deserialize_with = "fields::not_null", skip_serializing_if = "Option::is_none")]
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = String, format = Date)]
    pub hire_date: Option<Date>,
    /// Last day of the employment, from the hire date to 366 days after today or a later hire date; null withdraws a planned
    /// one.
    #[serde(default, deserialize_with = "fields::nullable", skip_serializing_if = "Option::is_none")]
    #[garde(inner(inner(custom(fields::date))))]
    #[schema(value_type = Option<String>, format = Date)]
    pub termination_date: Option<Option<Date>>,
}

/// Balance of one day without and with a change.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BalanceDifferenceView {
    /// Day of the balances.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// Balance at the end of the day without the change, in days of the standard day without it.
    pub before: LeaveAmount,
    /// Balance at the end of the day with the change, in days of the standard day with it.
    pub after: LeaveAmount,
}

/// Ledger entry that a change would post.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntryPreview {
    /// Day from which the entry counts.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// Kind of the entry.
    pub kind: EntryKind,
    /// Signed amount. The days of all entries add up to those of `posted`.
    pub amount: LeaveAmount,
    /// Sentence that explains the entry.
    #[schema(value_type = String)]
    pub why: Message,
    /// Id that the ledger entry would have.
    pub entry_id: String,
    /// Leave request of which the entry returns days; null if there is none.
    #[schema(required = true)]
    pub leave_id: Option<LeaveId>,
    /// Policy from which the entry follows; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_id: Option<PolicyId>,
    /// Version of that policy, from 1; absent without a policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_version: Option<u32>,
    /// Rule that would post the entry. It determines the shape of `inputs`, except of an entry that withdraws an earlier one.
    #[schema(value_type = LedgerRule)]
    pub rule: String,
    /// Figures and dates from which the entry was computed; an entry that withdraws an earlier one has `WithdrawalInputs`.
    #[schema(value_type = EntryInputs)]
    pub inputs: Value,
}

/// Effect of a change on the balance of one leave type.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TypePreview {
    /// Code of the leave type.
    pub leave_type: String,
    /// Balance on `as_of` without and with the change.
    pub balance: BalanceDifferenceView,
    /// Days up to `as_of`, past ones included, on which the difference of the two balances changes, in order. Empty if the
    /// balances are equal on all days.
    pub changes: Vec<BalanceDifferenceView>,
    /// Entries that the change would post today, in the order of their days. Entries that are due without the change are not
    /// among them.
    pub entries: Vec<EntryPreview>,
    /// Sum of these entries.
    pub posted: LeaveAmount,
}

/// Effect of a change of terms on the leave balances of an employee.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TermsPreviewView {
    /// Id of the employee.
    pub employee_id: EmployeeId,
    /// Today at the employee's site: the entries are those that would be posted by this day.
    #[schema(value_type = String, format = Date)]
    pub today: Date,
    /// Last day of the preview.
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    /// Effects, sorted by code: one per leave type that has an account, or a policy for the employee without or with the
    /// change.
    pub leave_types: Vec<TypePreview>,
}

/// Shows what a change of terms, of the hire date or of the last day would do to the leave balances.
///
/// It writes nothing. If the change is made on the same day, exactly these entries are posted. Changes in the future post
/// their entries when they are due; `changes` lists the days. Days off between adjoining leave that a new last day returns
/// are not shown.
#[utoipa::path(post, path = "/api/v1/leave-balances/{employee_id}/preview-terms", operation_id = "leave-balances-preview-terms", tag = "leaves",
    params(("employee_id" = EmployeeId, Path, description = "Id of the employee."), lambda::http::UnusedIdempotencyHeader),
    request_body = TermsDraft,
    responses(
        (status = 200, body = TermsPreviewView, description = "Balances without and with the change, on one page."),
        (status = 404, description = "`not_found`: the employee does not exist or is outside the caller's scope."),
        (status = 409, description = "`terminated`: the employment has ended."),
        (status = 422, description = "`invalid`: a field is invalid or a day is out of range, as when the change is made.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    InScope(holder): InScope<AccountHolder>,
    _: IdempotencyHeader,
    Valid(Json(draft)): Valid<Json<TermsDraft>>,
) -> std::result::Result<axum::Json<TermsPreviewView>, Problem> {
    let origin = caller.origin();
    let today = holder.today(origin.at);
    let last_of_year = draft.effective_from.map_or(today, |from| from.max(today)).last_of_year();
    let as_of = Some(draft.as_of.unwrap_or(last_of_year));
    let context = holder.balance_context(as_of, "/as_of", origin.at)?;
    let after = with_employment_change(&context.person, draft.into(), origin.at)?;
    let leave_types = preview_types(&api, origin, &context, (&after, today)).await?;
    Ok(axum::Json(TermsPreviewView { employee_id: after.id, today, as_of: context.as_of, leave_types }))
}

impl From<TermsDraft> for EmploymentChange {
    fn from(draft: TermsDraft) -> Self {
        Self {
            hire_date: draft.hire_date,
            last_day: draft.termination_date,
            terms: TermsChange {
                site: draft.site,
                time_zone: draft.time_zone,
                department_id: draft.department_id,
                fte_bp: draft.fte_bp,
                day_minutes: draft.day_minutes,
                work_pattern: draft.work_pattern,
                ..TermsChange::default()
            },
            effective_from: draft.effective_from,
            ..Self::default()
        }
    }
}

/// Effects of a change on all leave types: those with an account, or with a policy for the person before or after it.
async fn preview_types(
    api: &Api,
    origin: &Origin,
    context: &BalanceContext,
    (after, today): (&Person, Date),
) -> Result<Vec<TypePreview>> {
    let (before, book) = (&context.person, &context.book);
    let last_day = last_day_of_employment(after, origin.at);
    let returned = async {
        match last_day {
            Some(last) => preview_returned_leave(&api.store, origin, after.id, last.saturating_add(1.day())).await,
            None => Ok(Vec::new()),
        }
    };
    let (accounts, returned) = tokio::try_join!(api.store.list_accounts(after.id), returned)?;
    let mut types: BTreeSet<String> = balance::leave_type_codes_for(book, before);
    types.extend(balance::leave_type_codes_for(book, after));
    types.extend(accounts.iter().map(|account| account.value.leave_type.clone()));
    let previews = types.into_iter().map(|leave_type| {
        let known = accounts.iter().find(|account| account.value.leave_type == leave_type);
        let account = known.map_or_else(|| Account::new(&leave_type), |known| known.value.clone());
        let returned: Vec<_> = returned.iter().filter(|entry| entry.leave_type == leave_type).cloned().collect();
        let preview = preview_terms(book, (before, after), &account, &returned, (today, context.as_of));
        type_preview(leave_type, (before, after), preview, &returned)
    });
    Ok(previews.collect())
}

fn type_preview(
    leave_type: String,
    (before, after): (&Person, &Person),
    preview: TermsPreview,
    returned: &[LedgerEntry],
) -> TypePreview {
    let difference = |one: BalanceDifference| BalanceDifferenceView {
        on: one.on,
        before: LeaveAmount::from_minutes(one.before, day_minutes_on(before, one.on)),
        after: LeaveAmount::from_minutes(one.after, day_minutes_on(after, one.on)),
    };
    let returned = returned.iter().map(|entry| posted_line(entry, day_minutes_on(after, entry.on), Date::MAX));
    let mut lines: Vec<BalanceLine> = returned.chain(preview.entries).collect();
    lines.sort_by_key(|line| line.on);
    let amounts = LeaveAmount::running(lines.iter().map(|line| (line.minutes, day_minutes_on(after, line.on))));
    let zero = LeaveAmount::from_minutes(Minutes::ZERO, day_minutes_on(after, preview.balance.on));
    TypePreview {
        leave_type,
        balance: difference(preview.balance),
        changes: preview.changes.into_iter().map(difference).collect(),
        posted: amounts.last().map_or(zero, |(_, sum)| *sum),
        entries: lines.into_iter().zip(amounts).map(|(line, (amount, _))| entry_preview(line, amount)).collect(),
    }
}

fn entry_preview(line: BalanceLine, amount: LeaveAmount) -> EntryPreview {
    EntryPreview {
        on: line.on,
        kind: line.kind,
        amount,
        why: line.why,
        entry_id: line.entry_id,
        leave_id: line.leave_id,
        policy_id: line.policy.map(|policy| policy.policy_id),
        policy_version: line.policy.map(|policy| policy.policy_version),
        rule: line.rule,
        inputs: line.inputs,
    }
}
