//! Stores the demo organisation's rules by the services' own writes. What is there already stays as it is.

use super::{SeedSummary, Seeder, missing, rules};
use lambda::UuidV7Generator;

impl Seeder {
    /// Calendars, leave types, policies, sites, rotations.
    pub(super) async fn create_rules(&self, done: &mut SeedSummary) -> kernel::Result<()> {
        for calendar in rules::calendars(self.origin.at)? {
            if self.rules.get_calendar(&calendar.site).await?.is_none() {
                self.rules.create_calendar_version(&self.origin, None, &calendar, None, &()).await?;
                done.calendars += 1;
            }
        }
        for leave_type in rules::leave_types(self.origin.at)? {
            if missing(self.leave.leave_type(&leave_type.code).await)? {
                self.leave.create_leave_type(&self.origin, &leave_type, None, &()).await?;
                done.leave_types += 1;
            }
        }
        let standing = self.rules.list_policy_versions().await?;
        for policy in rules::policies(self.origin.at)? {
            // A later version is somebody's own doing, and so is another policy that says the same for the same people.
            let known = |one: &policy::Policy| {
                one.reference.policy_id == policy.reference.policy_id || one.conflicts_with(&policy)
            };
            if !standing.iter().any(known) {
                let create = || self.rules.create_policy_version(&self.origin, &policy, None, &());
                store::pause::until_won(&UuidV7Generator, self.origin.at, create).await?;
                done.policies += 1;
            }
        }
        for site in rules::sites(self.origin.at)? {
            // A removed site is somebody's own doing.
            if self.attendance.site_fresh(&site.site).await?.is_none() {
                self.attendance.save_site(&self.origin, 0, &site).await?;
                done.sites += 1;
            }
        }
        let standing = self.attendance.rosters_fresh(self.origin.at).await?;
        for roster in rules::rosters(self.origin.at)? {
            if !standing.0.contains_key(&roster.roster.id) {
                self.attendance.create_roster(&self.origin, &roster, None, &()).await?;
                done.rosters += 1;
            }
        }
        Ok(())
    }
}
