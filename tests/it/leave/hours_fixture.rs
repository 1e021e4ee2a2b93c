//! Common parts of the tests of accrual per hour worked: a policy and settled working days.

use directory::Person;
use events::Event;
use serde_json::json;

use super::{LeaveFixture, credit_fixture::settled_day};

impl LeaveFixture {
    /// Fixture with the leave type `hourly`: 6 minutes for each hour of work, up to this number of days a year.
    pub(crate) async fn with_hours(days: u32) -> Self {
        let office = Self::open().await;
        office.put_leave_type("hourly", "Hourly").await;
        let rules = json!({
            "leave_type": "hourly", "entitlement_days": days, "unit": "hour",
            "accrual": {
                "schedule": "per_hours_worked", "posted_at": "end", "round_to": "minute",
                "worked_share": {"earned_minutes": 6, "worked_minutes": 60},
            },
        });
        office.put_policy(20, rules).await;
        office
    }
}

/// Event of a working day on which a person worked these minutes.
pub(crate) fn work(person: &Person, date: &str, version: u64, minutes: i64) -> Event {
    let data = json!({"run": null, "causes": ["new"], "counts_for_leave": true, "hours_leave_types": ["hourly"]});
    settled_day(person, date, version, ("work", minutes), data)
}
