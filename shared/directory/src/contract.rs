//! Employment contract, as far as other services calculate with it.

use kernel::Minutes;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Type of an employment contract.
///
/// - `full_time`: contract with full working time
/// - `part_time`: contract with less than full working time
/// - `contract`: contract for a term or a task
/// - `intern`: contract of an intern
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmploymentType {
    /// Contract with full working time.
    FullTime,
    /// Contract with less than full working time.
    PartTime,
    /// Contract for a term or a task.
    Contract,
    /// Contract of an intern.
    Intern,
}

/// Contract terms that other services calculate with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContractTerms {
    /// Type of the employment contract.
    pub employment_type: EmploymentType,
    /// Full-time equivalent in basis points; 10000 is full time.
    pub fte_bp: u16,
    /// Length of a standard working day in minutes; 480 is eight hours.
    pub day_minutes: Minutes,
}
