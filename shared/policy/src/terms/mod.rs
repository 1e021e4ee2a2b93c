//! Terms of employment by date, and their changes ("Terms of employment" in docs/rules.md).

mod change;
mod dated;
pub mod messages;
mod work_pattern;

pub use change::{
    EmploymentChange, canonical_time_zone, check_earlier_service, check_hire_date, check_last_day, check_not_ended,
    with_employment_change,
};
pub use dated::{
    TermsChange, employment_ends_at, next_terms_at, upcoming_terms, with_current_terms, with_hire_date,
    with_terms_change,
};
pub use work_pattern::check_work_pattern;
