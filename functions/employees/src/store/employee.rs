//! A person's record as stored: the view that all services read and the private fields; how it begins, how it changes, and what must
//! hold of its fields.

use directory::{ContractTerms, EmploymentStatus, Person, today_in};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use kernel::{Code, DepartmentId, EmployeeId, Error, JobRoleId, Result};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Nobody who works here was hired earlier.
const HIRE_DATE_MIN: Date = jiff::civil::date(1900, 1, 1);
/// Hiring is not recorded further ahead, in days.
const HIRE_DATE_DAYS_AHEAD_MAX: i32 = 730;

/// Whether somebody with this status belongs to the organisation.
pub const fn is_current(status: EmploymentStatus) -> bool {
    !matches!(status, EmploymentStatus::Terminated)
}

/// A person as stored: what all services read, and what only some may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Employee {
    #[serde(flatten)]
    pub person: Person,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub phone: Option<String>,
    /// The job role that the title comes from.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub job_role_id: Option<JobRoleId>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

/// What is known of somebody before they are hired.
#[derive(Debug, Clone)]
pub struct Draft {
    /// The organisation's own number; made from the id when not given.
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
    pub hire_date: Date,
}

/// What changes in a record. `None` leaves a field as it is; `Some(None)` clears it.
#[derive(Debug, Clone, Default)]
pub struct Changes {
    pub employee_code: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<Option<String>>,
    pub department_id: Option<DepartmentId>,
    pub job_role_id: Option<Option<JobRoleId>>,
    pub job_title: Option<String>,
    pub manager_id: Option<Option<EmployeeId>>,
    pub site: Option<String>,
    pub time_zone: Option<String>,
    pub employment_type: Option<directory::EmploymentType>,
    /// Full-time equivalent in basis points.
    pub fte_bp: Option<u16>,
    /// Standard day length in minutes.
    pub day_minutes: Option<kernel::Minutes>,
    pub hire_date: Option<Date>,
}

impl Employee {
    /// Hires: an active employee without further roles.
    ///
    /// # Errors
    /// 422 for an unknown zone or a first day out of bounds.
    pub fn hired(id: EmployeeId, draft: Draft, at: Timestamp) -> Result<Self> {
        let time_zone = canonical_zone(&draft.time_zone)?;
        check_hire_date(draft.hire_date, today_in(&time_zone, at))?;
        let person = Person {
            id,
            employee_code: draft.employee_code.as_deref().map_or_else(|| generate_code(id), upper),
            first_name: trim_spaces(&draft.first_name),
            last_name: trim_spaces(&draft.last_name),
            email: lower(&draft.email),
            status: EmploymentStatus::Active,
            department_id: draft.department_id,
            job_title: trim_spaces(&draft.job_title),
            manager_id: draft.manager_id,
            site: draft.site,
            time_zone,
            contract: draft.contract,
            hire_date: draft.hire_date,
            termination_date: None,
            roles: access::Roles::default().with(access::Role::Employee),
            role_version: 1,
        };
        let phone = draft.phone.as_deref().map(trim_spaces);
        Ok(Self { person, phone, job_role_id: draft.job_role_id, created_at: at, updated_at: at })
    }

    /// The record with these changes; the same record when they change nothing.
    ///
    /// # Errors
    /// 409 for somebody who has left; 422 as for [`Employee::hired`].
    pub fn with_changes(&self, changes: Changes, at: Timestamp) -> Result<Self> {
        self.check_not_terminated()?;
        let mut next = self.clone();
        let person = &mut next.person;
        set_if_given(&mut person.employee_code, changes.employee_code.as_deref().map(upper));
        set_if_given(&mut person.first_name, changes.first_name.as_deref().map(trim_spaces));
        set_if_given(&mut person.last_name, changes.last_name.as_deref().map(trim_spaces));
        set_if_given(&mut person.email, changes.email.as_deref().map(lower));
        set_if_given(&mut person.department_id, changes.department_id);
        set_if_given(&mut person.job_title, changes.job_title.as_deref().map(trim_spaces));
        set_if_given(&mut person.manager_id, changes.manager_id);
        set_if_given(&mut person.site, changes.site);
        set_if_given(&mut person.time_zone, changes.time_zone.as_deref().map(canonical_zone).transpose()?);
        set_if_given(&mut person.contract.employment_type, changes.employment_type);
        set_if_given(&mut person.contract.fte_bp, changes.fte_bp);
        set_if_given(&mut person.contract.day_minutes, changes.day_minutes);
        if let Some(hire_date) = changes.hire_date {
            check_hire_date(hire_date, person.today(at))?;
            person.hire_date = hire_date;
        }
        set_if_given(&mut next.phone, changes.phone.map(|phone| phone.as_deref().map(trim_spaces)));
        set_if_given(&mut next.job_role_id, changes.job_role_id);
        if next != *self {
            next.updated_at = at;
        }
        Ok(next)
    }

    /// The record with another status; every token issued before is void from then on.
    #[must_use]
    pub fn with_status(&self, status: EmploymentStatus, termination_date: Option<Date>, at: Timestamp) -> Self {
        let mut next = self.clone();
        next.person.status = status;
        next.person.termination_date = termination_date;
        next.person.role_version = next.person.role_version.saturating_add(1);
        next.updated_at = at;
        next
    }

    /// The record with other roles; every token issued before is void from then on.
    #[must_use]
    pub fn with_roles(&self, roles: access::Roles, at: Timestamp) -> Self {
        let mut next = self.clone();
        next.person.roles = roles;
        next.person.role_version = next.person.role_version.saturating_add(1);
        next.updated_at = at;
        next
    }

    /// Insists that the person has not left: what has ended is history.
    ///
    /// # Errors
    /// 409 `terminated`.
    pub fn check_not_terminated(&self) -> Result<()> {
        if is_current(self.person.status) {
            return Ok(());
        }
        Err(Error::new(Code::Terminated, "This employment has ended; its record does not change any more.")
            .with_current_state(
                json!({ "status": self.person.status, "termination_date": self.person.termination_date }),
            ))
    }
}

fn set_if_given<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

fn trim_spaces(text: &str) -> String {
    text.trim().to_owned()
}

fn lower(text: &str) -> String {
    text.trim().to_lowercase()
}

fn upper(text: &str) -> String {
    text.trim().to_uppercase()
}

/// A code that nobody has chosen: `E-` and eight letters and digits from the random end of the id.
fn generate_code(id: EmployeeId) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let bits = id.uuid().as_u128();
    let letter = |n: u32| LETTERS.get(usize::try_from((bits >> (n * 5)) & 31).unwrap_or_default()).copied();
    let tail = (0..8).rev().filter_map(letter).map(char::from);
    "E-".chars().chain(tail).collect()
}

/// The zone's name as the IANA database writes it.
fn canonical_zone(name: &str) -> Result<String> {
    let zone = TimeZone::get(name.trim()).ok();
    zone.as_ref().and_then(TimeZone::iana_name).map(str::to_owned).ok_or_else(|| {
        Error::invalid("/time_zone", "unknown_zone", "Give a zone of the IANA database, such as `Europe/Berlin`.")
    })
}

fn check_hire_date(hire_date: Date, today: Date) -> Result<()> {
    let last = today.checked_add(HIRE_DATE_DAYS_AHEAD_MAX.days()).unwrap_or(Date::MAX);
    if (HIRE_DATE_MIN..=last).contains(&hire_date) {
        Ok(())
    } else {
        let detail = "The first day lies after 1899 and at most two years ahead.";
        Err(Error::invalid("/hire_date", "out_of_range", detail))
    }
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

    fn draft() -> Draft {
        Draft {
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
            hire_date: date(2020, 1, 15),
        }
    }

    fn hired() -> Employee {
        Employee::hired(EmployeeId::new(Uuid::from_u128(7)), draft(), at()).unwrap()
    }

    #[test]
    fn who_is_hired_is_an_active_employee_with_tidy_fields() {
        let employee = hired();
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
    fn a_code_is_made_when_none_is_given() {
        let employee =
            Employee::hired(EmployeeId::new(Uuid::from_u128(33)), Draft { employee_code: None, ..draft() }, at());
        assert_eq!(employee.unwrap().person.employee_code, "E-00000011");
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_pointer() {
        for (bad, pointer) in [
            (Draft { time_zone: "Europe/Atlantis".into(), ..draft() }, "/time_zone"),
            (Draft { hire_date: date(1899, 12, 31), ..draft() }, "/hire_date"),
            (Draft { hire_date: date(2026, 6, 1), ..draft() }, "/hire_date"),
        ] {
            let refusal = Employee::hired(EmployeeId::new(Uuid::from_u128(7)), bad, at()).unwrap_err();
            assert_eq!((refusal.kind(), refusal.fields()[0].pointer.as_str()), (ErrorKind::Invalid, pointer));
        }
    }

    #[test]
    fn a_change_that_changes_nothing_is_none() {
        let later = "2024-06-01T00:00:00Z".parse().unwrap();
        let same = Changes {
            first_name: Some("John".into()),
            email: Some("JOHN.DOE@company.com".into()),
            ..Changes::default()
        };
        assert_eq!(hired().with_changes(same, later).unwrap(), hired());
        let other = Changes { phone: Some(None), ..Changes::default() };
        let changed = hired().with_changes(other, later).unwrap();
        assert_eq!((changed.phone, changed.updated_at), (None, later));
    }

    #[test]
    fn a_status_or_role_change_voids_the_tokens() {
        assert_eq!(hired().with_status(EmploymentStatus::OnLeave, None, at()).person.role_version, 2);
        assert_eq!(hired().with_roles(access::Roles::default(), at()).person.role_version, 2);
    }

    #[test]
    fn the_record_of_somebody_who_left_does_not_change() {
        let gone = hired().with_status(EmploymentStatus::Terminated, Some(date(2024, 5, 10)), at());
        let refusal = gone.with_changes(Changes { phone: Some(None), ..Changes::default() }, at()).unwrap_err();
        assert_eq!((refusal.kind(), refusal.code()), (ErrorKind::Conflict, "terminated"));
    }

    #[test]
    fn a_record_reads_back_as_stored() {
        let item = serde_json::to_value(hired()).unwrap();
        assert_eq!(item["fte_bp"], 10_000, "the view of people and the private fields lie side by side");
        assert_eq!(serde_json::from_value::<Employee>(item).unwrap(), hired());
    }
}
