//! A change of several items: each write together with what its refusal means.

use kernel::{Error, Kind, Origin, Result};
use serde::Serialize;
use serde_json::{Value, json};
use store::{Item, Key, Once, Outcome, Refusal, Table, Write, text};

/// What it means when the condition of a write does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// The item is new, or is the version that was read.
    Current,
    /// Nobody else has this e-mail.
    EmailFree,
    /// Nobody else has this employee code.
    CodeFree,
    /// No other department, no other job role is called so; with the pointer of the name.
    NameFree(&'static str),
    DepartmentStands(&'static str),
    JobRoleStands,
    /// The manager works here, and still reports to whom they did.
    ManagerActive,
    /// Those further up still stand where they did.
    ChainStands,
    /// The one who acts is still an administrator.
    StillAdmin,
    /// Nobody and nothing belongs to it.
    Empty,
    /// A bookkeeping item that is there by construction.
    Kept,
}

impl Guard {
    fn refuse(self, standing: Option<Item>) -> Error {
        match self {
            Self::Current => Error::moved(),
            Self::EmailFree => taken("email_taken", "/email", "This e-mail address belongs to somebody else."),
            Self::CodeFree => taken("code_taken", "/employee_code", "This employee code belongs to somebody else."),
            Self::NameFree(pointer) => taken("name_taken", pointer, "This name is taken."),
            Self::DepartmentStands(pointer) => {
                Error::invalid(pointer, "unknown_department", "There is no such department.")
            }
            Self::JobRoleStands => Error::invalid("/job_role_id", "unknown_job_role", "There is no such job role."),
            Self::ManagerActive => manager_refused(standing.as_ref()),
            Self::ChainStands => {
                Error::conflict("chain_moved", "Somebody further up moved at the same time; try again.")
            }
            Self::StillAdmin => Error::forbidden(),
            Self::Empty => in_use(standing.as_ref()),
            Self::Kept => Error::internal("a bookkeeping item is missing or belongs to another record"),
        }
    }
}

fn taken(code: &'static str, pointer: &str, detail: &str) -> Error {
    Error::conflict(code, detail).field(pointer, code, detail)
}

fn manager_refused(standing: Option<&Item>) -> Error {
    match standing.and_then(|manager| text(manager, "status")) {
        Some("active") => Guard::ChainStands.refuse(None),
        Some(_) => Error::invalid("/manager_id", "manager_not_active", "Only somebody active can be a manager."),
        None => Error::invalid("/manager_id", "unknown_manager", "There is no such person."),
    }
}

fn in_use(standing: Option<&Item>) -> Error {
    let count = |name: &str| {
        let number = standing.and_then(|item| item.get(name)).and_then(|value| value.as_n().ok());
        number.and_then(|number| number.parse::<u64>().ok()).unwrap_or_default()
    };
    let current: Value = json!({ "people": count("people"), "children": count("children") });
    Error::conflict("in_use", "People or departments still belong to it; move them first.").current(current)
}

/// Writes that are committed together, each with its guard.
#[derive(Debug, Default)]
pub(super) struct Change {
    writes: Vec<Write>,
    guards: Vec<Guard>,
}

impl Change {
    pub(super) fn with(mut self, write: Write, guard: Guard) -> Self {
        self.writes.push(write);
        self.guards.push(guard);
        self
    }

    /// Claims a name for its owner: free, or released by its last one.
    pub(super) fn claim(self, key: Key, owner: &impl ToString, guard: Guard) -> Self {
        let claim = Claim { employee_id: owner.to_string() };
        let write = Write::put(key, &claim)
            .when("attribute_not_exists(pk) OR #released = :true")
            .value(":true", &true)
            .silently();
        self.with(write, guard)
    }

    /// Gives a claimed name back.
    pub(super) fn release(self, key: Key, owner: &impl ToString) -> Self {
        let write = Write::update(key)
            .set("released", &true)
            .when("#employee_id = :owner")
            .value(":owner", &owner.to_string())
            .silently();
        self.with(write, Guard::Kept)
    }

    /// Counts one more member of something that stands.
    pub(super) fn join(self, members: Key, what: &str, guard: Guard) -> Self {
        let write = count(members, what, 1).when("attribute_exists(pk) AND attribute_not_exists(#closed)");
        self.with(write, guard)
    }

    /// Counts one member less.
    pub(super) fn leave(self, members: Key, what: &str) -> Self {
        self.with(count(members, what, -1).when(&format!("#{what} > :zero")).value(":zero", &0), Guard::Kept)
    }

    /// Closes something that nobody belongs to: from then on nobody can join it.
    pub(super) fn close(self, members: Key) -> Self {
        let write = Write::update(members)
            .set("closed", &true)
            .when("#people = :zero AND #children = :zero")
            .value(":zero", &0)
            .silently();
        self.with(write, Guard::Empty)
    }

    pub(super) async fn commit(self, table: &Table, origin: &Origin) -> Result<()> {
        match self.commit_once(table, origin, None, &()).await? {
            Outcome::Committed(_) | Outcome::Replayed(_) => Ok(()),
        }
    }

    pub(super) async fn commit_once(
        self,
        table: &Table,
        origin: &Origin,
        once: Option<&Once>,
        answer: &impl Serialize,
    ) -> Result<Outcome> {
        let guards = self.guards;
        let committed = table.commit_once(origin, self.writes, once, answer).await;
        committed.map_err(|refusal: Refusal| {
            refusal.or(|at, standing| match guards.get(at) {
                Some(guard) => guard.refuse(standing),
                None => Error::new(Kind::Internal, "internal", "Something went wrong on our side."),
            })
        })
    }
}

fn count(members: Key, what: &str, step: i64) -> Write {
    Write::update(members).assign(&format!("#{what} = #{what} + :step")).value(":step", &step).silently()
}

/// Who has claimed a name. The attribute is called so for departments and job roles too.
#[derive(Serialize)]
struct Claim {
    employee_id: String,
}

/// How many belong to a department or a job role.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct Members {
    people: u64,
    children: u64,
}
