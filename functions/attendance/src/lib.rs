//! Attendance: punches, rosters, corrections, and what came of every shift day of everybody.
//!
//! # Owns
//! The table `attendance`: days with their punches, leave and outcome; rosters, shift assignments, sites with their fences,
//! corrections, settlement runs, and a copy of every person with their schedule.
//! Reads the tables of `compliance` (policies, calendars) and `employees` (people), and writes neither.
//!
//! # Access patterns
//! | question | index | key | who asks |
//! |---|---|---|---|
//! | a person's day: punches, leave, what came of it | table | `EMP#<id>`, `DAY#<yyyy-mm-dd>` | every endpoint that punches or shows days, `attendance-job-settle` |
//! | a person as this service knows them, and their schedule | table | `EMP#<id>`, `MEMBER` | punches, `attendance-job-*` |
//! | the rosters | table | `ROSTERS`, `<roster id>` | punches (remembered for a minute), `rosters-*` |
//! | the sites and their fences | table | `SITES`, `<site>` | punches (remembered for a minute), `sites-*` |
//! | one assignment | table | `SHIFT#<id>`, `ASSIGNMENT` | `shift-assignments-*` |
//! | one correction | table | `CORR#<id>`, `CORRECTION` | `attendance-corrections-*` |
//! | how far the overnight run has come | table | `DISPATCH`, `CLOCK` | `attendance-job-dispatch` |
//! | the runs, newest first | table | `RUNS`, `<run id>` | `attendance-runs-*`, `attendance-job-*` |
//! | a run's pages and differences | table | `RUN#<id>`, `PAGE#<n>`, `DIFF#<page>#<n>` | `attendance-runs-get`, `attendance-job-*` |
//! | everybody, in shards | `by_member` | `MEMBERS#<00..15>` | `attendance-job-dispatch`, `attendance-list` |
//! | who reports to somebody | `by_manager` | `EMP#<id>#MEMBERS` | `attendance-list` |
//! | who is in a department | `by_department` | `DEP#<id>#MEMBERS` | `attendance-list`, `attendance-simulate` |
//! | a department's settled days of a month | `by_month` | `DEP#<id>#<yyyy-mm>`, `<date>#<employee>` | `attendance-absenteeism`, `attendance-export` |
//! | when a person was late | `by_late` | `EMP#<id>`, `<date>` | `attendance-late-arrivals` |
//! | a person's overtime | `by_overtime` | `EMP#<id>`, `<date>` | `attendance-overtime` |
//! | a person's corrections; assignments | `by_employee` | `EMP#<id>#CORRECTIONS`; `EMP#<id>#ASSIGNMENTS` | `attendance-corrections-list`, `shift-assignments-list` |
//! | the corrections with a status | `by_status` | `CORRECTIONS#<status>` | `attendance-corrections-list` |
//! | the runs that are not closed | `by_status` | `RUNS#open` | `attendance-job-dispatch` |
//! | those of a manager's people | `by_manager` | `EMP#<id>#CORRECTIONS#<status>` | `attendance-corrections-list` |
//! | who took days out of the house | table | `EXPORT#<id>`, `EXPORT` | `attendance-export` |
//! | who works a roster | `by_roster` | `ROSTER#<id>` | `shift-assignments-list`, `rosters-delete` |
//!
//! # Publishes
//! - Punches: `attendance.checked_in`, `.checked_out`, `.break_started`, `.break_ended`, `.punches_received`, `.manual_entry`.
//! - Days: `attendance.processed`; `.late`, `.absent`, `.incomplete` and `.outside_window`, each once a day.
//! - Corrections: `attendance.correction_requested`, `.correction`, `.correction_rejected`.
//! - Rosters, assignments, sites: `attendance.roster_*`, `.shift_*`, `.site_*`.
//! - Runs and exports: `attendance.run_requested`, `.exported`.
//!
//! # Consumes
//! - `employee.*`: keeps the copy of a person, and moves their pending corrections to a new manager or department.
//! - `leave.*`: puts approved leave on its days, and takes returned leave off them.
//! - Its own punches, corrections and assignments: derives settled days again. `attendance.run_requested`: cuts a run into pages.
//!
//! # Invariants
//! - A punch is one conditional write on its day. Punches are never removed: a correction voids them.
//! - An outcome is derived from its day by `policy::attendance` after the day's window has closed. The same inputs give the same
//!   outcome, however often and in any order; only `attendance-job-settle` writes it.
//! - A correction and its day change in one transaction, and so do an assignment and its person's schedule.
//! - A page of a run and its name among the open pages are stored together, before the page is sent.
//!
//! # Limits
//! - People below a manager: 1,000. A list of more is refused with 422 `too_many`; nobody is left out silently.
//! - 100 punches a day; 366 days in a list; 62 days in a replay or a simulation; 5,000 rows in an import; 5 MB in an export.
//! - 1,000 rosters, removed ones among them, and 1,000 sites. Several made at once may exceed this.
#![allow(missing_docs, reason = "a definition has a doc where its name does not say everything")]

pub mod api;
pub mod app;
pub mod domain;
pub mod job;
pub mod on;
pub mod store;
