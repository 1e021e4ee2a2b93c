//! Leave: requests, their decisions, the ledger behind every balance, and who is away.
//!
//! # Owns
//! The table `leave`. A request is one transaction: the account and its ledger entry (what it costs), the months (what
//! of the days is taken), the request itself, which carries the event, and the answer to its idempotency key.
//! It reads the tables of `compliance` (policies, calendars) and `employees` (people), and writes neither.
//!
//! # Access patterns
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
//! # Publishes
//! `leave.request_created`, `.request_advanced`, `.request_escalated`, `.request_approved`, `.request_rejected`,
//! `.request_cancelled`, `.balance_changed`, and changes of types, delegations and links. A request whose policy asks
//! nobody is published once, as approved, with `created` in its data.
//!
//! # Consumes
//! `employee.*` (`leave-on-employee`), and its own requests (`leave-on-request`: a schedule per step that may escalate).
//!
//! # Invariants
//! - Ledger entries are never changed or deleted. An account is written only together with its entries, under its version.
//! - Two requests never hold the same part of a day: months are written under their versions.
//! - Nobody decides about their own leave, and nobody twice in one step. Who may decide is judged in one place,
//!   `policy::leave::Approval`: approving, showing and notifying all read it.
//! - Entries that are due have deterministic ids: a job that was cut off, or ran twice, leaves the same ledger.
//!
//! # Limits
//! A request has at most 366 days: lists by first day find absences on a day by reading from 366 days before it.
//! Requests that wait for one person have no index, since managers, delegations and steps decide. All pending requests are
//! walked, at most 1000 a page, and judged as `leaves-approve` judges (`api/leaves/pending.rs`).
//! A person has at most 200 leave types and 20 calendar links; a calendar shows at most 2000 absences.
//! A team's calendar looks at 1000 people below its manager, in 50 departments, and says `partial` where there are more.
#![allow(missing_docs, reason = "a definition has a doc where its name does not say everything")]

pub mod api;
pub mod app;
pub mod domain;
pub mod job;
pub mod on;
pub mod store;
