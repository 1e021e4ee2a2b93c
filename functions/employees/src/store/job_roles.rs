//! Job roles: titles used once, and no removal while anybody holds one.

use events::{EventType, Fact};
use kernel::{Error, ErrorKind, JobRoleId, Origin, Page, Result};
use serde::Serialize;
use store::{CommitOutcome, IdempotencyKey, Pagination, Query, Write};

use super::{
    EmployeeStore, Stored,
    change::{Guard, GuardedTransaction, MemberCount},
    job_role_key, members_key, name_claim_key, read_stored,
};
use crate::domain::{job_role::JobRole, name::search_key};

const ENTITY: &str = "JobRole";
const CLAIM: &str = "JOBROLE";
const ALL: &str = "JOB_ROLES";

impl EmployeeStore {
    /// A job role that stands.
    ///
    /// # Errors
    /// 404, also for one that was removed.
    pub async fn job_role(&self, id: JobRoleId) -> Result<Stored<JobRole>> {
        let item = self.table.get_consistent(&job_role_key(id)).await?;
        let found: Option<Stored<JobRole>> = item.map(read_stored).transpose()?;
        found.filter(|known| known.value.deleted_at.is_none()).ok_or_else(|| Error::not_found("job role"))
    }

    /// The title of a job role, for the record of somebody who is to hold it.
    ///
    /// # Errors
    /// 422 when it does not stand.
    pub async fn get_job_role_title(&self, id: JobRoleId) -> Result<String> {
        match self.job_role(id).await {
            Ok(role) => Ok(role.value.title),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                Err(Error::invalid("/job_role_id", "unknown_job_role", "There is no such job role."))
            }
            Err(error) => Err(error),
        }
    }

    /// One page of job roles by title.
    pub async fn job_roles(&self, title: Option<&str>, page: &Pagination) -> Result<Page<JobRole>> {
        let mut query = Query::index("by_name", ALL);
        if let Some(prefix) = title.map(search_key).filter(|prefix| !prefix.is_empty()) {
            query = query.begins_with(&prefix);
        }
        self.table.paged_of(query, page).await
    }

    /// Stores a new job role and its title.
    ///
    /// # Errors
    /// 409 for a title that is taken.
    pub async fn create_job_role(
        &self,
        origin: &Origin,
        new: &JobRole,
        once: Option<&IdempotencyKey>,
        answer: &impl Serialize,
    ) -> Result<CommitOutcome> {
        let key = job_role_key(new.id);
        let fact = Fact::new(EventType::JobRoleCreated, ENTITY, new.id);
        GuardedTransaction::default()
            .with(placed(Write::create(key.clone(), new), new).publishes(fact), Guard::VersionMatches)
            .with(Write::create(members_key(&key), &MemberCount::default()).joins_lead_event(), Guard::Bookkeeping)
            .claim(name_claim_key(CLAIM, &new.title), &new.id, Guard::NameFree("/title"))
            .commit_once(&self.table, origin, once, answer)
            .await
    }

    /// Stores a changed job role.
    ///
    /// # Errors
    /// 409 for a title that is taken, or when it was changed meanwhile.
    pub async fn update_job_role(&self, origin: &Origin, before: &Stored<JobRole>, after: &JobRole) -> Result<u64> {
        let fact = Fact::new(EventType::JobRoleUpdated, ENTITY, after.id);
        let write = placed(Write::replace(job_role_key(after.id), after, before.version), after).publishes(fact);
        let mut change = GuardedTransaction::default().with(write, Guard::VersionMatches);
        let (old, new) = (name_claim_key(CLAIM, &before.value.title), name_claim_key(CLAIM, &after.title));
        if old != new {
            change = change.claim(new, &after.id, Guard::NameFree("/title")).release(old, &after.id);
        }
        change.commit(&self.table, origin).await?;
        Ok(before.version + 1)
    }

    /// Removes a job role that nobody holds. Its item stays as a tombstone.
    ///
    /// # Errors
    /// 409 `in_use` with the count; 409 when it was changed meanwhile.
    pub async fn delete_job_role(&self, origin: &Origin, before: &Stored<JobRole>, after: &JobRole) -> Result<()> {
        let key = job_role_key(after.id);
        let fact = Fact::new(EventType::JobRoleDeleted, ENTITY, after.id);
        GuardedTransaction::default()
            .close_when_empty(members_key(&key))
            .with(Write::replace(key, after, before.version).publishes(fact), Guard::VersionMatches)
            .release(name_claim_key(CLAIM, &after.title), &after.id)
            .commit(&self.table, origin)
            .await
    }
}

fn placed(write: Write, role: &JobRole) -> Write {
    write.index("by_name", ALL, format!("{}#{}", search_key(&role.title), role.id))
}
