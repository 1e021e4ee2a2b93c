//! Test support: an in-process DynamoDB, stubs of other AWS services, a fixed clock, predictable ids, people and tokens.
//!
//! Start with [`world()`]: it creates all tables, publishes keys and stores one person per role. Then call an endpoint:
//! `world.get(&app, path).signed_in_as(world.hr()).await`.
//!
//! Every test has its own world, so that all tests can run in parallel. The database is not mocked: it is a real engine behind
//! the real client. The stubs speak the real protocols with real cryptography. This crate is a dev-dependency only.
#![allow(missing_docs, reason = "only names that need an explanation have a doc")]

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

pub use calls::{Call, Calls, consumed_half_units, round_trips};
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
