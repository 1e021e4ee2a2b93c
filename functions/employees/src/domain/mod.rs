//! The rules of people, departments, job roles and pay: pure functions, no database, no clock.

pub mod chain;
pub mod chart;
pub mod compensation;
pub mod department;
pub mod job_role;
pub mod name;
