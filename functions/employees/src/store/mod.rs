//! The employees table: its keys, reads and conditional writes. Nothing else names pk or sk.
//!
//! | item | pk | sk |
//! |---|---|---|
//! | person | `EMP#<id>` | `PROFILE` |
//! | pay | `PAY#<employee id>` | `PAY` |
//! | claim of an e-mail, a code, a name | `UNIQ#EMAIL#..`, `UNIQ#CODE#..`, `UNIQ#DEPARTMENT#..`, `UNIQ#JOBROLE#..` | `UNIQ` |
//! | department, job role | `DEP#<id>`, `JOB#<id>` | `DEP`, `JOB` |
//! | how many belong to it | `DEP#<id>`, `JOB#<id>` | `MEMBERS` |
//! | answers to idempotent requests | `IDEM#..` | `IDEM` |

mod change;
mod compensation;
mod departments;
mod job_roles;
mod lists;
mod names;
mod people;

use kernel::{DepartmentId, EmployeeId, JobRoleId, Result};
use lambda::{FromShell, InitError, Shell};
use store::{Key, Table, stored};

pub use lists::Wanted;
pub use names::Known;
pub use people::Managers;
pub use store::Stored;

/// The table of this service.
#[derive(Debug, Clone)]
pub struct Records {
    table: Table,
    names: names::Names,
}

impl FromShell for Records {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self::new(shell.table("EMPLOYEES_TABLE")?))
    }
}

impl Records {
    /// The table `EMPLOYEES_TABLE`.
    pub fn new(table: Table) -> Self {
        Self { table, names: names::Names::default() }
    }

    /// The answer that was given under this idempotency key before, if one was.
    ///
    /// # Errors
    /// 422 for a key that was used for another request; 503.
    pub async fn answered(&self, once: Option<&store::Once>, at: jiff::Timestamp) -> Result<Option<serde_json::Value>> {
        self.table.answered(once, at).await
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
    Key::new(format!("UNIQ#{kind}#{}", crate::domain::name::claimed(name)), "UNIQ")
}
