//! Notifications: who is notified of what, in which words, through which channel, and the outcome of each delivery.
//!
//! # Owns
//! The table `notifications`: inboxes, deliveries, templates, preferences, groups of people.
//!
//! # Access patterns
//! | question | index | key | used by |
//! |---|---|---|---|
//! | a notification, its deliveries, its request | table | `NOTIF#<id>` / `NOTIFICATION`, `DELIVERY#<channel>`, `REQUEST` | mark-read, trace, workers |
//! | the inbox of a person, newest first | `by_user` | `USER#<employee id>` / `NEW#<id>`, `READ#<id>` | `notifications-list` |
//! | the unread part of it | `by_user` | `USER#<employee id>` / `NEW#<id>` | `notifications-unread` |
//! | deliveries that are due | `by_due` | `DUE#<shard>`, `DIGEST#<shard>` / `<instant>#..` | `notifications-job-due`, `-digest` |
//! | a browser | table | `PUSH#<subscription id>` / `SUBSCRIPTION` | `notification-subscriptions-*` |
//! | the browsers of a person | `by_user` | `PUSH#<employee id>` / `<subscription id>` | `notification-subscriptions-*`, push |
//! | the decisions about an event, or about one page of its audience | table | `TRACE#<event id>` / `TRACE`, `PAGE#<number>` | trace, `notifications-on-event` |
//! | the current version of a template, all versions | table | `TEMPLATE#<name>` / `<language>`, `<language>#<version>` | templates, notifier |
//! | preferences, groups and telephone of a person | table | `EMP#<employee id>` / `PREFERENCES`, `MEMBER` | preferences, notifier |
//! | the members of a group: HR, a department, a site | table | `GROUP#<group>` / `<employee id>` | `notifications-on-event`, `-job-bulk` |
//! | delegates of a person today | table | `DELEGATOR#<employee id>` / `<delegation id>` | `notifications-on-event` |
//! | notifications of one type to one person in ten minutes | table | `STORM#<employee id>#<type>` / `<window>` | notifier |
//! | a message to many, its pages | table | `BULK#<id>` / `BULK`, `PAGE#<number>` | bulk, `notifications-job-bulk` |
//! | circuit breaker of a channel | table | `BREAKER#<channel>` / `BREAKER` | workers |
//! | answer to an idempotent request | table | `IDEM#..` / `IDEM` | every POST |
//!
//! # Publishes
//! `notification.sent` and `notification.failed`, once per delivery outside the inbox; `notification.requested`,
//! `notification.bulk_requested`, `notification.template_updated`, `notification.preferences_changed`,
//! `notification.subscription_created`, `notification.subscription_deleted`.
//!
//! # Consumes
//! The events of the routing table (`domain/routing.rs`) from `leave`, `employees`, `attendance`, `compliance`, `audit` and
//! `auth`; its own requests; `employee.*` for the groups; `leave.delegation_*` for the delegates.
//!
//! # Invariants
//! - The id of a notification follows from event, recipient and type, and a delivery's from notification and channel. However
//!   often an event comes, its recipients are notified once.
//! - A notification is one write; one with deliveries is one transaction. The inbox has it by that write alone.
//! - The decisions about an event are stored last. An event that comes again after that changes nothing; one that comes again
//!   before finds the notifications and continues. An event that only one person may hear of has its decision, and its id, in
//!   their notification.
//! - A delivery is sent by the worker of its channel, from its own queue. One that waits (quiet hours, digest, a provider that
//!   is down) is parked and picked up by `notifications-job-due`.
//! - A provider is asked again only if it certainly did not take the message.
//!
//! # Limits
//! More than 20 notifications of one type for one person within ten minutes collapse into one that counts the rest; those of
//! the person's own acts are not counted. 10 browsers per person, 50 recipients of a message by name.

#![recursion_limit = "256"] // the sample context is one large JSON literal
#![allow(missing_docs, reason = "a definition has a doc where its name does not say everything")]

pub mod api;
pub mod app;
pub mod domain;
pub mod job;
pub mod on;
pub mod store;
