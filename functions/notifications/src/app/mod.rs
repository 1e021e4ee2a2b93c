//! Use cases shared by endpoints, consumers and jobs.

pub mod bulk;
pub mod channel;
pub mod channel_queues;
pub mod delivery_worker;
pub mod notifier;
pub mod recipients;
pub mod reset;
