//! Reference to one version of a policy, as figures and records carry it.

use kernel::PolicyId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Reference to one version of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub struct PolicyRef {
    /// Id of the policy, the same for all versions.
    pub policy_id: PolicyId,
    /// Version of the policy, from 1.
    #[schema(minimum = 1)]
    pub policy_version: u32,
}
