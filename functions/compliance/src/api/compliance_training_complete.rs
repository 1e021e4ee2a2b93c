//! `POST /api/v1/compliance/training/{training_id}/complete`: says that a training was done. Publishes
//! `compliance.training_completed`, and `compliance.training_assigned` where the policy wants it again.

use axum::{Router, extract::State, response::Response, routing::post};
use garde::Validate;
use jiff::civil::Date;
use kernel::TrainingId;
use lambda::{
    InitError, Shell,
    http::{Caller, Idempotency, Json, Path, Problem, Valid},
};
use policy::Kind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Api, Replayed, compliance_violations_acknowledge::hidden, done, rules, view::TrainingView};
use crate::domain::training::{Order, asking_for};

/// How a training was done.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct TrainingDone {
    /// The day; today when not given.
    #[garde(inner(custom(rules::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub completed_on: Option<Date>,
    /// Where the certificate is: a number, an address, a file's id.
    #[garde(inner(custom(rules::reference)))]
    pub certificate: Option<String>,
}

/// A training that was done, and the one that follows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CompletedTraining {
    /// The training.
    #[serde(flatten)]
    pub training: TrainingView,
    /// The next one, where the policy wants it again.
    pub next: Option<TrainingView>,
}

/// Completes a training, once.
#[utoipa::path(post, path = "/api/v1/compliance/training/{training_id}/complete",
    operation_id = "compliance-training-complete", tag = "compliance",
    params(("training_id" = TrainingId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = TrainingDone,
    responses(
        (status = 200, body = CompletedTraining),
        (status = 404, description = "Not there, or not visible"),
        (status = 409, description = "Done before; `current` tells by whom"),
        (status = 422, description = "That day has not come yet")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<TrainingId>,
    key: Idempotency,
    Valid(Json(body)): Valid<Json<TrainingDone>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.once(access::COMPLIANCE_TRAINING_COMPLETE.name, caller.id(), &(id, &body));
    if let Some(answer) = api.records.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::done(answer));
    }
    let before = api.records.training(id).await?;
    let person = api.person(&caller, before.value.employee_id).await.map_err(|error| hidden(error, "training"))?;
    let today = person.today(origin.at);
    let certificate = body.certificate.map(|text| text.trim().to_owned());
    let training = before.value.done(body.completed_on, today, certificate, origin.at, caller.id())?;
    let book = api.records.rulebook().fresh(origin.at).await?;
    let policies = book.of_kind(Kind::Training, &person, today);
    let order = Order {
        employee_id: person.id,
        manager_id: person.manager_id,
        time_zone: &person.time_zone,
        course: &training.course,
        policy: asking_for(&policies, &training.course),
        due_date: None,
        at: origin.at,
        by: origin.actor.clone(),
    };
    let next_id = TrainingId::new(api.shell.mint.uuid(origin.at));
    let next = training.again(next_id, training.completed_on.unwrap_or(today), &order);
    let shown = |training| TrainingView::of(training, today);
    let answer = CompletedTraining { training: shown(training.clone()), next: next.clone().map(shown) };
    let stands = (&training, before.version);
    let outcome = api.records.complete(origin, stands, next.as_ref(), once.as_ref(), &answer).await?;
    Ok(done(outcome, answer))
}

/// The route.
///
/// # Errors
/// What is missing from the environment.
pub fn router(shell: &Shell) -> Result<Router, InitError> {
    Ok(Router::new().route(access::COMPLIANCE_TRAINING_COMPLETE.path, post(handle)).with_state(Api::of(shell)?))
}

/// Runs the endpoint.
pub fn serve() {
    lambda::http::serve(&access::COMPLIANCE_TRAINING_COMPLETE, router);
}
