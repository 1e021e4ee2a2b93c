//! Reading people.

use std::sync::Arc;

use access::Relation;
use jiff::{SignedDuration, Timestamp};
use kernel::{EmployeeId, Error, Result};
use store::{CachedMap, Key, Table, from_item, string_attribute};

use crate::person::Person;

/// Age at which a remembered person is read again.
const AGE_MAX: SignedDuration = SignedDuration::from_secs(5);
/// People that one function remembers.
const CACHED_PEOPLE_MAX: usize = 512;
/// A chain of managers is never longer; `employees` refuses longer ones.
const MANAGER_CHAIN_MAX: usize = 20;

/// What of a person's item belongs to the view. `employees` stores more beside it.
const PERSON_ATTRIBUTES: &[&str] = &[
    "id",
    "employee_code",
    "first_name",
    "last_name",
    "email",
    "status",
    "department_id",
    "job_title",
    "manager_id",
    "site",
    "time_zone",
    "employment_type",
    "fte_bp",
    "day_minutes",
    "hire_date",
    "termination_date",
    "roles",
    "role_version",
];

/// Where a person's item is.
pub fn person_key(id: EmployeeId) -> Key {
    Key::new(format!("EMP#{id}"), "PROFILE")
}

/// Where an e-mail address is claimed; the item names the `employee_id`.
pub fn email_claim_key(email: &str) -> Key {
    Key::new(format!("UNIQ#EMAIL#{}", email.trim().to_lowercase()), "UNIQ")
}

/// Where an employee code is claimed; the item names the `employee_id`.
pub fn code_claim_key(code: &str) -> Key {
    Key::new(format!("UNIQ#CODE#{}", code.trim().to_uppercase()), "UNIQ")
}

/// The read view of people.
#[derive(Debug, Clone)]
pub struct Directory {
    table: Table,
    people: CachedMap<EmployeeId, Person>,
}

impl Directory {
    /// A view on the table of `employees`.
    pub fn new(table: Table) -> Self {
        Self { table, people: CachedMap::new(AGE_MAX, CACHED_PEOPLE_MAX) }
    }

    /// A person as of a few seconds ago at the latest.
    ///
    /// # Errors
    /// 503 when the table cannot be read: unknown is not active.
    pub async fn person(&self, id: EmployeeId, now: Timestamp) -> Result<Option<Arc<Person>>> {
        if let Some(person) = self.people.get(&id, now) {
            return Ok(Some(person));
        }
        let Some(item) = self.table.get_attributes(&person_key(id), PERSON_ATTRIBUTES).await? else { return Ok(None) };
        Ok(Some(self.people.put(id, now, from_item(item)?)))
    }

    /// Whom an e-mail address or an employee code stands for.
    pub async fn find_by_login(&self, name: &str) -> Result<Option<EmployeeId>> {
        let key = if name.contains('@') { email_claim_key(name) } else { code_claim_key(name) };
        let claim = self.table.get(&key).await?.filter(|claim| !claim.contains_key("released"));
        claim
            .as_ref()
            .and_then(|claim| string_attribute(claim, "employee_id"))
            .map(|id| id.parse().map_err(Error::internal))
            .transpose()
    }

    /// What `target` is to `caller`: walks up the target's managers, each one cached read.
    pub async fn relation(&self, caller: &Person, target: &Person, now: Timestamp) -> Result<Relation> {
        if caller.id == target.id {
            return Ok(Relation::Oneself);
        }
        let mut above = target.manager_id;
        for _ in 0..MANAGER_CHAIN_MAX {
            match above {
                Some(id) if id == caller.id => return Ok(Relation::Report),
                Some(id) => above = self.person(id, now).await?.and_then(|manager| manager.manager_id),
                None => break,
            }
        }
        let colleagues = caller.department_id == target.department_id;
        Ok(if colleagues { Relation::Colleague } else { Relation::Other })
    }
}
