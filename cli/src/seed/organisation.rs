//! The demo organisation: a pure function of the number of people and a date.

use std::collections::{BTreeMap, BTreeSet};

use access::{Role, Roles};
use aws_lc_rs::digest::{SHA256, digest};
use directory::{ContractTerms, EmploymentStatus, EmploymentType};
use employees::{
    domain::{
        compensation::{CompensationChange, CompensationEntry, CompensationHistory},
        department::Department,
        job_role::JobRole,
    },
    store::{Employee, EmployeeDraft},
};
use jiff::{Timestamp, ToSpan, civil::Date};
use kernel::{Actor, DepartmentId, EmployeeId, JobRoleId, Minutes, Money, Result};
use uuid::Uuid;

use super::{
    demo_people::{DEMO_PEOPLE, DEPARTMENTS, DemoPerson, TEAMS, TITLES, Team},
    names::{FAMILY, GIVEN},
};

/// Smallest number of people that shows every case of the demo.
pub(crate) const PEOPLE_MIN: u32 = 30;
/// Largest number of people that was tested.
pub(crate) const PEOPLE_MAX: u32 = 20_000;
/// Actor of all seeded writes.
pub(crate) const ACTOR: &str = "muster-seed";

/// Largest number of team members under one lead. The next member becomes a further lead, who reports to the first one.
const TEAM_MAX: u32 = 10;

/// Departments, job roles and people to store.
#[derive(Debug)]
pub(crate) struct Organisation {
    /// Date for which the organisation is created.
    pub(crate) today: Date,
    /// Departments, parents before children.
    pub(crate) departments: Vec<Department>,
    pub(crate) job_roles: Vec<JobRole>,
    /// People, managers before their reports.
    pub(crate) people: Vec<Member>,
}

/// One person with compensation, later status and demo account.
#[derive(Debug)]
pub(crate) struct Member {
    /// Record at the time of hiring.
    pub(crate) employee: Employee,
    pub(crate) pay: CompensationHistory,
    /// Status set after hiring, with the last day of the employment if it is `terminated`.
    pub(crate) later_status: Option<(EmploymentStatus, Option<Date>)>,
    /// Description of the demo account, if the person has one.
    pub(crate) account: Option<&'static str>,
}

/// Id that is equal in every run and sorts before the ids of new objects.
pub(crate) fn stable_id(kind: &str, key: &str) -> Uuid {
    let hashed = digest(&SHA256, format!("muster-seed/{kind}/{key}").as_bytes());
    let mut tail = [0_u8; 10];
    tail.iter_mut().zip(hashed.as_ref()).for_each(|(byte, hashed)| *byte = *hashed);
    // 1 January 2020, in milliseconds.
    uuid::Builder::from_unix_timestamp_millis(1_577_836_800_000, &tail).into_uuid()
}

/// Pseudo-random number below `below` that is equal in every run.
pub(crate) fn stable_random(key: &str, what: &str, below: u64) -> u64 {
    let hashed = digest(&SHA256, format!("muster-seed/{what}/{key}").as_bytes());
    let number = hashed.as_ref().iter().take(7).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    number % below.max(1)
}

/// Id of the department with this key, equal in every run.
pub(crate) fn department_id(key: &str) -> DepartmentId {
    DepartmentId::new(stable_id("department", key))
}

pub(crate) fn employee_id(key: &str) -> EmployeeId {
    EmployeeId::new(stable_id("person", key))
}

fn job_role_id(title: &str) -> JobRoleId {
    JobRoleId::new(stable_id("job_role", title))
}

/// Builds the organisation as of `today`, with `at` as the creation time of its objects. Nothing is stored.
pub(crate) fn demo_organisation(people: u32, today: Date, at: Timestamp) -> Result<Organisation> {
    let departments = DEPARTMENTS
        .iter()
        .map(|(key, name, parent)| Department::new(department_id(key), name, parent.map(department_id), at));
    let job_roles = TITLES.iter().map(|(title, grade)| JobRole::new(job_role_id(title), title, Some(*grade), at));
    let mut hiring = HiringContext { today, at, emails: BTreeSet::new(), number: 1000 };
    let mut members = DEMO_PEOPLE
        .iter()
        .map(|person| {
            let hire_date = hiring.past_hire_date(person.0);
            hiring.build_member(person, hire_date, FULL_TIME, None)
        })
        .collect::<Result<Vec<_>>>()?;
    let rest = people.saturating_sub(u32::try_from(members.len()).unwrap_or(u32::MAX));
    let mut leads: BTreeMap<&str, (u32, String)> = BTreeMap::new();
    for (n, team) in (0..rest).zip(TEAMS.iter().cycle()) {
        members.push(hiring.generated_member(n, team, &mut leads)?);
    }
    Ok(Organisation { today, departments: departments.collect(), job_roles: job_roles.collect(), people: members })
}

/// State while people are generated: the e-mail addresses in use and the number of the last employee code.
struct HiringContext {
    today: Date,
    at: Timestamp,
    emails: BTreeSet<String>,
    number: u32,
}

/// Full-time contract of 40 hours a week.
pub(crate) const FULL_TIME: ContractTerms =
    ContractTerms { employment_type: EmploymentType::FullTime, fte_bp: 10_000, day_minutes: Minutes(480) };

impl HiringContext {
    /// Builds the generated person with the number `n`, from 0. The number decides who is part-time, an intern, new, on
    /// leave or terminated; most people work full time.
    fn generated_member(
        &mut self,
        n: u32,
        (department, title, site, first_lead): &Team,
        leads: &mut BTreeMap<&'static str, (u32, String)>,
    ) -> Result<Member> {
        let key = format!("member-{n}");
        let (reports, lead) = leads.entry(first_lead).or_insert_with(|| (0, (*first_lead).to_owned()));
        let promoted = *reports >= TEAM_MAX;
        *reports = if promoted { 0 } else { *reports + 1 };
        let manager = if promoted { (*first_lead).to_owned() } else { lead.clone() };
        if promoted {
            key.clone_into(lead);
        }
        let joins = !promoted && n % 16 == 5;
        let hire_date = if joins { self.hire_date_this_month(&key) } else { self.past_hire_date(&key) };
        let later_status = match n % 20 {
            _ if promoted || joins => None,
            3 => Some((EmploymentStatus::OnLeave, None)),
            11 => Some((EmploymentStatus::Terminated, Some(self.last_day(&key, hire_date)))),
            _ => None,
        };
        let names = (pick_name(GIVEN, &key, "given"), pick_name(FAMILY, &key, "family"));
        let (title, role) = if promoted { ("Team Lead", Some(Role::Manager)) } else { (*title, None) };
        let contract = if promoted { FULL_TIME } else { contract_terms(n, &key) };
        let person = DemoPerson(&key, names, title, department, site, Some(&manager), role, None);
        self.build_member(&person, hire_date, contract, later_status)
    }

    fn build_member(
        &mut self,
        person: &DemoPerson<'_>,
        hire_date: Date,
        contract: ContractTerms,
        later_status: Option<(EmploymentStatus, Option<Date>)>,
    ) -> Result<Member> {
        let DemoPerson(key, (given, family), title, department, site, manager, role, account) = *person;
        let (site_name, time_zone, _, dialling, _) = site;
        self.number += 1;
        let draft = EmployeeDraft {
            employee_code: Some(format!("E{}", self.number)),
            first_name: given.to_owned(),
            last_name: family.to_owned(),
            email: self.unused_email(given, family),
            phone: Some(format!("{dialling}{:03}", stable_random(key, "phone", 1000))),
            department_id: department_id(department),
            job_role_id: Some(job_role_id(title)),
            job_title: title.to_owned(),
            manager_id: manager.map(employee_id),
            site: (*site_name).to_owned(),
            time_zone: (*time_zone).to_owned(),
            contract,
            work_pattern: None,
            hire_date,
            earlier_service_from: None,
        };
        let mut employee = Employee::new(employee_id(key), draft, self.at)?;
        employee.person.roles = employee_roles_with(role);
        let pay = self.compensation_history(person, hire_date, contract)?;
        Ok(Member { employee, pay, later_status, account })
    }

    /// Work e-mail address that nobody has yet; further people of the same name get a number.
    fn unused_email(&mut self, given: &str, family: &str) -> String {
        let stem = format!("{given}.{family}").to_lowercase();
        let numbered = |n: u32| if n == 1 { stem.clone() } else { format!("{stem}{n}") };
        let free = (1..).map(numbered).map(|name| format!("{name}@muster.example"));
        let email = free.into_iter().find(|email| !self.emails.contains(email)).unwrap_or_default();
        self.emails.insert(email.clone());
        email
    }

    /// Compensation with a yearly raise of 2 to 5 percent in the last five years. Some people also have a raise that takes effect
    /// next year.
    fn compensation_history(
        &self,
        person: &DemoPerson<'_>,
        hire_date: Date,
        contract: ContractTerms,
    ) -> Result<CompensationHistory> {
        let DemoPerson(key, _, job_title, _, (_, _, currency, _, base), ..) = *person;
        let grade = TITLES.iter().find(|(title, _)| *title == job_title).map_or(5, |(_, grade)| i64::from(*grade));
        let full = base * 100 * (grade + 4) / 10;
        let mut amount_minor = full / 100 * i64::from(contract.fte_bp) / 100 / 1000 * 1000;
        let currency = currency.parse().map_err(kernel::Error::internal)?;
        let entry = |effective_date, amount_minor, reason: &str| CompensationEntry {
            effective_date,
            salary: Money { amount_minor, currency },
            reason: Some(reason.to_owned()),
            set_by: Actor::System(ACTOR.to_owned()),
            set_at: self.at,
        };
        let mut history = CompensationHistory::starting_with(entry(hire_date, amount_minor, "hired"));
        let first_year = hire_date.year().saturating_add(1);
        let ahead = i16::from(stable_random(key, "raise", 5) == 0);
        for year in first_year.max(self.today.year().saturating_sub(4))..=self.today.year().saturating_add(ahead) {
            let percent = 102 + i64::try_from(stable_random(key, &format!("raise-{year}"), 4)).unwrap_or_default();
            amount_minor = amount_minor * percent / 100 / 1000 * 1000;
            let new_year = jiff::civil::date(year, 1, 1);
            if let CompensationChange::Changed(longer) =
                history.with_salary(entry(new_year, amount_minor, "yearly review"), hire_date, self.today)?
            {
                history = longer;
            }
        }
        Ok(history)
    }

    /// Hire date 60 to 3,659 days ago.
    fn past_hire_date(&self, key: &str) -> Date {
        let days = 60 + i64::try_from(stable_random(key, "hired", 3600)).unwrap_or_default();
        self.today.saturating_sub(days.days())
    }

    /// Hire date on a past or future day of the current month.
    fn hire_date_this_month(&self, key: &str) -> Date {
        let day = stable_random(key, "joined", u64::from(self.today.days_in_month().unsigned_abs()));
        self.today.first_of_month().saturating_add(i64::try_from(day).unwrap_or_default().days())
    }

    /// Last day of employment: 1 to 50 days ago, but not before the hire date.
    fn last_day(&self, key: &str, hire_date: Date) -> Date {
        let days = 1 + i64::try_from(stable_random(key, "left", 50)).unwrap_or_default();
        self.today.saturating_sub(days.days()).max(hire_date)
    }
}

fn pick_name(names: &'static [&'static str], key: &str, what: &str) -> &'static str {
    let at = usize::try_from(stable_random(key, what, names.len() as u64)).unwrap_or_default();
    names.get(at).copied().unwrap_or("Kim")
}

/// Access roles: `employee` and the given one.
fn employee_roles_with(role: Option<Role>) -> Roles {
    let roles = Roles::default().with(Role::Employee);
    role.map_or(roles, |role| roles.with(role))
}

/// Contract of the generated person with the number `n`; most are full-time.
fn contract_terms(n: u32, key: &str) -> ContractTerms {
    let part = |fte_bp: u16| ContractTerms {
        employment_type: EmploymentType::PartTime,
        fte_bp,
        day_minutes: Minutes(i64::from(fte_bp) * 480 / 10_000),
    };
    match n % 9 {
        4 => part(if stable_random(key, "fte", 2) == 0 { 5_000 } else { 7_500 }),
        7 if n % 2 == 1 => ContractTerms { employment_type: EmploymentType::Intern, ..FULL_TIME },
        8 if n.is_multiple_of(4) => ContractTerms { employment_type: EmploymentType::Contract, ..FULL_TIME },
        _ => FULL_TIME,
    }
}

#[cfg(test)]
#[path = "organisation_tests.rs"]
mod tests;
