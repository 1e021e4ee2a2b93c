//! Rules of employees, departments, job roles and compensation: pure functions, no database, no clock.

pub mod chain;
pub mod chart;
pub mod compensation;
pub mod department;
pub mod job_role;
pub mod name;
