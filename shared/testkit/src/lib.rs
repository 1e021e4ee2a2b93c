//! What tests stand on: an in-process DynamoDB, a small cloud of stubs, a fixed clock, predictable ids, people and tokens.
//!
//! A dev-dependency only. Every test gets a world of its own, so all tests may run at once. Our own database is never
//! mocked: it is a real engine behind the real client. The stubs speak the real protocols with real cryptography.
#![allow(missing_docs, reason = "a definition has a doc where its name does not say everything")]

mod calls;
mod clock_and_ids;
mod cloud;
mod dynamo;
mod event_rules;
mod keys;
mod outgoing;
mod people;
mod request;
mod stream;
mod template;
mod world;

pub use calls::{Call, Calls, half_units, round_trips};
pub use clock_and_ids::{FixedClock, TestIds, origin, test_start};
pub use cloud::{MAC_KEY, SEAL_KEY, StubCloud, cloud};
pub use dynamo::{TestDynamo, dynamo, sdk_config};
pub use event_rules::{EventRule, event_rules};
pub use keys::{AUDIENCE, ISSUER, NEXT_SIGNING_KEY, SIGNING_KEY, claims, key_set, sign_token, sign_token_with};
pub use outgoing::{Mail, Queued};
pub use people::{People, department, other_department};
pub use request::{TestRequest, TestResponse, with};
pub use template::{TableShape, Template, table_shapes, templates};
pub use world::{World, world, world_with};
