//! What is shown of a policy.

use kernel::PolicyId;
use policy::Policy;
use serde::Serialize;
use utoipa::ToSchema;

/// One version of a policy.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PolicyView {
    /// The policy's id, as `policy_id`.
    pub id: PolicyId,
    /// What it says.
    #[serde(flatten)]
    pub policy: Policy,
}

impl From<Policy> for PolicyView {
    fn from(policy: Policy) -> Self {
        Self { id: policy.reference.policy_id, policy }
    }
}

/// A policy as its latest version says, and all its versions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PolicyHistory {
    /// The latest version.
    #[serde(flatten)]
    pub latest: PolicyView,
    /// Every version, the newest first.
    pub versions: Vec<Policy>,
}
