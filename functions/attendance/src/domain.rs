//! The model and rules of attendance that are not the shared engine's: pure.

pub mod absenteeism;
pub mod assignment;
pub mod away;
pub mod clock;
pub mod correction;
pub mod day;
pub mod difference;
pub mod due;
pub mod explained;
pub mod export;
pub mod handing;
pub mod import;
pub mod live;
pub mod member;
pub mod month;
pub mod parts;
pub mod roster;
pub mod run;
pub mod settled;
pub mod simulation;
pub mod site;
pub mod timetable;
