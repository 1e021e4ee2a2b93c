//! Audit service: each endpoint, job and consumer against a real database, with KMS and S3 in process.

use std::sync::Arc;

use audit::domain::{
    hour::Hour,
    packing::{pack_record, unpack_record},
    seal::{PublicKey, SealDocument},
    verify::{Finding, RecordFile, VerificationReport, VerificationScope, verify},
};
use aws_lambda_events::sqs::SqsEvent;
use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use jiff::{SignedDuration, Timestamp};
use kernel::{AuditId, EmployeeId, EventId, IdGenerator};
use serde_json::{Value, json};
use testkit::{World, world};

pub(crate) mod audit_logs;
pub(crate) mod job;
pub(crate) mod on;

/// World with helpers for the consumer and the sealing job.
struct AuditFixture {
    world: World,
}

impl AuditFixture {
    async fn open() -> Self {
        Self { world: world().await }
    }

    fn now(&self) -> Timestamp {
        self.world.now()
    }

    fn advance_minutes(&self, minutes: i64) {
        self.world.clock.advance(SignedDuration::from_mins(minutes));
    }

    /// Detail of an event at the current time: HR changes the phone number and compensation of an employee.
    fn event(&self, kind: &str, entity: &str) -> Value {
        let id = EventId::new(self.world.shell.ids.uuid(self.now()));
        json!({
            "id": id, "type": kind, "entity_type": "Employee", "entity_id": entity,
            "actor": self.world.people.hr.id, "request_id": "req_1", "at": self.now(),
            "service": "employee-management-service", "version": 2,
            "old_values": {"first_name": "Jon", "phone": "+1 555 0100"},
            "new_values": {"first_name": "John", "phone": "+1 555 0101", "salary": {"amount_minor": 7_500_000, "currency": "EUR"}},
        })
    }

    /// Delivers events in one SQS batch and returns the ids of the messages that failed.
    async fn deliver(&self, events: &[Value]) -> Result<Vec<String>, String> {
        let bodies: Vec<_> =
            events.iter().map(|event| json!({"detail-type": event["type"], "detail": event}).to_string()).collect();
        self.deliver_raw(&bodies).await
    }

    async fn deliver_raw(&self, bodies: &[String]) -> Result<Vec<String>, String> {
        let record = |(at, body): (usize, &String)| json!({"messageId": format!("m{at}"), "body": body});
        let batch: Vec<_> = bodies.iter().enumerate().map(record).collect();
        let batch: SqsEvent = serde_json::from_value(json!({"Records": batch})).unwrap();
        let handler = audit::on::event::build(&self.world.shell).unwrap();
        lambda::queue::handle_batch(&handler, batch).await.map(|result| result.failed_ids)
    }

    /// Delivers one event of this type about an entity and returns the id of its record.
    async fn record_event(&self, kind: &str, entity: &str) -> AuditId {
        let event = self.event(kind, entity);
        assert_eq!(self.deliver(std::slice::from_ref(&event)).await, Ok(Vec::new()));
        audit_id(&event)
    }

    /// Runs the sealing job.
    async fn run_seal_job(&self) -> Value {
        let job = audit::job::seal::build(&self.world.shell).unwrap();
        job(self.world.shell.system_origin("audit-job-seal", "req_job"), json!({})).await.unwrap()
    }

    /// All seals in the bucket, oldest first.
    fn seals(&self) -> Vec<SealDocument> {
        let documents = self.world.cloud.object_paths().into_iter().filter(|path| path.starts_with("seals/"));
        documents.map(|path| serde_json::from_slice(&self.world.cloud.object(&path).unwrap().body).unwrap()).collect()
    }

    /// All archived files, oldest first, not compressed.
    fn archives(&self) -> Vec<RecordFile> {
        let archives = self.world.cloud.object_paths().into_iter().filter(|path| path.starts_with("archive/"));
        let file = |path: String| {
            let bytes = audit::gunzip_if_compressed(self.world.cloud.object(&path).unwrap().body).unwrap();
            RecordFile { name: path, bytes }
        };
        archives.map(file).collect()
    }

    async fn public_key(&self) -> PublicKey {
        let kms = aws_sdk_kms::Client::new(&self.world.shell.aws);
        let answer = kms.get_public_key().key_id(testkit::SEAL_KEY).send().await.unwrap();
        PublicKey::from_der(answer.public_key.unwrap().into_inner())
    }

    /// Checks files against all seals in the bucket.
    async fn verify_files(
        &self,
        files: &[RecordFile],
        scope: &VerificationScope,
    ) -> Result<VerificationReport, Finding> {
        verify(files, &self.seals(), &[self.public_key().await], scope)
    }

    /// Replaces a text within a stored record, outside the service.
    async fn tamper(&self, id: AuditId, from: &str, to: &str) {
        let table = self.world.table_name("AUDIT_TABLE");
        let key = |name: &str, value: &str| (name.to_owned(), AttributeValue::S(value.to_owned()));
        let stored = store::Item::from([key("pk", &format!("LOG#{id}")), key("sk", "LOG")]);
        let get = self.world.dynamo.client.get_item().table_name(&table).set_key(Some(stored.clone()));
        let text = unpack_record(get.send().await.unwrap().item.unwrap()["record"].as_b().unwrap().as_ref()).unwrap();
        let edited = AttributeValue::B(Blob::new(pack_record(&text.replace(from, to)).unwrap()));
        let update = self.world.dynamo.client.update_item().table_name(&table).set_key(Some(stored));
        let update = update.update_expression("SET #r = :r").expression_attribute_names("#r", "record");
        update.expression_attribute_values(":r", edited).send().await.unwrap();
    }

    /// Number of items of the audit table with this prefix of the partition key.
    async fn count_items(&self, prefix: &str) -> usize {
        let items = self.world.list_items("AUDIT_TABLE").await;
        items.iter().filter(|item| store::string_attribute(item, "pk").is_some_and(|pk| pk.starts_with(prefix))).count()
    }
}

fn audit_id(event: &Value) -> AuditId {
    AuditId::new(event["id"].as_str().unwrap().parse::<EventId>().unwrap().uuid())
}

/// Ids on a page, in order.
fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// Valid body for `POST /audit-logs`.
fn posted() -> Value {
    json!({
        "user_id": "payroll-clerk", "action": "exported", "log_type": "data_export", "entity_type": "PayRun",
        "entity_id": "run_1", "service_name": "payroll", "new_values": {"rows": 12, "rate": 1.5},
    })
}

fn unknown_employee() -> EmployeeId {
    EmployeeId::new(uuid::Uuid::from_u128(0xdead))
}

/// Id of no stored record.
fn another_id(fixture: &AuditFixture) -> AuditId {
    let ids: &Arc<dyn IdGenerator> = &fixture.world.shell.ids;
    AuditId::new(ids.uuid(fixture.now()))
}

fn hour(text: &str) -> Hour {
    text.parse().unwrap()
}
