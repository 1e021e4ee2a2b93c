//! Employees: reads, conditional writes, and chains of managers.

use directory::{EmploymentStatus, code_claim_key, email_claim_key};
use events::{EventType, Fact};
use kernel::{EmployeeId, Error, Origin, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{CommitOutcome, IdempotencyKey, Key, Write, from_item};

use super::{
    Employee, EmployeeStore, Stored,
    change::{Guard, GuardedTransaction},
    compensation::initial_compensation_write,
    department_key, due,
    employee::is_current,
    job_role_key, lists, member_counts_key, person_key, read_stored,
};
use crate::{
    domain::{
        chain::{self, ChainLink, MANAGER_LEVELS_MAX},
        compensation::CompensationHistory,
    },
    messages,
};

/// Entity name in the audit trail.
const ENTITY: &str = "Employee";

#[derive(Deserialize)]
struct ManagerLink {
    #[serde(default)]
    manager_id: Option<EmployeeId>,
}

impl EmployeeStore {
    /// Record of a current or former employee, perhaps a few milliseconds old.
    ///
    /// # Errors
    /// 404 `not_found`.
    pub async fn get_employee(&self, id: EmployeeId) -> Result<Stored<Employee>> {
        let item = self.table.get(&person_key(id)).await?;
        item.map(read_stored).transpose()?.ok_or_else(Error::employee_not_found)
    }

    /// Record of a current or former employee, read consistently.
    ///
    /// # Errors
    /// 404 `not_found`.
    pub async fn get_employee_for_update(&self, id: EmployeeId) -> Result<Stored<Employee>> {
        let item = self.table.get_consistent(&person_key(id)).await?;
        item.map(read_stored).transpose()?.ok_or_else(Error::employee_not_found)
    }

    /// Chain of managers from `manager` up to the top, or to one level more than the limit; empty for `None`.
    ///
    /// # Errors
    /// 422 `unknown_manager` if one does not exist. Their status is not checked.
    pub async fn get_manager_chain(&self, manager: Option<EmployeeId>) -> Result<Vec<ChainLink<EmployeeId>>> {
        let mut chain = Vec::new();
        let mut next = manager;
        while let Some(id) = next
            && chain.len() <= MANAGER_LEVELS_MAX
        {
            let item = self
                .table
                .get_consistent(&person_key(id))
                .await?
                .ok_or_else(|| Error::invalid("/manager_id", "unknown_manager", messages::unknown_manager()))?;
            let link: ManagerLink = from_item(item)?;
            chain.push(ChainLink { id, parent: link.manager_id });
            next = link.manager_id;
        }
        Ok(chain)
    }

    /// Whether the employee has current direct reports, as of a few milliseconds ago.
    pub async fn has_current_direct_reports(&self, id: EmployeeId) -> Result<bool> {
        Ok(!self.table.query(&lists::current_direct_reports_query(Some(id)).limit(1)).await?.0.is_empty())
    }

    /// Stores a new employee with claims, member counts and initial compensation, in one transaction. The caller has
    /// checked the place below the manager.
    ///
    /// # Errors
    /// 409 `email_taken` or `code_taken`; 422 for a department, job role or manager that does not exist, or a manager
    /// who is not active.
    pub async fn create_employee(
        &self,
        origin: &Origin,
        employee: &Employee,
        compensation: Option<&CompensationHistory>,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let person = &employee.person;
        let fact = Fact::new(EventType::EmployeeCreated, ENTITY, person.id);
        let mut change = GuardedTransaction::default()
            .with(
                with_employee_indexes(Write::create(person_key(person.id), employee), employee).publishes(fact),
                Guard::VersionMatches,
            )
            .claim_unique_key(email_claim_key(&person.email), &person.id, Guard::EmailFree)
            .claim_unique_key(code_claim_key(&person.employee_code), &person.id, Guard::CodeFree);
        change = increment_member_counts(change, memberships(employee));
        if let Some(manager) = person.manager_id {
            change = change.with(require_active(Write::check(person_key(manager))), Guard::ManagerActive);
        }
        if let Some(history) = compensation {
            change = change.with(initial_compensation_write(person.id, history), Guard::VersionMatches);
        }
        change.commit_idempotent(&self.table, origin, idempotency_key, answer).await
    }

    /// Checks that a new manager can be placed above the employee, stores the changed record and returns its new
    /// version. Claims and member counts follow.
    ///
    /// # Errors
    /// 409 `loop`, `too_deep`, `email_taken`, `code_taken`, `chain_moved` or `changed_meanwhile`; 422 for a department,
    /// job role or manager that does not exist, or a manager who is not active.
    pub async fn check_placement_and_update_employee(
        &self,
        origin: &Origin,
        before: &Stored<Employee>,
        after: &Employee,
    ) -> Result<u64> {
        let new_manager = after.person.manager_id.filter(|manager| before.value.person.manager_id != Some(*manager));
        let managers = self.get_manager_chain(new_manager).await?;
        chain::check_placement(Some(after.person.id), &managers, MANAGER_LEVELS_MAX, "/manager_id")?;
        self.update_employee(origin, before, after, &managers).await
    }

    /// Stores a changed record, whose place below a new manager was checked, and returns its new version.
    /// `new_manager_chain` is a new manager, who must be active, and everybody above them as they were read, so that
    /// concurrent moves cannot form a loop; empty if the manager stays.
    async fn update_employee(
        &self,
        origin: &Origin,
        before: &Stored<Employee>,
        after: &Employee,
        new_manager_chain: &[ChainLink<EmployeeId>],
    ) -> Result<u64> {
        let (old, new) = (&before.value.person, &after.person);
        let fact = Fact::new(EventType::EmployeeUpdated, ENTITY, new.id);
        let mut change = GuardedTransaction::default()
            .with(replace_employee_write(before, after).publishes(fact), Guard::VersionMatches);
        if old.email != new.email {
            change = change
                .claim_unique_key(email_claim_key(&new.email), &new.id, Guard::EmailFree)
                .release_unique_key(email_claim_key(&old.email), &new.id);
        }
        if old.employee_code != new.employee_code {
            change = change
                .claim_unique_key(code_claim_key(&new.employee_code), &new.id, Guard::CodeFree)
                .release_unique_key(code_claim_key(&old.employee_code), &new.id);
        }
        let (mut added, mut removed) = (memberships(after), memberships(&before.value));
        added.retain(|membership| !removed.contains(membership));
        removed.retain(|membership| !memberships(after).contains(membership));
        change = decrement_member_counts(increment_member_counts(change, added), removed);
        if old.manager_id != new.manager_id {
            change = require_unchanged_chain(change, new_manager_chain);
        }
        change = due::with_due_change_update(change, &before.value, after, origin.at);
        change.commit(&self.table, origin).await?;
        Ok(before.version + 1)
    }

    /// Stores a record with another status or another planned last day, publishes `event` and returns the new version.
    /// Termination releases the e-mail address and the member counts; the employee code stays claimed for ever.
    ///
    /// # Errors
    /// 409 `changed_meanwhile`.
    pub async fn update_employee_status(
        &self,
        origin: &Origin,
        before: &Stored<Employee>,
        after: &Employee,
        event: EventType,
        data: Value,
    ) -> Result<u64> {
        let person = &after.person;
        let fact = Fact::new(event, ENTITY, person.id).with_data(data);
        let mut change = GuardedTransaction::default()
            .with(replace_employee_write(before, after).publishes(fact), Guard::VersionMatches);
        if !is_current(person.status) {
            change = change.release_unique_key(email_claim_key(&person.email), &person.id);
            change = decrement_member_counts(change, memberships(after));
        }
        change = due::with_due_change_update(change, &before.value, after, origin.at);
        change.commit(&self.table, origin).await?;
        Ok(before.version + 1)
    }

    /// Stores the record of a former employee as that of a current one, publishes `employee.status_changed` and returns
    /// the new version. `manager_chain` is the manager, who must be active, and everybody above them as they were read;
    /// empty without a manager.
    ///
    /// # Errors
    /// 409 `email_taken`, `chain_moved` or `changed_meanwhile`; 422 for a department, job role or manager that does not
    /// exist any more, or a manager who is not active.
    pub async fn reinstate_employee(
        &self,
        origin: &Origin,
        before: &Stored<Employee>,
        after: &Employee,
        manager_chain: &[ChainLink<EmployeeId>],
        data: Value,
    ) -> Result<u64> {
        let person = &after.person;
        let fact = Fact::new(EventType::EmployeeStatusChanged, ENTITY, person.id).with_data(data);
        let mut change = GuardedTransaction::default()
            .with(replace_employee_write(before, after).publishes(fact), Guard::VersionMatches)
            .claim_unique_key(email_claim_key(&person.email), &person.id, Guard::EmailFree);
        change = increment_member_counts(change, memberships(after));
        change = require_unchanged_chain(change, manager_chain);
        change = due::with_due_change_update(change, &before.value, after, origin.at);
        change.commit(&self.table, origin).await?;
        Ok(before.version + 1)
    }

    /// Stores other access roles and returns the new version of the record. The caller must be an administrator, active
    /// or on leave, at the moment of the write.
    ///
    /// # Errors
    /// 403 `forbidden` if the caller is no longer an administrator; 409 `changed_meanwhile`.
    pub async fn update_access_roles(
        &self,
        origin: &Origin,
        before: &Stored<Employee>,
        after: &Employee,
        caller: EmployeeId,
    ) -> Result<u64> {
        let fact = Fact::new(EventType::EmployeeRolesChanged, ENTITY, after.person.id);
        let mut change = GuardedTransaction::default()
            .with(replace_employee_write(before, after).publishes(fact), Guard::VersionMatches);
        if caller != after.person.id {
            let still_admin = Write::check(person_key(caller))
                .condition("contains(#roles, :admin) AND #status IN (:active, :on_leave)")
                .value(":admin", &access::Role::Admin)
                .value(":active", &EmploymentStatus::Active)
                .value(":on_leave", &EmploymentStatus::OnLeave);
            change = change.with(still_admin, Guard::StillAdmin);
        }
        change.commit(&self.table, origin).await?;
        Ok(before.version + 1)
    }
}

fn replace_employee_write(before: &Stored<Employee>, after: &Employee) -> Write {
    with_employee_indexes(Write::replace(person_key(after.person.id), after, before.version), after)
}

/// Adds the index attributes of an employee to a write.
fn with_employee_indexes(write: Write, employee: &Employee) -> Write {
    let person = &employee.person;
    let sort_key = lists::employee_sort_key(&person.last_name, &person.first_name, person.id);
    let half = lists::index_half(person.status);
    let write = write
        .index("by_name", lists::all_employees_partition(half), &sort_key)
        .index("by_department", lists::department_members_partition(person.department_id, half), &sort_key)
        .index("by_manager", lists::direct_reports_partition(person.manager_id, half), &sort_key);
    match employee.job_role_id {
        Some(role) => write.index("by_job_role", lists::job_role_holders_partition(role, half), &sort_key),
        None => write,
    }
}

/// Keys of the member counts that include an employee, of the department and the job role, each with its guard.
fn memberships(employee: &Employee) -> Vec<(Key, Guard)> {
    let department = member_counts_key(&department_key(employee.person.department_id));
    let mut memberships = vec![(department, Guard::DepartmentExists("/department_id"))];
    memberships.extend(employee.job_role_id.map(|role| (member_counts_key(&job_role_key(role)), Guard::JobRoleExists)));
    memberships
}

fn increment_member_counts(change: GuardedTransaction, memberships: Vec<(Key, Guard)>) -> GuardedTransaction {
    memberships
        .into_iter()
        .fold(change, |change, (members, guard)| change.increment_member_count(members, "people", guard))
}

fn decrement_member_counts(change: GuardedTransaction, memberships: Vec<(Key, Guard)>) -> GuardedTransaction {
    memberships.into_iter().fold(change, |change, (members, _)| change.decrement_member_count(members, "people"))
}

/// Requires that every node of the chain has the parent that was read, and that the first, the new manager, is active.
/// An empty chain requires nothing.
fn require_unchanged_chain(mut change: GuardedTransaction, managers: &[ChainLink<EmployeeId>]) -> GuardedTransaction {
    for (index, link) in managers.iter().enumerate() {
        let check = Write::check(person_key(link.id));
        let check = match link.parent {
            Some(manager) => check.condition("#manager_id = :manager").value(":manager", &manager),
            None => check.condition("attribute_exists(pk) AND attribute_not_exists(#manager_id)"),
        };
        change = if index == 0 {
            change.with(require_active(check), Guard::ManagerActive)
        } else {
            change.with(check, Guard::ChainUnchanged)
        };
    }
    change
}

/// Adds the condition that the employee is active.
fn require_active(check: Write) -> Write {
    check.condition("#status = :active").value(":active", &EmploymentStatus::Active)
}
