//! Stores the rules of the demo organisation through the services' own stores. Existing rules stay unchanged.

use super::{SeedSummary, Seeder, is_missing, rules};
use lambda::UuidV7Generator;

impl Seeder {
    /// Creates the missing calendars, leave types, policies, sites and rosters.
    pub(super) async fn create_missing_rules(&self, summary: &mut SeedSummary) -> kernel::Result<()> {
        for calendar in rules::demo_calendars(self.origin.at)? {
            if self.rules.find_current_calendar(&calendar.site).await?.is_none() {
                self.rules.create_calendar_version(&self.origin, None, &calendar, None, &()).await?;
                summary.calendars += 1;
            }
        }
        for leave_type in rules::demo_leave_types(self.origin.at)? {
            if is_missing(self.leave.get_leave_type(&leave_type.code).await)? {
                self.leave.create_leave_type(&self.origin, &leave_type, None, &()).await?;
                summary.leave_types += 1;
            }
        }
        let existing = self.rules.list_all_policy_versions().await?;
        for policy in rules::demo_policies(self.origin.at)? {
            // Later versions, and other policies for the same subject and people, were created on purpose and stay.
            let replaces = |one: &policy::Policy| {
                one.reference.policy_id == policy.reference.policy_id || one.conflicts_with(&policy)
            };
            if !existing.iter().any(replaces) {
                let create = || self.rules.create_policy_version(&self.origin, &policy, None, &());
                store::backoff::until_won(&UuidV7Generator, self.origin.at, create).await?;
                summary.policies += 1;
            }
        }
        for site in rules::demo_sites(self.origin.at)? {
            // A deleted site was deleted on purpose and stays deleted.
            if self.attendance.find_site_or_tombstone(&site.site).await?.is_none() {
                self.attendance.save_site(&self.origin, 0, &site).await?;
                summary.sites += 1;
            }
        }
        let existing = self.attendance.all_rosters_consistent(self.origin.at).await?;
        for roster in rules::demo_rosters(self.origin.at)? {
            if !existing.0.contains_key(&roster.roster.id) {
                self.attendance.create_roster(&self.origin, &roster, None, &()).await?;
                summary.rosters += 1;
            }
        }
        Ok(())
    }
}
