//! `POST /api/v1/compliance/training`: assigns a training to one person or several. Publishes `compliance.training_assigned`
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
    domain::training::{NewAssignment, TrainingAssignment, policy_for_course},
};

lambda::endpoint!(COMPLIANCE_TRAINING_CREATE, post(handle), Api);

/// A training for somebody.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewTraining {
    /// Who has to do it; or `employee_ids`.
    pub employee_id: Option<EmployeeId>,
    /// Those who have to do it, 1 to 45; or `employee_id`.
    #[garde(inner(custom(fields::people)))]
    pub employee_ids: Option<Vec<EmployeeId>>,
    /// What. Where a training policy asks the person for this course, it says when it is due and when it comes again.
    #[garde(custom(fields::name))]
    pub course: String,
    /// Last day on which it is in time; needed where no policy asks for the course.
    #[garde(inner(custom(fields::date)))]
    #[schema(value_type = Option<String>, format = Date)]
    pub due_date: Option<Date>,
}

/// The trainings that were assigned.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AssignedTrainings {
    /// One for each person, in the order of the request.
    pub items: Vec<TrainingView>,
}

impl NewTraining {
    /// The people with the places where they are named.
    fn people(&self) -> Result<Vec<(EmployeeId, String)>, Error> {
        let named = match (self.employee_id, &self.employee_ids) {
            (Some(id), None) => vec![(id, "/employee_id".to_owned())],
            (None, Some(ids)) => ids.iter().enumerate().map(|(at, id)| (*id, format!("/employee_ids/{at}"))).collect(),
            (None, None) => {
                return Err(Error::invalid(
                    "/employee_id",
                    "required",
                    "Say for whom: `employee_id` or `employee_ids`.",
                ));
            }
            (Some(_), Some(_)) => {
                return Err(Error::invalid("/employee_ids", "twice", "Say either `employee_id` or `employee_ids`."));
            }
        };
        let twice =
            |(at, (id, _)): &(usize, &(EmployeeId, String))| named.iter().take(*at).any(|(before, _)| before == id);
        match named.iter().enumerate().find(twice) {
            Some((_, (_, pointer))) => Err(Error::invalid(pointer, "twice", "This person is named twice.")),
            None => Ok(named),
        }
    }
}

/// Assigns a training.
#[utoipa::path(post, path = "/api/v1/compliance/training", operation_id = "compliance-training-create", tag = "compliance",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body get the same answer for 24 h")),
    request_body = NewTraining,
    responses(
        (status = 201, body = AssignedTrainings),
        (status = 409, description = "Somebody has this training to do already; nobody was assigned it"),
        (status = 422, description = "Somebody is not there or has left, or it is not said when it is due")))]
pub async fn handle(
    State(api): State<Api>,
    caller: Caller,
    key: IdempotencyHeader,
    Valid(Json(body)): Valid<Json<NewTraining>>,
) -> Result<Response, Problem> {
    let origin = caller.origin();
    let once = key.for_request(access::COMPLIANCE_TRAINING_CREATE.name, caller.id(), &body);
    if let Some(answer) = api.store.answered(once.as_ref(), origin.at).await? {
        return Ok(Replayed::created(answer));
    }
    let named = body.people()?;
    let people = try_join_all(named.iter().map(|(id, pointer)| active_employee(&api, &caller, *id, pointer))).await?;
    let book = api.store.rulebook().load_consistent(origin.at).await?;
    let assigned = people.iter().map(|person| {
        let today = person.today(origin.at);
        let policies = book.of_kind(PolicyKind::Training, person, today);
        let order = NewAssignment {
            employee_id: person.id,
            manager_id: person.manager_id,
            today,
            course: &body.course,
            policy: policy_for_course(&policies, &body.course),
            due_date: body.due_date,
            at: origin.at,
            by: origin.actor.clone(),
        };
        TrainingAssignment::of(TrainingId::new(api.shell.ids.uuid(origin.at)), &order)
    });
    let assigned = assigned.collect::<Result<Vec<_>, Error>>()?;
    let today = caller.person().today(origin.at);
    let answer = AssignedTrainings { items: assigned.iter().map(|one| TrainingView::of(one.clone(), today)).collect() };
    let pointer = |at: usize| named.get(at).map(|(_, pointer)| pointer.clone()).unwrap_or_default();
    Ok(match api.store.create_trainings(origin, &assigned, once.as_ref(), &answer, pointer).await? {
        CommitOutcome::Committed(_) => (StatusCode::CREATED, axum::Json(answer)).into_response(),
        CommitOutcome::Replayed(answer) => Replayed::created(answer),
    })
}

/// Somebody who works here.
async fn active_employee(api: &Api, caller: &Caller, id: EmployeeId, pointer: &str) -> Result<Arc<Person>, Error> {
    let person = api.shell.directory.person(id, caller.origin().at).await?;
    let person = person.ok_or_else(|| Error::invalid(pointer, "unknown_employee", "There is no such person."))?;
    match person.status {
        EmploymentStatus::Terminated => Err(Error::invalid(pointer, "has_left", "This person has left.")),
        EmploymentStatus::Active | EmploymentStatus::OnLeave | EmploymentStatus::Suspended => Ok(person),
    }
}
