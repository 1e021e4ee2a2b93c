//! Inputs of a punch: the schedule, and the rosters, policies, calendars and sites, which are cached for a minute. All
//! are read in one round trip.

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

/// Rosters, policies and sites for the punches of all employees.
#[derive(Clone)]
pub(crate) struct RuleSnapshot {
    rosters: Arc<Rosters>,
    policies: Arc<PolicySet>,
    sites: Arc<Sites>,
}

impl RuleSnapshot {
    /// Reads a snapshot that is at most a minute old.
    pub(crate) async fn read(api: &Api, at: Timestamp) -> Result<Self> {
        let store = &api.store;
        let (rosters, policies, sites) =
            tokio::try_join!(store.all_rosters_cached(at), store.rulebook.load(at), store.sites_cached(at))?;
        Ok(Self { rosters, policies, sites })
    }

    /// Site with its fences; `None` if it is unknown or deleted.
    pub(crate) fn find_site(&self, site: &str) -> Option<&Site> {
        self.sites.get(site).map(|site| &**site)
    }

    /// Timetable of a person. Reads the rosters again if the person is assigned to a newer one around `at`.
    pub(crate) async fn load_timetable(
        &self,
        api: &Api,
        person: Person,
        schedule: Schedule,
        at: Timestamp,
    ) -> Result<Timetable> {
        let timetable = Timetable::new(person, schedule, Arc::clone(&self.rosters), Arc::clone(&self.policies));
        if timetable.has_missing_roster(at) {
            return Ok(timetable.with_rosters(api.store.all_rosters_consistent(at).await?));
        }
        Ok(timetable)
    }
}

/// Caller with their timetable and the rules for their punches.
pub(crate) struct PunchContext {
    pub(crate) caller: Caller,
    pub(crate) timetable: Timetable,
    pub(crate) rules: RuleSnapshot,
}

impl PunchContext {
    /// Admits the caller of a token, and loads the context at the same time.
    pub(crate) async fn admit_and_load(api: &Api, arriving: VerifiedToken) -> Result<Self> {
        let at = arriving.request_time();
        let (caller, (member, rules)) = arriving.admit_while(|caller| read_member_and_rules(api, caller, at)).await?;
        Self::with_rules(api, caller, member, rules).await
    }

    /// Loads the context of a caller who is admitted already.
    pub(crate) async fn load(api: &Api, caller: Caller) -> Result<Self> {
        let (member, rules) = read_member_and_rules(api, caller.id(), caller.origin().at).await?;
        Self::with_rules(api, caller, member, rules).await
    }

    /// Context of a caller by data that are read already.
    async fn with_rules(api: &Api, caller: Caller, member: Option<Arc<Member>>, rules: RuleSnapshot) -> Result<Self> {
        // The copy of a new employee may not have arrived yet; that does not block punches.
        let schedule = member.map(|member| member.schedule.clone()).unwrap_or_default();
        let timetable = rules.load_timetable(api, caller.person().clone(), schedule, caller.origin().at).await?;
        Ok(Self { caller, timetable, rules })
    }
}

async fn read_member_and_rules(
    api: &Api,
    id: EmployeeId,
    at: Timestamp,
) -> Result<(Option<Arc<Member>>, RuleSnapshot)> {
    tokio::try_join!(api.store.find_member_cached(id, at), RuleSnapshot::read(api, at))
}
