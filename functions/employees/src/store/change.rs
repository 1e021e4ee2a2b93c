//! A change of several items: each write together with what its refusal means.

use kernel::{Code, Error, Origin, Result};
use serde::Serialize;
use serde_json::{Value, json};
use store::{CommitError, CommitOutcome, IdempotencyKey, Item, Key, Table, Write, string_attribute};

/// What it means when the condition of a write does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// The item is new, or is the version that was read.
    VersionMatches,
    /// Nobody else has this e-mail.
    EmailFree,
    /// Nobody else has this employee code.
    CodeFree,
    /// No other department, no other job role is called so; with the pointer of the name.
    NameFree(&'static str),
    DepartmentExists(&'static str),
    JobRoleExists,
    /// The manager works here, and still reports to whom they did.
    ManagerActive,
    /// Those further up still stand where they did.
    ChainUnchanged,
    /// The one who acts is still an administrator.
    StillAdmin,
    /// Nobody and nothing belongs to it.
    Empty,
    /// A bookkeeping item that is there by construction.
    Bookkeeping,
}

impl Guard {
    fn to_error(self, standing: Option<Item>) -> Error {
        match self {
            Self::VersionMatches => Error::changed_concurrently(),
            Self::EmailFree => taken_error(Code::EmailTaken, "/email", "This e-mail address belongs to somebody else."),
            Self::CodeFree => {
                taken_error(Code::CodeTaken, "/employee_code", "This employee code belongs to somebody else.")
            }
            Self::NameFree(pointer) => taken_error(Code::NameTaken, pointer, "This name is taken."),
            Self::DepartmentExists(pointer) => {
                Error::invalid(pointer, "unknown_department", "There is no such department.")
            }
            Self::JobRoleExists => Error::invalid("/job_role_id", "unknown_job_role", "There is no such job role."),
            Self::ManagerActive => manager_error(standing.as_ref()),
            Self::ChainUnchanged => {
                Error::new(Code::ChainMoved, "Somebody further up moved at the same time; try again.")
            }
            Self::StillAdmin => Error::forbidden(),
            Self::Empty => in_use_error(standing.as_ref()),
            Self::Bookkeeping => Error::internal("a bookkeeping item is missing or belongs to another record"),
        }
    }
}

fn taken_error(code: Code, pointer: &str, detail: &str) -> Error {
    Error::new(code, detail).with_field(pointer, code.as_str(), detail)
}

fn manager_error(standing: Option<&Item>) -> Error {
    match standing.and_then(|manager| string_attribute(manager, "status")) {
        Some("active") => Guard::ChainUnchanged.to_error(None),
        Some(_) => Error::invalid("/manager_id", "manager_not_active", "Only somebody active can be a manager."),
        None => Error::invalid("/manager_id", "unknown_manager", "There is no such person."),
    }
}

fn in_use_error(standing: Option<&Item>) -> Error {
    let count = |name: &str| {
        let number = standing.and_then(|item| item.get(name)).and_then(|value| value.as_n().ok());
        number.and_then(|number| number.parse::<u64>().ok()).unwrap_or_default()
    };
    let current: Value = json!({ "people": count("people"), "children": count("children") });
    Error::new(Code::InUse, "People or departments still belong to it; move them first.").with_current_state(current)
}

/// Writes that are committed together, each with its guard.
#[derive(Debug, Default)]
pub(super) struct GuardedTransaction {
    writes: Vec<Write>,
    guards: Vec<Guard>,
}

impl GuardedTransaction {
    pub(super) fn with(mut self, write: Write, guard: Guard) -> Self {
        self.writes.push(write);
        self.guards.push(guard);
        self
    }

    /// Claims a name for its owner: free, or released by its last one.
    pub(super) fn claim(self, key: Key, owner: &impl ToString, guard: Guard) -> Self {
        let claim = Claim { employee_id: owner.to_string() };
        let write = Write::put(key, &claim)
            .condition("attribute_not_exists(pk) OR #released = :true")
            .value(":true", &true)
            .joins_lead_event();
        self.with(write, guard)
    }

    /// Gives a claimed name back.
    pub(super) fn release(self, key: Key, owner: &impl ToString) -> Self {
        let write = Write::update(key)
            .set("released", &true)
            .condition("#employee_id = :owner")
            .value(":owner", &owner.to_string())
            .joins_lead_event();
        self.with(write, Guard::Bookkeeping)
    }

    /// Counts one more member of something that stands.
    pub(super) fn increment_count(self, members: Key, what: &str, guard: Guard) -> Self {
        let write = count(members, what, 1).condition("attribute_exists(pk) AND attribute_not_exists(#closed)");
        self.with(write, guard)
    }

    /// Counts one member less.
    pub(super) fn decrement_count(self, members: Key, what: &str) -> Self {
        self.with(
            count(members, what, -1).condition(&format!("#{what} > :zero")).value(":zero", &0),
            Guard::Bookkeeping,
        )
    }

    /// Closes something that nobody belongs to: from then on nobody can join it.
    pub(super) fn close_when_empty(self, members: Key) -> Self {
        let write = Write::update(members)
            .set("closed", &true)
            .condition("#people = :zero AND #children = :zero")
            .value(":zero", &0)
            .joins_lead_event();
        self.with(write, Guard::Empty)
    }

    pub(super) async fn commit(self, table: &Table, origin: &Origin) -> Result<()> {
        match self.commit_once(table, origin, None, &()).await? {
            CommitOutcome::Committed(_) | CommitOutcome::Replayed(_) => Ok(()),
        }
    }

    pub(super) async fn commit_once(
        self,
        table: &Table,
        origin: &Origin,
        once: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let guards = self.guards;
        let committed = table.commit_idempotent(origin, self.writes, once, answer).await;
        committed.map_err(|refusal: CommitError| {
            refusal.map_condition(|at, standing| match guards.get(at) {
                Some(guard) => guard.to_error(standing),
                None => Error::new(Code::Internal, "Something went wrong on our side."),
            })
        })
    }
}

fn count(members: Key, what: &str, step: i64) -> Write {
    Write::update(members).assign(&format!("#{what} = #{what} + :step")).value(":step", &step).joins_lead_event()
}

/// Who has claimed a name. The attribute is called so for departments and job roles too.
#[derive(Serialize)]
struct Claim {
    employee_id: String,
}

/// How many belong to a department or a job role.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct MemberCount {
    people: u64,
    children: u64,
}
