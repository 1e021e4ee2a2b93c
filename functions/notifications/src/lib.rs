//! Notifications: who hears of what, in which words, through which channel, and what became of it.
//!
//! Owns the table `notifications`: inboxes, deliveries, templates, preferences, groups. An event becomes notifications by one
//! table (`domain/routing.rs`), person by person. The inbox has it as soon as it is written; each other channel has a delivery
//! of its own, which a worker of that channel sends from its own queue. A notification's id follows from event, recipient and
//! type, and a delivery's from notification and channel, so that nobody hears twice however often anything comes.
//!
//! # Access patterns
//! | question | index | key | who asks |
//! |---|---|---|---|
//! | one notification and its deliveries | table | `NOTIF#<id>` | mark-read, trace, workers |
//! | somebody's inbox, the newest first | `by_user` | `USER#<employee id>`, `NEW#<id>` and `READ#<id>` | `notifications-list` |
//! | what is unread in it | `by_user` | the same, `NEW#<id>` alone | `notifications-unread` |
//! | deliveries that somebody must look after | `by_due` | `DUE#<shard>`, `DIGEST#<shard>`; instant first | `notifications-job-due`, `-digest` |
//! | the browsers of somebody | `by_user` | `PUSH#<employee id>` | `notification-subscriptions-*`, push |
//! | what was decided about an event | table | `TRACE#<event id>`; of one person's, `NOTIF#<id>` | trace, `notifications-on-event` |
//! | the words of a template | table | `TEMPLATE#<name>` / language, version | templates, everybody who tells |
//! | what somebody wants; how to reach them | table | `EMP#<employee id>` / `PREFERENCES`, `MEMBER` | preferences, everybody who tells |
//! | who belongs to HR, a department, a site | table | `GROUP#<group>` / employee id | `notifications-on-event`, `-job-bulk` |
//! | who decides in somebody's place today | table | `DELEGATOR#<employee id>` / delegation id | `notifications-on-event` |
//! | how much of a type came in ten minutes | table | `STORM#<employee id>#<type>` / window | everybody who tells |
//! | a message to many, and how far it is | table | `BULK#<id>` | bulk, `notifications-job-bulk` |
//! | may the provider be asked? | table | `BREAKER#<channel>` | workers |
//!
//! # From an event to an inbox
//! `notifications-on-event` reads what was decided about the event before (nothing, the first time), asks the routing table
//! who hears, the directory and the groups who that is, and of each one what they want. A notification for the inbox
//! is one write; one that also goes out is written with its deliveries in one transaction, and those that go out now are handed
//! to their channel's queue. Last it keeps what it decided; where only one person may ever hear of an event, their notification
//! has the event's id and says it. An event that comes again after that changes nothing; one that comes again before finds what
//! stands and goes on. What waits (quiet hours, digests, a provider that is down) is parked and picked up by
//! `notifications-job-due`.
//!
//! More than twenty of a type for one person within ten minutes become one notification that counts the rest. What somebody did to
//! their own record is not counted: they cause no more of it than they do.
//!
//! # Publishes
//! `notification.sent` and `notification.failed`, once per delivery out of the house: what lies in an inbox was sent nowhere.
//! `notification.requested`, `notification.bulk_requested`, `notification.template_updated`,
//! `notification.preferences_changed`, `notification.subscription_created`, `-_deleted`.
//!
//! # Consumes
//! What the routing table names, from `leave`, `employees`, `attendance`, `compliance`, `audit` and `auth`; its own requests;
//! `employee.*` for the groups; and `leave.delegation_*`, so that whoever decides in somebody's place hears what waits for them.

#![recursion_limit = "256"] // the sample context is one large JSON literal

pub mod api;
pub mod app;
pub mod domain;
pub mod job;
pub mod on;
pub mod store;
