//! Signed calls to Lambda, IAM, STS, CloudFormation, Scheduler and DynamoDB Streams, which are too few to justify their SDK crates.

use aws_credential_types::Credentials;
use muster::scenario::{Scenario, json::array, unique};
use serde_json::{Value, json};

use super::cloud::Cloud;

/// Result of an invocation.
pub(crate) struct Invocation {
    /// Header `X-Amz-Function-Error` of a failed invocation.
    pub(crate) error: Option<String>,
    pub(crate) payload: Value,
}

impl Cloud {
    /// Invokes the function of an operation and waits for the result.
    pub(crate) async fn invoke(&self, operation: &str, payload: &Value) -> Invocation {
        let answer = Scenario::invoke(self, self.function(operation), payload).await.unwrap();
        let error = answer.headers.get("x-amz-function-error").map(str::to_owned);
        Invocation { error, payload: answer.expect(200).unwrap() }
    }

    /// Configuration of a function as Lambda returns it.
    pub(crate) async fn configuration_of(&self, operation: &str) -> Value {
        let path = format!("/2015-03-31/functions/{}/configuration", self.function(operation));
        let reply = self.send_signed("lambda", "GET", &path, &[], Vec::new()).await;
        reply.unwrap().expect(200).unwrap()
    }

    /// Name of a function's role.
    pub(crate) async fn role_of(&self, operation: &str) -> String {
        let configuration = self.configuration_of(operation).await;
        configuration["Role"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
    }

    /// Result of the last batch of each event source mapping of a function.
    pub(crate) async fn mapping_results_of(&self, operation: &str) -> Vec<String> {
        let path = format!("/2015-03-31/event-source-mappings/?FunctionName={}", self.function(operation));
        let answer = self.send_signed("lambda", "GET", &path, &[], Vec::new()).await.unwrap().body;
        let mappings = array(&answer, "/EventSourceMappings");
        mappings.iter().map(|one| one["LastProcessingResult"].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Denies a role an action, regardless of its other policies.
    pub(crate) async fn deny(&self, role: &str, action: &str) {
        let policy = json!({
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Deny", "Action": action, "Resource": "*"}],
        });
        let policy = policy.to_string();
        self.iam("PutRolePolicy", &[("RoleName", role), ("PolicyName", OUTAGE), ("PolicyDocument", &policy)]).await;
    }

    /// Removes the denial of [`Cloud::deny`].
    pub(crate) async fn allow(&self, role: &str) {
        self.iam("DeleteRolePolicy", &[("RoleName", role), ("PolicyName", OUTAGE)]).await;
    }

    /// Credentials with exactly the grants of a function's role, from a copy of the role that root may assume.
    pub(crate) async fn credentials_like(&self, operation: &str) -> Credentials {
        let role = self.role_of(operation).await;
        let copy = format!("like-{operation}-{}", unique());
        let account = between(&self.query("sts", "2011-06-15", "GetCallerIdentity", &[]).await, "Account");
        let trust = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"AWS": format!("arn:aws:iam::{account}:root")},
            }],
        });
        let trust = trust.to_string();
        let created = self.iam("CreateRole", &[("RoleName", &copy), ("AssumeRolePolicyDocument", &trust)]).await;
        let documents = self.policies_of(&role).await;
        assert!(!documents.is_empty(), "the role of {operation} must have its own policies");
        for (number, document) in documents.iter().enumerate() {
            let name = format!("policy-{number}");
            let parameters = [("RoleName", copy.as_str()), ("PolicyName", &name), ("PolicyDocument", document)];
            self.iam("PutRolePolicy", &parameters).await;
        }
        let arn = between(&created, "Arn");
        let session = [("RoleArn", arn.as_str()), ("RoleSessionName", "flow")];
        let assumed = self.query("sts", "2011-06-15", "AssumeRole", &session).await;
        let part = |tag| between(&assumed, tag);
        Credentials::new(part("AccessKeyId"), part("SecretAccessKey"), Some(part("SessionToken")), None, "assumed")
    }

    /// Actions that the stack's policies allow a function, each with its resources as text.
    pub(crate) async fn grants_of(&self, operation: &str) -> Vec<(String, String)> {
        let role = self.role_of(operation).await;
        self.grants_of_role(&role).await
    }

    /// Documents of a role's inline policies and of its managed policies other than those of AWS.
    async fn policies_of(&self, role: &str) -> Vec<String> {
        let mut documents = Vec::new();
        for name in texts(&self.iam("ListRolePolicies", &[("RoleName", role)]).await, "member") {
            let answer = self.iam("GetRolePolicy", &[("RoleName", role), ("PolicyName", &name)]).await;
            documents.push(policy_document(&answer, "PolicyDocument"));
        }
        let attached = self.iam("ListAttachedRolePolicies", &[("RoleName", role)]).await;
        for arn in texts(&attached, "PolicyArn").into_iter().filter(|arn| !arn.contains(":iam::aws:policy/")) {
            let policy = self.iam("GetPolicy", &[("PolicyArn", &arn)]).await;
            let version = between(&policy, "DefaultVersionId");
            let answer = self.iam("GetPolicyVersion", &[("PolicyArn", &arn), ("VersionId", &version)]).await;
            documents.push(policy_document(&answer, "Document"));
        }
        documents
    }

    /// Records of one item that a table's stream still holds, oldest first, in the format of an event source mapping.
    pub(crate) async fn stream_records(&self, table: &str, pk: &str) -> Vec<Value> {
        let described = self.dynamo.describe_table().table_name(table).send().await.unwrap();
        let stream = described.table.and_then(|table| table.latest_stream_arn).expect("a stream");
        let shards = self.streams("DescribeStream", json!({"StreamArn": stream})).await;
        let mut found = Vec::new();
        for shard in shards["StreamDescription"]["Shards"].as_array().unwrap() {
            let from = json!({"StreamArn": stream, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"});
            let mut iterator = self.streams("GetShardIterator", from).await["ShardIterator"].clone();
            while !iterator.is_null() {
                let page = self.streams("GetRecords", json!({"ShardIterator": iterator, "Limit": 1000})).await;
                let records = page["Records"].as_array().unwrap();
                found.extend(records.iter().filter(|record| record["dynamodb"]["Keys"]["pk"]["S"] == pk).cloned());
                iterator = if records.is_empty() { Value::Null } else { page["NextShardIterator"].clone() };
            }
        }
        for record in &mut found {
            record["eventSourceARN"] = json!(stream);
        }
        found
    }

    /// A schedule, or `None` if it does not exist.
    pub(crate) async fn schedule(&self, group: &str, name: &str) -> Option<Value> {
        let path = format!("/schedules/{name}?groupName={group}");
        let answer = self.send_signed("scheduler", "GET", &path, &[], Vec::new()).await.unwrap();
        assert!(matches!(answer.status, 200 | 404), "{answer:?}");
        (answer.status == 200).then_some(answer.body)
    }

    /// Changes the time of a schedule and nothing else.
    pub(crate) async fn reschedule(&self, schedule: &Value, expression: &str) {
        let mut schedule = schedule.clone();
        schedule["ScheduleExpression"] = json!(expression);
        let body: serde_json::Map<_, _> =
            SCHEDULE_INPUT.iter().filter_map(|name| Some(((*name).to_owned(), schedule.get(*name)?.clone()))).collect();
        let path = format!("/schedules/{}", schedule["Name"].as_str().unwrap());
        let (headers, body) = ([("content-type", "application/json")], Value::Object(body).to_string().into_bytes());
        self.send_signed("scheduler", "PUT", &path, &headers, body).await.unwrap().expect(200).unwrap();
    }

    /// Actions that the stack's policies allow a role, given by name or ARN, each with its resources as text.
    pub(crate) async fn grants_of_role(&self, arn: &str) -> Vec<(String, String)> {
        let role = arn.rsplit('/').next().unwrap();
        let mut grants = Vec::new();
        for document in self.policies_of(role).await {
            let policy: Value = serde_json::from_str(&document).unwrap();
            for statement in one_or_many(&policy["Statement"]) {
                for action in one_or_many(&statement["Action"]) {
                    grants.push((action.as_str().unwrap().to_owned(), statement["Resource"].to_string()));
                }
            }
        }
        grants
    }

    async fn streams(&self, action: &str, input: Value) -> Value {
        let target = format!("DynamoDBStreams_20120810.{action}");
        let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", target.as_str())];
        let answer = self.send_signed("dynamodb", "POST", "/", &headers, input.to_string().into_bytes()).await.unwrap();
        answer.expect(200).unwrap()
    }

    /// Starts the deletion of a stack without waiting for its end.
    pub(crate) async fn delete_stack(&self, stack: &str) {
        self.query("cloudformation", "2010-05-15", "DeleteStack", &[("StackName", stack)]).await;
    }

    async fn iam(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        self.query("iam", "2010-05-08", action, parameters).await
    }

    async fn query(&self, service: &str, version: &str, action: &str, parameters: &[(&str, &str)]) -> String {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("Action", action).append_pair("Version", version);
        let body = form.extend_pairs(parameters).finish().into_bytes();
        let headers = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
        let answer = self.send_signed(service, "POST", "/", &headers, body).await.unwrap();
        answer.expect(200).unwrap().as_str().unwrap_or_else(|| panic!("{action}: the response must be XML")).to_owned()
    }
}

/// Members of a `GetSchedule` response that `UpdateSchedule` accepts.
const SCHEDULE_INPUT: &[&str] = &[
    "GroupName",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "FlexibleTimeWindow",
    "Target",
    "State",
    "ActionAfterCompletion",
];

/// Name of the inline policy of [`Cloud::deny`].
const OUTAGE: &str = "outage-on-purpose";

fn one_or_many(value: &Value) -> Vec<&Value> {
    value.as_array().map_or_else(|| vec![value], |many| many.iter().collect())
}

/// Text of the first XML element of this name.
fn between(xml: &str, tag: &str) -> String {
    let (_, rest) = xml.split_once(&format!("<{tag}>")).unwrap_or_else(|| panic!("no <{tag}> in {xml}"));
    rest.split_once('<').unwrap().0.to_owned()
}

/// Texts of all XML elements of this name.
fn texts(xml: &str, tag: &str) -> Vec<String> {
    let begin = format!("<{tag}>");
    xml.split(&begin).skip(1).filter_map(|rest| rest.split('<').next()).map(str::to_owned).collect()
}

/// Policy document of a response, in which IAM percent-encodes it.
fn policy_document(xml: &str, tag: &str) -> String {
    let encoded = between(xml, tag);
    if encoded.starts_with('%') {
        let field = format!("document={encoded}");
        let (_, document) = form_urlencoded::parse(field.as_bytes()).next().unwrap();
        return document.into_owned();
    }
    encoded.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}
