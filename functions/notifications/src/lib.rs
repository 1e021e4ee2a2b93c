//! Notifications: recipients, texts and channels of every event, and the delivery status of each.
//!
//! # Owns
//! Table `notifications`: inboxes, deliveries, templates, preferences, groups of people.
//!
//! # Access patterns
//! | item | index | key | used by |
//! |---|---|---|---|
//! | notification, its deliveries, its request | table | `NOTIF#<id>` / `NOTIFICATION`, `DELIVERY#<channel>`, `REQUEST` | mark-read, trace, workers |
//! | inbox of a person, newest first | `by_user` | `USER#<employee id>` / `NEW#<id>`, `READ#<id>` | `notifications-list` |
//! | unread part of an inbox | `by_user` | `USER#<employee id>` / `NEW#<id>` | `notifications-unread` |
//! | due deliveries | `by_due` | `DUE#<shard>`, `DIGEST#<shard>` / `<instant>#..` | `notifications-job-due`, `-digest` |
//! | browser | table | `PUSH#<subscription id>` / `SUBSCRIPTION` | `notification-subscriptions-*` |
//! | browsers of a person | `by_user` | `PUSH#<employee id>` / `<subscription id>` | `notification-subscriptions-*`, push |
//! | decisions about an event, or about a page of a bulk message | table | `TRACE#<event id>` / `TRACE`, `PAGE#<number>` | trace, `notifications-on-event` |
//! | current and all versions of a template | table | `TEMPLATE#<name>` / `<language>`, `<language>#<version>` | templates, notifier |
//! | preferences, groups and telephone number of a person | table | `EMP#<employee id>` / `PREFERENCES`, `MEMBER` | preferences, notifier |
//! | members of a group: access role, department, site | table | `GROUP#<group>` / `<employee id>` | `notifications-on-event`, `-job-bulk` |
//! | delegates of a person | table | `DELEGATOR#<employee id>` / `<delegation id>` | `notifications-on-event` |
//! | notifications of one type to one person in ten minutes | table | `STORM#<employee id>#<type>` / `<window>` | notifier |
//! | bulk message and its pages | table | `BULK#<id>` / `BULK`, `PAGE#<number>` | bulk, `notifications-job-bulk` |
//! | circuit breaker of a channel | table | `BREAKER#<channel>` / `BREAKER` | workers |
//! | response of an idempotent request | table | `IDEM#..` / `IDEM` | every POST |
//!
//! # Publishes
//! `notification.sent` and `notification.failed`, once per delivery other than the inbox; `notification.requested`,
//! `notification.bulk_requested`, `notification.template_updated`, `notification.preferences_changed`,
//! `notification.subscription_created`, `notification.subscription_deleted`.
//!
//! # Consumes
//! The events of the routing table (`domain/routing.rs`) from `leave`, `employees`, `attendance`, `compliance`, `audit` and
//! `auth`; its own requests; `employee.*` for the groups; `leave.delegation_*` for the delegates.
//!
//! # Invariants
//! - The id of a notification is derived from event, recipient and type; the key of a delivery from notification and channel.
//!   A redelivered event notifies its recipients only once.
//! - A notification is one write; one with deliveries is one transaction. The inbox needs no further write.
//! - The decisions about an event are stored last. A redelivered event without stored decisions finds the existing notifications
//!   and continues; one with stored decisions changes nothing. For an event with one possible recipient, the notification
//!   contains the decision and has the event's id.
//! - A delivery is sent by the worker of its channel, from its own queue. A postponed one (quiet hours, digest, unavailable
//!   provider) is parked and queued again by `notifications-job-due`.
//! - A provider is called again only if it certainly did not accept the message.
//!
//! # Limits
//! More than 20 notifications of one type to one person within ten minutes collapse into one that counts the rest.
//! Confirmations of a person's own actions never collapse. 10 browsers per person, 50 named recipients per message.

#![recursion_limit = "256"] // the sample context is one large JSON literal
#![allow(missing_docs, reason = "docs are written where a name is not enough")]

pub mod api;
pub mod app;
pub mod domain;
pub mod job;
pub mod messages;
pub mod on;
pub mod store;
