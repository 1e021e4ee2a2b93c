//! Least privilege as the cloud enforces it: each role reaches only its own items.

use access::Role;
use aws_sdk_dynamodb::{
    Client,
    error::{ProvideErrorMetadata, SdkError},
    types::{AttributeValue, KeysAndAttributes},
};
use store::Item;

use super::cloud::{Cloud, id_of};

/// Database action that is tried with a role.
#[derive(Debug, Clone, Copy)]
enum Action {
    Get,
    BatchGet,
    Query,
    Put,
    Update,
    Delete,
    Scan,
}
use Action::{BatchGet, Delete, Get, Put, Query, Scan, Update};

/// Action, stack output of the table, partition key, sort key, and whether the action must be allowed.
type Row<'a> = (Action, &'a str, &'a str, &'a str, bool);

const ALLOWED: bool = true;
const DENIED: bool = false;

#[tokio::test]
async fn roles_reach_only_their_own_items() {
    let Some(cloud) = Cloud::from_env() else { return };
    let hr = cloud.new_person(Role::Hr).await.unwrap();
    let employee = cloud.create_employee(&hr).await.unwrap();
    let id = id_of(&employee);
    let (auth, people, audit) = ("AuthTable", "EmployeesTable", "AuditTable");
    let (rules, leave, notifications) = ("ComplianceTable", "LeaveTable", "NotificationsTable");
    let attendance = "AttendanceTable";
    let (person, pay) = (format!("EMP#{id}"), format!("PAY#{id}"));
    let (department, credential) = (format!("DEP#{}", hr.department), format!("CRED#{}", hr.id));

    let table: &[(&str, &[Row<'_>])] = &[
        (
            "auth-me",
            &[
                (Get, auth, "KEYS", "KEYS", ALLOWED),
                (Get, people, &person, "PROFILE", ALLOWED),
                (Get, people, &pay, "PAY", DENIED),
                (Get, people, &department, "DEP", DENIED),
                (Get, auth, &credential, "CRED", DENIED),
                (Query, people, &person, "", DENIED),
                (Update, people, &person, "PROFILE", DENIED),
                (Get, audit, "SEALS", "x", DENIED),
            ],
        ),
        (
            "employees-get",
            &[
                (Get, people, &person, "PROFILE", ALLOWED),
                (Get, people, &pay, "PAY", ALLOWED),
                (Get, people, "UNIQ#CODE#x", "UNIQ", DENIED),
                (Get, people, "IDEM#x", "IDEM", DENIED),
                (Get, auth, &credential, "CRED", DENIED),
                (Put, people, &person, "PROFILE", DENIED),
                (Update, people, &person, "PROFILE", DENIED),
                (Scan, people, "", "", DENIED),
            ],
        ),
        ("employees-verify", &[(Get, people, &person, "PROFILE", ALLOWED), (Get, people, &pay, "PAY", DENIED)]),
        ("departments-get", &[(Get, people, &department, "DEP", ALLOWED), (Get, people, &pay, "PAY", DENIED)]),
        (
            "audit-logs-get",
            &[
                (Get, audit, "LOG#x", "LOG", ALLOWED),
                (Get, people, &pay, "PAY", DENIED),
                (Put, audit, "LOG#x", "LOG", DENIED),
                (Update, audit, "LOG#x", "LOG", DENIED),
                (Delete, audit, "LOG#x", "LOG", DENIED),
            ],
        ),
        (
            "audit-on-event",
            &[
                (Update, audit, "LOG#x", "LOG", DENIED),
                (Delete, audit, "LOG#x", "LOG", DENIED),
                (Get, people, &person, "PROFILE", DENIED),
                (Get, auth, &credential, "CRED", DENIED),
            ],
        ),
        (
            "compliance-validate",
            &[
                (Query, rules, "POLICIES", "", ALLOWED),
                (Put, rules, "POLICIES", "x", DENIED),
                (BatchGet, leave, &person, "ACCOUNT#annual", ALLOWED),
                (Get, leave, "LEAVE#x", "REQUEST", DENIED),
                (Put, leave, &person, "ACCOUNT#annual", DENIED),
                (Get, people, &pay, "PAY", DENIED),
            ],
        ),
        (
            "compliance-policies-create",
            &[
                (Put, rules, "POLICIES", "x", ALLOWED),
                (Put, rules, "VIOL#x", "VIOLATION", DENIED),
                (Get, leave, &person, "ACCOUNT#annual", DENIED),
            ],
        ),
        (
            "leaves-create",
            &[
                (Query, rules, "POLICIES", "", ALLOWED),
                (Put, rules, "POLICIES", "x", DENIED),
                (BatchGet, leave, &person, "ACCOUNT#annual", ALLOWED),
                (Put, leave, &person, "ACCOUNT#annual", ALLOWED),
                (Put, leave, "LEAVE#x", "REQUEST", ALLOWED),
                (Put, leave, "LEAVE_TYPES", "x", DENIED),
                (Put, leave, "DELEG#x", "DELEGATION", DENIED),
                (Delete, leave, "LEAVE#x", "REQUEST", DENIED),
                (Get, people, &pay, "PAY", DENIED),
                (Put, people, &person, "PROFILE", DENIED),
                (Get, notifications, "NOTIF#x", "NOTIFICATION", DENIED),
            ],
        ),
        (
            "leave-balances-get",
            &[
                (Query, leave, &person, "", ALLOWED),
                (Put, leave, &person, "ACCOUNT#annual", DENIED),
                (Put, leave, "LEAVE#x", "REQUEST", DENIED),
                (Get, people, &pay, "PAY", DENIED),
            ],
        ),
        (
            "leave-feeds-calendar",
            &[
                (Get, leave, "FEED#x", "FEED", ALLOWED),
                (Put, leave, "FEED#x", "FEED", DENIED),
                (Get, leave, "LEAVE#x", "REQUEST", DENIED),
            ],
        ),
        (
            "attendance-check-in",
            &[
                (Update, attendance, &person, "DAY#2026-01-05", ALLOWED),
                (Query, attendance, "ROSTERS", "", ALLOWED),
                (Put, attendance, &person, "DAY#2026-01-05", DENIED),
                (Put, attendance, "ROSTERS", "x", DENIED),
                (Query, attendance, "RUNS", "", DENIED),
                (Put, rules, "POLICIES", "x", DENIED),
                (Get, leave, "LEAVE#x", "REQUEST", DENIED),
                (Get, people, &pay, "PAY", DENIED),
            ],
        ),
        (
            "attendance-list",
            &[
                (BatchGet, attendance, &person, "DAY#2026-01-05", ALLOWED),
                (Put, attendance, &person, "DAY#2026-01-05", DENIED),
                (Update, attendance, &person, "DAY#2026-01-05", DENIED),
                (Get, people, &pay, "PAY", DENIED),
            ],
        ),
        (
            "attendance-job-settle",
            &[
                (BatchGet, attendance, &person, "DAY#2026-01-05", ALLOWED),
                (Put, attendance, &person, "DAY#2026-01-05", ALLOWED),
                (Put, attendance, "PAYROLL#berlin#2026-01", "x", ALLOWED),
                (Update, attendance, "RUNS", "x", ALLOWED),
                (Put, attendance, "SHIFT#x", "ASSIGNMENT", DENIED),
                (Put, rules, "POLICIES", "x", DENIED),
                (Get, leave, "LEAVE#x", "REQUEST", DENIED),
                (Get, people, &person, "PROFILE", DENIED),
                (Delete, attendance, &person, "DAY#2026-01-05", DENIED),
            ],
        ),
        (
            "payroll-periods-close",
            &[
                (Get, attendance, "DISPATCH", "CLOCK", ALLOWED),
                (Put, attendance, "PAYROLL#berlin", "SITE", ALLOWED),
                (Put, attendance, &person, "DAY#2026-01-05", DENIED),
            ],
        ),
        (
            "attendance-job-dispatch",
            &[
                (Put, attendance, "DISPATCH", "CLOCK", ALLOWED),
                (Put, attendance, &person, "DAY#2026-01-05", DENIED),
                (Get, people, &person, "PROFILE", DENIED),
            ],
        ),
        (
            "employees-job-apply-terms",
            &[
                (Get, people, &person, "PROFILE", ALLOWED),
                (Put, people, &person, "DUE", ALLOWED),
                (Get, people, &pay, "PAY", DENIED),
                (Put, people, &pay, "PAY", DENIED),
                (Query, people, &person, "", DENIED),
                (Delete, people, &person, "DUE", DENIED),
            ],
        ),
        (
            "notifications-on-event",
            &[
                (Put, notifications, "NOTIF#x", "NOTIFICATION", ALLOWED),
                (Get, people, &person, "PROFILE", ALLOWED),
                (Get, people, &pay, "PAY", DENIED),
                (Get, leave, "LEAVE#x", "REQUEST", DENIED),
                (Delete, notifications, "NOTIF#x", "NOTIFICATION", DENIED),
            ],
        ),
        (
            "notifications-job-deliver-email",
            &[
                (BatchGet, notifications, "NOTIF#x", "NOTIFICATION", ALLOWED),
                (Get, people, &person, "PROFILE", ALLOWED),
                (Get, people, &pay, "PAY", DENIED),
                (Get, auth, &credential, "CRED", DENIED),
                (Get, leave, "LEAVE#x", "REQUEST", DENIED),
            ],
        ),
        (
            "notifications-mark-read",
            &[
                (Get, notifications, "NOTIF#x", "NOTIFICATION", ALLOWED),
                (Get, notifications, &person, "PREFERENCES", DENIED),
            ],
        ),
        (
            "relay-on-stream",
            &[
                (Get, people, &person, "PROFILE", DENIED),
                (Query, people, &person, "", DENIED),
                (Update, people, &person, "PROFILE", DENIED),
            ],
        ),
    ];
    let mut wrong = Vec::new();
    for (operation, rows) in table {
        let client = cloud.dynamo_as(cloud.credentials_like(operation).await);
        for &(action, output, pk, sk, expected) in *rows {
            let allowed = is_allowed(&client, action, cloud.output(output), pk, sk).await;
            if allowed != expected {
                wrong.push(format!(
                    "{operation}: {action:?} {output} {pk} is {}",
                    if allowed { "allowed, but must be denied" } else { "denied, but must be allowed" }
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn no_role_may_delete_scan_or_rewrite_the_audit_trail() {
    let Some(cloud) = Cloud::from_env() else { return };
    let audit = cloud.output("AuditTable").to_owned();
    let mut wrong = Vec::new();
    for operation in cloud.operations() {
        for (action, resources) in cloud.grants_of(&operation).await {
            let never = ["dynamodb:DeleteItem", "dynamodb:BatchWriteItem", "dynamodb:Scan"];
            let partiql = action.starts_with("dynamodb:PartiQL");
            let everything = action.ends_with('*') || (action.starts_with("dynamodb:") && resources.contains("\"*\""));
            let rewrites = action == "dynamodb:UpdateItem" && resources.contains(&audit);
            if never.contains(&action.as_str()) || partiql || everything || rewrites {
                wrong.push(format!("{operation} may {action} on {resources}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether the role may perform the action. Writes carry a condition that never holds, so an allowed write changes nothing.
async fn is_allowed(client: &Client, action: Action, table: &str, pk: &str, sk: &str) -> bool {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let key = Item::from([("pk".to_owned(), text(pk)), ("sk".to_owned(), text(sk))]);
    let never = "attribute_exists(pk) AND attribute_not_exists(pk)";
    match action {
        Get => unless_denied(client.get_item().table_name(table).set_key(Some(key)).send().await),
        BatchGet => {
            let keys = KeysAndAttributes::builder().keys(key).build().unwrap();
            unless_denied(client.batch_get_item().request_items(table, keys).send().await)
        }
        Query => {
            let query = client.query().table_name(table).key_condition_expression("pk = :pk");
            unless_denied(query.expression_attribute_values(":pk", text(pk)).send().await)
        }
        Put => {
            let put = client.put_item().table_name(table).set_item(Some(key));
            unless_denied(put.condition_expression(never).send().await)
        }
        Update => {
            let update =
                client.update_item().table_name(table).set_key(Some(key)).update_expression("SET touched = :t");
            let update = update.expression_attribute_values(":t", text("x"));
            unless_denied(update.condition_expression(never).send().await)
        }
        Delete => {
            let delete = client.delete_item().table_name(table).set_key(Some(key));
            unless_denied(delete.condition_expression(never).send().await)
        }
        Scan => unless_denied(client.scan().table_name(table).limit(1).send().await),
    }
}

fn unless_denied<T, E: ProvideErrorMetadata + std::fmt::Debug>(answer: Result<T, SdkError<E>>) -> bool {
    match answer.as_ref().map_err(ProvideErrorMetadata::code) {
        Ok(_) | Err(Some("ConditionalCheckFailedException")) => ALLOWED,
        Err(Some("AccessDeniedException")) => DENIED,
        Err(_) => panic!("the call must be allowed or denied: {:?}", answer.err()),
    }
}
