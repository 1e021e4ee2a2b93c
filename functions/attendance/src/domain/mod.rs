//! Model and rules of attendance beyond the shared engine. All functions are pure.

pub mod absenteeism;
pub mod assignment;
pub mod chunks;
pub mod correction;
pub mod csv_export;
pub mod csv_import;
pub mod day;
pub mod day_explanation;
pub mod day_finder;
pub mod leave_relevance;
pub mod leave_request;
pub mod live_status;
pub mod member;
pub mod month_totals;
pub mod punch_allocator;
pub mod punch_rules;
mod punch_sequence;
pub mod roster;
pub mod run;
pub mod run_result;
pub mod settled_day;
pub mod settlement_page;
pub mod simulation;
pub mod site;
pub mod submission;
pub mod timetable;
