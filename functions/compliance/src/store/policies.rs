//! Policies: versions that are only ever added, each under the revision of all of them, so that no two overlap.

use events::{EventType, Fact};
use kernel::{Error, Origin, PolicyId, Result};
use policy::{Policy, PolicyRef, policy_key};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{CommitOutcome, IdempotencyKey, Key, Query, Race, Write, attempted, from_item, version_of};

use super::ComplianceStore;
use crate::domain::policies::check_new_version;

const ENTITY: &str = "Policy";
/// The partition of all policies, as `policy_key` has it.
const POLICIES: &str = "POLICIES";
/// So many versions of all policies are read: the bound of the read view.
const VERSIONS_MAX: usize = 5_000;

/// Where it is kept which version was written last. It belongs to no policy, so it lies beside their partition.
fn revision_key() -> Key {
    Key::new("REVISION", POLICIES)
}

/// What was written last.
#[derive(Serialize, Deserialize)]
struct Revision {
    last: PolicyRef,
}

impl ComplianceStore {
    pub async fn list_policy_versions(&self) -> Result<Vec<Policy>> {
        let items = self.table.query_all(Query::partition(POLICIES).consistent(), VERSIONS_MAX).await?;
        items.into_iter().map(from_item).collect()
    }

    /// Every version of one policy, newest first.
    pub async fn get_policy_versions(&self, id: PolicyId) -> Result<Vec<Policy>> {
        let query = Query::partition(POLICIES).begins_with(&format!("{id}#")).descending().consistent();
        let items = self.table.query_all(query, VERSIONS_MAX).await?;
        if items.is_empty() {
            return Err(Error::not_found("policy"));
        }
        items.into_iter().map(from_item).collect()
    }

    /// Stores a version of a policy: the first one, or the one after the latest. What stands is judged and the version written under
    /// one revision: the attempt is lost when anything was written to any policy in between.
    ///
    /// # Errors
    /// 422 with pointers; 409 for a policy beside it that says the same, or when it is not the next version any more.
    pub async fn create_policy_version(
        &self,
        origin: &Origin,
        new: &Policy,
        once: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<Race<CommitOutcome>> {
        // The revision first: what is written after this read makes the write below fail.
        let revision = self.table.get_consistent(&revision_key()).await?;
        let standing = self.list_policy_versions().await?;
        check_new_version(&standing, new)?;
        let before = standing
            .iter()
            .filter(|policy| policy.reference.policy_id == new.reference.policy_id)
            .max_by_key(|policy| policy.reference.policy_version);
        let body = Revision { last: new.reference };
        let revised = match revision {
            Some(item) => Write::replace(revision_key(), &body, version_of(&item)),
            None => Write::create(revision_key(), &body),
        };
        let writes = vec![Write::create(policy_key(new.reference), new).publishes(fact(before, new)), revised];
        attempted(self.table.commit_idempotent(origin, writes, once, answer).await)
    }
}

/// A new version has no image of what was before, so the fact tells it.
fn fact(before: Option<&Policy>, new: &Policy) -> Fact {
    match before {
        None => Fact::new(EventType::CompliancePolicyCreated, ENTITY, new.reference.policy_id),
        Some(before) => Fact::new(EventType::CompliancePolicyUpdated, ENTITY, new.reference.policy_id)
            .with_data(json!({ "previous": before })),
    }
}
