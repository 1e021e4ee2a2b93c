//! Attendance: punches, rosters, corrections, and what came of every shift-day of everybody.
//!
//! Owns the table `attendance`. A punch is one conditional write on the day's item. What came of a day is derived from the item by
//! `policy::attendance` after its window has closed, and again whenever something that it was derived from changes.
//!
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
//! # Limits
//! People below a manager: 1,000. A list of more is refused with 422 `too_many`; nobody is left out silently.

pub mod api;
pub mod app;
pub mod domain;
pub mod job;
pub mod on;
pub mod store;
