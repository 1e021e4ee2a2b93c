//! Checks of dated terms, and changes of terms and employment that take effect by themselves.

use directory::EmploymentStatus;
use events::EventType;
use jiff::Timestamp;
use kernel::{DepartmentId, EmployeeId, Error, ErrorKind, Origin, Result};
use policy::terms;
use serde_json::json;

use crate::{
    domain::chain::{self, MANAGER_LEVELS_MAX},
    messages,
    store::{Employee, EmployeeStore, Stored, is_current},
};

impl EmployeeStore {
    /// Checks a requested department and manager, unless they are the current ones of `after`, which the write checks.
    /// A manager of terms that have not begun must be active now, and must not report to the employee. One of past
    /// terms only has to exist.
    ///
    /// # Errors
    /// 422 `unknown_department`, `unknown_manager` or `manager_not_active`; 409 `loop` or `too_deep`.
    pub async fn check_department_and_manager_of_dated_terms(
        &self,
        after: &Employee,
        requested_department: Option<DepartmentId>,
        requested_manager: Option<EmployeeId>,
        at: Timestamp,
    ) -> Result<()> {
        let person = &after.person;
        if let Some(department) = requested_department.filter(|given| *given != person.department_id) {
            self.get_department(department).await.map_err(|error| match error.kind() {
                ErrorKind::NotFound => {
                    Error::invalid("/department_id", "unknown_department", messages::unknown_department())
                }
                _ => error,
            })?;
        }
        if let Some(manager) = requested_manager.filter(|given| person.manager_id != Some(*given)) {
            let managers = self.get_manager_chain(Some(manager)).await?;
            if terms::upcoming_terms(person, at).any(|terms| terms.manager_id == Some(manager)) {
                chain::check_placement(Some(person.id), &managers, MANAGER_LEVELS_MAX, "/manager_id")?;
                let status = self.get_employee_for_update(manager).await?.value.person.status;
                if status != EmploymentStatus::Active {
                    return Err(Error::invalid("/manager_id", "manager_not_active", messages::manager_not_active()));
                }
            }
        }
        Ok(())
    }

    /// Applies what is due for an employee: terms that have begun, then the end of the employment. Returns the number
    /// of changes, 0 to 2; a repetition changes nothing. Terms that are refused do not keep the employment from ending.
    ///
    /// # Errors
    /// 409 `has_reports` at the end of an employment; for terms as for [`Self::check_placement_and_update_employee`].
    pub async fn apply_due_changes(&self, origin: &Origin, id: EmployeeId) -> Result<usize> {
        let mut employee = self.get_employee_for_update(id).await?;
        let (mut changes, mut refused) = (0, None);
        let after = employee.value.with_current_terms(origin.at);
        if after != employee.value && is_current(after.person.status) {
            match self.check_placement_and_update_employee(origin, &employee, &after).await {
                Ok(version) => {
                    employee = Stored { value: after, version };
                    changes += 1;
                }
                // Terms that cannot begin do not keep an employment from ending.
                Err(error) if matches!(error.kind(), ErrorKind::Conflict | ErrorKind::Invalid) => refused = Some(error),
                Err(error) => return Err(error),
            }
        }
        let person = &employee.value.person;
        let has_ended = terms::employment_ends_at(person).is_some_and(|end| end <= origin.at);
        if has_ended && is_current(person.status) {
            let (status, last_day) = (EmploymentStatus::Terminated, person.termination_date);
            let data = json!({ "from": person.status, "to": status, "reason": null });
            let event = EventType::EmployeeStatusChanged;
            self.check_termination_and_update_status(origin, &employee, status, last_day, event, data).await?;
            return Ok(changes + 1);
        }
        if let Some(error) = refused {
            return Err(error);
        }
        if changes == 0 {
            self.refresh_next_change_in_list(origin, &employee).await?;
        }
        Ok(changes)
    }
}
