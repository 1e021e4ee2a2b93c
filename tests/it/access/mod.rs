//! Tests of the access table: every role at every route with an outsider's id, and every kind of forged token.
//!
//! They are generated from `access::OPERATIONS` and [`fixtures::ENDPOINTS`], so they cover every endpoint.

mod forged;

use access::OPERATIONS;
use access::{AccessRule, FieldGroup, Grant, Method, Operation, ReadableFields, Relation, Role};
use directory::Person;
use fixtures::{Organisation, PAY, PAY_OF_OTHERS, PHONE, PHONE_OF_OTHERS, REASON, REASON_OF_OTHERS, with_query};
use serde_json::Value;
use testkit::TestResponse;

use crate::conformance::{
    openapi::{described, document},
    repo::nothing_wrong,
};

/// Operations that require a token, with deletions last, so that the other operations still find their objects.
fn protected() -> Vec<&'static Operation> {
    let mut rows: Vec<_> = OPERATIONS.iter().copied().filter(|row| row.access != AccessRule::Public).collect();
    rows.sort_by_key(|row| row.method == Method::Delete);
    rows
}

/// Path parameters that name a person or an object of a person.
const PERSONAL: &str = "{employee_id} {user_id} {session_id} {id} {leave_id} {credit_id} {delegation_id} {feed_id} {notification_id} \
    {subscription_id} {training_id} {violation_id} {correction_id} {assignment_id}";
/// Path parameters that name any other object.
const IMPERSONAL: &str = "{audit_id} {bulk_id} {date} {department_id} {job_role_id} {leave_type} {log_type} {month} {policy_id} {roster_id} \
    {recount_id} {run_id} {site} {template} {token}";

/// Whether an operation is about one person or an object of a person.
fn is_personal(row: &Operation) -> bool {
    let is_in = |list: &str, name: &str| list.split_whitespace().any(|one| one == name);
    let mut parameters = row.path.split('/').filter(|part| part.starts_with('{'));
    for name in parameters.clone() {
        assert!(is_in(PERSONAL, name) || is_in(IMPERSONAL, name), "add {name} to PERSONAL or IMPERSONAL");
    }
    parameters.any(|name| is_in(PERSONAL, name))
}

fn is_problem(answer: &TestResponse, status: u16) -> bool {
    let named = ["type", "title", "detail", "request_id"].iter().all(|name| answer.body[*name].is_string());
    answer.status == status
        && answer.header("content-type") == "application/problem+json"
        && answer.body["status"] == status
        && named
}

fn describe(row: &Operation, who: &str, answer: &TestResponse) -> String {
    format!("{} as {who}: {} {}", row.name, answer.status, answer.body)
}

#[tokio::test]
async fn requests_without_a_token_get_401() {
    let organisation = crate::organisation().await;
    let before = organisation.world.snapshot().await;
    let mut wrong = Vec::new();
    for row in protected() {
        let answer = organisation.request(row, &organisation.outsider_path(row)).await;
        if !is_problem(&answer, 401)
            || answer.problem() != "token_missing"
            || answer.header("www-authenticate") != "Bearer"
        {
            wrong.push(describe(row, "anonymous", &answer));
        }
    }
    nothing_wrong("A request without a token must get 401 `token_missing`:", &wrong);
    assert!(before == organisation.world.snapshot().await, "a refused request must store nothing");
}

#[tokio::test]
async fn roles_outside_the_row_get_403() {
    let organisation = crate::organisation().await;
    let before = organisation.world.snapshot().await;
    let (mut wrong, mut refused) = (Vec::new(), 0);
    for row in protected() {
        for role in Role::ALL {
            let person = organisation.person_with_role(role);
            if row.grant(person.roles).allows_any() {
                continue;
            }
            refused += 1;
            let answer = organisation.request(row, &organisation.outsider_path(row)).signed_in_as(person).await;
            if !is_problem(&answer, 403)
                || answer.problem() != "forbidden"
                || !organisation.outsider_values_in(&answer).is_empty()
            {
                wrong.push(describe(row, role.as_str(), &answer));
            }
        }
    }
    nothing_wrong("A role without a grant in the access table must get 403 `forbidden` and no data:", &wrong);
    assert!(refused > 50, "the test must find more than 50 refusals, not {refused}");
    assert!(before == organisation.world.snapshot().await, "a refused request must store nothing");
}

/// People who may call an operation, but not about the outsider.
fn out_of_scope<'a>(organisation: &'a Organisation, row: &Operation) -> Vec<(Role, &'a Person)> {
    let person = |role| (role, organisation.person_with_role(role));
    let narrow = |grant: Grant| grant.allows_any() && !grant.covers(Relation::Other);
    Role::ALL.into_iter().map(person).filter(|(_, person)| narrow(row.grant(person.roles))).collect()
}

#[tokio::test]
async fn outsiders_and_unknown_people_give_the_same_404() {
    let organisation = crate::organisation().await;
    let before = organisation.world.snapshot().await;
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for row in protected().into_iter().filter(|row| is_personal(row)) {
        for (role, person) in out_of_scope(&organisation, row) {
            checked += 1;
            let foreign = organisation.request(row, &organisation.outsider_path(row)).signed_in_as(person).await;
            if !is_problem(&foreign, 404) || !organisation.outsider_values_in(&foreign).is_empty() {
                wrong.push(describe(row, role.as_str(), &foreign));
            }
            let id = organisation.outsider.id.to_string();
            let unknown = organisation.outsider_path(row).replace(&id, &format!("{}f", &id[..id.len() - 1]));
            let missing = organisation.request(row, &unknown).signed_in_as(person).await;
            if names_an_employee(row)
                && (missing.status, &missing.body["detail"]) != (foreign.status, &foreign.body["detail"])
            {
                let outsider = describe(row, role.as_str(), &foreign);
                wrong.push(format!("{outsider}, but for an unknown employee: {}", missing.body));
            }
        }
    }
    nothing_wrong("A person outside the scope must give the same 404 as an unknown person:", &wrong);
    assert!(checked > 10, "the test must find more than 10 operations out of scope, not {checked}");
    assert!(before == organisation.world.snapshot().await, "a refused request must store nothing");
}

fn names_an_employee(row: &Operation) -> bool {
    row.path.contains("{employee_id}")
}

/// Value of a list parameter that selects the outsider, and whether it names a person.
fn filter(organisation: &Organisation, name: &str) -> Option<(String, bool)> {
    let person = &organisation.outsider;
    Some(match name {
        "manager" | "root" => (organisation.other_manager.id.to_string(), true),
        "user_id" | "entity_id" | "employee_id" => (person.id.to_string(), true),
        "department" | "parent" => (organisation.outsider_ids["department_id"].clone(), false),
        "job_role" => (organisation.outsider_ids["job_role_id"].clone(), false),
        "name" | "q" => (person.last_name.clone(), false),
        "status" => ("active".to_owned(), false),
        "event_id" => (organisation.outsider_ids["event_id"].clone(), false),
        "policy_id" => (organisation.outsider_ids["policy_id"].clone(), false),
        "roster_id" => (organisation.outsider_ids["worked_roster_id"].clone(), false),
        "site" => (organisation.outsider_ids["site"].clone(), false),
        "month" => ("2024-06".to_owned(), false),
        "date" | "from" | "effective_on" => ("2024-07-01".to_owned(), false),
        "to" | "as_of" | "due_before" => ("2024-12-31".to_owned(), false),
        "leave_type" => ("annual".to_owned(), false),
        "log_type" => ("employee_updated".to_owned(), false),
        "entity_type" => ("Employee".to_owned(), false),
        "service_name" => ("payroll".to_owned(), false),
        _ => return None,
    })
}

#[tokio::test]
async fn lists_and_searches_hide_people_out_of_scope() {
    let organisation = crate::organisation().await;
    let document = document();
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for row in protected().into_iter().filter(|row| row.method == Method::Get) {
        let parameters = described(&document, row)["parameters"].as_array().cloned().unwrap_or_default();
        let names = parameters.iter().filter(|one| one["in"] == "query").filter_map(|one| one["name"].as_str());
        let filters: Vec<_> = names.filter_map(|name| Some((name, filter(&organisation, name)?))).collect();
        for (role, person) in out_of_scope(&organisation, row) {
            let path = organisation.path_about(row, person);
            let bare = organisation.request(row, &path).signed_in_as(person).await;
            checked += 1;
            if is_inbox(row) && role == Role::Hr {
                // HR is notified of leave requests, and the inbox is HR's own.
                continue;
            }
            if !organisation.outsider_values_in(&bare).is_empty() {
                wrong.push(describe(row, role.as_str(), &bare));
            }
            for (name, (value, names_a_person)) in &filters {
                let answer = organisation.request(row, &with_query(&path, name, value)).signed_in_as(person).await;
                checked += 1;
                // A parameter that the path already sets is refused with 400.
                let refused = matches!(answer.status.as_u16(), 403 | 404)
                    || (answer.status == 400 && answer.pointers() == [format!("query:{name}")]);
                let own_only =
                    row.path.contains("{user_id}") && answer.body["items"].as_array().is_some_and(Vec::is_empty);
                let leaks = shows_more_than(&organisation, &answer, value);
                if leaks || answer.status.is_server_error() || (*names_a_person && !refused && !own_only) {
                    wrong.push(format!("{} ?{name}={value}", describe(row, role.as_str(), &answer)));
                }
            }
        }
    }
    nothing_wrong("A list filtered by an outsider must be 403 or 404 and must not show the outsider's data:", &wrong);
    assert!(checked > 5, "the test must read more than 5 lists, not {checked}");
}

fn is_inbox(row: &Operation) -> bool {
    ["notifications-list", "notifications-unread"].contains(&row.name)
}

/// Whether a response contains data of the outsider other than the filter value, which a problem may repeat.
fn shows_more_than(organisation: &Organisation, answer: &TestResponse, filter: &str) -> bool {
    organisation.outsider_values_in(answer).iter().any(|shown| shown != filter || answer.body["items"].is_array())
}

#[tokio::test]
async fn granted_roles_are_admitted_within_their_scope() {
    let organisation = crate::organisation().await;
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for row in protected() {
        for role in Role::ALL {
            let person = organisation.person_with_role(role);
            let grant = row.grant(person.roles);
            for subject in [&organisation.outsider, &organisation.employee, person] {
                if !grant.covers(organisation.relation(person, subject)) {
                    continue;
                }
                checked += 1;
                let answer =
                    organisation.request(row, &organisation.path_about(row, subject)).signed_in_as(person).await;
                if !is_admitted(row, person, subject, &answer) {
                    wrong.push(format!("{} about {}", describe(row, role.as_str(), &answer), subject.first_name));
                }
            }
        }
    }
    nothing_wrong(
        "A caller whom the access table grants the operation must not be refused, and reads must succeed:",
        &wrong,
    );
    assert!(checked > 150, "the test must find more than 150 grants, not {checked}");
}

fn is_admitted(row: &Operation, person: &Person, subject: &Person, answer: &TestResponse) -> bool {
    let status = answer.status.as_u16();
    // The caller may lack the right to one field, or a rule may forbid decisions about oneself.
    let one_field = status == 403 && !answer.pointers().is_empty();
    let about_oneself =
        status == 403 && person.id == subject.id && row.method != Method::Get && answer.problem() != "forbidden";
    // The current approval step may belong to another approver.
    let not_their_step = status == 403 && answer.problem() == "not_your_step";
    let not_sealed_yet = row.name == "audit-logs-proof" && status == 409;
    let read = row.method != Method::Get || answer.status.is_success() || not_sealed_yet;
    one_field || about_oneself || not_their_step || (read && !matches!(status, 401 | 403) && status < 500)
}

#[tokio::test]
async fn protected_fields_are_hidden_from_callers_without_the_right() {
    let organisation = crate::organisation().await;
    let (mut wrong, mut checked) = (Vec::new(), 0);
    for row in protected().into_iter().filter(|row| row.method == Method::Get) {
        for role in Role::ALL {
            let person = organisation.person_with_role(role);
            for subject in [&organisation.outsider, &organisation.employee] {
                let path = organisation.path_about(row, subject);
                let answer = organisation.request(row, &path).signed_in_as(person).await;
                let fields = ReadableFields::of(person.roles, organisation.relation(person, subject));
                let one_person = is_personal(row);
                // A list may contain the caller and the caller's reports, so it may show the fields readable of them.
                let reads = |group| fields.may_read(group) || (!one_person && may_read_of_anyone(person, group));
                let text = answer.body.to_string();
                checked += 1;
                for (group, values) in [
                    (FieldGroup::Pay, [PAY.to_string(), PAY_OF_OTHERS.to_string()]),
                    (FieldGroup::Contact, [PHONE, PHONE_OF_OTHERS].map(str::to_owned)),
                    (FieldGroup::PrivateText, [REASON, REASON_OF_OTHERS].map(str::to_owned)),
                ] {
                    if values.iter().any(|value| text.contains(value)) && !reads(group) {
                        let who = describe(row, role.as_str(), &answer);
                        wrong.push(format!("{group:?}: {who} about {}", subject.first_name));
                    }
                }
            }
        }
    }
    nothing_wrong("Protected fields must be redacted by the access table:", &wrong);
    assert!(checked > 100, "the test must read more than 100 responses, not {checked}");
}

fn may_read_of_anyone(person: &Person, group: FieldGroup) -> bool {
    [Relation::Oneself, Relation::Report]
        .into_iter()
        .any(|relation| ReadableFields::of(person.roles, relation).may_read(group))
}

#[tokio::test]
async fn hr_reads_compensation() {
    let organisation = crate::organisation().await;
    for row in [&access::EMPLOYEES_GET, &access::EMPLOYEES_COMPENSATION_GET, &access::AUDIT_LOGS_GET] {
        let answer = organisation.request(row, &organisation.outsider_path(row)).signed_in_as(&organisation.hr).await;
        assert!(
            answer.body.to_string().contains(&PAY.to_string()),
            "{}: HR must see the salary: {}",
            row.name,
            answer.body
        );
    }
}

#[tokio::test]
async fn auditor_reads_leave_without_its_reason() {
    let organisation = crate::organisation().await;
    let row = &access::LEAVES_GET;
    let path = organisation.outsider_path(row);
    for (person, reads) in [
        (&organisation.outsider, true),
        (&organisation.other_manager, true),
        (&organisation.hr, true),
        (&organisation.auditor, false),
    ] {
        let answer = organisation.request(row, &path).signed_in_as(person).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.body.to_string().contains(REASON), reads, "{}: {}", person.first_name, answer.body);
        assert_eq!(answer.body["start_date"], "2024-07-22");
    }
}

#[tokio::test]
async fn public_endpoints_show_no_employee_data() {
    let organisation = crate::organisation().await;
    for row in OPERATIONS.iter().copied().filter(|row| row.access == AccessRule::Public) {
        let answer = organisation.request(row, &organisation.outsider_path(row)).await;
        assert!(answer.status.as_u16() < 500, "{}", describe(row, "anonymous", &answer));
        assert_eq!(
            organisation.outsider_values_in(&answer),
            Vec::<String>::new(),
            "{}",
            describe(row, "anonymous", &answer)
        );
        assert_eq!(answer.body.get("_cursor_key"), None::<&Value>);
    }
}
