//! Attendance: punches, rosters, corrections, and the settlement of shift days.
//!
//! # Owns
//! The table `attendance`: days with their punches, leave and outcome; rosters, shift assignments, sites with their fences,
//! corrections, settlement runs, payroll periods with their differences, and a copy of every person with their schedule.
//! Reads the tables of `compliance` (policies, calendars) and `employees` (people), and writes neither.
//!
//! # Access patterns
//! | data | index | key | used by |
//! |---|---|---|---|
//! | a person's day: punches, leave, outcome | table | `EMP#<id>`, `DAY#<yyyy-mm-dd>` | endpoints of punches and days, `attendance-job-settle` |
//! | copy of a person, with the schedule | table | `EMP#<id>`, `MEMBER` | punches, `attendance-job-*` |
//! | rosters | table | `ROSTERS`, `<roster id>` | punches (cached for a minute), `rosters-*` |
//! | sites and their fences | table | `SITES`, `<site>` | punches (cached for a minute), `sites-*` |
//! | one assignment | table | `SHIFT#<id>`, `ASSIGNMENT` | `shift-assignments-*` |
//! | one correction | table | `CORR#<id>`, `CORRECTION` | `attendance-corrections-*` |
//! | dispatch watermark | table | `DISPATCH`, `CLOCK` | `attendance-job-dispatch`, `payroll-periods-close` |
//! | runs, newest first | table | `RUNS`, `<run id>` | `attendance-runs-*`, `attendance-job-*` |
//! | pages and differences of a run | table | `RUN#<id>`, `PAGE#<n>`, `DIFF#<page>#<n>` | `attendance-runs-get`, `attendance-job-*` |
//! | all people, in shards | `by_member` | `MEMBERS#<00..15>` | `attendance-job-dispatch`, `-retain`, `attendance-list` |
//! | former employees, in shards | `by_member` | `FORMER#<00..15>` | `attendance-job-retain` |
//! | position of the retention | table | `RETENTION`, `POSITION` | `attendance-job-retain` |
//! | reports of a manager | `by_manager` | `EMP#<id>#MEMBERS` | `attendance-list` |
//! | people of a department | `by_department` | `DEP#<id>#MEMBERS` | `attendance-list`, `attendance-simulate` |
//! | settled days of a department's month | `by_month` | `DEP#<id>#<yyyy-mm>`, `<date>#<employee>` | `attendance-absenteeism`, `attendance-export` |
//! | closed months of a site | table | `PAYROLL#<site>`, `SITE` and `MONTH#<yyyy-mm>`; `PAYROLL#<site>#COPY#<00..31>`, `COPY` | `payroll-periods-*`, `attendance-job-settle` |
//! | differences posted in a month of a site | table | `PAYROLL#<site>#<yyyy-mm>`, `<date>#<employee>#<version>` | `payroll-periods-differences-*` |
//! | incomplete days of a site's month | `by_status` | `DAYS#incomplete#<site>#<yyyy-mm>`, `<date>#<employee>` | `payroll-periods-close` |
//! | late days of a person | `by_late` | `EMP#<id>`, `<date>` | `attendance-late-arrivals` |
//! | overtime days of a person | `by_overtime` | `EMP#<id>`, `<date>` | `attendance-overtime` |
//! | corrections and assignments of a person | `by_employee` | `EMP#<id>#CORRECTIONS`; `EMP#<id>#ASSIGNMENTS` | `attendance-corrections-list`, `shift-assignments-list` |
//! | corrections with a status | `by_status` | `CORRECTIONS#<status>` | `attendance-corrections-list`, `payroll-periods-close` |
//! | open runs | `by_status` | `RUNS#open` | `attendance-job-dispatch`, `payroll-periods-close` |
//! | corrections of a manager's reports | `by_manager` | `EMP#<id>#CORRECTIONS#<status>` | `attendance-corrections-list` |
//! | exports and their authors | table | `EXPORT#<id>`, `EXPORT` | `attendance-export`, `payroll-periods-differences-export` |
//! | assignments to a roster | `by_roster` | `ROSTER#<id>` | `shift-assignments-list`, `rosters-delete` |
//!
//! # Publishes
//! - Punches: `attendance.checked_in`, `.checked_out`, `.break_started`, `.break_ended`, `.punches_received`, `.manual_entry`.
//! - Days: `attendance.processed`; `.late`, `.absent`, `.incomplete` and `.outside_window`, each once a day.
//! - Corrections: `attendance.correction_requested`, `.correction`, `.correction_rejected`.
//! - Rosters, assignments, sites: `attendance.roster_*`, `.shift_*`, `.site_*`.
//! - Runs, exports, archives, payroll periods: `attendance.run_requested`, `.exported`, `.archived`, `.payroll_period_closed`.
//!
//! # Consumes
//! - `employee.*`: updates the copy of a person, and moves their pending corrections to a new manager or department.
//! - `leave.*`: writes approved leave on its days, and deactivates returned leave.
//! - Own punches, corrections and assignments: derives settled days again. `attendance.run_requested`: dispatches the run.
//!
//! # Invariants
//! - The day of a submitted punch follows from the punches before it, whatever arrives first and however: files, live
//!   punches, manual entries or corrections.
//! - A live punch is one conditional write on its day. Punches are never removed before their retention ends: a correction
//!   voids them.
//! - An outcome is derived from its day by `policy::attendance` after the day's window has closed. The same inputs give the same
//!   outcome in any order; only `attendance-job-settle` writes it.
//! - A correction and its day change in one transaction, and so do an assignment and its person's schedule.
//! - The reports of a closed month never change. A day whose month may be closed is written with a check of its site's closed
//!   months, and a change in a closed month with its difference.
//! - A page of a run and its name among the open pages are stored together, before the page is sent.
//!
//! # Limits
//! - 1,000 reports of a manager, direct and indirect. A longer list is refused with 422 `too_many`, never shortened.
//! - 100 punches a day; 366 days in a list; 62 days in a replay or a simulation; 5,000 rows in an import; 5 MB in an export.
//! - 100 incomplete days and 100 pending corrections in the answer of a close.
//! - 1,000 rosters, deleted ones included, and 1,000 sites. Simultaneous creations may exceed this.
#![allow(missing_docs, reason = "docs are written where a name is not enough")]

pub mod api;
pub mod app;
pub mod domain;
pub mod job;
pub mod messages;
pub mod on;
pub mod store;
