//! What punches are placed and judged by, read in one round trip: schedules, rosters, policies, calendars and sites. All but the
//! schedule are remembered for a minute.

use std::sync::Arc;

use directory::Person;
use jiff::Timestamp;
use kernel::{EmployeeId, Result};
use lambda::http::{Caller, VerifiedToken};
use policy::{
    PolicySet,
    attendance::{Rosters, Schedule},
};

use crate::{
    api::Api,
    domain::{member::Member, site::Site, timetable::Timetable},
    store::Sites,
};

/// What is the same for everybody.
#[derive(Clone)]
pub(crate) struct RuleSnapshot {
    rosters: Arc<Rosters>,
    book: Arc<PolicySet>,
    sites: Arc<Sites>,
}

impl RuleSnapshot {
    /// As of a minute ago at the latest.
    pub(crate) async fn read(api: &Api, at: Timestamp) -> Result<Self> {
        let records = &api.store;
        let (rosters, book, sites) =
            tokio::try_join!(records.rosters(at), records.rulebook.book(at), records.sites(at))?;
        Ok(Self { rosters, book, sites })
    }

    /// A work site, where somebody has described it.
    pub(crate) fn site(&self, site: &str) -> Option<&Site> {
        self.sites.get(site).map(|site| &**site)
    }

    /// Somebody's timetable around an instant. A roster that was made within the last minute is read again.
    pub(crate) async fn timetable(
        &self,
        api: &Api,
        person: Person,
        schedule: Schedule,
        at: Timestamp,
    ) -> Result<Timetable> {
        let timetable = Timetable::new(person, schedule, Arc::clone(&self.rosters), Arc::clone(&self.book));
        if timetable.has_missing_roster(at) {
            return Ok(timetable.with_rosters(api.store.rosters_fresh(at).await?));
        }
        Ok(timetable)
    }
}

/// The caller, and what their punches are placed and judged by.
pub(crate) struct PunchContext {
    pub(crate) caller: Caller,
    pub(crate) timetable: Timetable,
    pub(crate) rules: RuleSnapshot,
}

impl PunchContext {
    /// Admits the caller, and reads everything beside that.
    pub(crate) async fn admit_and_load(api: &Api, arriving: VerifiedToken) -> Result<Self> {
        let at = arriving.at();
        let (caller, (member, rules)) = arriving.admit_while(|caller| read(api, caller, at)).await?;
        Self::with(api, caller, member, rules).await
    }

    /// The same of a caller who is admitted.
    pub(crate) async fn of(api: &Api, caller: Caller) -> Result<Self> {
        let (member, rules) = read(api, caller.id(), caller.origin().at).await?;
        Self::with(api, caller, member, rules).await
    }

    async fn with(api: &Api, caller: Caller, member: Option<Arc<Member>>, rules: RuleSnapshot) -> Result<Self> {
        // Whoever was hired a moment ago may not be known here yet; nobody is kept from punching by that.
        let schedule = member.map(|member| member.schedule.clone()).unwrap_or_default();
        let timetable = rules.timetable(api, caller.person().clone(), schedule, caller.origin().at).await?;
        Ok(Self { caller, timetable, rules })
    }
}

async fn read(api: &Api, id: EmployeeId, at: Timestamp) -> Result<(Option<Arc<Member>>, RuleSnapshot)> {
    tokio::try_join!(api.store.member_cached(id, at), RuleSnapshot::read(api, at))
}
