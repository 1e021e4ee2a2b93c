//! API representation of a policy.

use kernel::PolicyId;
use policy::Policy;
use serde::Serialize;
use utoipa::ToSchema;

/// One version of a policy.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PolicyView {
    /// Id of the policy, the same as `policy_id`.
    pub id: PolicyId,
    /// Contents of the version, with its id and number.
    #[serde(flatten)]
    pub policy: Policy,
}

impl From<Policy> for PolicyView {
    fn from(policy: Policy) -> Self {
        Self { id: policy.reference.policy_id, policy }
    }
}

/// Latest version of a policy, and all its versions.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PolicyHistory {
    /// Latest version of the policy, even if it has not begun or has ended.
    #[serde(flatten)]
    pub latest: PolicyView,
    /// All versions of the policy, newest first.
    pub versions: Vec<Policy>,
}
