//! `muster seed`: fills a stack with a demo organisation, by the services' own rules and writes. Doing it again changes
//! nothing: ids are derived, creations conditional.

mod absences;
mod demo_people;
mod establish;
mod history;
mod names;
mod organisation;
mod rules;
mod shifts;

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use clap::Args;
use directory::{EmploymentStatus, Person, person_key};
use employees::store::EmployeeStore;
use events::EventType;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use kernel::{EmployeeId, ErrorKind, Origin};
use lambda::{Clock, FromShell, InitError, Shell, SystemClock};
use serde_json::json;
use store::{CommitError, Table, from_item, version_of};

use crate::cloud::{Stack, origin, service_error};
use organisation::{ACTOR, Member, Organisation, PEOPLE_MAX, PEOPLE_MIN, organisation};
pub(crate) use organisation::{FULL_TIME, department_id, employee_id, stable_random};

/// The password of every demo account; given out only where the stage is `local` or `dev`.
pub(crate) const DEMO_PASSWORD: &str = "quiet-otter-loud-violin";

/// The tables that are seeded, by the variable of their functions and the output of the stack.
const TABLES: &[(&str, &str)] = &[
    ("AUTH_TABLE", "AuthTable"),
    ("EMPLOYEES_TABLE", "EmployeesTable"),
    ("COMPLIANCE_TABLE", "ComplianceTable"),
    ("LEAVE_TABLE", "LeaveTable"),
    ("ATTENDANCE_TABLE", "AttendanceTable"),
];

/// Progress is told after so many people.
const TOLD_EVERY: usize = 100;
/// How often a write is tried that somebody was faster than, and the pause before the second try; each is longer than the one before.
const TRIES_MAX: u32 = 6;
const PAUSE: Duration = Duration::from_millis(200);

/// What is seeded where.
#[derive(Debug, Args)]
pub(crate) struct Seed {
    #[command(flatten)]
    stack: Stack,
    /// How many people.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(i64::from(PEOPLE_MIN)..=i64::from(PEOPLE_MAX)))]
    employees: u32,
    /// The day that the organisation is made for; today unless told.
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
    /// The stack's stage. Demo accounts with a known password are made in `local` and `dev` only. An emulator on this
    /// machine is `local` unless told.
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
}

/// What was done.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct SeedSummary {
    departments: usize,
    job_roles: usize,
    people: usize,
    moves: usize,
    accounts: usize,
    calendars: usize,
    leave_types: usize,
    policies: usize,
    leave: usize,
    delegations: usize,
    sites: usize,
    rosters: usize,
    assignments: usize,
    days: usize,
}

/// Seeds; answers what to print.
pub(crate) async fn run(args: &Seed) -> Result<String, String> {
    let cloud = args.stack.load()?;
    let stage = match (&args.stage, cloud.is_local()) {
        (Some(stage), _) => stage.clone(),
        (None, true) => "local".to_owned(),
        (None, false) => return Err("Name the stack's stage: `--stage dev`.".to_owned()),
    };
    let now = SystemClock.now();
    let today = args.today.unwrap_or_else(|| now.to_zoned(TimeZone::UTC).date());
    let plan = organisation(args.employees, today, now).map_err(|error| service_error("seed", &error))?;
    let seeder = Seeder::of(&cloud.shell(TABLES)?, now).map_err(|error| format!("{error}."))?;
    let began = Instant::now();
    let demo_accounts = matches!(stage.as_str(), "local" | "dev");
    let done = seeder.seed(&plan, demo_accounts, began).await.map_err(|error| service_error("seed", &error))?;
    Ok(summary(&plan, done, demo_accounts, began, cloud.output("ApiUrl").unwrap_or("https://<api>")))
}

struct Seeder {
    people: Table,
    records: EmployeeStore,
    auth: Table,
    rules: compliance::store::ComplianceStore,
    leave: leave::store::LeaveStore,
    attendance: attendance::store::AttendanceStore,
    origin: Origin,
}

impl Seeder {
    fn of(shell: &Shell, at: Timestamp) -> Result<Self, InitError> {
        let people = shell.table("EMPLOYEES_TABLE")?;
        Ok(Self {
            records: EmployeeStore::new(people.clone()),
            people,
            auth: shell.table("AUTH_TABLE")?,
            rules: compliance::store::ComplianceStore::new(shell.table("COMPLIANCE_TABLE")?),
            leave: leave::store::LeaveStore::from_shell(shell)?,
            attendance: attendance::store::AttendanceStore::from_shell(shell)?,
            origin: origin(ACTOR, at),
        })
    }

    async fn seed(&self, plan: &Organisation, demo_accounts: bool, began: Instant) -> kernel::Result<SeedSummary> {
        let mut done = SeedSummary::default();
        for department in &plan.departments {
            if missing(self.records.get_department(department.id).await)? {
                self.records.create_department(&self.origin, department, None, &()).await?;
                done.departments += 1;
            }
        }
        for role in &plan.job_roles {
            if missing(self.records.job_role(role.id).await)? {
                self.records.create_job_role(&self.origin, role, None, &()).await?;
                done.job_roles += 1;
            }
        }
        self.create_rules(&mut done).await?;
        let known = self.existing_members(plan).await?;
        for (at, member) in plan.people.iter().enumerate() {
            self.store_member(member, known.get(&member.employee.person.id), &mut done).await?;
            if done.people > 0 && (at + 1) % TOLD_EVERY == 0 {
                println!("  {} of {} people, {} s", at + 1, plan.people.len(), began.elapsed().as_secs());
            }
        }
        self.create_absences(plan, &mut done).await?;
        self.assign_rosters(plan, &mut done).await?;
        self.create_history(plan, &mut done).await?;
        for member in plan.people.iter().filter(|member| demo_accounts && member.account.is_some()) {
            done.accounts += usize::from(self.open_account(member.employee.person.id).await?);
        }
        Ok(done)
    }

    /// Who of the plan is there already, with the version of their record.
    async fn existing_members(&self, plan: &Organisation) -> kernel::Result<HashMap<EmployeeId, (Person, u64)>> {
        let keys: Vec<_> = plan.people.iter().map(|member| person_key(member.employee.person.id)).collect();
        let items = self.people.get_many(&keys).await?;
        let read = |item: store::Item| {
            let version = version_of(&item);
            from_item::<Person>(item).map(|person| (person.id, (person, version)))
        };
        items.into_iter().map(read).collect()
    }

    /// Hires who is not there, and moves on who is still where hiring left them.
    async fn store_member(
        &self,
        member: &Member,
        known: Option<&(Person, u64)>,
        done: &mut SeedSummary,
    ) -> kernel::Result<()> {
        let id = member.employee.person.id;
        if known.is_none() {
            self.records.create_employee(&self.origin, &member.employee, Some(&member.pay), None, &()).await?;
            done.people += 1;
        }
        let untouched =
            known.is_none_or(|(person, version)| *version == 1 && person.status == EmploymentStatus::Active);
        let Some((status, last_day)) = member.later_status.filter(|_| untouched) else { return Ok(()) };
        let before = self.records.get_employee_for_update(id).await?;
        let after = before.value.with_status(status, last_day, self.origin.at);
        let data = json!({"from": EmploymentStatus::Active, "to": status, "reason": "demo organisation"});
        let event = match status {
            EmploymentStatus::Terminated => EventType::EmployeeDeleted,
            EmploymentStatus::Active | EmploymentStatus::OnLeave | EmploymentStatus::Suspended => {
                EventType::EmployeeStatusChanged
            }
        };
        self.records.update_status(&self.origin, &before, &after, event, data).await?;
        done.moves += 1;
        Ok(())
    }

    /// Gives a demo account its password, unless it has one; answers whether it got it now.
    async fn open_account(&self, id: EmployeeId) -> kernel::Result<bool> {
        let write = auth::seed_credential(id, DEMO_PASSWORD, self.origin.at)?.condition("attribute_not_exists(pk)");
        match self.auth.commit(&self.origin, write).await {
            Ok(_) => Ok(true),
            Err(CommitError::Condition { .. }) => Ok(false),
            Err(CommitError::Other(error)) => Err(error),
        }
    }
}

/// Whether what was looked for is not there.
pub(crate) fn missing<T>(read: kernel::Result<T>) -> kernel::Result<bool> {
    match read {
        Ok(_) => Ok(false),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Tries some times while others are faster.
async fn retry<T>(mut what: impl AsyncFnMut() -> kernel::Result<T>) -> kernel::Result<T> {
    let mut tries = 1;
    loop {
        match what().await {
            Err(error) if error.retryable() && tries < TRIES_MAX => tokio::time::sleep(PAUSE * tries).await,
            outcome => return outcome,
        }
        tries += 1;
    }
}

fn summary(plan: &Organisation, done: SeedSummary, demo_accounts: bool, began: Instant, api: &str) -> String {
    let SeedSummary { departments, job_roles, people, moves, accounts, calendars, leave_types, policies, .. } = done;
    let SeedSummary { leave, delegations, sites, rosters, assignments, days, .. } = done;
    let mut text = format!(
        "{} people in {} departments; new: {people} people, {departments} departments, {job_roles} job roles, {moves} \
         changes of status, {accounts} accounts, {calendars} calendars, {leave_types} leave types, {policies} policies, \
         {leave} requests for leave, {delegations} delegations, {sites} sites, {rosters} rotations, {assignments} people put on one, {days} days of attendance \
         ({} s).\nAPI: {api}\n",
        plan.people.len(),
        plan.departments.len(),
        began.elapsed().as_secs()
    );
    if demo_accounts {
        text.push_str(&accounts_table(plan));
        text.push_str(&commands(plan, api));
    }
    text
}

fn accounts_table(plan: &Organisation) -> String {
    let rows = plan.people.iter().filter_map(|member| Some((&member.employee.person, member.account?)));
    let rows: String =
        rows.map(|(person, shows)| format!("  {:<34} {:<6} {shows}\n", person.email, person.employee_code)).collect();
    format!("\nDemo accounts, all with the password {DEMO_PASSWORD}:\n{rows}")
}

/// Three commands that work when pasted into a shell, one after the other.
fn commands(plan: &Organisation, api: &str) -> String {
    let hr = plan.people.iter().find(|member| member.employee.person.roles.has(access::Role::Hr));
    let login = hr.map_or("", |member| member.employee.person.email.as_str());
    let department = department_id("platform");
    format!(
        r#"
Try it:
  TOKEN=$(curl -s {api}/api/v1/auth/login -H 'content-type: application/json' -d '{{"login":"{login}","password":"{DEMO_PASSWORD}"}}' | sed 's/.*"access_token":"\([^"]*\)".*/\1/')
  curl -s '{api}/api/v1/employees?limit=5' -H "authorization: Bearer $TOKEN"
  curl -s {api}/api/v1/employees -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' -H 'idempotency-key: first-try' -d '{{"first_name":"Ada","last_name":"Example","email":"ada.example@muster.example","department_id":"{department}","role":"Engineer","hire_date":"2024-01-15","site":"berlin","time_zone":"Europe/Berlin","salary":{{"amount_minor":7500000,"currency":"EUR"}}}}'
"#
    )
}

#[cfg(test)]
mod tests;
