//! `POST /api/v1/compliance/training/{training_id}/complete`: says that a training was done. Publishes
//! `compliance.training_completed`, and `compliance.training_assigned` where the policy wants it again.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use directory::Person;
use garde::Validate;
use jiff::civil::Date;
use kernel::TrainingId;
use lambda::http::{Caller, IdempotencyHeader, Json, Path, Problem, Reach, Replayed, Valid, ok};
use policy::PolicyKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::TrainingView;
use crate::{
    api::{Api, compliance::people_in_reach::subject_of, fields},
    domain::training::{NewAssignment, TrainingAssignment, policy_for_course},
    store::Stored,
};

lambda::endpoint!(COMPLIANCE_TRAINING_COMPLETE, post(handle), Api);

/// How a training was done.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct TrainingCompletion {
    /// The day; today when not given.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub completed_on: Option<Date>,
    /// Where the certificate is: a number, an address, a file's id.
    #[garde(inner(custom(fields::reference)))]
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

/// A training, and the person who has to do it.
pub struct TrainingOfPerson {
    training: Stored<TrainingAssignment>,
    person: Arc<Person>,
}

impl Reach<Api> for TrainingOfPerson {
    type Id = TrainingId;

    async fn reach(api: &Api, caller: &Caller, id: TrainingId) -> kernel::Result<Self> {
        let training = api.store.training(id).await?;
        let person = subject_of(caller, training.value.employee_id, "training").await?;
        Ok(Self { training, person })
    }
}

/// Completes a training, once.
#[utoipa::path(post, path = "/api/v1/compliance/training/{training_id}/complete",
    operation_id = "compliance-training-complete", tag = "compliance",
    params(("training_id" = TrainingId, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = TrainingCompletion,
    responses(
        (status = 200, body = CompletedTraining),
        (status = 404, description = "Not there, or not visible"),
        (status = 409, description = "Done before; `current` tells by whom"),
        (status = 422, description = "That day has not come yet")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<TrainingId>,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<TrainingCompletion>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::COMPLIANCE_TRAINING_COMPLETE.name, caller.id(), &(id, &body));
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::ok(answer));
    }
    let TrainingOfPerson { training: before, person } = TrainingOfPerson::reach(&api, &caller, id).await?;
    let today = person.today(origin.at);
    let certificate = body.certificate.map(|text| text.trim().to_owned());
    let training = before.value.complete(body.completed_on, today, certificate, origin.at, caller.id())?;
    let book = api.store.rulebook().load_consistent(origin.at).await?;
    let policies = book.of_kind(PolicyKind::Training, &person, today);
    let order = NewAssignment {
        employee_id: person.id,
        manager_id: person.manager_id,
        today,
        course: &training.course,
        policy: policy_for_course(&policies, &training.course),
        due_date: None,
        at: origin.at,
        by: origin.actor.clone(),
    };
    let next_id = TrainingId::new(api.shell.ids.uuid(origin.at));
    let next = training.next_assignment(next_id, training.completed_on.unwrap_or(today), &order);
    let shown = |training| TrainingView::of(training, today);
    let answer = CompletedTraining { training: shown(training.clone()), next: next.clone().map(shown) };
    let stands = (&training, before.version);
    let outcome = api.store.complete_training(origin, stands, next.as_ref(), once.as_ref(), &answer).await?;
    Ok(ok(outcome, answer))
}
