//! Attendance, endpoint by endpoint and function by function, against a real database in this process.

/// The endpoint of one operation, in one world.
macro_rules! app {
    ($world:expr, $operation:ident, $module:ident) => {
        $world.app(&access::$operation, attendance::api::$module::router)
    };
}

mod attendance_absenteeism;
mod attendance_break_end;
mod attendance_break_start;
mod attendance_check_in;
mod attendance_check_out;
mod attendance_corrections_approve;
mod attendance_corrections_create;
mod attendance_corrections_get;
mod attendance_corrections_list;
mod attendance_corrections_reject;
mod attendance_days_get;
mod attendance_export;
mod attendance_get;
mod attendance_import;
mod attendance_job_dispatch;
mod attendance_job_settle;
mod attendance_late_arrivals;
mod attendance_list;
mod attendance_manual_entry;
mod attendance_monthly;
mod attendance_on_change;
mod attendance_on_employee;
mod attendance_on_leave;
mod attendance_overtime;
mod attendance_process;
mod attendance_punches_create;
mod attendance_runs_get;
mod attendance_runs_list;
mod attendance_simulate;
mod clocking;
mod correcting;
mod nightly;
mod recorded;
mod rostering;
mod rosters_create;
mod rosters_delete;
mod rosters_get;
mod rosters_list;
mod rosters_update;
mod shift_assignments_create;
mod shift_assignments_delete;
mod shift_assignments_get;
mod shift_assignments_list;
mod shift_assignments_update;
mod sites_delete;
mod sites_get;
mod sites_list;
mod sites_update;
pub(crate) mod stand;
