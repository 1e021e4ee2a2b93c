//! What is asked for, and what a policy may say against it.

use jiff::civil::Date;
use kernel::LeaveId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::{PolicyRef, Portion};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ProposedLeave<'a> {
    /// The request, where it is known already: its own slots and use do not count against it.
    pub leave_id: Option<LeaveId>,
    /// The type's code.
    pub leave_type: &'a str,
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
    /// Part of the day, for one-day requests.
    pub portion: Portion,
    /// Whether there is an attachment.
    pub attachment: bool,
    /// The day of asking, at the person's site.
    pub today: Date,
}

/// A breach of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Violation {
    /// What is broken: `insufficient_balance`, `notice_too_short`, `run_too_long`, `service_too_short`, `blackout`, `attachment_required`,
    /// `not_eligible`, `begins_in_the_past`, `unit_too_small`, `nothing_to_take`; of worked days, see [`crate::work::judge`].
    pub code: String,
    /// The policy.
    #[serde(flatten)]
    pub policy: PolicyRef,
    /// Whether it stands in the way; otherwise it is only recorded.
    pub blocking: bool,
    /// A sentence with the figures.
    pub explanation: String,
    /// The figures.
    #[schema(value_type = Object)]
    pub figures: Value,
    /// The field of the request that it is about: `/start_date`.
    pub pointer: String,
}
