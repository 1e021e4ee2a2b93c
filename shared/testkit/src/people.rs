//! One person per access role, and their relations.

use access::{Role, Roles};
use directory::{ContractTerms, EmploymentStatus, EmploymentType, Person};
use jiff::civil::date;
use kernel::{DepartmentId, EmployeeId, Minutes};
use uuid::Uuid;

/// People of a world. `manager` manages `employee`; `other_manager` manages `outsider`, in another department.
#[derive(Debug, Clone)]
pub struct People {
    /// Employee without further roles; reports to `manager`.
    pub employee: Person,
    /// Manager of `employee`, without a manager.
    pub manager: Person,
    /// Manager of `outsider`, without a manager.
    pub other_manager: Person,
    /// HR officer.
    pub hr: Person,
    /// Administrator.
    pub admin: Person,
    /// Auditor, who only reads.
    pub auditor: Person,
    /// Employee of another department; reports to `other_manager`.
    pub outsider: Person,
}

/// Fixed UUID with this number: version 7, created long before [`test_start`](crate::test_start).
fn fixed_uuid(number: u128) -> Uuid {
    Uuid::from_u128(0x018c_0000_0000_7000_8000_0000_0000_0000 | number)
}

/// Department of all people except `outsider` and `other_manager`.
pub fn department() -> DepartmentId {
    DepartmentId::new(fixed_uuid(0xd1))
}

/// Department of `outsider` and `other_manager`.
pub fn other_department() -> DepartmentId {
    DepartmentId::new(fixed_uuid(0xd2))
}

/// Active person in the first department, with the role `employee` and the given one.
fn person(number: u128, first_name: &str, role: Option<Role>, manager: Option<u128>) -> Person {
    let roles: Roles = [Role::Employee].into_iter().chain(role).collect();
    let last_name = if role.is_some() { "Lead" } else { "Doe" };
    Person {
        id: EmployeeId::new(fixed_uuid(number)),
        employee_code: format!("E{number:04}"),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        email: format!("{}.{}@example.com", first_name.to_lowercase(), last_name.to_lowercase()),
        status: EmploymentStatus::Active,
        department_id: department(),
        job_title: "Engineer".to_owned(),
        manager_id: manager.map(|number| EmployeeId::new(fixed_uuid(number))),
        site: "berlin".to_owned(),
        time_zone: "Europe/Berlin".to_owned(),
        contract: ContractTerms {
            employment_type: EmploymentType::FullTime,
            fte_bp: 10_000,
            day_minutes: Minutes(480),
        },
        work_pattern: None,
        terms: Vec::new(),
        hire_date: date(2020, 1, 15),
        earlier_service_from: None,
        termination_date: None,
        roles,
        role_version: 1,
    }
}

impl People {
    pub(crate) fn new() -> Self {
        let elsewhere = |person: Person| Person { department_id: other_department(), ..person };
        Self {
            employee: person(1, "Erin", None, Some(2)),
            manager: person(2, "Mara", Some(Role::Manager), None),
            other_manager: elsewhere(person(3, "Otto", Some(Role::Manager), None)),
            hr: person(4, "Hana", Some(Role::Hr), None),
            admin: person(5, "Adam", Some(Role::Admin), None),
            auditor: person(6, "Aude", Some(Role::Auditor), None),
            outsider: elsewhere(person(7, "Femi", None, Some(3))),
        }
    }

    /// All people, in a fixed order.
    pub fn all(&self) -> [&Person; 7] {
        [&self.employee, &self.manager, &self.other_manager, &self.hr, &self.admin, &self.auditor, &self.outsider]
    }

    /// Person with this role; for `employee`, the person without further roles.
    pub fn with_role(&self, role: Role) -> &Person {
        match role {
            Role::Employee => &self.employee,
            Role::Manager => &self.manager,
            Role::Hr => &self.hr,
            Role::Admin => &self.admin,
            Role::Auditor => &self.auditor,
        }
    }
}
