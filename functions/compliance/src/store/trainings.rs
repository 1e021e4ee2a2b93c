//! Trainings: one open assignment per employee and course, and one reminder per due date.

use events::{EventType, Fact};
use jiff::civil::Date;
use kernel::{Code, EmployeeId, Error, Origin, Page, Result, TrainingId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{CommitError, CommitOutcome, IdempotencyKey, Item, Key, Pagination, Query, Write, from_item};

use super::{ComplianceStore, Stored, read_stored};
use crate::{
    domain::training::{TrainingAssignment, TrainingStatus, course_key},
    messages,
};

const ENTITY: &str = "Training";
const ALL: &str = "TRAININGS";
/// Texts before and after every sort key.
const SORT_KEY_BOUNDS: (&str, &str) = ("0", "~");
/// Shards of the reminder index: the last hexadecimal digit of the training's id.
pub const REMINDER_SHARDS: &str = "0123456789abcdef";
/// Page size of a query for reminders.
const REMINDERS_PER_QUERY: usize = 100;

fn training_key(id: TrainingId) -> Key {
    Key::new(format!("TRAIN#{id}"), "TRAINING")
}

/// Key of the claim on an employee's open training of a course.
fn open_training_claim_key(employee: EmployeeId, course: &str) -> Key {
    Key::new(format!("OPEN#{employee}"), course_key(course))
}

/// Partition of the trainings of an employee (in `by_employee`), or of a manager's reports (in `by_manager`).
fn person_trainings_partition(id: EmployeeId) -> String {
    format!("EMP#{id}#TRAININGS")
}

fn reminder_partition(shard: char) -> String {
    format!("WAITING#{shard}")
}

fn due_date_sort_key(training: &TrainingAssignment) -> String {
    format!("{}#{}", training.due_date, training.id)
}

/// Adds the index attributes. The training is in the reminder index until its reminder is sent or it is completed.
fn with_indexes(write: Write, training: &TrainingAssignment) -> Write {
    let mut write = write
        .index("by_employee", person_trainings_partition(training.employee_id), due_date_sort_key(training))
        .index("by_time", ALL, due_date_sort_key(training));
    if let Some(manager) = training.manager_id {
        write = write.index("by_manager", person_trainings_partition(manager), due_date_sort_key(training));
    }
    if training.completed_on.is_none() && training.reminded_for != Some(training.due_date) {
        let shard = training.id.to_string().chars().next_back().unwrap_or('0');
        write = write.index("by_due", reminder_partition(shard), format!("{}#{}", training.remind_on, training.id));
    }
    write
}

/// Claim by which an employee has only one open training of a course.
#[derive(Serialize, Deserialize)]
struct OpenTrainingClaim {
    training_id: TrainingId,
}

/// Write that claims the open training of an employee and course. It fails while another open training holds the claim.
fn claim_open_training_write(training: &TrainingAssignment) -> Write {
    Write::put(
        open_training_claim_key(training.employee_id, &training.course),
        &OpenTrainingClaim { training_id: training.id },
    )
    .condition("attribute_not_exists(pk) OR #released = :true")
    .value(":true", &true)
}

/// Filter of the training list; all given values must match.
#[derive(Debug, Clone, Default)]
pub struct TrainingFilter {
    pub employee: Option<EmployeeId>,
    /// Manager of the employees at the time of the assignment.
    pub manager: Option<EmployeeId>,
    pub status: Option<TrainingStatus>,
    /// First day that is not listed any more.
    pub due_before: Option<Date>,
    /// Date for which `status` is decided.
    pub today: Date,
}

impl TrainingFilter {
    fn query(&self) -> Query {
        let query = match (self.employee, self.manager) {
            (Some(employee), _) => Query::index("by_employee", person_trainings_partition(employee)),
            (None, Some(manager)) => Query::index("by_manager", person_trainings_partition(manager)),
            (None, None) => Query::index("by_time", ALL),
        };
        let today = self.today.to_string();
        let before = self.due_before.map_or_else(|| SORT_KEY_BOUNDS.1.to_owned(), |day| day.to_string());
        let (low, high) = match self.status {
            Some(TrainingStatus::Open) => (today, before),
            Some(TrainingStatus::Overdue) => (SORT_KEY_BOUNDS.0.to_owned(), before.min(today)),
            Some(TrainingStatus::Done) | None => (SORT_KEY_BOUNDS.0.to_owned(), before),
        };
        // The database refuses a range that ends before it starts; this one is empty as well.
        let query = query.between(&low, if high < low { &low } else { &high });
        match self.status {
            Some(TrainingStatus::Open | TrainingStatus::Overdue) => query.filter("attribute_not_exists(#completed_on)"),
            Some(TrainingStatus::Done) => query.filter("attribute_exists(#completed_on)"),
            None => query,
        }
    }
}

impl ComplianceStore {
    /// Stores new assignments, all or none.
    ///
    /// # Errors
    /// 409 `already_assigned` with the pointer to the first employee with an open training; `pointer_of` gives it by
    /// the position in `new`.
    pub async fn create_trainings(
        &self,
        origin: &Origin,
        new: &[TrainingAssignment],
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
        pointer_of: impl Fn(usize) -> String,
    ) -> Result<CommitOutcome> {
        let writes = new.iter().flat_map(|training| {
            let fact = Fact::new(EventType::ComplianceTrainingAssigned, ENTITY, training.id);
            [
                with_indexes(Write::create(training_key(training.id), training), training).publishes(fact),
                claim_open_training_write(training),
            ]
        });
        let committed = self.table.commit_idempotent(origin, writes.collect(), idempotency_key, answer).await;
        committed.map_err(|refusal| {
            refusal.map_condition(|at, existing| already_assigned_error(&pointer_of(at / 2), existing))
        })
    }

    /// Training with its version.
    ///
    /// # Errors
    /// 404 if it does not exist.
    pub async fn get_training(&self, id: TrainingId) -> Result<Stored<TrainingAssignment>> {
        let item = self.table.get_consistent(&training_key(id)).await?;
        read_stored(item.ok_or_else(|| Error::not_found(messages::training()))?)
    }

    /// Page of trainings, sorted by due date.
    pub async fn list_trainings(&self, filter: &TrainingFilter, page: &Pagination) -> Result<Page<TrainingAssignment>> {
        self.table.typed_page(filter.query(), page).await
    }

    /// Stores a completed training, and the next assignment of its course or, without one, releases the claim on the course.
    ///
    /// # Errors
    /// 409 `changed_meanwhile` if the training was changed since it was read.
    pub async fn complete_training(
        &self,
        origin: &Origin,
        (completed, version): (&TrainingAssignment, u64),
        next: Option<&TrainingAssignment>,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let fact = Fact::new(EventType::ComplianceTrainingCompleted, ENTITY, completed.id);
        let replace = Write::replace(training_key(completed.id), completed, version);
        let mut writes = vec![with_indexes(replace, completed).publishes(fact)];
        let claim = open_training_claim_key(completed.employee_id, &completed.course);
        match next {
            Some(next) => {
                let fact = Fact::new(EventType::ComplianceTrainingAssigned, ENTITY, next.id);
                writes.push(with_indexes(Write::create(training_key(next.id), next), next).publishes(fact));
                writes.push(Write::put(claim, &OpenTrainingClaim { training_id: next.id }));
            }
            None => writes.push(Write::update(claim).set("released", &true)),
        }
        let committed = self.table.commit_idempotent(origin, writes, idempotency_key, answer).await;
        committed.map_err(|refusal| refusal.map_condition(|_, _| Error::changed_concurrently()))
    }

    /// Trainings of one shard with a reminder due on or before `today`, and the position of the next page. `after` is
    /// that position; `None` for the first page.
    pub async fn list_reminders_due(
        &self,
        shard: char,
        today: Date,
        after: Option<Item>,
    ) -> Result<(Vec<Stored<TrainingAssignment>>, Option<Item>)> {
        let until = format!("{today}{}", SORT_KEY_BOUNDS.1);
        let query = Query::index("by_due", reminder_partition(shard))
            .between(SORT_KEY_BOUNDS.0, &until)
            .limit(REMINDERS_PER_QUERY);
        let query = match after {
            Some(position) => query.after(position),
            None => query,
        };
        let (items, next) = self.table.query(&query).await?;
        Ok((items.into_iter().map(read_stored).collect::<Result<_>>()?, next))
    }

    /// Publishes the reminder and removes it from the index. Returns false if the training has changed since it was read, for
    /// example because another run was first.
    pub async fn publish_reminder_if_unchanged(
        &self,
        origin: &Origin,
        due: &Stored<TrainingAssignment>,
    ) -> Result<bool> {
        let fact = Fact::new(EventType::ComplianceTrainingDue, ENTITY, due.value.id);
        let write = remove_reminder_write(due).set("announced_for", &due.value.due_date).publishes(fact);
        self.commit_if_unchanged(origin, write).await
    }

    /// Removes the reminder of a terminated employee from the index without an event. Returns false if the training has changed
    /// since it was read.
    pub async fn cancel_reminder_if_unchanged(
        &self,
        origin: &Origin,
        due: &Stored<TrainingAssignment>,
    ) -> Result<bool> {
        self.commit_if_unchanged(origin, remove_reminder_write(due)).await
    }

    /// Returns false if the condition of the write failed.
    async fn commit_if_unchanged(&self, origin: &Origin, write: Write) -> Result<bool> {
        match self.table.commit(origin, write).await {
            Ok(_) => Ok(true),
            // Another request sent the reminder or completed the training, and removed it from the index.
            Err(CommitError::ConditionFailed { .. }) => Ok(false),
            Err(CommitError::Other(error)) => Err(error),
        }
    }
}

/// Write that removes a training from the reminder index. It fails if the training has changed since it was read.
fn remove_reminder_write(due: &Stored<TrainingAssignment>) -> Write {
    Write::update(training_key(due.value.id)).unindex("by_due").if_version(due.version)
}

fn already_assigned_error(pointer: &str, existing: Option<Item>) -> Error {
    let conflict = Error::new(Code::AlreadyAssigned, messages::training_assigned()).with_field(
        pointer,
        "already_assigned",
        messages::training_assigned(),
    );
    match existing.map(from_item::<OpenTrainingClaim>) {
        Some(Ok(claim)) => conflict.with_current_state(json!({ "training_id": claim.training_id })),
        Some(Err(_)) | None => conflict,
    }
}
