//! World of one test: tables, published keys, people, stubs and a fixed clock.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use access::Operation;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use axum::Router;
use base64::{Engine, engine::general_purpose::STANDARD};
use directory::{Person, code_claim_key, email_claim_key, person_key};
use jiff::Timestamp;
use kernel::IdGenerator;
use lambda::{Environment, InitError, Shell, published_keys::PublishedKeys};
use serde::Serialize;
use serde_json::{Value, json};
use store::{Item, Key, Table};

use crate::{
    Calls, FixedClock, MAC_KEY, NEXT_SIGNING_KEY, People, SEAL_KEY, SIGNING_KEY, StubCloud, TestDynamo, TestIds, cloud,
    dynamo,
    keys::{AUDIENCE, ISSUER, claims, key_set, sign_token},
    sdk_config, table_shapes,
};

/// Complete environment of one test, not shared with other tests.
pub struct World {
    /// Shell of the tested functions.
    pub shell: Shell,
    /// Clock of the shell.
    pub clock: FixedClock,
    /// Database of the test.
    pub dynamo: TestDynamo,
    /// Recorded database calls of the shell.
    pub calls: Calls,
    /// Stubs of KMS, EventBridge, S3, SES, SNS and SQS.
    pub cloud: StubCloud,
    /// People of the test, one per access role.
    pub people: People,
}

/// World with empty tables, except for the published keys and its people.
pub async fn world() -> World {
    world_with(&[]).await
}

/// World like [`world()`], with additional or different environment variables.
///
/// # Panics
/// If the shell cannot be built.
#[expect(clippy::expect_used, reason = "a test helper")]
pub async fn world_with(variables: &[(&str, &str)]) -> World {
    let dynamo = dynamo().await.with_tables().await;
    let (cloud, clock) = (cloud().await, FixedClock::default());
    let mut env: BTreeMap<String, String> =
        table_shapes().iter().map(|shape| (shape.environment_variable(), shape.test_name())).collect();
    let fixed = [
        ("STAGE", "local"),
        ("ISSUER", ISSUER),
        ("AUDIENCE", AUDIENCE),
        ("SIGNING_KEY", SIGNING_KEY),
        ("NEXT_SIGNING_KEY", NEXT_SIGNING_KEY),
        ("MAC_KEY", MAC_KEY),
        ("SEAL_KEY", SEAL_KEY),
        ("SEALS_BUCKET", "seals"),
        ("ARCHIVE_BUCKET", "archive"),
        ("EXPORTS_BUCKET", "exports"),
        ("RECORDS_BUCKET", "records"),
        ("RETENTION_DAYS", "365"),
        ("BUS_NAME", "muster"),
        ("AWS_REGION", "us-east-1"),
        ("EMAIL_QUEUE_URL", "http://queues/email"),
        ("SMS_QUEUE_URL", "http://queues/sms"),
        ("PUSH_QUEUE_URL", "http://queues/push"),
        ("BULK_QUEUE_URL", "http://queues/bulk"),
        ("SETTLE_QUEUE", "http://queues/settle"),
        ("MAIL_FROM", "Muster <no-reply@hr.example>"),
        ("WEB_ORIGIN", "https://hr.example"),
        ("SMS_ENABLED", "true"),
        ("PUSH_SUBJECT", "mailto:hr@hr.example"),
        ("PUSH_HOSTS", "127.0.0.1,fcm.googleapis.com"),
        ("VAPID_KEY", SEAL_KEY),
    ];
    env.extend(fixed.iter().chain(variables).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let environment: Environment = env.into_iter().collect();
    let ids: Arc<dyn IdGenerator> = TestIds::new();
    let calls = Calls::default();
    let aws = calls.instrument(&sdk_config(&dynamo.endpoint));
    let mut shell = Shell::new(environment, aws, Arc::new(clock.clone()), ids).expect("the environment is complete");
    shell.aws = cloud.config();
    let world = World { shell, clock, dynamo, calls, cloud, people: People::new() };
    world.publish_keys().await;
    world.add_people(&world.people.all()).await;
    world
}

impl World {
    pub const fn employee(&self) -> &Person {
        &self.people.employee
    }

    /// Manager of [`World::employee`].
    pub const fn manager(&self) -> &Person {
        &self.people.manager
    }

    pub const fn hr(&self) -> &Person {
        &self.people.hr
    }

    /// Table whose name is in the environment variable.
    ///
    /// # Panics
    /// If the variable is not set.
    #[expect(clippy::expect_used, reason = "a test helper")]
    pub fn table(&self, table_variable: &str) -> Table {
        self.shell.table(table_variable).expect("a table's variable")
    }

    /// Current time of the clock.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Valid access token for this person, issued now by the clock of the world.
    pub fn token(&self, person: &Person) -> String {
        sign_token(&claims(person.id, person.roles, person.role_version, self.now()))
    }

    /// Endpoint with its middleware, as its function serves it.
    ///
    /// # Panics
    /// If the state of the handler cannot be built.
    #[expect(clippy::expect_used, reason = "a test helper")]
    pub fn app(&self, operation: &'static Operation, router: fn(&Shell) -> Result<Router, InitError>) -> Router {
        lambda::http::app(&self.shell, operation, router).expect("the endpoint starts")
    }

    /// Stores people like the service `employees`: the record, and the claims of e-mail address and employee code. Existing
    /// items are overwritten.
    pub async fn add_people(&self, people: &[&Person]) {
        let mut items = Vec::new();
        for person in people {
            let claim = json!({"employee_id": person.id});
            let mut record = stored_item(&person_key(person.id), person);
            for name in ["created_at", "updated_at"] {
                record.insert(name.to_owned(), AttributeValue::S("2024-01-01T00:00:00Z".to_owned()));
            }
            items.push(record);
            items.push(stored_item(&email_claim_key(&person.email), &claim));
            items.push(stored_item(&code_claim_key(&person.employee_code), &claim));
        }
        self.put_all("EMPLOYEES_TABLE", items).await;
    }

    async fn publish_keys(&self) {
        let published = PublishedKeys { set: key_set(), cursor_key: STANDARD.encode([7_u8; 32]) };
        self.put_all("AUTH_TABLE", vec![stored_item(&lambda::published_keys::published_keys_key(), &published)]).await;
    }

    #[expect(clippy::expect_used, reason = "a test helper")]
    async fn put_all(&self, table_variable: &str, items: Vec<Item>) {
        let name = self.table_name(table_variable);
        for chunk in items.chunks(25) {
            let put = |item: &Item| {
                let put = PutRequest::builder().set_item(Some(item.clone())).build().expect("complete");
                WriteRequest::builder().put_request(put).build()
            };
            let requests = chunk.iter().map(put).collect();
            self.dynamo
                .client
                .batch_write_item()
                .request_items(&name, requests)
                .send()
                .await
                .expect("items are stored");
        }
    }

    /// Name of the table in a variable such as `EMPLOYEES_TABLE`.
    ///
    /// # Panics
    /// If the variable is not set.
    #[expect(clippy::expect_used, reason = "a test helper")]
    pub fn table_name(&self, table_variable: &str) -> String {
        self.shell.env(table_variable).expect("the variable is set")
    }

    /// All items of a table, sorted by key.
    ///
    /// # Panics
    /// If the table cannot be read.
    #[expect(clippy::expect_used, clippy::disallowed_methods, reason = "a test compares all items")]
    pub async fn list_items(&self, table_variable: &str) -> Vec<Item> {
        let mut pages =
            self.dynamo.client.scan().table_name(self.table_name(table_variable)).into_paginator().items().send();
        let mut items = Vec::new();
        while let Some(item) = pages.next().await {
            items.push(item.expect("the table can be read"));
        }
        items.sort_by_key(|item| {
            (
                store::string_attribute(item, "pk").map(str::to_owned),
                store::string_attribute(item, "sk").map(str::to_owned),
            )
        });
        items
    }

    /// All items of all tables, for comparisons before and after a request that must store nothing.
    pub async fn snapshot(&self) -> BTreeMap<String, Vec<Item>> {
        let mut all = BTreeMap::new();
        for shape in table_shapes() {
            all.insert(shape.environment_variable(), self.list_items(&shape.environment_variable()).await);
        }
        all
    }

    /// Event stamps of the items of a table, oldest first: of each item the last one, if its last write published an event.
    pub async fn stamps(&self, table_variable: &str) -> Vec<events::Stamp> {
        let mut stamps: Vec<_> = self.list_items(table_variable).await.iter().filter_map(store::stamp_of).collect();
        stamps.sort_by_key(|stamp| stamp.id);
        stamps
    }

    /// Type of the event that the last write of each item published, oldest first. Not a history: of an item that is
    /// written again only the last event is shown, and further events of a write are left out.
    pub async fn published_types(&self, table_variable: &str) -> Vec<String> {
        self.stamps(table_variable).await.into_iter().map(|stamp| stamp.event).collect()
    }
}

/// Item with key, version 1 and the mark `_quiet`, as the store writes it.
#[expect(clippy::expect_used, reason = "a test helper")]
fn stored_item(key: &Key, body: &impl Serialize) -> Item {
    let body = serde_json::to_value(body).expect("a body is JSON");
    let mut item: Item = match attribute_of(&body) {
        AttributeValue::M(members) => members,
        _ => HashMap::new(),
    };
    let text = |text: &str| AttributeValue::S(text.to_owned());
    item.insert("pk".to_owned(), text(&key.pk));
    item.insert("sk".to_owned(), text(&key.sk));
    item.insert("_version".to_owned(), AttributeValue::N("1".to_owned()));
    item.insert("_quiet".to_owned(), text("evt_018c0000000070008000000000000000"));
    item
}

fn attribute_of(value: &Value) -> AttributeValue {
    match value {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(value) => AttributeValue::Bool(*value),
        Value::Number(number) => AttributeValue::N(number.to_string()),
        Value::String(text) => AttributeValue::S(text.clone()),
        Value::Array(items) => AttributeValue::L(items.iter().map(attribute_of).collect()),
        Value::Object(members) => {
            AttributeValue::M(members.iter().map(|(name, member)| (name.clone(), attribute_of(member))).collect())
        }
    }
}
