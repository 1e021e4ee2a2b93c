//! `compliance-on-event`: registers the violations of leave requests and shift days. Publishes `compliance.violation_detected`.
//!
//! A violation is registered once per event and code, or per shift day and code, under an id derived from both. A redelivered
//! message or a day that is derived again finds the record and leaves it unchanged, even after its acknowledgement.

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

/// Event with the violations of a leave request.
const REQUESTED: &str = "leave.request_created";
/// Event with the violations of a shift day.
const PROCESSED: &str = "attendance.processed";
/// Event with the violations of an approved leave on its new dates.
const MOVED: &str = "leave.request_moved";
/// Event of an approved leave request. It is relevant only for a request without approval steps, which is created and approved
/// in one write.
const APPROVED: &str = "leave.request_approved";

/// Employee, violations and date in the new values of an event.
#[derive(Deserialize)]
struct EventValues {
    employee_id: EmployeeId,
    violations: Vec<Violation>,
    /// Date of a shift day.
    #[serde(default)]
    date: Option<Date>,
}

/// Whether the event is one whose violations are registered.
fn may_contain_violations(event: &Event) -> bool {
    let was_created = || event.stamp.data.as_ref().and_then(|data| data.get("created")?.as_bool()) == Some(true);
    match event.stamp.event.as_str() {
        REQUESTED | MOVED | PROCESSED => true,
        APPROVED => was_created(),
        _ => false,
    }
}

/// Values of an event with at least one violation; `None` for other events.
fn values_with_violations(event: &Event) -> Result<Option<EventValues>> {
    let values = event.new_values.as_ref().filter(|_| may_contain_violations(event));
    let has_violations = |values: &&serde_json::Value| {
        values.get("violations").and_then(serde_json::Value::as_array).is_some_and(|all| !all.is_empty())
    };
    values.filter(has_violations).map(|values| EventValues::deserialize(values).map_err(Error::internal)).transpose()
}

async fn handle(api: Api<ComplianceStore>, origin: Origin, event: Event) -> Result<()> {
    let Some(values) = values_with_violations(&event)? else { return Ok(()) };
    let person = api.shell.directory.person(values.employee_id, origin.at).await?;
    let manager = person.and_then(|person| person.manager_id);
    let day = values.date.filter(|_| event.stamp.event == PROCESSED);
    let source = ViolationSource {
        event_id: event.stamp.id,
        event_type: event.stamp.event,
        entity_type: event.stamp.entity_type,
        entity_id: event.stamp.entity_id,
        at: event.stamp.at,
        day,
    };
    for violation in values.violations {
        let record = ViolationRecord::new(values.employee_id, manager, violation, &source);
        api.store.create_violation_if_missing(&origin, &record).await?;
    }
    Ok(())
}
