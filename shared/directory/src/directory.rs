//! Reads of people from the table of `employees`, with a cache.

use std::sync::Arc;

use access::Relation;
use jiff::{SignedDuration, Timestamp};
use kernel::{EmployeeId, Error, Result};
use store::{CachedMap, Key, Table, from_item, string_attribute};

use crate::person::Person;

/// Maximum age of a cached person.
const CACHE_TTL: SignedDuration = SignedDuration::from_secs(5);
/// Maximum number of cached people of one function.
const CACHED_PEOPLE_MAX: usize = 512;
/// Maximum length of a chain of managers; `employees` refuses longer ones.
const MANAGER_CHAIN_MAX: usize = 20;

/// Attributes that are read from a person's item. Its other attributes are for the service `employees` alone.
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

/// Primary key of a person's item.
pub fn person_key(id: EmployeeId) -> Key {
    Key::new(format!("EMP#{id}"), "PROFILE")
}

/// Primary key of the claim of an e-mail address; the claim contains the `employee_id`.
pub fn email_claim_key(email: &str) -> Key {
    Key::new(format!("UNIQ#EMAIL#{}", email.trim().to_lowercase()), "UNIQ")
}

/// Primary key of the claim of an employee code; the claim contains the `employee_id`.
pub fn code_claim_key(code: &str) -> Key {
    Key::new(format!("UNIQ#CODE#{}", code.trim().to_uppercase()), "UNIQ")
}

/// Reader of people, with a cache of five seconds. Clones share the cache.
#[derive(Debug, Clone)]
pub struct Directory {
    table: Table,
    people: CachedMap<EmployeeId, Person>,
}

impl Directory {
    /// Reader of the table of `employees`.
    pub fn new(table: Table) -> Self {
        Self { table, people: CachedMap::new(CACHE_TTL, CACHED_PEOPLE_MAX) }
    }

    /// Person with this id, at most five seconds old; `None` if there is none.
    ///
    /// # Errors
    /// 503 if the table cannot be read: an unknown status does not count as active.
    pub async fn person(&self, id: EmployeeId, now: Timestamp) -> Result<Option<Arc<Person>>> {
        if let Some(person) = self.people.get(&id, now) {
            return Ok(Some(person));
        }
        let Some(item) = self.table.get_attributes(&person_key(id), PERSON_ATTRIBUTES).await? else { return Ok(None) };
        Ok(Some(self.people.put(id, now, from_item(item)?)))
    }

    /// Id of the person with this e-mail address or employee code, in any case of letters; `None` if nobody has it now.
    pub async fn find_by_login(&self, name: &str) -> Result<Option<EmployeeId>> {
        let key = if name.contains('@') { email_claim_key(name) } else { code_claim_key(name) };
        let claim = self.table.get(&key).await?.filter(|claim| !claim.contains_key("released"));
        claim
            .as_ref()
            .and_then(|claim| string_attribute(claim, "employee_id"))
            .map(|id| id.parse().map_err(Error::internal))
            .transpose()
    }

    /// Relation of `target` to `caller`, found by walking up the managers of `target` with one cached read each. A report in
    /// the same department is a report.
    pub async fn relation(&self, caller: &Person, target: &Person, now: Timestamp) -> Result<Relation> {
        if caller.id == target.id {
            return Ok(Relation::Oneself);
        }
        let mut manager_id = target.manager_id;
        for _ in 0..MANAGER_CHAIN_MAX {
            match manager_id {
                Some(id) if id == caller.id => return Ok(Relation::Report),
                Some(id) => manager_id = self.person(id, now).await?.and_then(|manager| manager.manager_id),
                None => break,
            }
        }
        let colleagues = caller.department_id == target.department_id;
        Ok(if colleagues { Relation::Colleague } else { Relation::Other })
    }
}
