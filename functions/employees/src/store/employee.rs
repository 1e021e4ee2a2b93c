//! Stored record of an employee: the fields that all services read, and the private ones. How it is created and changed.

use directory::{ContractTerms, EmploymentStatus, Person, WorkPattern, today_in};
use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId, JobRoleId, Result};
use policy::terms::{self, EmploymentChange, TermsChange};
use serde::{Deserialize, Serialize};

/// Whether an employee with this status is a current one: not `terminated`.
pub const fn is_current(status: EmploymentStatus) -> bool {
    !matches!(status, EmploymentStatus::Terminated)
}

/// Stored record of an employee: the shared fields in `person`, and the private ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Employee {
    #[serde(flatten)]
    pub person: Person,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phone: Option<String>,
    /// Job role of the employee. The job title in `person` is stored separately and may differ from its title.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub job_role_id: Option<JobRoleId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// Fields of an employee to create.
#[derive(Debug, Clone)]
pub struct EmployeeDraft {
    /// Employee code; derived from the id if `None`.
    pub employee_code: Option<String>,
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub phone: Option<String>,
    pub department_id: DepartmentId,
    pub job_role_id: Option<JobRoleId>,
    pub job_title: String,
    pub manager_id: Option<EmployeeId>,
    pub site: String,
    pub time_zone: String,
    pub contract: ContractTerms,
    pub work_pattern: Option<WorkPattern>,
    pub hire_date: Date,
    pub earlier_service_from: Option<Date>,
}

/// Changes of a record. `None` leaves a field unchanged; `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct RecordChanges {
    pub employee_code: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<Option<String>>,
    pub job_role_id: Option<Option<JobRoleId>>,
    pub job_title: Option<String>,
    pub hire_date: Option<Date>,
    pub earlier_service_from: Option<Option<Date>>,
    /// Dated terms to change.
    pub terms: TermsChange,
    /// First day of the changed terms; only with a change of terms. `None` for today at the site, the new one if it
    /// changes, or the hire date if later.
    pub effective_from: Option<Date>,
}

impl Employee {
    /// New active employee with the role `employee` only.
    ///
    /// # Errors
    /// 422 for an unknown time zone, a date out of range or an invalid work pattern.
    pub fn new(id: EmployeeId, draft: EmployeeDraft, at: Timestamp) -> Result<Self> {
        let time_zone = terms::canonical_time_zone(&draft.time_zone)?;
        terms::check_hire_date(draft.hire_date, today_in(&time_zone, at))?;
        terms::check_earlier_service(draft.earlier_service_from, draft.hire_date)?;
        draft.work_pattern.as_ref().map_or(Ok(()), terms::check_work_pattern)?;
        let person = Person {
            id,
            employee_code: draft.employee_code.as_deref().map_or_else(|| employee_code_from_id(id), trimmed_upper_case),
            first_name: trimmed(&draft.first_name),
            last_name: trimmed(&draft.last_name),
            email: trimmed_lower_case(&draft.email),
            status: EmploymentStatus::Active,
            department_id: draft.department_id,
            job_title: trimmed(&draft.job_title),
            manager_id: draft.manager_id,
            site: draft.site,
            time_zone,
            contract: draft.contract,
            work_pattern: draft.work_pattern,
            terms: Vec::new(),
            hire_date: draft.hire_date,
            earlier_service_from: draft.earlier_service_from,
            termination_date: None,
            roles: access::Roles::default().with(access::Role::Employee),
            role_version: 1,
        };
        let phone = draft.phone.as_deref().map(trimmed);
        Ok(Self { person, phone, job_role_id: draft.job_role_id, created_at: at, updated_at: at })
    }

    /// Record with these changes, not yet stored; an equal record if they change nothing. Changed terms hold from
    /// `effective_from` on; the other fields change at once.
    ///
    /// # Errors
    /// 409 `terminated`; 422 as for [`Employee::new`], or for changed terms from a date out of range.
    pub fn with_changes(&self, changes: RecordChanges, at: Timestamp) -> Result<Self> {
        self.check_not_terminated()?;
        let mut next = self.clone();
        let person = &mut next.person;
        set_if_given(&mut person.employee_code, changes.employee_code.as_deref().map(trimmed_upper_case));
        set_if_given(&mut person.first_name, changes.first_name.as_deref().map(trimmed));
        set_if_given(&mut person.last_name, changes.last_name.as_deref().map(trimmed));
        set_if_given(&mut person.email, changes.email.as_deref().map(trimmed_lower_case));
        set_if_given(&mut person.job_title, changes.job_title.as_deref().map(trimmed));
        set_if_given(&mut next.phone, changes.phone.map(|phone| phone.as_deref().map(trimmed)));
        set_if_given(&mut next.job_role_id, changes.job_role_id);
        let change = EmploymentChange {
            hire_date: changes.hire_date,
            earlier_service_from: changes.earlier_service_from,
            last_day: None,
            terms: changes.terms,
            effective_from: changes.effective_from,
        };
        next.person = terms::with_employment_change(&next.person, change, at)?;
        if next != *self {
            next.updated_at = at;
        }
        Ok(next)
    }

    /// Record with the terms that hold at an instant as the current ones, not yet stored; an equal record if they are.
    #[must_use]
    pub fn with_current_terms(&self, at: Timestamp) -> Self {
        let mut next = Self { person: terms::with_current_terms(&self.person, at), ..self.clone() };
        if next != *self {
            next.updated_at = at;
        }
        next
    }

    /// Record with another last day of the employment, which has not come yet, or without one.
    #[must_use]
    pub fn with_planned_last_day(&self, last_day: Option<Date>, at: Timestamp) -> Self {
        let mut next = self.clone();
        next.person.termination_date = last_day;
        if next != *self {
            next.updated_at = at;
        }
        next
    }

    /// Instant of the next change that takes effect by itself: other terms, or the end of the employment. It is not
    /// after `at` if it is overdue. `None` without such a change, and for former employees.
    pub fn next_change_at(&self, at: Timestamp) -> Option<Timestamp> {
        let person = &self.person;
        let changes = [terms::next_terms_at(person, at), terms::employment_ends_at(person)];
        changes.into_iter().flatten().min().filter(|_| is_current(person.status))
    }

    /// Record with another status, this last day or none, and the next role version. All access tokens issued before
    /// become invalid.
    #[must_use]
    pub fn with_status(&self, status: EmploymentStatus, termination_date: Option<Date>, at: Timestamp) -> Self {
        let mut next = self.clone();
        next.person.status = status;
        next.person.termination_date = termination_date;
        next.person.role_version = next.person.role_version.saturating_add(1);
        next.updated_at = at;
        next
    }

    /// Record with other access roles and the next role version. All access tokens issued before become invalid.
    #[must_use]
    pub fn with_roles(&self, roles: access::Roles, at: Timestamp) -> Self {
        let mut next = self.clone();
        next.person.roles = roles;
        next.person.role_version = next.person.role_version.saturating_add(1);
        next.updated_at = at;
        next
    }

    /// Checks that the status is not `terminated`. An employment whose last day has passed may not have it yet.
    ///
    /// # Errors
    /// 409 `terminated`.
    pub fn check_not_terminated(&self) -> Result<()> {
        terms::check_not_ended(&self.person)
    }
}

fn set_if_given<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

fn trimmed(text: &str) -> String {
    text.trim().to_owned()
}

fn trimmed_lower_case(text: &str) -> String {
    text.trim().to_lowercase()
}

fn trimmed_upper_case(text: &str) -> String {
    text.trim().to_uppercase()
}

/// Default employee code: `E-` and eight letters and digits from the random end of the id.
fn employee_code_from_id(id: EmployeeId) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = id.uuid().as_u128();
    let letter = |n: u32| LETTERS.get(usize::try_from((bits >> (n * 5)) & 31).unwrap_or_default()).copied();
    let tail = (0..8).rev().filter_map(letter).map(char::from);
    "E-".chars().chain(tail).collect()
}

#[cfg(test)]
mod tests {
    use directory::EmploymentType;
    use jiff::civil::date;
    use kernel::{ErrorKind, Minutes};
    use uuid::Uuid;

    use super::*;

    const AT: &str = "2024-05-10T12:00:00Z";

    fn at() -> Timestamp {
        AT.parse().unwrap()
    }

    fn draft() -> EmployeeDraft {
        EmployeeDraft {
            employee_code: Some(" dev-7 ".into()),
            first_name: " John ".into(),
            last_name: "Doe".into(),
            email: "John.Doe@Company.com".into(),
            phone: Some("555-0123".into()),
            department_id: DepartmentId::new(Uuid::from_u128(1)),
            job_role_id: None,
            job_title: "Senior Engineer".into(),
            manager_id: None,
            site: "berlin".into(),
            time_zone: "europe/berlin".into(),
            contract: ContractTerms {
                employment_type: EmploymentType::FullTime,
                fte_bp: 10_000,
                day_minutes: Minutes(480),
            },
            work_pattern: None,
            hire_date: date(2020, 1, 15),
            earlier_service_from: None,
        }
    }

    fn employee() -> Employee {
        Employee::new(EmployeeId::new(Uuid::from_u128(7)), draft(), at()).unwrap()
    }

    #[test]
    fn new_employee_is_active_with_normalised_fields() {
        let employee = employee();
        let person = &employee.person;
        assert_eq!((person.status, person.role_version), (EmploymentStatus::Active, 1));
        assert_eq!(
            (person.first_name.as_str(), person.email.as_str(), person.employee_code.as_str()),
            ("John", "john.doe@company.com", "DEV-7")
        );
        assert_eq!(person.time_zone, "Europe/Berlin");
        assert_eq!(person.roles.iter().collect::<Vec<_>>(), [access::Role::Employee]);
    }

    #[test]
    fn missing_employee_code_is_generated() {
        let employee =
            Employee::new(EmployeeId::new(Uuid::from_u128(33)), EmployeeDraft { employee_code: None, ..draft() }, at());
        assert_eq!(employee.unwrap().person.employee_code, "E-00000011");
    }

    #[test]
    fn invalid_drafts_are_rejected_with_their_pointer() {
        for (bad, pointer) in [
            (EmployeeDraft { time_zone: "Europe/Atlantis".into(), ..draft() }, "/time_zone"),
            (EmployeeDraft { hire_date: date(1899, 12, 31), ..draft() }, "/hire_date"),
            (EmployeeDraft { hire_date: date(2026, 6, 1), ..draft() }, "/hire_date"),
            (EmployeeDraft { earlier_service_from: Some(date(2020, 1, 15)), ..draft() }, "/earlier_service_from"),
            (EmployeeDraft { earlier_service_from: Some(date(1899, 12, 31)), ..draft() }, "/earlier_service_from"),
        ] {
            let refusal = Employee::new(EmployeeId::new(Uuid::from_u128(7)), bad, at()).unwrap_err();
            assert_eq!((refusal.kind(), refusal.fields()[0].pointer.as_str()), (ErrorKind::Invalid, pointer));
        }
    }

    #[test]
    fn changes_without_effect_keep_the_record_equal() {
        let later = "2024-06-01T00:00:00Z".parse().unwrap();
        let same = RecordChanges {
            first_name: Some("John".into()),
            email: Some("JOHN.DOE@company.com".into()),
            ..RecordChanges::default()
        };
        assert_eq!(employee().with_changes(same, later).unwrap(), employee());
        let other = RecordChanges { phone: Some(None), ..RecordChanges::default() };
        let changed = employee().with_changes(other, later).unwrap();
        assert_eq!((changed.phone, changed.updated_at), (None, later));
    }

    #[test]
    fn status_and_role_changes_invalidate_tokens() {
        assert_eq!(employee().with_status(EmploymentStatus::OnLeave, None, at()).person.role_version, 2);
        assert_eq!(employee().with_roles(access::Roles::default(), at()).person.role_version, 2);
    }

    #[test]
    fn terminated_employees_cannot_be_changed() {
        let terminated = employee().with_status(EmploymentStatus::Terminated, Some(date(2024, 5, 10)), at());
        let refusal =
            terminated.with_changes(RecordChanges { phone: Some(None), ..RecordChanges::default() }, at()).unwrap_err();
        assert_eq!((refusal.kind(), refusal.code()), (ErrorKind::Conflict, "terminated"));
    }

    #[test]
    fn record_reads_back_as_stored() {
        let item = serde_json::to_value(employee()).unwrap();
        assert_eq!(item["fte_bp"], 10_000, "the shared and the private fields are stored flat");
        assert_eq!(serde_json::from_value::<Employee>(item).unwrap(), employee());
    }
}
