//! Job roles: titles used once, and no removal while anybody holds one.

use events::{EventType, Fact};
use kernel::{Error, JobRoleId, Kind, Origin, Page, Result};
use serde::Serialize;
use store::{Once, Outcome, Pagination, Query, Write};

use super::{
    Records, Stored,
    change::{Change, Guard, Members},
    job_role_key, members_key, name_claim_key, stored,
};
use crate::domain::{job_role::JobRole, name::normal};

const ENTITY: &str = "JobRole";
const CLAIM: &str = "JOBROLE";
const ALL: &str = "JOB_ROLES";

impl Records {
    /// A job role that stands.
    ///
    /// # Errors
    /// 404, also for one that was removed.
    pub async fn job_role(&self, id: JobRoleId) -> Result<Stored<JobRole>> {
        let item = self.table.get_fresh(&job_role_key(id)).await?;
        let found: Option<Stored<JobRole>> = item.map(stored).transpose()?;
        found.filter(|known| known.value.deleted_at.is_none()).ok_or_else(|| Error::not_found("job role"))
    }

    /// The title of a job role, for the record of somebody who is to hold it.
    ///
    /// # Errors
    /// 422 when it does not stand.
    pub async fn title_of(&self, id: JobRoleId) -> Result<String> {
        match self.job_role(id).await {
            Ok(role) => Ok(role.value.title),
            Err(error) if error.kind() == Kind::NotFound => {
                Err(Error::invalid("/job_role_id", "unknown_job_role", "There is no such job role."))
            }
            Err(error) => Err(error),
        }
    }

    /// One page of job roles by title.
    pub async fn job_roles(&self, title: Option<&str>, page: &Pagination) -> Result<Page<JobRole>> {
        let mut query = Query::index("by_name", ALL);
        if let Some(prefix) = title.map(normal).filter(|prefix| !prefix.is_empty()) {
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
        once: Option<&Once>,
        answer: &impl Serialize,
    ) -> Result<Outcome> {
        let key = job_role_key(new.id);
        let fact = Fact::new(EventType::JobRoleCreated, ENTITY, new.id);
        Change::default()
            .with(placed(Write::create(key.clone(), new), new).says(fact), Guard::Current)
            .with(Write::create(members_key(&key), &Members::default()).silently(), Guard::Kept)
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
        let write = placed(Write::replace(job_role_key(after.id), after, before.version), after).says(fact);
        let mut change = Change::default().with(write, Guard::Current);
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
        Change::default()
            .close(members_key(&key))
            .with(Write::replace(key, after, before.version).says(fact), Guard::Current)
            .release(name_claim_key(CLAIM, &after.title), &after.id)
            .commit(&self.table, origin)
            .await
    }
}

fn placed(write: Write, role: &JobRole) -> Write {
    write.index("by_name", ALL, format!("{}#{}", normal(&role.title), role.id))
}
