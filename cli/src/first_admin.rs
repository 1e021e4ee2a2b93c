//! `muster first-admin`: creates the administrator that an empty stack needs before anyone can sign in.

use std::sync::Arc;

use access::Role;
use auth::domain::password::Password;
use clap::Args;
use directory::today_in;
use employees::{
    domain::department::Department,
    store::{Employee, EmployeeDraft, EmployeeFilter, EmployeeStore},
};
use kernel::{Code, DepartmentId, EmployeeId, Error, IdGenerator, Message, Origin, PageLimit, Result};
use lambda::{Clock, Environment, SystemClock, UuidV7Generator};
use store::{CursorCipher, CursorScope, Pagination, Table};

use uuid::Uuid;

use crate::{
    cloud::{Stack, service_error, system_origin},
    seed::{FULL_TIME, is_missing},
};

/// Actor in event stamps and in the audit trail.
const ACTOR: &str = "muster-first-admin";
/// Department of the first employee; HR can rename it later.
const DEPARTMENT: &str = "Administration";
/// Fixed id of the department, so that a second attempt finds the department of one that failed half-way.
const DEPARTMENT_ID: DepartmentId = DepartmentId::new(Uuid::from_u128(0x018f_0000_0000_7000_8000_0000_0000_0001));
/// Environment variable that holds the password. It is no argument, because every user of the machine can see command lines.
const PASSWORD: &str = "MUSTER_PASSWORD";

/// Arguments of `muster first-admin`.
#[derive(Debug, Clone, Args)]
pub(crate) struct FirstAdmin {
    #[command(flatten)]
    stack: Stack,
    /// Work e-mail address, also the login name.
    #[arg(long)]
    email: String,
    /// Given name of the administrator.
    #[arg(long)]
    first_name: String,
    /// Family name of the administrator.
    #[arg(long)]
    last_name: String,
    /// Slug of the work site, such as `berlin`.
    #[arg(long)]
    site: String,
    /// IANA time zone of the work site, such as `Europe/Berlin`.
    #[arg(long)]
    time_zone: String,
}

/// Creates the first administrator and returns the sentence to print.
pub(crate) async fn run(args: &FirstAdmin) -> std::result::Result<String, String> {
    let cloud = args.stack.load_cloud()?;
    let password = Environment::from_process().required(PASSWORD).map_err(|error| format!("{error}."))?;
    let (people, auth) = (cloud.table("EmployeesTable")?, cloud.table("AuthTable")?);
    let origin = system_origin(ACTOR, SystemClock.now());
    let id = create_admin(args, &password, &EmployeeStore::new(people), &auth, &origin).await;
    let id = id.map_err(|error| service_error("first-admin", &error))?;
    Ok(format!(
        "Created the first administrator {} ({id}). Sign in and create the other employees through the API.",
        args.email
    ))
}

/// Creates an employee with the role `admin`, a password and the department. Fails if the stack has current employees.
/// The password is stored first, because an employee without one would block the next attempt.
async fn create_admin(
    args: &FirstAdmin,
    password: &str,
    store: &EmployeeStore,
    auth: &Table,
    origin: &Origin,
) -> Result<EmployeeId> {
    let own = [args.email.as_str(), &args.first_name, &args.last_name, &args.site];
    Password::checked(password, &own, false).map_err(|weak| Error::invalid(PASSWORD, weak.code(), weak.detail()))?;
    if !args.email.contains('@') {
        return Err(Error::invalid("--email", "invalid", Message::verbatim("The value is not an e-mail address.")));
    }
    // Listing requires a cursor cipher, but no cursor is ever opened.
    let page = Pagination::new(
        PageLimit::default(),
        None,
        Arc::new(CursorCipher::new(&[0; 32])?),
        CursorScope::new(ACTOR, ""),
    );
    let existing = store.list_employees(&EmployeeFilter::default(), &page).await?;
    if !existing.items.is_empty() {
        let detail = "The stack already has employees. Ask one of its administrators to grant the role `admin` \
                      with PUT /api/v1/employees/{employee_id}/roles.";
        return Err(Error::new(Code::InUse, Message::verbatim(detail)));
    }
    let employee = Employee::new(
        EmployeeId::new(UuidV7Generator.uuid(origin.at)),
        admin_draft(args, DEPARTMENT_ID, origin),
        origin.at,
    )?;
    let employee = employee.with_roles(employee.person.roles.with(Role::Admin), origin.at);
    let id = employee.person.id;
    let credential = auth::unchecked_password_write(id, password, origin.at)?;
    auth.commit(origin, credential)
        .await
        .map_err(|refusal| refusal.map_condition(|_, _| Error::internal("no condition")))?;
    if is_missing(store.get_department(DEPARTMENT_ID).await)? {
        let department = Department::new(DEPARTMENT_ID, DEPARTMENT, None, origin.at);
        store.create_department(origin, &department, None, &()).await?;
    }
    store.create_employee(origin, &employee, None, None, &()).await?;
    Ok(id)
}

fn admin_draft(args: &FirstAdmin, department_id: DepartmentId, origin: &Origin) -> EmployeeDraft {
    EmployeeDraft {
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
        work_pattern: None,
        hire_date: today_in(&args.time_zone, origin.at),
        earlier_service_from: None,
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
        let (store, auth) = (EmployeeStore::new(table("employees")), table("auth"));
        (dynamo, store, auth)
    }

    #[tokio::test]
    async fn first_administrator_can_sign_in_and_a_second_is_refused() {
        let (_dynamo, store, auth) = tables().await;
        let id = create_admin(&args("ada@example.com", "Europe/Berlin"), PHRASE, &store, &auth, &testkit::origin())
            .await
            .unwrap();
        let person = store.get_employee(id).await.unwrap().value.person;
        assert!(person.roles.has(Role::Admin) && person.roles.has(Role::Employee));
        assert!(auth.get(&store::Key::new(format!("CRED#{id}"), "CRED")).await.unwrap().is_some());

        let second =
            create_admin(&args("eve@example.com", "Europe/Berlin"), PHRASE, &store, &auth, &testkit::origin()).await;
        assert_eq!(second.unwrap_err().code(), "in_use");
    }

    #[tokio::test]
    async fn interrupted_attempt_does_not_block_the_next() {
        let (_dynamo, store, auth) = tables().await;
        let origin = testkit::origin();
        let department = Department::new(DEPARTMENT_ID, DEPARTMENT, None, origin.at);
        store.create_department(&origin, &department, None, &()).await.unwrap();
        let id = create_admin(&args("ada@example.com", "Europe/Berlin"), PHRASE, &store, &auth, &origin).await.unwrap();
        assert_eq!(store.get_employee(id).await.unwrap().value.person.department_id, DEPARTMENT_ID);
    }

    #[tokio::test]
    async fn invalid_input_stores_no_employee() {
        let (_dynamo, store, auth) = tables().await;
        for (args, password) in [
            (args("ada@example.com", "Europe/Berlin"), "short"),
            (args("no address", "Europe/Berlin"), PHRASE),
            (args("ada@example.com", "Europe/Atlantis"), PHRASE),
        ] {
            let refused = create_admin(&args, password, &store, &auth, &testkit::origin()).await.unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Invalid, "{refused}");
        }
        create_admin(&args("ada@example.com", "Europe/Berlin"), PHRASE, &store, &auth, &testkit::origin())
            .await
            .unwrap();
    }
}
