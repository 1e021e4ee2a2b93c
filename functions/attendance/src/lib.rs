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

pub mod api;
pub mod dispatching;
pub mod domain;
pub mod job;
pub mod on;
pub mod settling;
pub mod store;
pub mod work;

use utoipa::OpenApi;

use crate::api::{attendance_process, attendance_runs_get, attendance_runs_list};

#[derive(OpenApi)]
#[openapi(paths(
    api::attendance_check_in::handle,
    api::attendance_check_out::handle,
    api::attendance_break_start::handle,
    api::attendance_break_end::handle,
    api::attendance_manual_entry::handle,
    api::attendance_import::handle,
    api::attendance_punches_create::handle,
    api::attendance_list::handle,
    api::attendance_get::handle,
    api::attendance_days_get::handle,
    api::attendance_monthly::handle,
    api::attendance_late_arrivals::handle,
    api::attendance_overtime::handle,
    api::attendance_absenteeism::handle,
    api::attendance_export::handle,
    api::attendance_simulate::handle,
    attendance_process::handle,
    attendance_runs_list::handle,
    attendance_runs_get::handle,
    api::attendance_corrections_list::handle,
    api::attendance_corrections_create::handle,
    api::attendance_corrections_get::handle,
    api::attendance_corrections_approve::handle,
    api::attendance_corrections_reject::handle,
    api::rosters_list::handle,
    api::rosters_create::handle,
    api::rosters_get::handle,
    api::rosters_update::handle,
    api::rosters_delete::handle,
    api::shift_assignments_list::handle,
    api::shift_assignments_create::handle,
    api::shift_assignments_get::handle,
    api::shift_assignments_update::handle,
    api::shift_assignments_delete::handle,
    api::sites_list::handle,
    api::sites_get::handle,
    api::sites_update::handle,
    api::sites_delete::handle,
))]
struct Document;

/// The paths of this service.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
