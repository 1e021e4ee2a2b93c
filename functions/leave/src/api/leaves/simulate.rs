//! `POST /api/v1/leaves/simulate`: what a draft leave policy would have done to recorded requests. Writes nothing.

use std::{collections::BTreeSet, sync::Arc};

use axum::extract::State;
use directory::Person;
use futures::{StreamExt, TryStreamExt, stream};
use garde::Validate;
use jiff::{ToSpan, civil::Date, tz::TimeZone};
use kernel::{Actor, Code, DepartmentId, EmployeeId, Error, PageLimit, PolicyId, Result};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Valid};
use policy::{EffectivePeriod, Policy, PolicyRef, PolicyRules, PolicyScope, PolicySet, leave::LeaveRules};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::simulation_result::LeaveSimulationResult;
use crate::{
    api::{Api, people_selection},
    domain::simulation::{Replay, ReplayInputs, replay, with_draft},
};

lambda::endpoint!(LEAVES_SIMULATE, post(handle), Api);

/// How many people are replayed at a time.
const PEOPLE_AT_ONCE: usize = 8;

/// A leave policy as it might be.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftLeavePolicy {
    /// `leave`.
    #[serde(default)]
    pub kind: Option<policy::PolicyKind>,
    /// Name.
    pub name: String,
    /// From when it is to apply. The replay lets it apply from the beginning of its window.
    #[schema(value_type = String, format = Date)]
    pub effective_from: Date,
    /// Until when.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub effective_to: Option<Date>,
    /// For whom.
    #[serde(default)]
    pub scope: PolicyScope,
    /// What it says: as in `POST /api/v1/compliance/policies` of the kind `leave`.
    #[schema(value_type = Object)]
    pub rules: LeaveRules,
    /// Codes of violations that only warn.
    #[serde(default)]
    pub warn_only: Vec<String>,
}

/// What is to be replayed.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct LeaveSimulationInput {
    /// The draft.
    pub draft: DraftLeavePolicy,
    /// Requests that were made in the last so many months: 1 to 24.
    #[garde(range(min = 1, max = 24))]
    pub months: u8,
    /// Of these people, at most 100; or of a department; or of everybody.
    #[garde(inner(length(min = 1, max = 100)))]
    #[serde(default)]
    pub employee_ids: Option<Vec<EmployeeId>>,
    /// Of this department.
    #[serde(default)]
    pub department: Option<DepartmentId>,
    /// 1 to 100 people in one answer, 25 unless told.
    #[serde(default)]
    #[schema(value_type = Option<u16>)]
    pub limit: PageLimit,
    /// Where the last answer ended.
    #[serde(default)]
    pub cursor: Option<String>,
}

/// Replays recorded requests by a draft policy.
#[utoipa::path(post, path = "/api/v1/leaves/simulate", operation_id = "leaves-simulate", tag = "leaves",
    params(("Idempotency-Key" = Option<String>, Header, description = "Taken, and not needed: nothing is written")),
    request_body = LeaveSimulationInput,
    responses((status = 200, body = LeaveSimulationResult), (status = 400, description = "A cursor that does not open"),
        (status = 422, description = "What is wrong with the draft, each with its pointer")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    _: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<LeaveSimulationInput>>,
) -> std::result::Result<axum::Json<LeaveSimulationResult>, Problem> {
    let at = caller.origin().at;
    let draft = draft_of(&body.draft, PolicyId::new(api.shell.ids.uuid(at)), &caller)?;
    let group = people_selection::group(body.employee_ids.clone(), body.department)?;
    let question = format!("{}?{group:?}", access::LEAVES_SIMULATE.name);
    let part = (body.limit, body.cursor.as_deref());
    let (people, next_cursor) = people_selection::page(&api, &caller, &group, part, &question).await?;
    let book = api.store.rulebook.book(at).await?;
    let sites: BTreeSet<String> = people.iter().map(|person| person.site.clone()).collect();
    let drafted = with_draft(&book, &draft, sites.iter().map(String::as_str));
    let today = at.to_zoned(TimeZone::UTC);
    let since = today.checked_sub(i32::from(body.months).months()).map_err(Error::internal)?;
    let window = ReplayContext {
        api: &api,
        book: &book,
        drafted: &drafted,
        leave_type: &body.draft.rules.leave_type,
        since: since.timestamp(),
        at,
    };
    let replays = window.replay_all(people).await?;
    Ok(axum::Json(LeaveSimulationResult::of(&body.draft.rules.leave_type, since.date(), &replays, next_cursor)))
}

/// The draft as a policy that applies since ever; what is wrong with it as it was written.
fn draft_of(draft: &DraftLeavePolicy, id: PolicyId, caller: &Caller) -> Result<Policy> {
    if draft.kind.is_some_and(|kind| kind != policy::PolicyKind::Leave) {
        return Err(Error::invalid("/draft/kind", "not_leave", "Only leave policies are replayed here."));
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
    let faults = written.faults();
    if faults.is_empty() {
        let ever = EffectivePeriod { from: jiff::civil::date(1900, 1, 1), to: None };
        return Ok(Policy { effective: ever, ..written });
    }
    let refusal = Error::new(Code::Invalid, "The draft breaks a rule.");
    Err(faults.into_iter().fold(refusal, |refusal, fault| {
        refusal.with_field(format!("/draft{}", fault.pointer), fault.code, fault.detail)
    }))
}

/// What every replay of one answer has in common.
struct ReplayContext<'a> {
    api: &'a Api,
    book: &'a PolicySet,
    drafted: &'a PolicySet,
    leave_type: &'a str,
    since: jiff::Timestamp,
    at: jiff::Timestamp,
}

impl ReplayContext<'_> {
    async fn replay_all(&self, people: Vec<Arc<Person>>) -> Result<Vec<(Arc<Person>, Replay)>> {
        let replays = people.into_iter().map(|person| self.replay(person));
        stream::iter(replays).buffered(PEOPLE_AT_ONCE).try_collect().await
    }

    async fn replay(&self, person: Arc<Person>) -> Result<(Arc<Person>, Replay)> {
        let records = &self.api.store;
        let (ledger, mut requests) =
            tokio::try_join!(records.ledger(person.id, self.leave_type), records.list_all_requests_of(person.id))?;
        requests.retain(|request| request.leave_type == self.leave_type);
        let today = person.today(self.at);
        let past = ReplayInputs { person: &person, ledger: &ledger, requests: &requests, since: self.since, today };
        let replay = replay(self.book, self.drafted, self.leave_type, past)?;
        Ok((person, replay))
    }
}
