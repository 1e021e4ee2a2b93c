//! `muster first-admin`: makes the one person that an empty stack needs before anybody can sign in.

use std::sync::Arc;

use access::Role;
use auth::domain::password::Password;
use clap::Args;
use directory::today_in;
use employees::{
    domain::department::Department,
    store::{Draft, Employee, EmployeeFilter, EmployeeStore},
};
use kernel::{Code, DepartmentId, EmployeeId, Error, IdGenerator, Origin, PageLimit, Result};
use lambda::{Clock, Environment, SystemClock, UuidV7Generator};
use store::{CursorCipher, CursorScope, Pagination, Table};

use uuid::Uuid;

use crate::{
    cloud::{Stack, origin, service_error},
    seed::{FULL_TIME, missing},
};

/// Who acts, in stamps and in the audit trail.
const ACTOR: &str = "muster-first-admin";
/// The department that the first person belongs to; rename it when there are others.
const DEPARTMENT: &str = "Administration";
/// Always the same one, so that a try that died half-way does not stand in the way of the next.
const DEPARTMENT_ID: DepartmentId = DepartmentId::new(Uuid::from_u128(0x018f_0000_0000_7000_8000_0000_0000_0001));
/// Where the password is read from, since a command line is seen by everybody on the machine.
const PASSWORD: &str = "MUSTER_PASSWORD";

/// The first administrator. The password is read from MUSTER_PASSWORD and must satisfy the rules for passwords.
#[derive(Debug, Clone, Args)]
pub(crate) struct FirstAdmin {
    #[command(flatten)]
    stack: Stack,
    /// Work e-mail, which is also the name to sign in with.
    #[arg(long)]
    email: String,
    /// Given name.
    #[arg(long)]
    first_name: String,
    /// Family name.
    #[arg(long)]
    last_name: String,
    /// Work site, a slug such as `berlin`.
    #[arg(long)]
    site: String,
    /// IANA zone of the work site, such as `Europe/Berlin`.
    #[arg(long)]
    time_zone: String,
}

/// Makes the first administrator; answers what to print.
pub(crate) async fn run(args: &FirstAdmin) -> std::result::Result<String, String> {
    let cloud = args.stack.load()?;
    let password = Environment::from_process().required(PASSWORD).map_err(|error| format!("{error}."))?;
    let (people, auth) = (cloud.table("EmployeesTable")?, cloud.table("AuthTable")?);
    let origin = origin(ACTOR, SystemClock.now());
    let id = make(args, &password, &EmployeeStore::new(people), &auth, &origin).await;
    let id = id.map_err(|error| service_error("first-admin", &error))?;
    Ok(format!("{} is the first administrator ({id}); sign in, then add the others through the API.", args.email))
}

/// The password goes first: a person without one would stand in the way of the next try.
async fn make(
    args: &FirstAdmin,
    password: &str,
    records: &EmployeeStore,
    auth: &Table,
    origin: &Origin,
) -> Result<EmployeeId> {
    let own = [args.email.as_str(), &args.first_name, &args.last_name, &args.site];
    Password::for_change(password, &own, false)
        .map_err(|weak| Error::invalid(PASSWORD, weak.code(), format!("The password {}", weak.detail())))?;
    if !args.email.contains('@') {
        return Err(Error::invalid("--email", "invalid", "not an e-mail address"));
    }
    // A cursor is asked for and never used.
    let page = Pagination::new(
        PageLimit::default(),
        None,
        Arc::new(CursorCipher::new(&[0; 32])?),
        CursorScope::new(ACTOR, ""),
    );
    let somebody = records.list_employees(&EmployeeFilter::default(), &page).await?;
    if !somebody.items.is_empty() {
        let detail = "There are people already: an administrator among them makes others by PUT .../roles.";
        return Err(Error::new(Code::Exists, detail));
    }
    let employee = Employee::hired(
        EmployeeId::new(UuidV7Generator.uuid(origin.at)),
        draft(args, DEPARTMENT_ID, origin),
        origin.at,
    )?;
    let employee = employee.with_roles(employee.person.roles.with(Role::Admin), origin.at);
    let id = employee.person.id;
    let credential = auth::seed_credential(id, password, origin.at)?;
    auth.commit(origin, credential)
        .await
        .map_err(|refusal| refusal.map_condition(|_, _| Error::internal("no condition")))?;
    if missing(records.get_department(DEPARTMENT_ID).await)? {
        let department = Department::new(DEPARTMENT_ID, DEPARTMENT, None, origin.at);
        records.create_department(origin, &department, None, &()).await?;
    }
    records.create_employee(origin, &employee, None, None, &()).await?;
    Ok(id)
}

fn draft(args: &FirstAdmin, department_id: DepartmentId, origin: &Origin) -> Draft {
    Draft {
        employee_code: None,
        first_name: args.first_name.clone(),
        last_name: args.last_name.clone(),
        email: args.email.clone(),
        phone: None,
        department_id,
        job_role_id: None,
        job_title: "Administrator".to_owned(),
        manager_id: None,
        site: args.site.clone(),
        time_zone: args.time_zone.clone(),
        contract: FULL_TIME,
        hire_date: today_in(&args.time_zone, origin.at),
    }
}

#[cfg(test)]
mod tests {
    use kernel::ErrorKind;
    use testkit::TestDynamo;

    use super::*;

    const PHRASE: &str = "seven kettles under the moon";

    fn args(email: &str, time_zone: &str) -> FirstAdmin {
        FirstAdmin {
            stack: Stack::default(),
            email: email.to_owned(),
            first_name: "Ada".to_owned(),
            last_name: "Byron".to_owned(),
            site: "berlin".to_owned(),
            time_zone: time_zone.to_owned(),
        }
    }

    async fn tables() -> (TestDynamo, EmployeeStore, Table) {
        let dynamo = testkit::dynamo().await.with_tables().await;
        let table =
            |name: &str| Table::new(dynamo.client.clone(), format!("muster-test-{name}"), Arc::new(UuidV7Generator));
        let (records, auth) = (EmployeeStore::new(table("employees")), table("auth"));
        (dynamo, records, auth)
    }

    #[tokio::test]
    async fn the_first_administrator_can_sign_in_and_there_is_no_second_one() {
        let (_dynamo, records, auth) = tables().await;
        let id =
            make(&args("ada@example.com", "Europe/Berlin"), PHRASE, &records, &auth, &testkit::origin()).await.unwrap();
        let person = records.get_employee(id).await.unwrap().value.person;
        assert!(person.roles.has(Role::Admin) && person.roles.has(Role::Employee));
        assert!(auth.get(&store::Key::new(format!("CRED#{id}"), "CRED")).await.unwrap().is_some());

        let again = make(&args("eve@example.com", "Europe/Berlin"), PHRASE, &records, &auth, &testkit::origin()).await;
        assert_eq!(again.unwrap_err().code(), "exists");
    }

    #[tokio::test]
    async fn a_try_that_died_half_way_does_not_stand_in_the_way_of_the_next() {
        let (_dynamo, records, auth) = tables().await;
        let origin = testkit::origin();
        let department = Department::new(DEPARTMENT_ID, DEPARTMENT, None, origin.at);
        records.create_department(&origin, &department, None, &()).await.unwrap();
        let id = make(&args("ada@example.com", "Europe/Berlin"), PHRASE, &records, &auth, &origin).await.unwrap();
        assert_eq!(records.get_employee(id).await.unwrap().value.person.department_id, DEPARTMENT_ID);
    }

    #[tokio::test]
    async fn what_breaks_a_rule_stores_nobody() {
        let (_dynamo, records, auth) = tables().await;
        for (args, password) in [
            (args("ada@example.com", "Europe/Berlin"), "short"),
            (args("nobody", "Europe/Berlin"), PHRASE),
            (args("ada@example.com", "Europe/Atlantis"), PHRASE),
        ] {
            let refused = make(&args, password, &records, &auth, &testkit::origin()).await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Invalid, "{refused}");
        }
        make(&args("ada@example.com", "Europe/Berlin"), PHRASE, &records, &auth, &testkit::origin()).await.unwrap();
    }
}
