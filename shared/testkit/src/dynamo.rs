//! DynamoDB engine inside the test process, behind the real client.

use aws_credential_types::{Credentials, provider::SharedCredentialsProvider};
use aws_sdk_dynamodb::{
    Client,
    types::{
        AttributeDefinition, BillingMode, GlobalSecondaryIndex, KeySchemaElement, KeyType, Projection, ProjectionType,
        ScalarAttributeType, StreamSpecification, StreamViewType,
    },
};
use aws_smithy_runtime_api::client::behavior_version::BehaviorVersion;
use aws_smithy_types::retry::RetryConfig;
use aws_types::{SdkConfig, region::Region};

use crate::template::{TableShape, table_shapes};

/// Database of one test.
#[derive(Debug, Clone)]
pub struct TestDynamo {
    /// Real client of the database. It never retries, so that tests see every refusal.
    pub client: Client,
    /// Endpoint of the database: `http://127.0.0.1:<port>`.
    pub endpoint: String,
}

/// Configuration of AWS clients in tests: plain HTTP to `endpoint`, fake credentials, no retries.
pub fn sdk_config(endpoint: &str) -> SdkConfig {
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::v2026_01_12())
        .region(Region::from_static("us-east-1"))
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new("test", "test", None, None, "testkit")))
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .sleep_impl(aws_smithy_async::rt::sleep::SharedAsyncSleep::new(aws_smithy_async::rt::sleep::TokioSleep::new()))
        .retry_config(RetryConfig::disabled())
        .endpoint_url(endpoint)
        .build()
}

/// Starts an empty database in this process. It ends with the test.
///
/// # Panics
/// If no port is free.
#[expect(clippy::expect_used, clippy::disallowed_methods, reason = "a test helper; the server lives beside the test")]
pub async fn dynamo() -> TestDynamo {
    let database = dynoxide::Database::memory().expect("an in-memory database");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(dynoxide::server::serve_on(listener, database));
    TestDynamo { client: Client::new(&sdk_config(&endpoint)), endpoint }
}

impl TestDynamo {
    /// Creates all tables of the templates, named by [`TableShape::test_name`].
    ///
    /// # Panics
    /// If a table is refused.
    pub async fn with_tables(self) -> Self {
        for shape in table_shapes() {
            self.create_as(&shape.test_name(), &shape).await;
        }
        self
    }

    /// Creates a table that is not in the template, with the key `pk`, `sk` and these indexes.
    ///
    /// # Panics
    /// If the table is refused.
    pub async fn create_table(&self, name: &str, indexes: &[&str]) {
        let index = |name: &&str| ((*name).to_owned(), vec![format!("ix_{name}_pk"), format!("ix_{name}_sk")], None);
        let key = vec!["pk".to_owned(), "sk".to_owned()];
        let shape = TableShape { resource: name.to_owned(), key, indexes: indexes.iter().map(index).collect() };
        self.create_as(name, &shape).await;
    }

    #[expect(clippy::expect_used, reason = "a test helper")]
    async fn create_as(&self, name: &str, shape: &TableShape) {
        let mut attributes: Vec<_> = shape.key.iter().chain(shape.indexes.iter().flat_map(|(_, key, _)| key)).collect();
        attributes.sort();
        attributes.dedup();
        let definitions = attributes.into_iter().map(|name| {
            let definition = AttributeDefinition::builder().attribute_name(name);
            definition.attribute_type(ScalarAttributeType::S).build().expect("complete")
        });
        let stream = StreamSpecification::builder()
            .stream_enabled(true)
            .stream_view_type(StreamViewType::NewAndOldImages)
            .build()
            .expect("complete");
        let indexes = shape.indexes.iter().map(build_index).collect::<Vec<_>>();
        self.client
            .create_table()
            .table_name(name)
            .billing_mode(BillingMode::PayPerRequest)
            .set_attribute_definitions(Some(definitions.collect()))
            .set_key_schema(Some(key_schema(&shape.key)))
            .set_global_secondary_indexes((!indexes.is_empty()).then_some(indexes))
            .stream_specification(stream)
            .send()
            .await
            .expect("the table of the template is accepted");
    }
}

#[expect(clippy::expect_used, reason = "a test helper")]
fn key_schema(key: &[String]) -> Vec<KeySchemaElement> {
    let kinds = [KeyType::Hash, KeyType::Range];
    let part = |(name, kind): (&String, KeyType)| {
        KeySchemaElement::builder().attribute_name(name).key_type(kind).build().expect("complete")
    };
    key.iter().zip(kinds).map(part).collect()
}

#[expect(clippy::expect_used, reason = "a test helper")]
fn build_index((name, key, projected): &(String, Vec<String>, Option<Vec<String>>)) -> GlobalSecondaryIndex {
    let projection = match projected {
        None => Projection::builder().projection_type(ProjectionType::All),
        Some(none) if none.is_empty() => Projection::builder().projection_type(ProjectionType::KeysOnly),
        Some(some) => {
            Projection::builder().projection_type(ProjectionType::Include).set_non_key_attributes(Some(some.clone()))
        }
    };
    GlobalSecondaryIndex::builder()
        .index_name(name)
        .set_key_schema(Some(key_schema(key)))
        .projection(projection.build())
        .build()
        .expect("complete")
}
