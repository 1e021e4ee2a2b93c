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
    "work_pattern",
    "terms",
    "hire_date",
    "earlier_service_from",
    "termination_date",
    "roles",
    "role_version",
];

/// Primary key of a person's item.
pub fn person_key(id: EmployeeId) -> Key {
    Key::new(format!("EMP#{id}"), "PROFILE")
}

/// Primary key of the claim of an e-mail address, in any case of letters. The claim contains the `employee_id` of its owner.
/// With `released`, the address is free again, and the id is that of the last owner.
pub fn email_claim_key(email: &str) -> Key {
    Key::new(format!("UNIQ#EMAIL#{}", email.trim().to_lowercase()), "UNIQ")
}

/// Primary key of the claim of an employee code, in any case of letters. The claim contains the `employee_id` of its owner.
/// With `released`, the code is free again, and the id is that of the last owner.
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

    /// Person with this id, current or former, at most five seconds old; `None` if the id is unknown.
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

    /// Id of the person with this e-mail address or employee code, in any case of letters; `None` if nobody has it now. A
    /// former employee keeps the code, but not the address.
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

#[cfg(test)]
mod tests {
    use access::Roles;
    use jiff::civil::date;
    use kernel::{DepartmentId, Minutes};
    use uuid::Uuid;

    use super::*;
    use crate::{ContractTerms, DatedTerms, EmploymentStatus, EmploymentType, PatternDay, WorkPattern};

    #[test]
    fn every_field_of_a_person_is_read() {
        let cycle = vec![PatternDay { minutes: Minutes(480), from: None, to: None }];
        let mut person = Person {
            id: EmployeeId::new(Uuid::from_u128(1)),
            employee_code: "E-1".into(),
            first_name: "Ada".into(),
            last_name: "Test".into(),
            email: "ada@example.com".into(),
            status: EmploymentStatus::Active,
            department_id: DepartmentId::new(Uuid::from_u128(2)),
            job_title: "Engineer".into(),
            manager_id: Some(EmployeeId::new(Uuid::from_u128(3))),
            site: "berlin".into(),
            time_zone: "Europe/Berlin".into(),
            contract: ContractTerms {
                employment_type: EmploymentType::FullTime,
                fte_bp: 10_000,
                day_minutes: Minutes(480),
            },
            work_pattern: Some(WorkPattern { starts_on: date(2026, 1, 5), cycle }),
            terms: Vec::new(),
            hire_date: date(2026, 1, 1),
            earlier_service_from: Some(date(2020, 1, 1)),
            termination_date: Some(date(2026, 12, 31)),
            roles: Roles::default(),
            role_version: 1,
        };
        person.terms.push(DatedTerms::current(&person, person.hire_date));
        let stored = serde_json::to_value(&person).unwrap();
        let unread: Vec<_> =
            stored.as_object().unwrap().keys().filter(|name| !PERSON_ATTRIBUTES.contains(&name.as_str())).collect();
        assert!(unread.is_empty(), "add to PERSON_ATTRIBUTES: {unread:?}");
    }
}
