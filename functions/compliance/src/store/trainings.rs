//! Trainings: one open assignment per person and course, announced once per due date.

use events::{EventType, Fact};
use jiff::civil::Date;
use kernel::{Code, EmployeeId, Error, Origin, Page, Result, TrainingId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{CommitError, CommitOutcome, IdempotencyKey, Item, Key, Pagination, Query, Write, from_item};

use super::{ComplianceStore, Stored, read_stored};
use crate::domain::training::{TrainingAssignment, TrainingStatus, course_key};

const ENTITY: &str = "Training";
const ALL: &str = "TRAININGS";
/// Before every day and after every day, as texts.
const ENDS: (&str, &str) = ("0", "~");
/// What waits to be announced lies in so many parts, by the last hexadecimal digit of its id.
pub const REMINDER_SHARDS: &str = "0123456789abcdef";
/// So many of them are read at once.
const REMINDERS_PER_QUERY: usize = 100;

fn training_key(id: TrainingId) -> Key {
    Key::new(format!("TRAIN#{id}"), "TRAINING")
}

/// Where a person's open training in a course is claimed.
fn open_key(employee: EmployeeId, course: &str) -> Key {
    Key::new(format!("OPEN#{employee}"), course_key(course))
}

fn of_employee(id: EmployeeId) -> String {
    format!("EMP#{id}#TRAININGS")
}

fn waiting(part: char) -> String {
    format!("WAITING#{part}")
}

fn place(training: &TrainingAssignment) -> String {
    format!("{}#{}", training.due_date, training.id)
}

/// An assignment in its indexes; it waits to be announced until it was, or is done.
fn placed(write: Write, training: &TrainingAssignment) -> Write {
    let mut write = write.index("by_employee", of_employee(training.employee_id), place(training)).index(
        "by_time",
        ALL,
        place(training),
    );
    if let Some(manager) = training.manager_id {
        write = write.index("by_manager", of_employee(manager), place(training));
    }
    if training.completed_on.is_none() && training.reminded_for != Some(training.due_date) {
        let part = training.id.to_string().chars().next_back().unwrap_or('0');
        write = write.index("by_due", waiting(part), format!("{}#{}", training.remind_on, training.id));
    }
    write
}

/// Who has which training open.
#[derive(Serialize, Deserialize)]
struct OpenTrainingClaim {
    training_id: TrainingId,
}

/// Claims a person's course: free, or given back.
fn claim_write(training: &TrainingAssignment) -> Write {
    Write::put(open_key(training.employee_id, &training.course), &OpenTrainingClaim { training_id: training.id })
        .condition("attribute_not_exists(pk) OR #released = :true")
        .value(":true", &true)
}

/// Which trainings are wanted; everything that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct TrainingFilter {
    pub employee: Option<EmployeeId>,
    /// Of those who reported to this person.
    pub manager: Option<EmployeeId>,
    pub status: Option<TrainingStatus>,
    pub due_before: Option<Date>,
    pub today: Date,
}

impl TrainingFilter {
    fn query(&self) -> Query {
        let query = match (self.employee, self.manager) {
            (Some(employee), _) => Query::index("by_employee", of_employee(employee)),
            (None, Some(manager)) => Query::index("by_manager", of_employee(manager)),
            (None, None) => Query::index("by_time", ALL),
        };
        let today = self.today.to_string();
        let before = self.due_before.map_or_else(|| ENDS.1.to_owned(), |day| day.to_string());
        let (low, high) = match self.status {
            Some(TrainingStatus::Open) => (today, before),
            Some(TrainingStatus::Overdue) => (ENDS.0.to_owned(), before.min(today)),
            Some(TrainingStatus::Done) | None => (ENDS.0.to_owned(), before),
        };
        // A range that ends before it begins is refused by the database; this one is as empty.
        let query = query.between(&low, if high < low { &low } else { &high });
        match self.status {
            Some(TrainingStatus::Open | TrainingStatus::Overdue) => query.filter("attribute_not_exists(#completed_on)"),
            Some(TrainingStatus::Done) => query.filter("attribute_exists(#completed_on)"),
            None => query,
        }
    }
}

impl ComplianceStore {
    /// Assigns trainings, all or none.
    ///
    /// # Errors
    /// 409 `already_assigned` with a pointer from `pointer_of` to the one who has it open.
    pub async fn create_trainings(
        &self,
        origin: &Origin,
        new: &[TrainingAssignment],
        once: Option<&IdempotencyKey>,
        answer: &impl Serialize,
        pointer_of: impl Fn(usize) -> String,
    ) -> Result<CommitOutcome> {
        let writes = new.iter().flat_map(|training| {
            let fact = Fact::new(EventType::ComplianceTrainingAssigned, ENTITY, training.id);
            [
                placed(Write::create(training_key(training.id), training), training).publishes(fact),
                claim_write(training),
            ]
        });
        let committed = self.table.commit_idempotent(origin, writes.collect(), once, answer).await;
        committed.map_err(|refusal| {
            refusal.map_condition(|at, standing| already_assigned_error(&pointer_of(at / 2), standing))
        })
    }

    pub async fn training(&self, id: TrainingId) -> Result<Stored<TrainingAssignment>> {
        let item = self.table.get_consistent(&training_key(id)).await?;
        read_stored(item.ok_or_else(|| Error::not_found("training"))?)
    }

    /// One page of trainings, the first due first.
    pub async fn trainings(&self, wanted: &TrainingFilter, page: &Pagination) -> Result<Page<TrainingAssignment>> {
        self.table.paged_of(wanted.query(), page).await
    }

    /// Stores a training that was done, and the one that follows it.
    ///
    /// # Errors
    /// 409 when it was changed meanwhile.
    pub async fn complete_training(
        &self,
        origin: &Origin,
        (done, version): (&TrainingAssignment, u64),
        next: Option<&TrainingAssignment>,
        once: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let fact = Fact::new(EventType::ComplianceTrainingCompleted, ENTITY, done.id);
        let mut writes = vec![placed(Write::replace(training_key(done.id), done, version), done).publishes(fact)];
        let open = open_key(done.employee_id, &done.course);
        match next {
            Some(next) => {
                let fact = Fact::new(EventType::ComplianceTrainingAssigned, ENTITY, next.id);
                writes.push(placed(Write::create(training_key(next.id), next), next).publishes(fact));
                writes.push(Write::put(open, &OpenTrainingClaim { training_id: next.id }));
            }
            None => writes.push(Write::update(open).set("released", &true)),
        }
        let committed = self.table.commit_idempotent(origin, writes, once, answer).await;
        committed.map_err(|refusal| refusal.map_condition(|_, _| Error::changed_concurrently()))
    }

    /// Those of one part that wait to be announced on a day, with their versions, and where to go on.
    pub async fn waiting(
        &self,
        part: char,
        today: Date,
        after: Option<Item>,
    ) -> Result<(Vec<Stored<TrainingAssignment>>, Option<Item>)> {
        let until = format!("{today}{}", ENDS.1);
        let query = Query::index("by_due", waiting(part)).between(ENDS.0, &until).limit(REMINDERS_PER_QUERY);
        let query = match after {
            Some(position) => query.after(position),
            None => query,
        };
        let (items, next) = self.table.query(&query).await?;
        Ok((items.into_iter().map(read_stored).collect::<Result<_>>()?, next))
    }

    /// Announces that a training is due; answers whether that was this one's doing. It does not wait any more then.
    pub async fn announce_training(&self, origin: &Origin, due: &Stored<TrainingAssignment>) -> Result<bool> {
        let fact = Fact::new(EventType::ComplianceTrainingDue, ENTITY, due.value.id);
        let write = remove_reminder_write(due).set("announced_for", &due.value.due_date).publishes(fact);
        self.commit_if_unchanged(origin, write).await
    }

    /// Lets a training wait no more, without a word: nobody is there any more to do it.
    pub async fn drop_reminder(&self, origin: &Origin, due: &Stored<TrainingAssignment>) -> Result<bool> {
        self.commit_if_unchanged(origin, remove_reminder_write(due)).await
    }

    async fn commit_if_unchanged(&self, origin: &Origin, write: Write) -> Result<bool> {
        match self.table.commit(origin, write).await {
            Ok(_) => Ok(true),
            // Announced or done by somebody else, who has taken it out of the index, too.
            Err(CommitError::Condition { .. }) => Ok(false),
            Err(CommitError::Other(error)) => Err(error),
        }
    }
}

/// Takes a training, as it was read, out of those that wait to be announced.
fn remove_reminder_write(due: &Stored<TrainingAssignment>) -> Write {
    Write::update(training_key(due.value.id)).unindex("by_due").if_version(due.version)
}

fn already_assigned_error(pointer: &str, standing: Option<Item>) -> Error {
    let detail = "This person has this training to do already.";
    let conflict = Error::new(Code::AlreadyAssigned, detail).with_field(pointer, "already_assigned", detail);
    match standing.map(from_item::<OpenTrainingClaim>) {
        Some(Ok(claim)) => conflict.with_current_state(json!({ "training_id": claim.training_id })),
        Some(Err(_)) | None => conflict,
    }
}
