//! People: hiring, changing, reading, and the chains of their managers.

use directory::{EmploymentStatus, code_claim_key, email_claim_key};
use events::{EventType, Fact};
use kernel::{EmployeeId, Error, Origin, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{CommitOutcome, IdempotencyKey, Key, Write, from_item};

use super::{
    Employee, EmployeeStore, Stored,
    change::{Guard, GuardedTransaction},
    compensation, department_key,
    employee::is_current,
    job_role_key, lists, members_key, person_key, read_stored,
};
use crate::domain::{
    chain::{ChainLink, MANAGERS_MAX},
    compensation::CompensationHistory,
};

/// What the audit trail calls a person.
const ENTITY: &str = "Employee";

#[derive(Deserialize)]
struct ManagerLink {
    #[serde(default)]
    manager_id: Option<EmployeeId>,
}

impl EmployeeStore {
    pub async fn get_employee(&self, id: EmployeeId) -> Result<Stored<Employee>> {
        let item = self.table.get(&person_key(id)).await?;
        item.map(read_stored).transpose()?.ok_or_else(|| Error::not_found("person"))
    }

    /// A person's record after every write that was answered before: for changes.
    pub async fn get_employee_for_update(&self, id: EmployeeId) -> Result<Stored<Employee>> {
        let item = self.table.get_consistent(&person_key(id)).await?;
        item.map(read_stored).transpose()?.ok_or_else(|| Error::not_found("person"))
    }

    /// The chain that begins with a manager, up to the top or to its greatest length.
    ///
    /// # Errors
    /// 422 when there is no such manager.
    pub async fn get_manager_chain(&self, manager: Option<EmployeeId>) -> Result<Vec<ChainLink<EmployeeId>>> {
        let mut chain = Vec::new();
        let mut next = manager;
        while let Some(id) = next
            && chain.len() <= MANAGERS_MAX
        {
            let item = self
                .table
                .get_consistent(&person_key(id))
                .await?
                .ok_or_else(|| Error::invalid("/manager_id", "unknown_manager", "There is no such person."))?;
            let superior: ManagerLink = from_item(item)?;
            chain.push(ChainLink { id, parent: superior.manager_id });
            next = superior.manager_id;
        }
        Ok(chain)
    }

    /// Whether anybody who has not left reports to this person, as of some milliseconds ago.
    pub async fn has_reports(&self, id: EmployeeId) -> Result<bool> {
        Ok(!self.table.query(&lists::reports_query(Some(id)).limit(1)).await?.0.is_empty())
    }

    /// Stores a new person, their claims, their place in the counts and their first pay; all or nothing.
    ///
    /// # Errors
    /// 409 for an e-mail or a code that is taken; 422 for a department, job role or manager that does not stand.
    pub async fn create_employee(
        &self,
        origin: &Origin,
        employee: &Employee,
        pay: Option<&CompensationHistory>,
        once: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let person = &employee.person;
        let fact = Fact::new(EventType::EmployeeCreated, ENTITY, person.id);
        let mut change = GuardedTransaction::default()
            .with(
                placed(Write::create(person_key(person.id), employee), employee).publishes(fact),
                Guard::VersionMatches,
            )
            .claim(email_claim_key(&person.email), &person.id, Guard::EmailFree)
            .claim(code_claim_key(&person.employee_code), &person.id, Guard::CodeFree);
        change = join_all(change, memberships(employee));
        if let Some(manager) = person.manager_id {
            change = change.with(require_active(Write::check(person_key(manager))), Guard::ManagerActive);
        }
        if let Some(history) = pay {
            change = change.with(compensation::initial_compensation_write(person.id, history), Guard::VersionMatches);
        }
        change.commit_once(&self.table, origin, once, answer).await
    }

    /// Stores a changed record: claims and counts follow; a new manager must be active, and nobody in the chain above
    /// may have moved since it was walked, so that two moves at once cannot close a loop.
    pub async fn update_employee(
        &self,
        origin: &Origin,
        before: &Stored<Employee>,
        after: &Employee,
        managers: &[ChainLink<EmployeeId>],
    ) -> Result<u64> {
        let (old, new) = (&before.value.person, &after.person);
        let fact = Fact::new(EventType::EmployeeUpdated, ENTITY, new.id);
        let mut change =
            GuardedTransaction::default().with(employee_write(before, after).publishes(fact), Guard::VersionMatches);
        if old.email != new.email {
            change = change
                .claim(email_claim_key(&new.email), &new.id, Guard::EmailFree)
                .release(email_claim_key(&old.email), &new.id);
        }
        if old.employee_code != new.employee_code {
            change = change
                .claim(code_claim_key(&new.employee_code), &new.id, Guard::CodeFree)
                .release(code_claim_key(&old.employee_code), &new.id);
        }
        let (mut joined, mut left) = (memberships(after), memberships(&before.value));
        joined.retain(|membership| !left.contains(membership));
        left.retain(|membership| !memberships(after).contains(membership));
        change = leave_all(join_all(change, joined), left);
        if old.manager_id != new.manager_id {
            change = require_unchanged_chain(change, managers);
        }
        change.commit(&self.table, origin).await?;
        Ok(before.version + 1)
    }

    /// Stores another status. Who leaves gives back the e-mail address and the places in the counts; the employee code
    /// is never used again.
    ///
    /// # Errors
    /// 409 when the person was changed meanwhile.
    pub async fn update_status(
        &self,
        origin: &Origin,
        before: &Stored<Employee>,
        after: &Employee,
        event: EventType,
        data: Value,
    ) -> Result<u64> {
        let person = &after.person;
        let fact = Fact::new(event, ENTITY, person.id).with_data(data);
        let mut change =
            GuardedTransaction::default().with(employee_write(before, after).publishes(fact), Guard::VersionMatches);
        if !is_current(person.status) {
            change = leave_all(change.release(email_claim_key(&person.email), &person.id), memberships(after));
        }
        change.commit(&self.table, origin).await?;
        Ok(before.version + 1)
    }

    /// Stores other roles, provided that the one who acts still is an administrator at that moment.
    ///
    /// # Errors
    /// 403 when they are not; 409 when the person was changed meanwhile.
    pub async fn update_roles(
        &self,
        origin: &Origin,
        before: &Stored<Employee>,
        after: &Employee,
        by: EmployeeId,
    ) -> Result<u64> {
        let fact = Fact::new(EventType::EmployeeRolesChanged, ENTITY, after.person.id);
        let mut change =
            GuardedTransaction::default().with(employee_write(before, after).publishes(fact), Guard::VersionMatches);
        if by != after.person.id {
            let still = Write::check(person_key(by))
                .condition("contains(#roles, :admin) AND #status IN (:active, :on_leave)")
                .value(":admin", &access::Role::Admin)
                .value(":active", &EmploymentStatus::Active)
                .value(":on_leave", &EmploymentStatus::OnLeave);
            change = change.with(still, Guard::StillAdmin);
        }
        change.commit(&self.table, origin).await?;
        Ok(before.version + 1)
    }
}

fn employee_write(before: &Stored<Employee>, after: &Employee) -> Write {
    placed(Write::replace(person_key(after.person.id), after, before.version), after)
}

/// Puts a person into every index that somebody asks.
fn placed(write: Write, employee: &Employee) -> Write {
    let person = &employee.person;
    let place = lists::place(&person.last_name, &person.first_name, person.id);
    let side = lists::index_half(person.status);
    let write = write
        .index("by_name", lists::all_partition(side), &place)
        .index("by_department", lists::department_partition(person.department_id, side), &place)
        .index("by_manager", lists::manager_partition(person.manager_id, side), &place);
    match employee.job_role_id {
        Some(role) => write.index("by_job_role", lists::job_role_partition(role, side), &place),
        None => write,
    }
}

/// The counts of members that a person is in.
fn memberships(employee: &Employee) -> Vec<(Key, Guard)> {
    let department = members_key(&department_key(employee.person.department_id));
    let mut memberships = vec![(department, Guard::DepartmentExists("/department_id"))];
    memberships.extend(employee.job_role_id.map(|role| (members_key(&job_role_key(role)), Guard::JobRoleExists)));
    memberships
}

fn join_all(change: GuardedTransaction, memberships: Vec<(Key, Guard)>) -> GuardedTransaction {
    memberships.into_iter().fold(change, |change, (members, guard)| change.increment_count(members, "people", guard))
}

fn leave_all(change: GuardedTransaction, memberships: Vec<(Key, Guard)>) -> GuardedTransaction {
    memberships.into_iter().fold(change, |change, (members, _)| change.decrement_count(members, "people"))
}

/// Insists on every link of the chain that was walked; the first link is the new manager, who must be active.
fn require_unchanged_chain(mut change: GuardedTransaction, managers: &[ChainLink<EmployeeId>]) -> GuardedTransaction {
    for (at, link) in managers.iter().enumerate() {
        let check = Write::check(person_key(link.id));
        let check = match link.parent {
            Some(above) => check.condition("#manager_id = :above").value(":above", &above),
            None => check.condition("attribute_exists(pk) AND attribute_not_exists(#manager_id)"),
        };
        change = if at == 0 {
            change.with(require_active(check), Guard::ManagerActive)
        } else {
            change.with(check, Guard::ChainUnchanged)
        };
    }
    change
}

fn require_active(check: Write) -> Write {
    check.condition("#status = :active").value(":active", &EmploymentStatus::Active)
}
