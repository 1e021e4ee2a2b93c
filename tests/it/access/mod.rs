//! The access table, row by row: every role at every route with a foreign id, and every way to forge a token.
//!
//! All of it is generated from `access::OPERATIONS` and [`stage::ENDPOINTS`], so that no endpoint escapes.

mod forged;

use access::OPERATIONS;
use access::{AccessRule, FieldGroup, Grant, Method, Operation, ReadableFields, Relation, Role};
use directory::Person;
use serde_json::Value;
use stage::{Organisation, PAY, PAY_OF_OTHERS, PHONE, PHONE_OF_OTHERS, REASON, REASON_OF_OTHERS, with_query};
use testkit::Answer;

use crate::conformance::{
    openapi::{described, document},
    repo::nothing_wrong,
};

/// Every row that asks for a token; what ends something comes last, so that the others find it.
fn closed() -> Vec<&'static Operation> {
    let mut rows: Vec<_> = OPERATIONS.iter().copied().filter(|row| row.access != AccessRule::Public).collect();
    rows.sort_by_key(|row| row.method == Method::Delete);
    rows
}

/// Parameters of paths that name a person, or something that belongs to one.
const OF_A_PERSON: &str = "{employee_id} {user_id} {session_id} {id} {leave_id} {delegation_id} {feed_id} {notification_id} \
    {subscription_id} {training_id} {violation_id} {correction_id} {assignment_id}";
/// The others.
const OF_NOBODY: &str = "{audit_id} {bulk_id} {date} {department_id} {job_role_id} {leave_type} {log_type} {policy_id} {roster_id} \
    {run_id} {site} {template} {token}";

/// Whether a request to this row is about one person, or something that belongs to one.
fn about_a_person(row: &Operation) -> bool {
    let is_in = |list: &str, name: &str| list.split_whitespace().any(|one| one == name);
    let mut parameters = row.path.split('/').filter(|part| part.starts_with('{'));
    for name in parameters.clone() {
        assert!(is_in(OF_A_PERSON, name) || is_in(OF_NOBODY, name), "{name}: does it belong to a person?");
    }
    parameters.any(|name| is_in(OF_A_PERSON, name))
}

fn is_problem(answer: &Answer, status: u16) -> bool {
    let named = ["type", "title", "detail", "request_id"].iter().all(|name| answer.body[*name].is_string());
    answer.status == status
        && answer.header("content-type") == "application/problem+json"
        && answer.body["status"] == status
        && named
}

fn seen(row: &Operation, who: &str, answer: &Answer) -> String {
    format!("{} as {who}: {} {}", row.name, answer.status, answer.body)
}

#[tokio::test]
async fn nobody_gets_in_without_a_token() {
    let stage = Organisation::build().await;
    let before = stage.world.snapshot().await;
    let mut wrong = Vec::new();
    for row in closed() {
        let answer = stage.ask(row, &stage.foreign_path(row)).await;
        if !is_problem(&answer, 401)
            || answer.problem() != "token_missing"
            || answer.header("www-authenticate") != "Bearer"
        {
            wrong.push(seen(row, "nobody", &answer));
        }
    }
    nothing_wrong("Without a token the answer is 401 token_missing:", &wrong);
    assert!(before == stage.world.snapshot().await, "a refused request stores nothing");
}

#[tokio::test]
async fn no_role_gets_in_that_is_not_in_the_row() {
    let stage = Organisation::build().await;
    let before = stage.world.snapshot().await;
    let (mut wrong, mut refused) = (Vec::new(), 0);
    for row in closed() {
        for role in Role::ALL {
            let person = stage.with_role(role);
            if row.grant(person.roles).allows_any() {
                continue;
            }
            refused += 1;
            let answer = stage.ask(row, &stage.foreign_path(row)).signed_in_as(person).await;
            if !is_problem(&answer, 403)
                || answer.problem() != "forbidden"
                || !stage.shown_of_foreigner(&answer).is_empty()
            {
                wrong.push(seen(row, role.as_str(), &answer));
            }
        }
    }
    nothing_wrong("A role that is not in the row gets 403 and nothing else:", &wrong);
    assert!(refused > 50, "the table has that many refusals: {refused}");
    assert!(before == stage.world.snapshot().await, "a refused request stores nothing");
}

/// Everybody of the stage who may call this row, but not about the foreigner.
fn out_of_scope<'a>(stage: &'a Organisation, row: &Operation) -> Vec<(Role, &'a Person)> {
    let person = |role| (role, stage.with_role(role));
    let narrow = |grant: Grant| grant.allows_any() && !grant.covers(Relation::Other);
    Role::ALL.into_iter().map(person).filter(|(_, person)| narrow(row.grant(person.roles))).collect()
}

#[tokio::test]
async fn who_is_out_of_scope_cannot_tell_a_foreign_person_from_nobody() {
    let stage = Organisation::build().await;
    let before = stage.world.snapshot().await;
    let (mut wrong, mut asked) = (Vec::new(), 0);
    for row in closed().into_iter().filter(|row| about_a_person(row)) {
        for (role, person) in out_of_scope(&stage, row) {
            asked += 1;
            let foreign = stage.ask(row, &stage.foreign_path(row)).signed_in_as(person).await;
            if !is_problem(&foreign, 404) || !stage.shown_of_foreigner(&foreign).is_empty() {
                wrong.push(seen(row, role.as_str(), &foreign));
            }
            let id = stage.foreigner.id.to_string();
            let unknown = stage.foreign_path(row).replace(&id, &format!("{}f", &id[..id.len() - 1]));
            let nobody = stage.ask(row, &unknown).signed_in_as(person).await;
            if about_an_employee(row)
                && (nobody.status, &nobody.body["detail"]) != (foreign.status, &foreign.body["detail"])
            {
                wrong.push(format!("{}, and of nobody: {}", seen(row, role.as_str(), &foreign), nobody.body));
            }
        }
    }
    nothing_wrong("Out of scope is 404, in the same words as for somebody who is not there:", &wrong);
    assert!(asked > 10, "that many pairs of row and role are out of scope: {asked}");
    assert!(before == stage.world.snapshot().await, "a refused request stores nothing");
}

fn about_an_employee(row: &Operation) -> bool {
    row.path.contains("{employee_id}")
}

/// What a foreigner can be searched by, for a parameter of a list: its value, and whether it names a person.
fn filter(stage: &Organisation, name: &str) -> Option<(String, bool)> {
    let person = &stage.foreigner;
    Some(match name {
        "manager" | "root" => (stage.other_manager.id.to_string(), true),
        "user_id" | "entity_id" | "employee_id" => (person.id.to_string(), true),
        "department" | "parent" => (stage.foreign["department_id"].clone(), false),
        "job_role" => (stage.foreign["job_role_id"].clone(), false),
        "name" | "q" => (person.last_name.clone(), false),
        "status" => ("active".to_owned(), false),
        "event_id" => (stage.foreign["event_id"].clone(), false),
        "policy_id" => (stage.foreign["policy_id"].clone(), false),
        "roster_id" => (stage.foreign["worked_roster_id"].clone(), false),
        "site" => (stage.foreign["site"].clone(), false),
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
async fn no_list_and_no_search_shows_a_person_who_is_out_of_scope() {
    let stage = Organisation::build().await;
    let document = document();
    let (mut wrong, mut asked) = (Vec::new(), 0);
    for row in closed().into_iter().filter(|row| row.method == Method::Get) {
        let parameters = described(&document, row)["parameters"].as_array().cloned().unwrap_or_default();
        let names = parameters.iter().filter(|one| one["in"] == "query").filter_map(|one| one["name"].as_str());
        let filters: Vec<_> = names.filter_map(|name| Some((name, filter(&stage, name)?))).collect();
        for (role, person) in out_of_scope(&stage, row) {
            let path = stage.path_about(row, person);
            let bare = stage.ask(row, &path).signed_in_as(person).await;
            asked += 1;
            if is_inbox(row) && role == Role::Hr {
                // HR was told that somebody asks to be away. An inbox is nobody else's.
                continue;
            }
            if !stage.shown_of_foreigner(&bare).is_empty() {
                wrong.push(seen(row, role.as_str(), &bare));
            }
            for (name, (value, names_a_person)) in &filters {
                let answer = stage.ask(row, &with_query(&path, name, value)).signed_in_as(person).await;
                asked += 1;
                // A filter that the path already sets is refused as such.
                let refused = matches!(answer.status.as_u16(), 403 | 404)
                    || (answer.status == 400 && answer.pointers() == [format!("query:{name}")]);
                let own_only =
                    row.path.contains("{user_id}") && answer.body["items"].as_array().is_some_and(Vec::is_empty);
                let leaks = shown_beside(&stage, &answer, value);
                if leaks || answer.status.is_server_error() || (*names_a_person && !refused && !own_only) {
                    wrong.push(format!("{} ?{name}={value}", seen(row, role.as_str(), &answer)));
                }
            }
        }
    }
    nothing_wrong("A list filtered by a foreign person is 403 or 404, and shows no field of theirs:", &wrong);
    assert!(asked > 5, "that many lists are asked: {asked}");
}

fn is_inbox(row: &Operation) -> bool {
    ["notifications-list", "notifications-unread"].contains(&row.name)
}

/// Whether an answer shows more of the foreigner than the filter itself, which a problem may repeat.
fn shown_beside(stage: &Organisation, answer: &Answer, filter: &str) -> bool {
    stage.shown_of_foreigner(answer).iter().any(|shown| shown != filter || answer.body["items"].is_array())
}

#[tokio::test]
async fn whoever_is_in_the_row_and_in_scope_is_let_in() {
    let stage = Organisation::build().await;
    let (mut wrong, mut asked) = (Vec::new(), 0);
    for row in closed() {
        for role in Role::ALL {
            let person = stage.with_role(role);
            let grant = row.grant(person.roles);
            for subject in [&stage.foreigner, &stage.employee, person] {
                if !grant.covers(stage.relation(person, subject)) {
                    continue;
                }
                asked += 1;
                let answer = stage.ask(row, &stage.path_about(row, subject)).signed_in_as(person).await;
                if !let_in(row, person, subject, &answer) {
                    wrong.push(format!("{} about {}", seen(row, role.as_str(), &answer), subject.first_name));
                }
            }
        }
    }
    nothing_wrong("Whoever the table allows is not refused, and a read succeeds:", &wrong);
    assert!(asked > 150, "the table allows that much: {asked}");
}

fn let_in(row: &Operation, person: &Person, subject: &Person, answer: &Answer) -> bool {
    let status = answer.status.as_u16();
    // The right to one field is missing, and said so; or a rule that nobody decides about themselves.
    let one_field = status == 403 && !answer.pointers().is_empty();
    let about_oneself =
        status == 403 && person.id == subject.id && row.method != Method::Get && answer.problem() != "forbidden";
    // A decision may wait for somebody else.
    let not_their_turn = status == 403 && answer.problem() == "not_your_step";
    let not_sealed_yet = row.name == "audit-logs-proof" && status == 409;
    let read = row.method != Method::Get || answer.status.is_success() || not_sealed_yet;
    one_field || about_oneself || not_their_turn || (read && !matches!(status, 401 | 403) && status < 500)
}

#[tokio::test]
async fn no_answer_shows_pay_or_a_telephone_or_a_private_word_to_those_without_the_right() {
    let stage = Organisation::build().await;
    let (mut wrong, mut looked) = (Vec::new(), 0);
    for row in closed().into_iter().filter(|row| row.method == Method::Get) {
        for role in Role::ALL {
            let person = stage.with_role(role);
            for subject in [&stage.foreigner, &stage.employee] {
                let path = stage.path_about(row, subject);
                let answer = stage.ask(row, &path).signed_in_as(person).await;
                let fields = ReadableFields::of(person.roles, stage.relation(person, subject));
                let one_person = about_a_person(row);
                // A list shows at most what may be read of anybody in it: one's own record may be among them.
                let reads = |group| fields.may_read(group) || (!one_person && may_read_of_somebody(person, group));
                let text = answer.body.to_string();
                looked += 1;
                for (group, values) in [
                    (FieldGroup::Pay, [PAY.to_string(), PAY_OF_OTHERS.to_string()]),
                    (FieldGroup::Contact, [PHONE, PHONE_OF_OTHERS].map(str::to_owned)),
                    (FieldGroup::PrivateText, [REASON, REASON_OF_OTHERS].map(str::to_owned)),
                ] {
                    if values.iter().any(|value| text.contains(value)) && !reads(group) {
                        let who = seen(row, role.as_str(), &answer);
                        wrong.push(format!("{group:?}: {who} about {}", subject.first_name));
                    }
                }
            }
        }
    }
    nothing_wrong("Redact by the access table:", &wrong);
    assert!(looked > 100, "{looked}");
}

fn may_read_of_somebody(person: &Person, group: FieldGroup) -> bool {
    [Relation::Oneself, Relation::Report]
        .into_iter()
        .any(|relation| ReadableFields::of(person.roles, relation).may_read(group))
}

#[tokio::test]
async fn hr_reads_what_the_others_may_not() {
    let stage = Organisation::build().await;
    for row in [&access::EMPLOYEES_GET, &access::EMPLOYEES_COMPENSATION_GET, &access::AUDIT_LOGS_GET] {
        let answer = stage.ask(row, &stage.foreign_path(row)).signed_in_as(&stage.hr).await;
        assert!(
            answer.body.to_string().contains(&PAY.to_string()),
            "{}: the stage shows pay at all: {}",
            row.name,
            answer.body
        );
    }
}

#[tokio::test]
async fn hr_and_the_manager_read_why_somebody_is_away_and_the_auditor_reads_that_they_are() {
    let stage = Organisation::build().await;
    let row = &access::LEAVES_GET;
    let path = stage.foreign_path(row);
    for (person, reads) in
        [(&stage.foreigner, true), (&stage.other_manager, true), (&stage.hr, true), (&stage.auditor, false)]
    {
        let answer = stage.ask(row, &path).signed_in_as(person).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.body.to_string().contains(REASON), reads, "{}: {}", person.first_name, answer.body);
        assert_eq!(answer.body["start_date"], "2024-07-22");
    }
}

#[tokio::test]
async fn open_endpoints_tell_nobody_who_works_here() {
    let stage = Organisation::build().await;
    for row in OPERATIONS.iter().copied().filter(|row| row.access == AccessRule::Public) {
        let answer = stage.ask(row, &stage.foreign_path(row)).await;
        assert!(answer.status.as_u16() < 500, "{}", seen(row, "nobody", &answer));
        assert_eq!(stage.shown_of_foreigner(&answer), Vec::<String>::new(), "{}", seen(row, "nobody", &answer));
        assert_eq!(answer.body.get("_cursor_key"), None::<&Value>);
    }
}
