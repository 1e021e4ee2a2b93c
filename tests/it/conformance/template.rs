//! What the templates grant: exact actions on exact things, and never more than a function does.

use std::collections::{BTreeMap, BTreeSet};

use access::{AccessRule, OPERATIONS};
use testkit::{table_shapes, templates};
use yaml_rust2::Yaml;

use super::repo::{camel, deployed, files, globals, list, nothing_wrong, read, resources, text, texts};

/// One statement of a function's policies.
struct Statement {
    function: String,
    actions: Vec<String>,
    resources: Vec<String>,
    body: Yaml,
}

impl Statement {
    fn grants(&self, action: &str) -> bool {
        self.actions.iter().any(|granted| granted.eq_ignore_ascii_case(action))
    }

    fn of(&self, resource: &str) -> bool {
        self.resources.iter().any(|named| named == &format!("{resource}.Arn"))
    }
}

/// Every statement of every function, those of the root's managed policies included; other policies have none.
fn statements() -> Vec<Statement> {
    let mut statements = Vec::new();
    for (function, properties) in deployed() {
        for policy in list(&properties["Policies"]) {
            for body in list(&policy["Statement"]) {
                let (actions, resources) = (texts(&body["Action"]), texts(&body["Resource"]));
                statements.push(Statement { function: function.clone(), actions, resources, body });
            }
        }
    }
    statements
}

/// Each statement that breaks a rule, named by its function and what was found.
fn those(broken: impl Fn(&Statement) -> Option<String>) -> Vec<String> {
    statements().iter().filter_map(|one| broken(one).map(|what| format!("{}: {what}", one.function))).collect()
}

#[test]
fn every_policy_is_written_out() {
    let mut wrong = Vec::new();
    for (id, properties) in deployed() {
        let policies = list(&properties["Policies"]);
        if policies.is_empty() {
            wrong.push(format!("{id}: has no policies; every function at least reads something"));
        }
        // A managed policy of AWS or one of SAM's policy templates grants more than it says, `dynamodb:*` among it.
        if policies.iter().any(|policy| policy["Statement"].is_badvalue()) {
            wrong.push(format!(
                "{id}: write `- Statement:` with actions and ARNs, or name a managed policy of the root template"
            ));
        }
        if !properties["Role"].is_badvalue() {
            wrong.push(format!("{id}: every function has the role that SAM makes of its own policies; remove `Role`"));
        }
    }
    wrong.extend(those(|one| (text(&one.body["Effect"]) != "Allow").then(|| "Effect must be Allow".to_owned())));
    wrong.extend(those(|one| {
        let negated = ["NotAction", "NotResource"].into_iter().find(|name| !one.body[*name].is_badvalue())?;
        Some(format!("{negated} grants everything else"))
    }));
    nothing_wrong("The templates say in full what each function may do:", &wrong);
}

/// The grants that functions share. Roles have none: each is one service's own.
#[test]
fn managed_policies_are_the_root_s_and_for_functions_that_name_them() {
    let named: Vec<_> =
        resources("AWS::Serverless::Function").values().flat_map(|one| texts(&one["Policies"])).collect();
    let root: BTreeSet<_> = templates()[0].resources().map(|(id, _)| id.to_owned()).collect();
    let mut wrong = Vec::new();
    for (id, policy) in resources("AWS::IAM::ManagedPolicy") {
        if !root.contains(&id) {
            wrong.push(format!("{id}: declare it in the root template, or write its statements out"));
        }
        if named.iter().filter(|name| **name == id).count() < 2 {
            wrong.push(format!("{id}: fewer than two functions name it; write its statements out"));
        }
        if ["Groups", "Roles", "Users"].iter().any(|name| !policy[*name].is_badvalue()) {
            wrong.push(format!("{id}: functions name their policies; let it attach itself to nobody"));
        }
    }
    let roles = resources("AWS::IAM::Role");
    let more = roles.iter().filter(|(_, role)| !role["ManagedPolicyArns"].is_badvalue());
    wrong.extend(more.map(|(id, _)| format!("{id}: write its statements out instead of ManagedPolicyArns")));
    nothing_wrong("Managed policies:", &wrong);
}

/// Only policies of functions are looked at: in the policy of a KMS key `Resource: "*"` means that very key, and its
/// principal `*` is narrowed to this account through DynamoDB and S3 by conditions.
#[test]
fn no_policy_of_a_function_has_a_star_in_an_action() {
    let starred = |one: &Statement| one.actions.iter().find(|action| action.contains('*')).cloned();
    nothing_wrong("Name the actions one by one:", &those(starred));
}

/// Objects of a bucket and schedules of a group have no names before they are made, so below a named prefix of a named bucket
/// and below a named group a star must stand; a telephone number has no name at all. Everything else is named in full.
#[test]
fn no_policy_of_a_function_has_a_star_in_a_resource() {
    let starred = |one: &Statement| {
        let objects = |named: &str| {
            let below = named.strip_prefix("${").and_then(|rest| rest.split_once("Bucket.Arn}/"));
            below.is_some_and(|(_, key)| {
                key.strip_suffix("/*").is_some_and(|prefix| !prefix.is_empty() && !prefix.contains('*'))
            })
        };
        let only = |service: &str| one.actions.iter().all(|action| action.starts_with(service));
        let schedules = |named: &str| {
            let below = named.split_once(":schedule/${").and_then(|(_, group)| group.strip_suffix("}/*"));
            below.is_some_and(|group| !group.contains(['*', '/']))
        };
        let numbers = |named: &str| one.function == "NotificationsJobDeliverSms" && named == "*";
        let allowed = |named: &str| {
            (only("s3:") && objects(named))
                || (only("scheduler:") && schedules(named))
                || (only("sns:Publish") && numbers(named))
        };
        let bad = |named: &&String| named.contains('*') && !allowed(named);
        if one.resources.is_empty() { Some("no Resource".to_owned()) } else { one.resources.iter().find(bad).cloned() }
    };
    nothing_wrong(
        "Name the resources one by one, indexes too (objects: `${XBucket.Arn}/prefix/*`, schedules: `schedule/${Group}/*`):",
        &those(starred),
    );
}

#[test]
fn no_function_may_delete_items_or_scan_tables() {
    // BatchWriteItem and PartiQL delete without DeleteItem.
    let never = [
        "DeleteItem",
        "Scan",
        "BatchWriteItem",
        "PartiQLDelete",
        "PartiQLUpdate",
        "PartiQLInsert",
        "PartiQLSelect",
        "DeleteTable",
    ];
    let found = |one: &Statement| never.iter().map(|name| format!("dynamodb:{name}")).find(|action| one.grants(action));
    nothing_wrong("Nothing is deleted (write a tombstone) and every question has an index:", &those(found));
}

#[test]
fn no_function_may_break_what_keeps_the_audit_trail_true() {
    let found = |one: &Statement| {
        let on_table = one.of("AuditTable") && one.grants("dynamodb:UpdateItem");
        let never = [
            "s3:DeleteObject",
            "s3:DeleteObjectVersion",
            "s3:BypassGovernanceRetention",
            "s3:PutObjectRetention",
            "kms:ScheduleKeyDeletion",
        ];
        let destroys = never.into_iter().find(|action| one.grants(action));
        destroys.or(on_table.then_some("dynamodb:UpdateItem on AuditTable")).map(str::to_owned)
    };
    nothing_wrong("Audit records and seals are written once:", &those(found));
}

#[test]
fn the_audit_consumer_may_only_put() {
    let granted: BTreeSet<_> =
        statements().into_iter().filter(|one| one.function == "AuditOnEvent").flat_map(|one| one.actions).collect();
    assert_eq!(
        granted,
        BTreeSet::from(["dynamodb:PutItem".to_owned()]),
        "AuditOnEvent: a record is put once, never changed"
    );
}

#[test]
fn only_the_relay_may_publish() {
    let found = |one: &Statement| {
        (one.grants("events:PutEvents") && one.function != "RelayOnStream").then(|| "events:PutEvents".to_owned())
    };
    nothing_wrong("A function writes to its own table; the stream is the outbox:", &those(found));
}

/// A handler that could send, schedule or call would write twice. Consumers and jobs do that.
#[test]
fn no_endpoint_may_call_anything_but_its_tables_and_keys() {
    let endpoints: BTreeSet<_> = OPERATIONS.iter().map(|row| camel(row.name)).collect();
    let known = ["dynamodb:", "kms:", "s3:"];
    let found = |one: &Statement| {
        let calls = one.actions.iter().find(|action| !known.iter().any(|service| action.starts_with(service)));
        calls.filter(|_| endpoints.contains(&one.function)).cloned()
    };
    nothing_wrong("A handler writes once and calls nobody:", &those(found));
}

#[test]
fn nobody_may_invoke_functions_but_schedules() {
    let found = |one: &Statement| {
        ["lambda:InvokeFunction", "lambda:InvokeAsync"].into_iter().find(|action| one.grants(action)).map(str::to_owned)
    };
    nothing_wrong("No Lambda waits for another Lambda:", &those(found));
}

/// The table of each service that has one, by the service's name.
fn tables() -> BTreeMap<String, String> {
    let there = resources("AWS::DynamoDB::Table");
    let of = |service: String| {
        let table = format!("{}Table", camel(&service));
        there.contains_key(&table).then_some((service, table))
    };
    let tables: BTreeMap<_, _> = super::repo::services().into_iter().filter_map(of).collect();
    assert_eq!(tables.len(), there.len(), "every table is named after its service");
    tables
}

/// The functions with the services that they belong to.
fn owners() -> BTreeMap<String, String> {
    super::repo::binaries().into_iter().map(|(name, service)| (camel(&name), service)).collect()
}

#[test]
fn a_service_writes_to_no_table_but_its_own() {
    let (tables, owners) = (tables(), owners());
    let found = |one: &Statement| {
        let writes = ["PutItem", "UpdateItem"].iter().any(|name| one.grants(&format!("dynamodb:{name}")));
        let own = owners.get(&one.function).and_then(|service| tables.get(service));
        let foreign = tables.values().find(|table| one.of(table) && Some(*table) != own)?;
        writes.then(|| format!("writes to {foreign}"))
    };
    nothing_wrong("Services meet in events, not in each other's tables:", &those(found));
}

/// What others may read of a service's table: beginnings of keys, and who, where it is not everybody.
const READ_VIEWS: &[(&str, &[&str], &[&str])] = &[
    ("AuthTable", &["KEYS"], &[]),
    ("EmployeesTable", &["EMP#*", "UNIQ#EMAIL#*"], &[]),
    ("EmployeesTable", &["UNIQ#CODE#*"], &["auth", "attendance"]),
    ("ComplianceTable", &["POLICIES", "CALENDARS"], &["leave", "attendance"]),
    ("LeaveTable", &["EMP#*"], &["compliance"]),
];

#[test]
fn a_service_reads_of_others_only_the_views_that_they_keep() {
    let (tables, owners) = (tables(), owners());
    let found = |one: &Statement| {
        let service = owners.get(&one.function)?;
        let own = tables.get(service);
        let at = |named: &String, table: &String| {
            *named == format!("{table}.Arn") || named.starts_with(&format!("${{{table}.Arn}}"))
        };
        let foreign =
            tables.values().find(|table| Some(*table) != own && one.resources.iter().any(|named| at(named, table)))?;
        let conditions = one.body["Condition"].as_hash().cloned().unwrap_or_default();
        let keys: Vec<_> = conditions.values().flat_map(|keys| texts(&keys["dynamodb:LeadingKeys"])).collect();
        let open = |key: &String| {
            READ_VIEWS.iter().any(|(table, known, readers)| {
                table == foreign && known.contains(&&**key) && (readers.is_empty() || readers.contains(&&**service))
            })
        };
        let index = one.resources.iter().any(|named| named.contains("/index/"));
        let closed: Vec<_> = keys.iter().filter(|key| !open(key)).cloned().collect();
        (keys.is_empty() || index || !closed.is_empty())
            .then(|| format!("reads {foreign}: {closed:?}{}", if index { ", an index" } else { "" }))
    };
    nothing_wrong(
        "What is no read view (READ_VIEWS) is its owner's alone; narrow `dynamodb:LeadingKeys`:",
        &those(found),
    );
}

/// What the shell reads for every request: the published keys, and the caller's own record.
#[test]
fn every_endpoint_may_read_the_keys_and_the_closed_ones_people() {
    let statements = statements();
    let mut wrong = Vec::new();
    for row in OPERATIONS {
        let function = camel(row.name);
        let reads = |table: &str| {
            statements.iter().any(|one| one.function == function && one.grants("dynamodb:GetItem") && one.of(table))
        };
        if !reads("AuthTable") {
            wrong.push(format!("{function}: needs dynamodb:GetItem on AuthTable for the keys"));
        }
        if row.access != AccessRule::Public && !reads("EmployeesTable") {
            wrong.push(format!("{function}: needs dynamodb:GetItem on EmployeesTable for the caller"));
        }
    }
    nothing_wrong("The shell of an endpoint reads keys and people:", &wrong);
}

#[test]
fn every_index_that_a_policy_names_is_there_and_every_index_is_asked() {
    let there: BTreeSet<_> = table_shapes()
        .into_iter()
        .flat_map(|shape| shape.indexes.into_iter().map(move |(name, ..)| format!("{}/{name}", shape.resource)))
        .collect();
    let mut named = BTreeSet::new();
    for one in statements() {
        for resource in &one.resources {
            if let Some((table, index)) = resource.split_once("/index/") {
                named.insert(format!("{}/{index}", table.trim_start_matches("${").trim_end_matches(".Arn}")));
            }
        }
    }
    let mut wrong: Vec<_> =
        named.difference(&there).map(|name| format!("{name}: named in a policy, not declared")).collect();
    wrong.extend(
        there
            .difference(&named)
            .map(|name| format!("{name}: declared, paid for with every write, and asked by nobody")),
    );
    nothing_wrong("Indexes as declared and as granted:", &wrong);
}

#[test]
fn every_index_that_the_sources_name_is_declared() {
    let there: BTreeSet<_> =
        table_shapes().into_iter().flat_map(|shape| shape.indexes.into_iter().map(|(name, ..)| name)).collect();
    let mut wrong = Vec::new();
    for path in files(&["functions"], &["rs"]).iter().filter(|path| path.contains("/store")) {
        let text = read(path);
        let literals = text.split('"').skip(1).step_by(2);
        for name in literals.filter(|literal| literal.starts_with("by_") && !literal.contains(' ')) {
            if !there.contains(name) {
                wrong.push(format!("{path}: {name}"));
            }
        }
    }
    nothing_wrong("Declare the index in template.yaml:", &wrong);
}

#[test]
fn every_queue_of_the_lost_has_an_alarm() {
    let watched: String = resources("AWS::CloudWatch::Alarm").values().map(|alarm| format!("{alarm:?}")).collect();
    let wrong: Vec<_> = resources("AWS::SQS::Queue")
        .into_keys()
        .filter(|id| id.ends_with("Dlq") || id.ends_with("Failures"))
        .filter(|id| !watched.contains(&format!("\"{id}.QueueName\"")))
        .map(|id| format!("{id}: add an alarm on ApproximateNumberOfMessagesVisible"))
        .collect();
    nothing_wrong("Nobody looks into a dead-letter queue that does not call:", &wrong);
}

#[test]
fn every_queue_keeps_what_cannot_be_handled() {
    let wrong: Vec<_> = resources("AWS::SQS::Queue")
        .into_iter()
        .filter(|(id, _)| !id.ends_with("Dlq") && !id.ends_with("Failures"))
        .filter(|(_, queue)| queue["RedrivePolicy"]["deadLetterTargetArn"].is_badvalue())
        .map(|(id, _)| format!("{id}: add a RedrivePolicy with a Dlq"))
        .collect();
    nothing_wrong("Work is parked, never dropped:", &wrong);
}

#[test]
fn every_table_is_encrypted_restorable_and_streams_both_images() {
    let mut wrong = Vec::new();
    for (id, table) in resources("AWS::DynamoDB::Table") {
        if table["SSESpecification"]["KMSMasterKeyId"].is_badvalue() {
            wrong.push(format!("{id}: encrypt it with DataKey"));
        }
        if table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"].as_bool() != Some(true) {
            wrong.push(format!("{id}: enable point-in-time recovery"));
        }
        // The audit table is the end of the way: it publishes nothing.
        let streams = table["StreamSpecification"]["StreamViewType"].as_str() == Some("NEW_AND_OLD_IMAGES");
        if !streams && id != "AuditTable" {
            wrong.push(format!("{id}: its stream is the outbox; NEW_AND_OLD_IMAGES"));
        }
    }
    nothing_wrong("Every table:", &wrong);
}

#[test]
fn every_log_line_expires() {
    let logs = resources("AWS::Logs::LogGroup");
    let endless = |(id, log): (&String, &Yaml)| {
        let days = log["RetentionInDays"].as_str();
        (days != Some("LogRetentionDays")).then(|| format!("{id}: RetentionInDays: !Ref LogRetentionDays"))
    };
    let mut wrong: Vec<_> = logs.iter().filter_map(endless).collect();
    let of_all = text(&globals()["LoggingConfig"]["LogGroup"]);
    if !logs.contains_key(&of_all) {
        wrong.push("Globals: LoggingConfig names the log group of the functions".to_owned());
    }
    let own = |properties: &Yaml| !properties["LoggingConfig"].is_badvalue();
    wrong.extend(
        deployed()
            .into_iter()
            .filter(|(_, properties)| own(properties))
            .map(|(id, _)| format!("{id}: has a log of its own")),
    );
    nothing_wrong("Lambda's own log groups never expire:", &wrong);
}
