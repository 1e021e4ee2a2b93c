//! Leave service: requests and decisions, the ledger of every balance, and the absence calendar.
//!
//! # Owns
//! The table `leave`. A request is one transaction: the account with its ledger entry, the months with their occupied
//! slots, the request, which carries the event, and the answer to its idempotency key.
//! The service reads the tables of `compliance` (policies, calendars), `employees` (people) and `attendance` (shift
//! assignments, rosters) and writes none of them.
//!
//! # Access patterns
//! | question | index | key | used by |
//! |---|---|---|---|
//! | one request | table | `LEAVE#<id>`, `REQUEST` | endpoints that show or decide a request |
//! | one account, or all accounts, of a person | table | `EMP#<id>`, `ACCOUNT#<type>` | requests, balances, `leave-job-post` |
//! | a person's ledger of a type | table | `EMP#<id>`, `LEDGER#<type>#<entry id>` | `leave-balances-explain` |
//! | worked minutes of a month, by day | table | `EMP#<id>`, `WORKED#<type>#<yyyy-mm>` | `leave-on-attendance`, `leave-balances-explain` |
//! | occupied slots of a month | table | `EMP#<id>`, `CAL#<yyyy-mm>` | requests, which refuse overlaps here |
//! | this service's copy of a person | table | `EMP#<id>`, `MEMBER` | `leave-on-employee`, `leave-job-post` |
//! | the leave types | table | `LEAVE_TYPES`, `<code>` | requests (cached for a minute), `leave-types-*` |
//! | one recount of a site | table | `RECOUNT#<id>`, `RECOUNT` | `leaves-recounts-*`, `leave-on-recount` |
//! | one delegation | table | `DELEG#<id>`, `DELEGATION` | `leave-delegations-*` |
//! | the compensatory credit of a day | table | `CREDIT#<id>`, `CREDIT` | `leave-credits-*`, `leave-on-attendance` |
//! | one calendar feed | table | `FEED#<id>`, `FEED` | `leave-feeds-*` |
//! | a person's requests, by first day | `by_employee` | `EMP#<id>` | `leaves-list`, `leaves-get`, `leave-job-retain` |
//! | delegations given by a person | `by_employee` | `EMP#<id>#DELEGATIONS` | `leave-delegations-list` |
//! | a person's calendar feeds | `by_employee` | `EMP#<id>#FEEDS` | `leave-feeds-list` |
//! | a person's compensatory credits, by day | `by_employee` | `EMP#<id>#CREDITS` | `leave-credits-list` |
//! | credits of a manager's reports with a status | `by_manager` | `EMP#<id>#CREDITS#<status>` | `leave-credits-list` |
//! | all credits with a status | `by_status` | `CREDITS#<status>` | `leave-credits-list` |
//! | requests of a manager's reports, by first day | `by_manager` | `EMP#<id>` | `leaves-list` |
//! | a department's requests, by first day | `by_department` | `DEP#<id>` | `leaves-list`, `leaves-calendar`, calendar feeds |
//! | all requests, by first day | `by_start` | `REQUESTS` | `leaves-list`, `leaves-recounts-preview`, `leave-on-recount` |
//! | all delegations, by first day | `by_start` | `DELEGATIONS` | `leave-delegations-list` |
//! | pending requests, by first day | `by_status` | `STATUS#pending` | `leaves-list`, also with `waiting_for` |
//! | delegations to a person, by last day | `by_delegate` | `EMP#<id>` | every decision, `leaves-list` |
//! | all members, in shards | `by_member` | `MEMBERS#<00..15>` | `leave-job-accrue`, `leave-job-retain`, `leaves-simulate` |
//! | former members, in shards | `by_member` | `FORMER#<00..15>` | `leave-job-retain` |
//! | position of the retention | table | `RETENTION`, `POSITION` | `leave-job-retain` |
//! | direct reports of a manager | `by_manager` | `EMP#<id>#MEMBERS` | `leaves-calendar`, calendar feeds |
//! | members of a department | `by_department` | `DEP#<id>#MEMBERS` | `leaves-simulate` |
//!
//! # Publishes
//! `leave.request_created`, `.request_advanced`, `.request_escalated`, `.request_approved`, `.request_rejected`,
//! `.request_cancelled`, `.request_moved`, `.balance_changed`; `leave.recount_requested`, `.recount_advanced`,
//! `.recount_finished`; `leave.credit_proposed`, `.credit_changed`, `.credit_approved`, `.credit_rejected`; and changes of
//! leave types, delegations and calendar feeds.
//! `.requests_archived`: once for each archived object, on its first request.
//! A request whose policy has no approval step is published once, as approved, with `created` in its data.
//!
//! # Consumes
//! `employee.*` (`leave-on-employee`), `attendance.processed` of days that count for leave (`leave-on-attendance`), its own
//! requests (`leave-on-request`: one schedule per step that can escalate, and the return of days off that no longer lie
//! between two requests) and its own recounts (`leave-on-recount`).
//!
//! # Invariants
//! - Ledger entries are never changed or deleted. An account is written only together with its entries, under its version.
//! - Two requests never occupy the same part of a day: months are written under their versions.
//! - A day off between two requests is counted by one of them at most, which the month names. A request that relies on leave in
//!   a month writes that month, too, so that it loses the race against a change of that leave.
//! - A request keeps only its remaining days; `returned` says which days it had before. No request has days after the last
//!   day of a known end of employment: `leave-on-employee` returns them, and `leave-job-post` those it could not see.
//! - An approver never decides their own leave, nor one step twice. `policy::leave::Approval` alone determines the
//!   approvers, for decisions, views and notifications.
//! - Worked minutes are written to their month and to the account together; each keeps the version of its day.
//! - The credit of a day stores the version of the day. It is written together with its posting, each under its version.
//! - Due entries have deterministic ids: an interrupted or repeated job leaves the same ledger.
//!
//! # Limits
//! A request has at most 366 days: lists by first day find the absences of a day by reading from 366 days before it.
//! The requests pending for one approver have no index, because they depend on managers, delegations and steps.
//! `api/leaves/pending.rs` reads all pending requests, at most 1000 a page, and filters them like `leaves-approve`.
//! A recount lists the first 100 requests that it refused; its event covers 1000 requests.
//! A person has at most 200 leave types and 20 calendar feeds; a calendar shows at most 2000 absences.
//! A team calendar covers 1000 reports in 50 departments and is marked `partial` above that.
#![allow(missing_docs, reason = "only names that need an explanation have a doc")]

pub mod api;
pub mod app;
pub mod domain;
pub mod job;
pub mod messages;
pub mod on;
pub mod store;
