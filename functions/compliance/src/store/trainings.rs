//! Trainings: one open assignment per person and course, announced once per due date.

use events::{EventType, Fact};
use jiff::civil::Date;
use kernel::{EmployeeId, Error, Origin, Page, Result, TrainingId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Item, Key, Once, Outcome, Pagination, Query, Refusal, Write, from_item};

use super::{Records, Stored, stored};
use crate::domain::training::{Assignment, TrainingStatus, course_key};

const ENTITY: &str = "Training";
const ALL: &str = "TRAININGS";
/// Before every day and after every day, as texts.
const ENDS: (&str, &str) = ("0", "~");
/// What waits to be announced lies in so many parts, by the last hexadecimal digit of its id.
pub const WAITING_PARTS: &str = "0123456789abcdef";
/// So many of them are read at once.
const WAITING_AT_ONCE: usize = 100;

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

fn place(training: &Assignment) -> String {
    format!("{}#{}", training.due_date, training.id)
}

/// An assignment in its indexes; it waits to be announced until it was, or is done.
fn placed(write: Write, training: &Assignment) -> Write {
    let mut write = write.index("by_employee", of_employee(training.employee_id), place(training)).index(
        "by_time",
        ALL,
        place(training),
    );
    if let Some(manager) = training.manager_id {
        write = write.index("by_manager", of_employee(manager), place(training));
    }
    if training.completed_on.is_none() && training.announced_for != Some(training.due_date) {
        let part = training.id.to_string().chars().next_back().unwrap_or('0');
        write = write.index("by_due", waiting(part), format!("{}#{}", training.remind_on, training.id));
    }
    write
}

/// Who has which training open.
#[derive(Serialize, Deserialize)]
struct Claim {
    training_id: TrainingId,
}

/// Claims a person's course: free, or given back.
fn claimed(training: &Assignment) -> Write {
    Write::put(open_key(training.employee_id, &training.course), &Claim { training_id: training.id })
        .when("attribute_not_exists(pk) OR #released = :true")
        .value(":true", &true)
}

/// Which trainings are wanted; everything that is given must hold.
#[derive(Debug, Clone, Default)]
pub struct WantedTrainings {
    pub employee: Option<EmployeeId>,
    /// Of those who reported to this person.
    pub manager: Option<EmployeeId>,
    pub status: Option<TrainingStatus>,
    pub due_before: Option<Date>,
    pub today: Date,
}

impl WantedTrainings {
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

impl Records {
    /// Assigns trainings, all or none.
    ///
    /// # Errors
    /// 409 `already_assigned` with a pointer from `pointer_of` to the one who has it open.
    pub async fn assign(
        &self,
        origin: &Origin,
        new: &[Assignment],
        once: Option<&Once>,
        answer: &impl Serialize,
        pointer_of: impl Fn(usize) -> String,
    ) -> Result<Outcome> {
        let writes = new.iter().flat_map(|training| {
            let fact = Fact::new(EventType::ComplianceTrainingAssigned, ENTITY, training.id);
            [placed(Write::create(training_key(training.id), training), training).says(fact), claimed(training)]
        });
        let committed = self.table.commit_once(origin, writes.collect(), once, answer).await;
        committed.map_err(|refusal| refusal.or(|at, standing| already_assigned(&pointer_of(at / 2), standing)))
    }

    pub async fn training(&self, id: TrainingId) -> Result<Stored<Assignment>> {
        let item = self.table.get_fresh(&training_key(id)).await?;
        stored(item.ok_or_else(|| Error::not_found("training"))?)
    }

    /// One page of trainings, the first due first.
    pub async fn trainings(&self, wanted: &WantedTrainings, page: &Pagination) -> Result<Page<Assignment>> {
        self.table.paged_of(wanted.query(), page).await
    }

    /// Stores a training that was done, and the one that follows it.
    ///
    /// # Errors
    /// 409 when it was changed meanwhile.
    pub async fn complete(
        &self,
        origin: &Origin,
        (done, version): (&Assignment, u64),
        next: Option<&Assignment>,
        once: Option<&Once>,
        answer: &impl Serialize,
    ) -> Result<Outcome> {
        let fact = Fact::new(EventType::ComplianceTrainingCompleted, ENTITY, done.id);
        let mut writes = vec![placed(Write::replace(training_key(done.id), done, version), done).says(fact)];
        let open = open_key(done.employee_id, &done.course);
        match next {
            Some(next) => {
                let fact = Fact::new(EventType::ComplianceTrainingAssigned, ENTITY, next.id);
                writes.push(placed(Write::create(training_key(next.id), next), next).says(fact));
                writes.push(Write::put(open, &Claim { training_id: next.id }));
            }
            None => writes.push(Write::update(open).set("released", &true)),
        }
        let committed = self.table.commit_once(origin, writes, once, answer).await;
        committed.map_err(|refusal| refusal.or(|_, _| Error::moved()))
    }

    /// Those of one part that wait to be announced on a day, with their versions, and where to go on.
    pub async fn waiting(
        &self,
        part: char,
        today: Date,
        after: Option<Item>,
    ) -> Result<(Vec<Stored<Assignment>>, Option<Item>)> {
        let until = format!("{today}{}", ENDS.1);
        let query = Query::index("by_due", waiting(part)).between(ENDS.0, &until).limit(WAITING_AT_ONCE);
        let query = match after {
            Some(position) => query.after(position),
            None => query,
        };
        let (items, next) = self.table.query(&query).await?;
        Ok((items.into_iter().map(stored).collect::<Result<_>>()?, next))
    }

    /// Announces that a training is due; answers whether that was this one's doing. It does not wait any more then.
    pub async fn announce(&self, origin: &Origin, due: &Stored<Assignment>) -> Result<bool> {
        let fact = Fact::new(EventType::ComplianceTrainingDue, ENTITY, due.value.id);
        let write = no_longer_waiting(due).set("announced_for", &due.value.due_date).says(fact);
        self.settled(origin, write).await
    }

    /// Lets a training wait no more, without a word: nobody is there any more to do it.
    pub async fn drop_reminder(&self, origin: &Origin, due: &Stored<Assignment>) -> Result<bool> {
        self.settled(origin, no_longer_waiting(due)).await
    }

    async fn settled(&self, origin: &Origin, write: Write) -> Result<bool> {
        match self.table.commit(origin, write).await {
            Ok(_) => Ok(true),
            // Announced or done by somebody else, who has taken it out of the index, too.
            Err(Refusal::Condition { .. }) => Ok(false),
            Err(Refusal::Failed(error)) => Err(error),
        }
    }
}

/// Takes a training, as it was read, out of those that wait to be announced.
fn no_longer_waiting(due: &Stored<Assignment>) -> Write {
    Write::update(training_key(due.value.id)).unindex("by_due").if_version(due.version)
}

fn already_assigned(pointer: &str, standing: Option<Item>) -> Error {
    let detail = "This person has this training to do already.";
    let conflict = Error::conflict("already_assigned", detail).field(pointer, "already_assigned", detail);
    match standing.map(from_item::<Claim>) {
        Some(Ok(claim)) => conflict.current(json!({ "training_id": claim.training_id })),
        Some(Err(_)) | None => conflict,
    }
}
