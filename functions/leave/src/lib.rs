//! Leave: requests, their decisions, the ledger behind every balance, and who is away.
//!
//! Owns the table `leave`. A request is one transaction: the account and its ledger entry (what it costs), the months (what
//! of the days is taken), the request itself, which carries the event, and the answer to its idempotency key.
//!
//! | question | index | key | who asks |
//! |---|---|---|---|
//! | one request | table | `LEAVE#<id>`, `REQUEST` | every endpoint that decides or shows one |
//! | a person's account of a type; all of them | table | `EMP#<id>`, `ACCOUNT#<type>` | requests, balances, `leave-job-post` |
//! | a person's ledger of a type | table | `EMP#<id>`, `LEDGER#<type>#<entry id>` | `leave-balances-explain` |
//! | which slots of a month are taken | table | `EMP#<id>`, `CAL#<yyyy-mm>` | requests: overlap is refused here |
//! | what this service knows of a person | table | `EMP#<id>`, `MEMBER` | `leave-on-employee`, `leave-job-post` |
//! | the leave types | table | `LEAVE_TYPES`, `<code>` | requests (remembered for a minute), `leave-types-*` |
//! | one delegation | table | `DELEG#<id>`, `DELEGATION` | `leave-delegations-*` |
//! | one calendar link | table | `FEED#<id>`, `FEED` | `leave-feeds-*` |
//! | a person's requests, by first day | `by_employee` | `EMP#<id>` | `leaves-list`, `leaves-get` |
//! | whom somebody let decide in their place | `by_employee` | `EMP#<id>#DELEGATIONS` | `leave-delegations-list` |
//! | a person's calendar links | `by_employee` | `EMP#<id>#FEEDS` | `leave-feeds-list` |
//! | the requests of a manager's people, by first day | `by_manager` | `EMP#<id>` | `leaves-list` |
//! | a department's requests, by first day | `by_department` | `DEP#<id>` | `leaves-list`, `leaves-calendar`, calendar links |
//! | all requests, by first day | `by_start` | `REQUESTS` | `leaves-list`, `leaves-recount` |
//! | all delegations, by first day | `by_start` | `DELEGATIONS` | `leave-delegations-list` |
//! | all that waits, by first day | `by_status` | `STATUS#pending` | `leaves-list`, also for what waits for the caller |
//! | in whose place somebody may decide, by last day | `by_delegate` | `EMP#<id>` | every decision, `leaves-list` |
//! | everybody, in shards | `by_member` | `MEMBERS#<00..15>` | `leave-job-accrue`, `leaves-simulate` |
//! | who reports to somebody | `by_manager` | `EMP#<id>#MEMBERS` | `leaves-calendar`, calendar links |
//! | who is in a department | `by_department` | `DEP#<id>#MEMBERS` | `leaves-simulate` |
//!
//! Lists by first day find whoever is away on a day by reading from 366 days before it: no request is longer.
//!
//! What waits for somebody has no index: it depends on who manages whom, on delegations and on the way of each request. All
//! that waits is walked, at most 1000 requests a page, and judged as `leaves-approve` judges (`api/waiting.rs`).
//!
//! Publishes `leave.request_created`, `.request_advanced`, `.request_escalated`, `.request_approved`, `.request_rejected`,
//! `.request_cancelled`, `.balance_changed`, and what is changed in types, delegations and links. A request whose policy asks
//! nobody is published once, as approved, with `created` in its data. Consumes `employee.*` and its own requests.
//!
//! # Limits
//! People below a manager: 1,000. A calendar of more is refused with 422 `too_many`; nobody is left out silently.
//!
//! Reads the tables of `compliance` (policies, calendars) and `employees` (people), and writes neither.

pub mod api;
pub mod app;
pub mod domain;
pub mod job;
pub mod on;
pub mod store;
