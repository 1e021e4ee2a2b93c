//! Transactions over several items: each write with the error of its failed condition.

use kernel::{Code, Error, Message, Origin, Result};
use serde::Serialize;
use serde_json::{Value, json};
use store::{CommitError, CommitOutcome, IdempotencyKey, Item, Key, Table, Write, string_attribute};

use crate::messages;

/// Condition of a write in a transaction; it determines the error if the condition fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// The item does not exist yet, or has the version that was read.
    VersionMatches,
    /// The e-mail address is free.
    EmailFree,
    /// The employee code is free.
    CodeFree,
    /// The name of a department or job role is free; with the JSON pointer of the name in the request.
    NameFree(&'static str),
    /// The department exists and is open to members; with the JSON pointer of its id in the request.
    DepartmentExists(&'static str),
    /// The job role exists and is open to members.
    JobRoleExists,
    /// The new manager is active, and for a placement in a chain still has the manager that was read.
    ManagerActive,
    /// A manager or department higher up still has the parent that was read.
    ChainUnchanged,
    /// The caller is an administrator, active or on leave, at the moment of the write.
    StillAdmin,
    /// The department or job role has neither employees nor sub-departments.
    Empty,
    /// A claim or member count is as the record requires; cannot fail by construction.
    Bookkeeping,
}

impl Guard {
    /// Error of a write whose condition failed. `existing` is the stored item, if there is one.
    fn failure(self, existing: Option<Item>) -> Error {
        match self {
            Self::VersionMatches => Error::changed_concurrently(),
            Self::EmailFree => taken_error(Code::EmailTaken, "/email", messages::email_taken()),
            Self::CodeFree => taken_error(Code::CodeTaken, "/employee_code", messages::employee_code_taken()),
            Self::NameFree(pointer) => taken_error(Code::NameTaken, pointer, messages::name_taken()),
            Self::DepartmentExists(pointer) => {
                Error::invalid(pointer, "unknown_department", messages::unknown_department())
            }
            Self::JobRoleExists => Error::invalid("/job_role_id", "unknown_job_role", messages::unknown_job_role()),
            Self::ManagerActive => manager_check_error(existing.as_ref()),
            Self::ChainUnchanged => Error::new(Code::ChainMoved, messages::hierarchy_changed_meanwhile()),
            Self::StillAdmin => Error::forbidden(),
            Self::Empty => in_use_error(existing.as_ref()),
            Self::Bookkeeping => Error::internal("a bookkeeping item is missing or belongs to another record"),
        }
    }
}

fn taken_error(code: Code, pointer: &str, detail: Message) -> Error {
    Error::new(code, detail.clone()).with_field(pointer, code.as_str(), detail)
}

/// Cause why the new manager failed the check: unknown, not active, or moved since the chain was read.
fn manager_check_error(existing: Option<&Item>) -> Error {
    match existing.and_then(|manager| string_attribute(manager, "status")) {
        Some("active") => Guard::ChainUnchanged.failure(None),
        Some(_) => Error::invalid("/manager_id", "manager_not_active", messages::manager_not_active()),
        None => Error::invalid("/manager_id", "unknown_manager", messages::unknown_manager()),
    }
}

/// 409 `in_use` with the numbers of employees and sub-departments of the stored item.
fn in_use_error(existing: Option<&Item>) -> Error {
    let count = |name: &str| {
        let number = existing.and_then(|item| item.get(name)).and_then(|value| value.as_n().ok());
        number.and_then(|number| number.parse::<u64>().ok()).unwrap_or_default()
    };
    let current: Value = json!({ "people": count("people"), "children": count("children") });
    Error::new(Code::InUse, messages::in_use()).with_current_state(current)
}

/// Transaction of writes, each with its guard.
#[derive(Debug, Default)]
pub(super) struct GuardedTransaction {
    writes: Vec<Write>,
    guards: Vec<Guard>,
}

impl GuardedTransaction {
    /// Adds a write; `guard` gives the error if its condition fails.
    pub(super) fn with(mut self, write: Write, guard: Guard) -> Self {
        self.writes.push(write);
        self.guards.push(guard);
        self
    }

    /// Claims an e-mail address, code or name for an owner. It must be free: never claimed, or released.
    pub(super) fn claim_unique_key(self, key: Key, owner: &impl ToString, guard: Guard) -> Self {
        let claim = Claim { employee_id: owner.to_string() };
        let write = Write::put(key, &claim)
            .condition("attribute_not_exists(pk) OR #released = :true")
            .value(":true", &true)
            .joins_lead_event();
        self.with(write, guard)
    }

    /// Releases an e-mail address, code or name that the owner has claimed.
    pub(super) fn release_unique_key(self, key: Key, owner: &impl ToString) -> Self {
        let write = Write::update(key)
            .set("released", &true)
            .condition("#employee_id = :owner")
            .value(":owner", &owner.to_string())
            .joins_lead_event();
        self.with(write, Guard::Bookkeeping)
    }

    /// Increments a member count, `people` or `children`; the department or job role must be open to members, or else
    /// `guard` gives the error.
    pub(super) fn increment_member_count(self, members: Key, counter: &str, guard: Guard) -> Self {
        let write =
            add_to_count(members, counter, 1).condition("attribute_exists(pk) AND attribute_not_exists(#closed)");
        self.with(write, guard)
    }

    /// Decrements a member count, `people` or `children`. A count of 0 is an internal error.
    pub(super) fn decrement_member_count(self, members: Key, counter: &str) -> Self {
        self.with(
            add_to_count(members, counter, -1).condition(&format!("#{counter} > :zero")).value(":zero", &0),
            Guard::Bookkeeping,
        )
    }

    /// Closes a department or job role to new members. It must be empty, otherwise the transaction fails with 409
    /// `in_use`.
    pub(super) fn require_empty_and_close(self, members: Key) -> Self {
        let write = Write::update(members)
            .set("closed", &true)
            .condition("#people = :zero AND #children = :zero")
            .value(":zero", &0)
            .joins_lead_event();
        self.with(write, Guard::Empty)
    }

    /// Commits all writes or none.
    pub(super) async fn commit(self, table: &Table, origin: &Origin) -> Result<()> {
        match self.commit_idempotent(table, origin, None, &()).await? {
            CommitOutcome::Committed(_) | CommitOutcome::Replayed(_) => Ok(()),
        }
    }

    /// Commits all writes or none. With a key, `answer` is stored; a repetition writes nothing and returns the first answer.
    pub(super) async fn commit_idempotent(
        self,
        table: &Table,
        origin: &Origin,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let guards = self.guards;
        let committed = table.commit_idempotent(origin, self.writes, idempotency_key, answer).await;
        committed.map_err(|failed: CommitError| {
            failed.map_condition(|index, existing| match guards.get(index) {
                Some(guard) => guard.failure(existing),
                None => Error::internal("a condition failed that no write has"),
            })
        })
    }
}

fn add_to_count(members: Key, counter: &str, step: i64) -> Write {
    Write::update(members).assign(&format!("#{counter} = #{counter} + :step")).value(":step", &step).joins_lead_event()
}

/// Claim of an e-mail address, code or name. `employee_id` is the owner, also if that is a department or job role.
#[derive(Serialize)]
struct Claim {
    employee_id: String,
}

/// Member counts of a department or job role: employees, and sub-departments, which a job role never has.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct MemberCounts {
    people: u64,
    children: u64,
}
