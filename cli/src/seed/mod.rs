//! `muster seed`: creates a demo organisation through the services' own code. Running it again changes nothing, because ids are
//! derived from keys and writes are conditional.

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

use crate::cloud::{Stack, service_error, system_origin};
use organisation::{ACTOR, Member, Organisation, PEOPLE_MAX, PEOPLE_MIN, demo_organisation};
pub(crate) use organisation::{FULL_TIME, department_id, employee_id, stable_random};

/// Password of every demo account; accounts are created in the stages `local` and `dev` only.
pub(crate) const DEMO_PASSWORD: &str = "quiet-otter-loud-violin";

/// Seeded tables: environment variable of the functions, and stack output.
const TABLES: &[(&str, &str)] = &[
    ("AUTH_TABLE", "AuthTable"),
    ("EMPLOYEES_TABLE", "EmployeesTable"),
    ("COMPLIANCE_TABLE", "ComplianceTable"),
    ("LEAVE_TABLE", "LeaveTable"),
    ("ATTENDANCE_TABLE", "AttendanceTable"),
];

/// Number of stored people after which progress is printed again.
const PROGRESS_EVERY: usize = 100;
/// Most attempts of an action that fails with a retryable error, such as a lost race.
const ATTEMPTS_MAX: u32 = 6;
/// Pause before the second attempt; the pause before the n-th is n - 1 times as long.
const PAUSE: Duration = Duration::from_millis(200);

/// Arguments of `muster seed`.
#[derive(Debug, Args)]
pub(crate) struct Seed {
    #[command(flatten)]
    stack: Stack,
    /// Number of employees of the demo organisation.
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(i64::from(PEOPLE_MIN)..=i64::from(PEOPLE_MAX)))]
    employees: u32,
    /// Date for which the organisation is created [default: today].
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
    /// Stage of the stack, such as `dev` [default: `local` for an emulator on this machine].
    ///
    /// Demo accounts with a public password are created in the stages `local` and `dev` only.
    #[arg(long, value_name = "STAGE")]
    stage: Option<String>,
}

/// Numbers of created and changed objects.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct SeedSummary {
    departments: usize,
    job_roles: usize,
    people: usize,
    status_changes: usize,
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

/// Seeds the stack and returns the text to print.
pub(crate) async fn run(args: &Seed) -> Result<String, String> {
    let cloud = args.stack.load_cloud()?;
    let stage = match (&args.stage, cloud.is_local()) {
        (Some(stage), _) => stage.clone(),
        (None, true) => "local".to_owned(),
        (None, false) => return Err("The stage of the stack is missing. Add it, such as `--stage dev`.".to_owned()),
    };
    let now = SystemClock.now();
    let today = args.today.unwrap_or_else(|| now.to_zoned(TimeZone::UTC).date());
    let plan = demo_organisation(args.employees, today, now).map_err(|error| service_error("seed", &error))?;
    let seeder = Seeder::from_shell(&cloud.shell(TABLES)?, now).map_err(|error| format!("{error}."))?;
    let start = Instant::now();
    let demo_accounts = matches!(stage.as_str(), "local" | "dev");
    let summary = seeder.seed(&plan, demo_accounts, start).await.map_err(|error| service_error("seed", &error))?;
    Ok(summary_text(&plan, summary, demo_accounts, start, cloud.output("ApiUrl").unwrap_or("https://<api>")))
}

struct Seeder {
    people: Table,
    employees: EmployeeStore,
    auth: Table,
    rules: compliance::store::ComplianceStore,
    leave: leave::store::LeaveStore,
    attendance: attendance::store::AttendanceStore,
    origin: Origin,
}

impl Seeder {
    fn from_shell(shell: &Shell, at: Timestamp) -> Result<Self, InitError> {
        let people = shell.table("EMPLOYEES_TABLE")?;
        Ok(Self {
            employees: EmployeeStore::new(people.clone()),
            people,
            auth: shell.table("AUTH_TABLE")?,
            rules: compliance::store::ComplianceStore::new(shell.table("COMPLIANCE_TABLE")?),
            leave: leave::store::LeaveStore::from_shell(shell)?,
            attendance: attendance::store::AttendanceStore::from_shell(shell)?,
            origin: system_origin(ACTOR, at),
        })
    }

    /// Creates the missing objects of the organisation, and passwords only with `demo_accounts`.
    async fn seed(&self, plan: &Organisation, demo_accounts: bool, start: Instant) -> kernel::Result<SeedSummary> {
        let mut summary = SeedSummary::default();
        for department in &plan.departments {
            if is_missing(self.employees.get_department(department.id).await)? {
                self.employees.create_department(&self.origin, department, None, &()).await?;
                summary.departments += 1;
            }
        }
        for role in &plan.job_roles {
            if is_missing(self.employees.get_job_role(role.id).await)? {
                self.employees.create_job_role(&self.origin, role, None, &()).await?;
                summary.job_roles += 1;
            }
        }
        self.create_missing_rules(&mut summary).await?;
        let existing = self.existing_members(plan).await?;
        for (at, member) in plan.people.iter().enumerate() {
            self.create_member_if_missing(member, existing.get(&member.employee.person.id), &mut summary).await?;
            if summary.people > 0 && (at + 1) % PROGRESS_EVERY == 0 {
                println!("  {} of {} employees after {} s", at + 1, plan.people.len(), start.elapsed().as_secs());
            }
        }
        self.create_missing_absences(plan, &mut summary).await?;
        self.assign_rosters_where_possible(plan, &mut summary).await?;
        self.create_missing_history(plan, &mut summary).await?;
        for member in plan.people.iter().filter(|member| demo_accounts && member.account.is_some()) {
            summary.accounts += usize::from(self.create_account_if_missing(member.employee.person.id).await?);
        }
        Ok(summary)
    }

    /// People of the plan that are already stored, with the versions of their records.
    async fn existing_members(&self, plan: &Organisation) -> kernel::Result<HashMap<EmployeeId, (Person, u64)>> {
        let keys: Vec<_> = plan.people.iter().map(|member| person_key(member.employee.person.id)).collect();
        let items = self.people.get_many(&keys).await?;
        let read = |item: store::Item| {
            let version = version_of(&item);
            from_item::<Person>(item).map(|person| (person.id, (person, version)))
        };
        items.into_iter().map(read).collect()
    }

    /// Creates an employee that is missing. Then gives an employee the planned later status, unless the record was
    /// changed since it was created.
    async fn create_member_if_missing(
        &self,
        member: &Member,
        existing: Option<&(Person, u64)>,
        summary: &mut SeedSummary,
    ) -> kernel::Result<()> {
        let id = member.employee.person.id;
        if existing.is_none() {
            self.employees.create_employee(&self.origin, &member.employee, Some(&member.pay), None, &()).await?;
            summary.people += 1;
        }
        let untouched =
            existing.is_none_or(|(person, version)| *version == 1 && person.status == EmploymentStatus::Active);
        let Some((status, last_day)) = member.later_status.filter(|_| untouched) else { return Ok(()) };
        let before = self.employees.get_employee_for_update(id).await?;
        let after = before.value.with_status(status, last_day, self.origin.at);
        let data = json!({"from": EmploymentStatus::Active, "to": status, "reason": "demo organisation"});
        let event = match status {
            EmploymentStatus::Terminated => EventType::EmployeeDeleted,
            EmploymentStatus::Active | EmploymentStatus::OnLeave | EmploymentStatus::Suspended => {
                EventType::EmployeeStatusChanged
            }
        };
        self.employees.update_employee_status(&self.origin, &before, &after, event, data).await?;
        summary.status_changes += 1;
        Ok(())
    }

    /// Sets the password of a demo account that has none; returns whether it was set.
    async fn create_account_if_missing(&self, id: EmployeeId) -> kernel::Result<bool> {
        let write =
            auth::unchecked_password_write(id, DEMO_PASSWORD, self.origin.at)?.condition("attribute_not_exists(pk)");
        match self.auth.commit(&self.origin, write).await {
            Ok(_) => Ok(true),
            Err(CommitError::ConditionFailed { .. }) => Ok(false),
            Err(CommitError::Other(error)) => Err(error),
        }
    }
}

/// Whether a read failed with `not_found`; other errors are passed on.
pub(crate) fn is_missing<T>(read: kernel::Result<T>) -> kernel::Result<bool> {
    match read {
        Ok(_) => Ok(false),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Repeats an action while it fails with a retryable error, up to [`ATTEMPTS_MAX`] times.
async fn retry<T>(mut action: impl AsyncFnMut() -> kernel::Result<T>) -> kernel::Result<T> {
    let mut attempts = 1;
    loop {
        match action().await {
            Err(error) if error.is_retryable() && attempts < ATTEMPTS_MAX => tokio::time::sleep(PAUSE * attempts).await,
            result => return result,
        }
        attempts += 1;
    }
}

fn summary_text(plan: &Organisation, summary: SeedSummary, demo_accounts: bool, start: Instant, api: &str) -> String {
    let SeedSummary { departments, job_roles, people, status_changes, accounts, calendars, .. } = summary;
    let SeedSummary { leave_types, policies, leave, delegations, sites, rosters, assignments, days, .. } = summary;
    let mut text = format!(
        "The demo organisation has {} employees in {} departments. New: {people} employees, {departments} departments, \
         {job_roles} job roles, {status_changes} status changes, {accounts} accounts, {calendars} calendars, \
         {leave_types} leave types, {policies} policies, {leave} leave requests, {delegations} delegations, {sites} sites, \
         {rosters} rosters, {assignments} roster assignments, {days} attendance days ({} s).\nAPI: {api}\n",
        plan.people.len(),
        plan.departments.len(),
        start.elapsed().as_secs()
    );
    if demo_accounts {
        text.push_str(&accounts_table(plan));
        text.push_str(&sample_commands(plan, api));
    }
    text
}

/// Lines with login name, employee code and description of each demo account.
fn accounts_table(plan: &Organisation) -> String {
    let rows = plan.people.iter().filter_map(|member| Some((&member.employee.person, member.account?)));
    let rows: String = rows
        .map(|(person, account)| format!("  {:<34} {:<6} {account}\n", person.email, person.employee_code))
        .collect();
    format!("\nDemo accounts, all with the password {DEMO_PASSWORD}:\n{rows}")
}

/// Three commands to paste into a shell.
fn sample_commands(plan: &Organisation, api: &str) -> String {
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
