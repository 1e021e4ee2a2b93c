//! `POST /api/v1/leaves/simulate`: replays recorded requests with a draft leave policy. Writes nothing.

use std::{collections::BTreeSet, sync::Arc};

use axum::extract::State;
use directory::Person;
use futures::{StreamExt, TryStreamExt, stream};
use garde::Validate;
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use kernel::{Actor, Code, DepartmentId, EmployeeId, Error, PageLimit, PolicyId, Result};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Valid};
use policy::{
    EffectivePeriod, Policy, PolicyRef, PolicyRules, PolicyScope, PolicySet,
    leave::{DowngradableCode, LeaveRules},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::simulation_result::LeaveSimulationResult;
use crate::{
    api::{Api, people_selection},
    domain::simulation::{Replay, ReplayInputs, replay_requests, with_draft},
    messages,
};

lambda::endpoint!(LEAVES_SIMULATE, post(handle), Api);

const PEOPLE_CONCURRENCY: usize = 8;

/// Kind of a draft policy.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "snake_case")]
pub enum DraftLeavePolicyKind {
    /// Leave policy.
    Leave,
}

/// Draft of a leave policy.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftLeavePolicy {
    /// Kind of the policy: `leave`. Default: `leave`.
    #[serde(default)]
    #[schema(value_type = Option<DraftLeavePolicyKind>)]
    pub kind: Option<policy::PolicyKind>,
    /// Name of the draft, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200, pattern = r"\S")]
    pub name: String,
    /// First day of the draft, in the years 1900 to 2200. The simulation applies the draft to the whole window
    /// nevertheless.
    #[schema(value_type = String, format = Date)]
    pub effective_from: Date,
    /// Last day of the draft, in the years 1900 to 2200; the simulation ignores it, too. Default: no last day.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub effective_to: Option<Date>,
    /// Employees to whom the draft applies. Default: all employees.
    #[serde(default)]
    pub scope: PolicyScope,
    /// Leave rules, as in `POST /api/v1/compliance/policies` of the kind `leave`.
    pub rules: LeaveRules,
    /// Codes of violations that only warn: the request is accepted, and the violation is recorded. Default: none.
    #[serde(default)]
    #[schema(value_type = Vec<DowngradableCode>)]
    pub warn_only: Vec<String>,
}

/// Draft policy, window and employees of a leave simulation.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct LeaveSimulationInput {
    /// Draft policy to simulate.
    pub draft: DraftLeavePolicy,
    /// Length of the window in months up to today, 1 to 24. The requests that were made in it are replayed.
    #[garde(range(min = 1, max = 24))]
    #[schema(minimum = 1, maximum = 24)]
    pub months: u8,
    /// Only these employees, 1 to 100; not with `department`. Default: all employees.
    #[garde(inner(length(min = 1, max = 100)))]
    #[serde(default)]
    #[schema(min_items = 1, max_items = 100)]
    pub employee_ids: Option<Vec<EmployeeId>>,
    /// Only employees of this department; not with `employee_ids`.
    #[serde(default)]
    pub department: Option<DepartmentId>,
    /// Employees per page: 1 to 100. Default: 25.
    #[serde(default)]
    #[schema(value_type = u16, minimum = 1, maximum = 100)]
    pub limit: PageLimit,
    /// `next_cursor` of the previous page; omitted for the first page.
    #[serde(default)]
    #[schema(max_length = 2048)]
    pub cursor: Option<String>,
}

/// Simulates a draft leave policy on recorded leave requests.
///
/// The requests are evaluated as they would have been with the draft; nothing is stored. Repeat the request with
/// `next_cursor` as `cursor` until it is absent.
#[utoipa::path(post, path = "/api/v1/leaves/simulate", operation_id = "leaves-simulate", tag = "leaves",
    params(lambda::http::UnusedIdempotencyHeader),
    request_body = LeaveSimulationInput,
    responses(
        (status = 200, body = LeaveSimulationResult, description = "One page of replayed requests and balances."),
        (status = 400, description = "`invalid_cursor`: the cursor is invalid for this simulation."),
        (status = 422, description = "`invalid`: the draft or the selection is not valid; `errors` names each place.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    _: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<LeaveSimulationInput>>,
) -> std::result::Result<axum::Json<LeaveSimulationResult>, Problem> {
    let at = caller.origin().at;
    let draft = policy_from_draft(&body.draft, PolicyId::new(api.shell.ids.uuid(at)), &caller)?;
    let selection = people_selection::select_people(body.employee_ids.clone(), body.department)?;
    let question = format!("{}?{selection:?}", access::LEAVES_SIMULATE.name);
    let page = (body.limit, body.cursor.as_deref());
    let (people, next_cursor) = people_selection::load_people_page(&api, &caller, &selection, page, &question).await?;
    let book = api.store.rulebook.load(at).await?;
    let sites: BTreeSet<String> = people.iter().map(|person| person.site.clone()).collect();
    let drafted = with_draft(&book, &draft, sites.iter().map(String::as_str));
    let today = at.to_zoned(TimeZone::UTC);
    let since = today.checked_sub(i32::from(body.months).months()).map_err(Error::internal)?;
    let context = ReplayContext {
        api: &api,
        book: &book,
        drafted: &drafted,
        rules: &body.draft.rules,
        since: since.timestamp(),
        at,
    };
    let replays = context.replay_all(people).await?;
    Ok(axum::Json(LeaveSimulationResult::of(&body.draft.rules.leave_type, since.date(), &replays, next_cursor)))
}

/// The draft as a policy that applies on all days, or 422 with its faults.
fn policy_from_draft(draft: &DraftLeavePolicy, id: PolicyId, caller: &Caller) -> Result<Policy> {
    if draft.kind.is_some_and(|kind| kind != policy::PolicyKind::Leave) {
        return Err(Error::invalid("/draft/kind", "not_leave", messages::not_a_leave_draft()));
    }
    let origin = caller.origin();
    let written = Policy {
        reference: PolicyRef { policy_id: id, policy_version: 1 },
        name: draft.name.clone(),
        effective: EffectivePeriod { from: draft.effective_from, to: draft.effective_to },
        scope: draft.scope.clone(),
        rules: PolicyRules::Leave(Box::new(draft.rules.clone())),
        warn_only: draft.warn_only.clone(),
        created_at: origin.at,
        created_by: Actor::Person(caller.id()),
    };
    let fields = written.validate();
    if fields.is_empty() {
        let unlimited = EffectivePeriod { from: jiff::civil::date(1900, 1, 1), to: None };
        return Ok(Policy { effective: unlimited, ..written });
    }
    let problem = Error::new(Code::Invalid, messages::invalid_draft());
    Err(fields.into_iter().fold(problem, |problem, field| {
        problem.with_field(format!("/draft{}", field.pointer), field.code, field.detail)
    }))
}

/// Inputs that are the same for all employees of a simulation.
struct ReplayContext<'a> {
    api: &'a Api,
    book: &'a PolicySet,
    drafted: &'a PolicySet,
    rules: &'a LeaveRules,
    since: jiff::Timestamp,
    at: jiff::Timestamp,
}

impl ReplayContext<'_> {
    async fn replay_all(&self, people: Vec<Arc<Person>>) -> Result<Vec<(Arc<Person>, Replay)>> {
        let replays = people.into_iter().map(|person| self.load_and_replay(person));
        stream::iter(replays).buffered(PEOPLE_CONCURRENCY).try_collect().await
    }

    /// Loads the ledger and the requests of one employee, and replays the requests.
    async fn load_and_replay(&self, person: Arc<Person>) -> Result<(Arc<Person>, Replay)> {
        let store = &self.api.store;
        let (ledger, worked, mut requests, plans) = tokio::try_join!(
            store.list_ledger_entries(person.id, &self.rules.leave_type),
            store.list_worked_minutes(person.id, &self.rules.leave_type),
            store.list_all_requests_of(person.id),
            store.plans.load(person.id, self.at)
        )?;
        requests.retain(|request| self.rules.run_types().any(|leave_type| leave_type == request.leave_type));
        let today = person.today(self.at);
        let inputs = ReplayInputs {
            person: &person,
            plans: &plans,
            ledger: &ledger,
            worked: &worked,
            requests: &requests,
            since: self.since,
            today,
        };
        let replay = replay_requests(self.book, self.drafted, &self.rules.leave_type, inputs)?;
        Ok((person, replay))
    }
}
