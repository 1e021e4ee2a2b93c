//! The employees table: its keys, reads and conditional writes. Nothing else names pk or sk.

mod change;
mod compensation;
mod departments;
mod employee;
mod job_roles;
mod lists;
mod people;

use jiff::Timestamp;
use kernel::{DepartmentId, EmployeeId, JobRoleId, Result};
use lambda::{FromShell, InitError, Shell};
use serde_json::Value;
use store::{IdempotencyKey, Key, RememberedBy, Table, read_stored};

pub use employee::{Changes, Draft, Employee, is_current};
pub use lists::EmployeeFilter;
pub use store::Stored;

#[derive(Debug, Clone)]
pub struct EmployeeStore {
    table: Table,
    department_names: RememberedBy<DepartmentId, String>,
}

impl FromShell for EmployeeStore {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self::new(shell.table("EMPLOYEES_TABLE")?))
    }
}

impl EmployeeStore {
    pub fn new(table: Table) -> Self {
        let department_names = RememberedBy::new(departments::NAME_AGE_MAX, departments::NAMES_MAX);
        Self { table, department_names }
    }

    /// The answer that was given under this idempotency key before, if one was.
    ///
    /// # Errors
    /// 422 for a key that was used for another request.
    pub async fn answered(&self, once: Option<&IdempotencyKey>, at: Timestamp) -> Result<Option<Value>> {
        self.table.stored_answer(once, at).await
    }
}

fn person_key(id: EmployeeId) -> Key {
    directory::person_key(id)
}

fn pay_key(id: EmployeeId) -> Key {
    Key::new(format!("PAY#{id}"), "PAY")
}

fn department_key(id: DepartmentId) -> Key {
    Key::new(format!("DEP#{id}"), "DEP")
}

fn job_role_key(id: JobRoleId) -> Key {
    Key::new(format!("JOB#{id}"), "JOB")
}

/// Where it is counted who belongs to a department or a job role. Apart from the item itself, so that a hiring neither
/// publishes a change of the department nor outdates its `ETag`.
fn members_key(of: &Key) -> Key {
    Key::new(of.pk.clone(), "MEMBERS")
}

fn name_claim_key(kind: &str, name: &str) -> Key {
    Key::new(format!("UNIQ#{kind}#{}", crate::domain::name::unique_key(name)), "UNIQ")
}
