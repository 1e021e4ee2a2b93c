//! Grants in the templates: exact actions on exact resources, and only those that a function needs.

use std::collections::{BTreeMap, BTreeSet};

use access::{AccessRule, OPERATIONS};
use testkit::{table_shapes, templates};
use yaml_rust2::Yaml;

use super::repo::{camel, deployed, files, globals, list, nothing_wrong, read, resources, text, texts};

/// Policy statement of a function.
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

/// Policy statements of all functions, including those of the root's managed policies.
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

/// Statements for which `broken` finds a fault, as function name and fault.
fn statements_with(broken: impl Fn(&Statement) -> Option<String>) -> Vec<String> {
    statements().iter().filter_map(|one| broken(one).map(|fault| format!("{}: {fault}", one.function))).collect()
}

#[test]
fn every_policy_is_written_out() {
    let mut wrong = Vec::new();
    for (id, properties) in deployed() {
        let policies = list(&properties["Policies"]);
        if policies.is_empty() {
            wrong.push(format!("{id} has no policies; add those that it needs"));
        }
        // Managed policies of AWS and policy templates of SAM grant too much, such as `dynamodb:*`.
        if policies.iter().any(|policy| policy["Statement"].is_badvalue()) {
            wrong.push(format!(
                "{id}: write `- Statement:` with actions and ARNs, or name a managed policy of the root template"
            ));
        }
        if !properties["Role"].is_badvalue() {
            wrong.push(format!("{id}: remove `Role`; SAM creates the role from the function's policies"));
        }
    }
    wrong.extend(statements_with(|one| {
        (text(&one.body["Effect"]) != "Allow").then(|| "Effect must be Allow".to_owned())
    }));
    wrong.extend(statements_with(|one| {
        let negated = ["NotAction", "NotResource"].into_iter().find(|name| !one.body[*name].is_badvalue())?;
        Some(format!("replace {negated}, which grants everything else"))
    }));
    nothing_wrong("The templates must write out the policies of each function:", &wrong);
}

/// Managed policies hold grants that functions share; roles do not use them.
#[test]
fn managed_policies_belong_to_the_root_and_are_shared() {
    let named: Vec<_> =
        resources("AWS::Serverless::Function").values().flat_map(|one| texts(&one["Policies"])).collect();
    let root: BTreeSet<_> = templates()[0].resources().map(|(id, _)| id.to_owned()).collect();
    let mut wrong = Vec::new();
    for (id, policy) in resources("AWS::IAM::ManagedPolicy") {
        if !root.contains(&id) {
            wrong.push(format!("{id}: declare it in the root template, or write its statements out"));
        }
        if named.iter().filter(|name| **name == id).count() < 2 {
            wrong.push(format!("{id}: fewer than two functions use it; write its statements out"));
        }
        if ["Groups", "Roles", "Users"].iter().any(|name| !policy[*name].is_badvalue()) {
            wrong.push(format!("{id}: remove Groups, Roles and Users; functions name the policy instead"));
        }
    }
    let roles = resources("AWS::IAM::Role");
    let more = roles.iter().filter(|(_, role)| !role["ManagedPolicyArns"].is_badvalue());
    wrong.extend(more.map(|(id, _)| format!("{id}: write its statements out instead of ManagedPolicyArns")));
    nothing_wrong("Managed policies of the templates:", &wrong);
}

/// Checks policies of functions only: in a KMS key policy, `Resource: "*"` means that key, and conditions restrict its principal `*`
/// to this account through DynamoDB and S3.
#[test]
fn function_policies_have_no_wildcard_actions() {
    let starred = |one: &Statement| one.actions.iter().find(|action| action.contains('*')).cloned();
    nothing_wrong("Name each action instead of using a wildcard:", &statements_with(starred));
}

/// Wildcards are allowed only for objects below a prefix of a bucket, for schedules of a group, and for telephone numbers, whose
/// names are not known in advance.
#[test]
fn function_policies_have_no_other_wildcard_resources() {
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
        "Name each resource and index (objects as `${XBucket.Arn}/prefix/*`, schedules as `schedule/${Group}/*`):",
        &statements_with(starred),
    );
}

#[test]
fn functions_may_neither_delete_items_nor_scan_tables() {
    // BatchWriteItem and PartiQL can delete without the grant of DeleteItem.
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
    nothing_wrong(
        "Write a tombstone instead of deleting, and query an index instead of scanning:",
        &statements_with(found),
    );
}

#[test]
fn functions_may_not_change_the_audit_trail() {
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
    nothing_wrong("Remove these grants; audit records and seals are written once:", &statements_with(found));
}

#[test]
fn audit_consumer_may_only_put_items() {
    let granted: BTreeSet<_> =
        statements().into_iter().filter(|one| one.function == "AuditOnEvent").flat_map(|one| one.actions).collect();
    assert_eq!(
        granted,
        BTreeSet::from(["dynamodb:PutItem".to_owned()]),
        "AuditOnEvent must have only dynamodb:PutItem, because a record is never changed"
    );
}

#[test]
fn only_the_relay_may_publish_events() {
    let found = |one: &Statement| {
        (one.grants("events:PutEvents") && one.function != "RelayOnStream").then(|| "events:PutEvents".to_owned())
    };
    nothing_wrong("Remove this grant; the relay publishes the changes of the tables:", &statements_with(found));
}

/// A handler that also sent, scheduled or called something would write twice. Consumers and jobs do this work.
#[test]
fn endpoints_may_only_use_tables_keys_and_buckets() {
    let endpoints: BTreeSet<_> = OPERATIONS.iter().map(|row| camel(row.name)).collect();
    let known = ["dynamodb:", "kms:", "s3:"];
    let found = |one: &Statement| {
        let calls = one.actions.iter().find(|action| !known.iter().any(|service| action.starts_with(service)));
        calls.filter(|_| endpoints.contains(&one.function)).cloned()
    };
    nothing_wrong("Remove these grants; endpoints may use DynamoDB, KMS and S3 only:", &statements_with(found));
}

#[test]
fn functions_may_not_invoke_functions() {
    let found = |one: &Statement| {
        ["lambda:InvokeFunction", "lambda:InvokeAsync"].into_iter().find(|action| one.grants(action)).map(str::to_owned)
    };
    nothing_wrong("Remove these grants; functions do not invoke each other:", &statements_with(found));
}

/// Tables by service.
fn tables() -> BTreeMap<String, String> {
    let declared = resources("AWS::DynamoDB::Table");
    let of = |service: String| {
        let table = format!("{}Table", camel(&service));
        declared.contains_key(&table).then_some((service, table))
    };
    let tables: BTreeMap<_, _> = super::repo::services().into_iter().filter_map(of).collect();
    assert_eq!(tables.len(), declared.len(), "every table must be named <Service>Table");
    tables
}

/// Services by the logical ids of their functions.
fn owners() -> BTreeMap<String, String> {
    super::repo::binaries().into_iter().map(|(name, service)| (camel(&name), service)).collect()
}

#[test]
fn services_write_only_to_their_own_table() {
    let (tables, owners) = (tables(), owners());
    let found = |one: &Statement| {
        let writes = ["PutItem", "UpdateItem"].iter().any(|name| one.grants(&format!("dynamodb:{name}")));
        let own = owners.get(&one.function).and_then(|service| tables.get(service));
        let foreign = tables.values().find(|table| one.of(table) && Some(*table) != own)?;
        writes.then(|| format!("writes to {foreign}"))
    };
    nothing_wrong("Remove these grants; services exchange data through events:", &statements_with(found));
}

/// Parts of a table that other services may read: patterns of partition keys, and the reading services (empty for all).
const READ_VIEWS: &[(&str, &[&str], &[&str])] = &[
    ("AuthTable", &["KEYS"], &[]),
    ("EmployeesTable", &["EMP#*", "UNIQ#EMAIL#*"], &[]),
    ("EmployeesTable", &["UNIQ#CODE#*"], &["auth", "attendance"]),
    ("ComplianceTable", &["POLICIES", "CALENDARS"], &["leave", "attendance"]),
    ("LeaveTable", &["EMP#*", "LEAVE_TYPES"], &["compliance"]),
    ("AttendanceTable", &["EMP#*", "ROSTERS"], &["compliance", "leave"]),
];

#[test]
fn services_read_only_the_read_views_of_others() {
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
        "Restrict `dynamodb:LeadingKeys` to the read views in READ_VIEWS of this test:",
        &statements_with(found),
    );
}

/// The shell of an endpoint reads the published keys and, with a token, the caller's record.
#[test]
fn endpoints_may_read_the_keys_and_their_caller() {
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
    nothing_wrong("Endpoints need these grants:", &wrong);
}

#[test]
fn declared_and_granted_indexes_match() {
    let declared: BTreeSet<_> = table_shapes()
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
        named.difference(&declared).map(|name| format!("{name}: a policy names it; declare the index")).collect();
    wrong.extend(
        declared
            .difference(&named)
            .map(|name| format!("{name}: no function may query it; remove the index, which every write pays for")),
    );
    nothing_wrong("Declared and granted indexes must match:", &wrong);
}

#[test]
fn indexes_of_the_sources_are_declared() {
    let declared: BTreeSet<_> =
        table_shapes().into_iter().flat_map(|shape| shape.indexes.into_iter().map(|(name, ..)| name)).collect();
    let mut wrong = Vec::new();
    for path in files(&["functions"], &["rs"]).iter().filter(|path| path.contains("/store")) {
        let text = read(path);
        let literals = text.split('"').skip(1).step_by(2);
        for name in literals.filter(|literal| literal.starts_with("by_") && !literal.contains(' ')) {
            if !declared.contains(name) {
                wrong.push(format!("{path}: {name}"));
            }
        }
    }
    nothing_wrong("Declare these indexes in template.yaml:", &wrong);
}

#[test]
fn every_dead_letter_queue_has_an_alarm() {
    let watched: String = resources("AWS::CloudWatch::Alarm").values().map(|alarm| format!("{alarm:?}")).collect();
    let wrong: Vec<_> = resources("AWS::SQS::Queue")
        .into_keys()
        .filter(|id| id.ends_with("Dlq") || id.ends_with("Failures"))
        .filter(|id| !watched.contains(&format!("\"{id}.QueueName\"")))
        .map(|id| format!("{id}: add an alarm on ApproximateNumberOfMessagesVisible"))
        .collect();
    nothing_wrong("Dead-letter queues need an alarm:", &wrong);
}

#[test]
fn every_queue_has_a_dead_letter_queue() {
    let wrong: Vec<_> = resources("AWS::SQS::Queue")
        .into_iter()
        .filter(|(id, _)| !id.ends_with("Dlq") && !id.ends_with("Failures"))
        .filter(|(_, queue)| queue["RedrivePolicy"]["deadLetterTargetArn"].is_badvalue())
        .map(|(id, _)| format!("{id}: add a RedrivePolicy with a Dlq"))
        .collect();
    nothing_wrong("Queues need a dead-letter queue, so that no message is dropped:", &wrong);
}

#[test]
fn tables_are_encrypted_restorable_and_stream_both_images() {
    let mut wrong = Vec::new();
    for (id, table) in resources("AWS::DynamoDB::Table") {
        if table["SSESpecification"]["KMSMasterKeyId"].is_badvalue() {
            wrong.push(format!("{id}: encrypt it with DataKey"));
        }
        if table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"].as_bool() != Some(true) {
            wrong.push(format!("{id}: enable point-in-time recovery"));
        }
        // The audit table publishes no events and needs no stream.
        let streams = table["StreamSpecification"]["StreamViewType"].as_str() == Some("NEW_AND_OLD_IMAGES");
        if !streams && id != "AuditTable" {
            wrong.push(format!("{id}: set StreamViewType to NEW_AND_OLD_IMAGES; the relay reads the stream"));
        }
    }
    nothing_wrong("Settings of the tables:", &wrong);
}

#[test]
fn every_log_group_expires() {
    let logs = resources("AWS::Logs::LogGroup");
    let endless = |(id, log): (&String, &Yaml)| {
        let days = log["RetentionInDays"].as_str();
        (days != Some("LogRetentionDays")).then(|| format!("{id}: set RetentionInDays to !Ref LogRetentionDays"))
    };
    let mut wrong: Vec<_> = logs.iter().filter_map(endless).collect();
    let of_all = text(&globals()["LoggingConfig"]["LogGroup"]);
    if !logs.contains_key(&of_all) {
        wrong.push("Globals: name the log group of the functions in LoggingConfig".to_owned());
    }
    let own = |properties: &Yaml| !properties["LoggingConfig"].is_badvalue();
    wrong.extend(
        deployed()
            .into_iter()
            .filter(|(_, properties)| own(properties))
            .map(|(id, _)| format!("{id}: remove LoggingConfig; Globals name the log group")),
    );
    nothing_wrong("Log groups must expire; Lambda's default groups never do:", &wrong);
}
