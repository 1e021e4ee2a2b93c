//! The table `employees`: keys, reads and conditional writes. Only this module names `pk` and `sk`.

mod change;
mod compensation;
mod departments;
mod due;
mod employee;
mod job_roles;
mod lists;
mod people;

use jiff::Timestamp;
use kernel::{DepartmentId, EmployeeId, JobRoleId, Result};
use lambda::{FromShell, InitError, Shell};
use serde_json::Value;
use store::{CachedMap, IdempotencyKey, Key, Table, read_stored};

pub use due::DuePage;
pub use employee::{Employee, EmployeeDraft, RecordChanges, is_current};
pub use lists::EmployeeFilter;
pub use store::Stored;

#[derive(Debug, Clone)]
pub struct EmployeeStore {
    table: Table,
    department_names: CachedMap<DepartmentId, String>,
}

impl FromShell for EmployeeStore {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self::new(shell.table("EMPLOYEES_TABLE")?))
    }
}

impl EmployeeStore {
    pub fn new(table: Table) -> Self {
        let department_names = CachedMap::new(departments::NAME_CACHE_TTL, departments::NAME_CACHE_SIZE_MAX);
        Self { table, department_names }
    }

    /// Answer stored under an idempotency key; `None` without a key, before the first answer, or after 24 hours.
    ///
    /// # Errors
    /// 422 `idempotency_key_reused` for a different request.
    pub async fn stored_answer(
        &self,
        idempotency_key: Option<&IdempotencyKey>,
        at: Timestamp,
    ) -> Result<Option<Value>> {
        self.table.stored_answer(idempotency_key, at).await
    }
}

fn person_key(id: EmployeeId) -> Key {
    directory::person_key(id)
}

fn compensation_key(id: EmployeeId) -> Key {
    Key::new(format!("PAY#{id}"), "PAY")
}

fn department_key(id: DepartmentId) -> Key {
    Key::new(format!("DEP#{id}"), "DEP")
}

fn job_role_key(id: JobRoleId) -> Key {
    Key::new(format!("JOB#{id}"), "JOB")
}

/// Key of the member counts of a department or job role with the key `owner`. They are a separate item, so that a new
/// member neither publishes a change of the department nor changes its `ETag`.
fn member_counts_key(owner: &Key) -> Key {
    Key::new(owner.pk.clone(), "MEMBERS")
}

/// Key of the claim of a name, in any case and spacing; `kind` is `DEPARTMENT` or `JOBROLE`.
fn name_claim_key(kind: &str, name: &str) -> Key {
    Key::new(format!("UNIQ#{kind}#{}", crate::domain::name::unique_key(name)), "UNIQ")
}
