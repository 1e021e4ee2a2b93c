//! `POST /api/v1/compliance/training/{training_id}/complete`: completes a training. Publishes `compliance.training_completed`,
//! and `compliance.training_assigned` if the policy repeats the training.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use directory::Person;
use garde::Validate;
use jiff::civil::Date;
use kernel::TrainingId;
use lambda::http::{Caller, IdempotencyHeader, Json, LoadInScope, Path, Problem, Replayed, Valid, ok};
use policy::PolicyKind;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::TrainingView;
use crate::{
    api::{Api, compliance::people_in_scope::load_person_of_record, fields},
    domain::training::{NewAssignment, TrainingAssignment, find_policy_for_course},
    messages,
    store::Stored,
};

lambda::endpoint!(COMPLIANCE_TRAINING_COMPLETE, post(handle), Api);

/// Completion of a training.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct TrainingCompletion {
    /// Completion date, not after today at the employee's site. Default: today.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub completed_on: Option<Date>,
    /// Reference to the certificate, such as its number, its address or the id of a file. Default: none.
    #[garde(inner(custom(fields::check_certificate_reference)))]
    #[schema(
        min_length = 1,
        max_length = 200,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub certificate: Option<String>,
}

/// Completed training, and the training that repeats it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CompletedTraining {
    /// Completed training with its completion date.
    #[serde(flatten)]
    pub training: TrainingView,
    /// Next assignment of the course; null if no training policy repeats it, or only after more than ten years.
    #[schema(required = true)]
    pub next: Option<TrainingView>,
}

/// Training assignment, and its employee.
pub struct TrainingOfPerson {
    training: Stored<TrainingAssignment>,
    person: Arc<Person>,
}

impl LoadInScope<Api> for TrainingOfPerson {
    type Id = TrainingId;

    async fn load_in_scope(api: &Api, caller: &Caller, id: TrainingId) -> kernel::Result<Self> {
        let training = api.store.get_training(id).await?;
        let person = load_person_of_record(caller, training.value.employee_id, messages::training()).await?;
        Ok(Self { training, person })
    }
}

/// Completes a training.
///
/// Employees complete their own trainings, HR those of all. If the training policy repeats the course, the next
/// training is assigned at the same time.
#[utoipa::path(post, path = "/api/v1/compliance/training/{training_id}/complete",
    operation_id = "compliance-training-complete", tag = "compliance",
    params(("training_id" = TrainingId, Path, description = "Id of the training."), IdempotencyHeader),
    request_body = TrainingCompletion,
    responses(
        (status = 200, description = "Completed training, and the next one, if any.", body = CompletedTraining),
        (status = 404, description = "`not_found`: the training does not exist, or the caller may not see it."),
        (status = 409, description = "`already_done`: the training was completed before; `current` holds the completion. \
            `changed_meanwhile`: another request changed the training at the same time. \
            `busy`: other requests won every attempt."),
        (status = 422, description = "`invalid`: the completion date is in the future. \
            `idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    Path(id): Path<TrainingId>,
    header: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<TrainingCompletion>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = header.for_request(access::COMPLIANCE_TRAINING_COMPLETE.name, caller.id(), &(id, &body));
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed::ok(answer));
    }
    let TrainingOfPerson { training: before, person } = TrainingOfPerson::load_in_scope(&api, &caller, id).await?;
    let today = person.today(origin.at);
    let certificate = body.certificate.map(|text| text.trim().to_owned());
    let training = before.value.with_completion(body.completed_on, today, certificate, origin.at, caller.id())?;
    let policies = api.store.policy_reader().load_consistent(origin.at).await?;
    let policies = policies.applicable_of_kind(PolicyKind::Training, &person, today);
    let repeated = NewAssignment {
        employee_id: person.id,
        manager_id: person.manager_id,
        today,
        course: &training.course,
        policy: find_policy_for_course(&policies, &training.course),
        due_date: None,
        at: origin.at,
        by: origin.actor.clone(),
    };
    let next_id = TrainingId::new(api.shell.ids.uuid(origin.at));
    let next = training.next_assignment(next_id, training.completed_on.unwrap_or(today), &repeated);
    let callers_today = caller.person().today(origin.at);
    let view = |training| TrainingView::new(training, callers_today);
    let answer = CompletedTraining { training: view(training.clone()), next: next.clone().map(view) };
    let completed = (&training, before.version);
    let outcome =
        api.store.complete_training(origin, completed, next.as_ref(), idempotency_key.as_ref(), &answer).await?;
    Ok(ok(outcome, answer))
}
