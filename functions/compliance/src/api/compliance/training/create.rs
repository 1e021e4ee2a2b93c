//! `POST /api/v1/compliance/training`: assigns a training to one or more employees. Publishes `compliance.training_assigned`
//! for each.

use std::sync::Arc;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use directory::{EmploymentStatus, Person};
use futures::future::try_join_all;
use garde::Validate;
use jiff::civil::Date;
use kernel::{EmployeeId, Error, TrainingId};
use lambda::http::{Caller, IdempotencyHeader, Json, Problem, Replayed, Valid};
use policy::PolicyKind;
use serde::{Deserialize, Serialize};
use store::CommitOutcome;
use utoipa::ToSchema;

use super::view::TrainingView;
use crate::{
    api::{Api, fields},
    domain::training::{NewAssignment, TrainingAssignment, find_policy_for_course},
    messages,
};

lambda::endpoint!(COMPLIANCE_TRAINING_CREATE, post(handle), Api);

/// Training to assign: the course and its employees. Exactly one of `employee_id` and `employee_ids` is required.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewTraining {
    /// Employee who must do the training. Alternative to `employee_ids`.
    pub employee_id: Option<EmployeeId>,
    /// Employees who must do the training, 1 to 45, each once. Alternative to `employee_id`.
    #[garde(inner(custom(fields::check_training_employees)))]
    #[schema(min_items = 1, max_items = 45)]
    pub employee_ids: Option<Vec<EmployeeId>>,
    /// Name of the course: one line of 1 to 100 characters. A training policy for the course, in any case of letters,
    /// sets the spelling of its name, the default due date, the reminder and the repetition.
    #[garde(custom(fields::check_policy_or_course_name))]
    #[schema(
        min_length = 1,
        max_length = 100,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub course: String,
    /// Due date, from today at the employee's site to ten years ahead. Default: by the training policy; required if
    /// none covers the course.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub due_date: Option<Date>,
}

/// Trainings that were assigned by one request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AssignedTrainings {
    /// One training per employee, in the order of the request.
    pub items: Vec<TrainingView>,
}

impl NewTraining {
    /// Employees with the pointers to their ids in the request.
    ///
    /// # Errors
    /// 422 unless exactly one of the two fields is given, and for an employee who is named twice.
    fn people_with_pointers(&self) -> Result<Vec<(EmployeeId, String)>, Error> {
        let named = match (self.employee_id, &self.employee_ids) {
            (Some(id), None) => vec![(id, "/employee_id".to_owned())],
            (None, Some(ids)) => ids.iter().enumerate().map(|(at, id)| (*id, format!("/employee_ids/{at}"))).collect(),
            (None, None) => {
                return Err(Error::invalid("/employee_id", "required", messages::employee_or_employees()));
            }
            (Some(_), Some(_)) => {
                return Err(Error::invalid("/employee_ids", "twice", messages::employee_and_employees()));
            }
        };
        let is_duplicate =
            |(at, (id, _)): &(usize, &(EmployeeId, String))| named.iter().take(*at).any(|(before, _)| before == id);
        match named.iter().enumerate().find(is_duplicate) {
            Some((_, (_, pointer))) => Err(Error::invalid(pointer, "twice", messages::employee_repeated())),
            None => Ok(named),
        }
    }
}

/// Assigns a training to one or more employees.
///
/// All employees are assigned the training, or none. An employee has at most one open training of a course. The employee
/// and the manager are notified when a reminder is due.
#[utoipa::path(post, path = "/api/v1/compliance/training", operation_id = "compliance-training-create", tag = "compliance",
    params(IdempotencyHeader),
    request_body = NewTraining,
    responses(
        (status = 201, description = "Assigned trainings, one per employee.", body = AssignedTrainings),
        (status = 409, description = "`already_assigned`: an employee has an open training of this course; `current` holds its id. \
            `busy`: other requests won every attempt."),
        (status = 422, description = "`invalid`: an employee is unknown or terminated, or the due date is missing or out of \
            range. `idempotency_key_reused`: the key belongs to a different request.")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    header: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewTraining>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let idempotency_key = header.for_request(access::COMPLIANCE_TRAINING_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.stored_answer(idempotency_key.as_ref(), origin.at).await? {
        return Ok(Replayed(StatusCode::CREATED, answer).into_response());
    }
    let named = body.people_with_pointers()?;
    let people =
        try_join_all(named.iter().map(|(id, pointer)| load_current_employee(&api, &caller, *id, pointer))).await?;
    let policy_set = api.store.policy_reader().load_consistent(origin.at).await?;
    let assigned = people.iter().map(|person| {
        let today = person.today(origin.at);
        let policies = policy_set.applicable_of_kind(PolicyKind::Training, person, today);
        let assignment = NewAssignment {
            employee_id: person.id,
            manager_id: person.manager_id,
            today,
            course: &body.course,
            policy: find_policy_for_course(&policies, &body.course),
            due_date: body.due_date,
            at: origin.at,
            by: origin.actor.clone(),
        };
        TrainingAssignment::new(TrainingId::new(api.shell.ids.uuid(origin.at)), &assignment)
    });
    let assigned = assigned.collect::<Result<Vec<_>, Error>>()?;
    let today = caller.person().today(origin.at);
    let answer =
        AssignedTrainings { items: assigned.iter().map(|one| TrainingView::new(one.clone(), today)).collect() };
    let pointer = |at: usize| named.get(at).map(|(_, pointer)| pointer.clone()).unwrap_or_default();
    Ok(match api.store.create_trainings(origin, &assigned, idempotency_key.as_ref(), &answer, pointer).await? {
        CommitOutcome::Committed(_) => (StatusCode::CREATED, axum::Json(answer)).into_response(),
        CommitOutcome::Replayed(answer) => Replayed(StatusCode::CREATED, answer).into_response(),
    })
}

/// Employee who is not terminated.
///
/// # Errors
/// 422 with `pointer` if the employee is unknown or terminated.
async fn load_current_employee(
    api: &Api,
    caller: &Caller,
    id: EmployeeId,
    pointer: &str,
) -> Result<Arc<Person>, Error> {
    let person = api.shell.directory.person(id, caller.origin().at).await?;
    let person = person.ok_or_else(|| Error::invalid(pointer, "unknown_employee", messages::employee_unknown()))?;
    match person.status {
        EmploymentStatus::Terminated => Err(Error::invalid(pointer, "has_left", messages::employment_ended())),
        EmploymentStatus::Active | EmploymentStatus::OnLeave | EmploymentStatus::Suspended => Ok(person),
    }
}
