//! Job roles with unique titles. Only unused job roles are deleted.

use events::{EventType, Fact};
use kernel::{Error, ErrorKind, JobRoleId, Origin, Page, Result};
use serde::Serialize;
use store::{CommitOutcome, IdempotencyKey, Pagination, Query, Write};

use super::{
    EmployeeStore, Stored,
    change::{Guard, GuardedTransaction, MemberCounts},
    job_role_key, member_counts_key, name_claim_key, read_stored,
};
use crate::{
    domain::{job_role::JobRole, name::search_key},
    messages,
};

const ENTITY: &str = "JobRole";
const CLAIM: &str = "JOBROLE";
const ALL: &str = "JOB_ROLES";

impl EmployeeStore {
    /// Job role, read consistently.
    ///
    /// # Errors
    /// 404 `not_found` if it does not exist or was deleted.
    pub async fn get_job_role(&self, id: JobRoleId) -> Result<Stored<JobRole>> {
        let item = self.table.get_consistent(&job_role_key(id)).await?;
        let stored: Option<Stored<JobRole>> = item.map(read_stored).transpose()?;
        stored.filter(|stored| stored.value.deleted_at.is_none()).ok_or_else(|| Error::not_found(messages::job_role()))
    }

    /// Title of a job role, for the record of a new holder.
    ///
    /// # Errors
    /// 422 `unknown_job_role` at `/job_role_id` if it does not exist or was deleted.
    pub async fn get_job_role_title(&self, id: JobRoleId) -> Result<String> {
        match self.get_job_role(id).await {
            Ok(role) => Ok(role.value.title),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(Error::invalid("/job_role_id", "unknown_job_role", messages::unknown_job_role()))
            }
            Err(error) => Err(error),
        }
    }

    /// One page of job roles whose title begins with `title_prefix`, sorted by title. Deleted ones are left out.
    pub async fn list_job_roles(&self, title_prefix: Option<&str>, page: &Pagination) -> Result<Page<JobRole>> {
        let mut query = Query::index("by_name", ALL);
        if let Some(prefix) = title_prefix.map(search_key).filter(|prefix| !prefix.is_empty()) {
            query = query.begins_with(&prefix);
        }
        self.table.typed_page(query, page).await
    }

    /// Stores a new job role and claims its title.
    ///
    /// # Errors
    /// 409 `name_taken`.
    pub async fn create_job_role(
        &self,
        origin: &Origin,
        new: &JobRole,
        idempotency_key: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let key = job_role_key(new.id);
        let fact = Fact::new(EventType::JobRoleCreated, ENTITY, new.id);
        GuardedTransaction::default()
            .with(with_job_role_indexes(Write::create(key.clone(), new), new).publishes(fact), Guard::VersionMatches)
            .with(
                Write::create(member_counts_key(&key), &MemberCounts::default()).joins_lead_event(),
                Guard::Bookkeeping,
            )
            .claim_unique_key(name_claim_key(CLAIM, &new.title), &new.id, Guard::NameFree("/title"))
            .commit_idempotent(&self.table, origin, idempotency_key, answer)
            .await
    }

    /// Stores a changed job role and returns its new version. The job titles of employees stay.
    ///
    /// # Errors
    /// 409 `name_taken` or `changed_meanwhile`.
    pub async fn update_job_role(&self, origin: &Origin, before: &Stored<JobRole>, after: &JobRole) -> Result<u64> {
        let fact = Fact::new(EventType::JobRoleUpdated, ENTITY, after.id);
        let write =
            with_job_role_indexes(Write::replace(job_role_key(after.id), after, before.version), after).publishes(fact);
        let mut change = GuardedTransaction::default().with(write, Guard::VersionMatches);
        let (old, new) = (name_claim_key(CLAIM, &before.value.title), name_claim_key(CLAIM, &after.title));
        if old != new {
            change =
                change.claim_unique_key(new, &after.id, Guard::NameFree("/title")).release_unique_key(old, &after.id);
        }
        change.commit(&self.table, origin).await?;
        Ok(before.version + 1)
    }

    /// Replaces a job role without current holders by its tombstone, closes it to new holders and releases its title.
    ///
    /// # Errors
    /// 409 `in_use` with the number of holders, or `changed_meanwhile`.
    pub async fn delete_job_role(&self, origin: &Origin, before: &Stored<JobRole>, tombstone: &JobRole) -> Result<()> {
        let key = job_role_key(tombstone.id);
        let fact = Fact::new(EventType::JobRoleDeleted, ENTITY, tombstone.id);
        GuardedTransaction::default()
            .require_empty_and_close(member_counts_key(&key))
            .with(Write::replace(key, tombstone, before.version).publishes(fact), Guard::VersionMatches)
            .release_unique_key(name_claim_key(CLAIM, &tombstone.title), &tombstone.id)
            .commit(&self.table, origin)
            .await
    }
}

fn with_job_role_indexes(write: Write, role: &JobRole) -> Write {
    write.index("by_name", ALL, format!("{}#{}", search_key(&role.title), role.id))
}
