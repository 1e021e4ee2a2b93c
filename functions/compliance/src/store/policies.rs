//! Policies: versions are added and never changed. A revision of all policies prevents overlaps by concurrent writes.

use events::{EventType, Fact};
use kernel::{Error, Origin, PolicyId, Result};
use policy::{Policy, PolicyRef, policy_key};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{CommitOutcome, IdempotencyKey, Key, Query, Race, Write, as_race, from_item, version_of};

use super::ComplianceStore;
use crate::{domain::policies::check_new_version, messages};

const ENTITY: &str = "Policy";
/// Partition of all policies, as in `policy_key`.
const POLICIES: &str = "POLICIES";
/// Most versions of all policies that can be stored; more are an internal error. As in `policy::PolicyReader`.
const VERSIONS_MAX: usize = 5_000;

/// Key of the one [`Revision`] of all policies. It is outside the partition of the policies, because it belongs to none of them.
fn revision_key() -> Key {
    Key::new("REVISION", POLICIES)
}

/// Policy version that was written last.
#[derive(Serialize, Deserialize)]
struct Revision {
    last: PolicyRef,
}

impl ComplianceStore {
    /// All versions of all policies, sorted by policy and then by version.
    pub async fn list_all_policy_versions(&self) -> Result<Vec<Policy>> {
        let items = self.table.query_all(Query::partition(POLICIES).consistent(), VERSIONS_MAX).await?;
        items.into_iter().map(from_item).collect()
    }

    /// All versions of one policy, newest first.
    ///
    /// # Errors
    /// 404 if the policy does not exist.
    pub async fn get_policy_versions(&self, id: PolicyId) -> Result<Vec<Policy>> {
        let query = Query::partition(POLICIES).begins_with(&format!("{id}#")).descending().consistent();
        let items = self.table.query_all(query, VERSIONS_MAX).await?;
        if items.is_empty() {
            return Err(Error::not_found(messages::policy()));
        }
        items.into_iter().map(from_item).collect()
    }

    /// Stores the first or next version of a policy. The race is lost if any policy was written after the revision was read.
    ///
    /// # Errors
    /// 422 with pointers; 409 `policy_overlaps`; 409 `changed_meanwhile` if it is no longer the next version.
    pub async fn create_policy_version(
        &self,
        origin: &Origin,
        new: &Policy,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<Race<CommitOutcome>> {
        // The revision is read first, so that any later write makes the write below fail.
        let revision = self.table.get_consistent(&revision_key()).await?;
        let existing = self.list_all_policy_versions().await?;
        check_new_version(&existing, new)?;
        let before = existing
            .iter()
            .filter(|policy| policy.reference.policy_id == new.reference.policy_id)
            .max_by_key(|policy| policy.reference.policy_version);
        let body = Revision { last: new.reference };
        let revision_write = match revision {
            Some(item) => Write::replace(revision_key(), &body, version_of(&item)),
            None => Write::create(revision_key(), &body),
        };
        let writes = vec![
            Write::create(policy_key(new.reference), new).publishes(policy_version_fact(before, new)),
            revision_write,
        ];
        as_race(self.table.commit_idempotent(origin, writes, idempotency_key, answer).await)
    }
}

/// Event of a new version. Its data holds the previous version, because the new item has no old image.
fn policy_version_fact(before: Option<&Policy>, new: &Policy) -> Fact {
    match before {
        None => Fact::new(EventType::CompliancePolicyCreated, ENTITY, new.reference.policy_id),
        Some(before) => Fact::new(EventType::CompliancePolicyUpdated, ENTITY, new.reference.policy_id)
            .with_data(json!({ "previous": before })),
    }
}
