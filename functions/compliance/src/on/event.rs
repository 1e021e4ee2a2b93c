//! `compliance-on-event`: what a request for leave or a day of attendance breaks without being stopped comes into the register
//! of violations. Publishes `compliance.violation_detected`.
//!
//! One record per event and code, and of a day of attendance one per day and code, under an id that both give: a second delivery, or
//! the same day derived again, in any order, finds the first and changes nothing, also when somebody has acknowledged it since.

use events::Event;
use jiff::civil::Date;
use kernel::{EmployeeId, Error, Origin, Result};
use lambda::Api;
use policy::leave::Violation;
use serde::Deserialize;

use crate::{
    domain::violation::{ViolationRecord, ViolationSource},
    store::ComplianceStore,
};

lambda::consumer!("compliance-on-event", events(handle), Api<ComplianceStore>);

/// What carries violations of a request for leave.
const REQUESTED: &str = "leave.request_created";
/// What carries violations of a day.
const PROCESSED: &str = "attendance.processed";
/// Carries them, too, where it made the request: a policy that asks nobody approves at once, and that is one event.
const APPROVED: &str = "leave.request_approved";

/// What of an item this consumer reads.
#[derive(Deserialize)]
struct EventValues {
    employee_id: EmployeeId,
    violations: Vec<Violation>,
    /// Which day, where it is one.
    #[serde(default)]
    date: Option<Date>,
}

fn may_carry(event: &Event) -> bool {
    let made = || event.stamp.data.as_ref().and_then(|data| data.get("created")?.as_bool()) == Some(true);
    match event.stamp.event.as_str() {
        REQUESTED | PROCESSED => true,
        APPROVED => made(),
        _ => false,
    }
}

/// Who broke what, if anybody did.
fn violations_in(event: &Event) -> Result<Option<EventValues>> {
    let values = event.new_values.as_ref().filter(|_| may_carry(event));
    let some = |values: &&serde_json::Value| {
        values.get("violations").and_then(serde_json::Value::as_array).is_some_and(|all| !all.is_empty())
    };
    values.filter(some).map(|values| EventValues::deserialize(values).map_err(Error::internal)).transpose()
}

async fn handle(api: Api<ComplianceStore>, origin: Origin, event: Event) -> Result<()> {
    let Some(broken) = violations_in(&event)? else { return Ok(()) };
    let person = api.shell.directory.person(broken.employee_id, origin.at).await?;
    let manager = person.and_then(|person| person.manager_id);
    let day = broken.date.filter(|_| event.stamp.event == PROCESSED);
    let found = ViolationSource {
        event_id: event.stamp.id,
        event_type: event.stamp.event,
        entity_type: event.stamp.entity_type,
        entity_id: event.stamp.entity_id,
        at: event.stamp.at,
        day,
    };
    for violation in broken.violations {
        let breach = ViolationRecord::new(broken.employee_id, manager, violation, &found);
        api.store.create_violation(&origin, &breach).await?;
    }
    Ok(())
}
