//! Attendance: punches, overnight runs, settled days and corrections, and what must follow from them.

use std::{fmt::Display, time::Duration};

use jiff::{Timestamp, civil::Date};
use kernel::{DepartmentId, EmployeeId};
use serde_json::{Value, json};

use super::{
    Scenario,
    client::Person,
    eventually,
    json::{array, at, expect_fields, id_of, text},
    leave::Parties,
};

/// The function of the overnight run, by the output of the stack.
const DISPATCH: &str = "AttendanceJobDispatchFunction";
/// Limit of an overnight run: the dispatcher, its queue and the workers, which may have to start.
const SETTLED_WITHIN: Duration = Duration::from_secs(60);

impl Scenario {
    /// A check-in is the only one of its person, is in the trail and in their inbox; answers the audit record.
    pub async fn expect_checked_in(&self, who: &Person, hr: &Person, came: &Value) -> Result<Value, String> {
        expect_fields(came, json!({"status": "success", "state": "in", "employee_id": who.id}))?;
        let punch = text(came, "/punch/id");
        let again = self.post("/api/v1/attendance/check-in", json!({"location": "Office"})).by(who).step(409).await?;
        expect_fields(&again, json!({"current": {"punch": {"id": punch}}}))?;
        let is = |record: &Value| at(record, "/new_values/punches").to_string().contains(punch);
        let record = self.recorded_as(hr, id_of(came), "check_in", is).await?;
        expect_fields(
            &record,
            json!({
                "log_type": "attendance_check_in", "entity_type": "Attendance", "user_id": who.id,
                "service_name": "attendance-management-service", "new_values": {"location": "Office"},
            }),
        )?;
        if instant(&record, "/new_values/check_in_time")? > instant(came, "/punch/at")? {
            return Err(format!("the day begins after its first check-in: {record}"));
        }
        let told = self.notified(who, "attendance.checked_in", event_of(&record)).await?;
        expect_fields(&told, json!({"template": "attendance_checked_in", "context": {"location": "Office"}}))?;
        Ok(record)
    }

    /// Checks out, once.
    pub async fn check_out(&self, who: &Person, hr: &Person, came: &Value) -> Result<(), String> {
        let path = "/api/v1/attendance/check-out";
        let gone = self.post(path, json!({"location": "Office", "device": "Mobile"})).by(who).step(200).await?;
        expect_fields(&gone, json!({"state": "out", "id": id_of(came)}))?;
        let is = |record: &Value| at(record, "/new_values/check_out_time") == at(&gone, "/check_out_time");
        let record = self.recorded_as(hr, id_of(&gone), "check_out", is).await?;
        expect_fields(&record, json!({"log_type": "attendance_check_out", "old_values": {"state": "in"}}))?;
        self.notified(who, "attendance.checked_out", event_of(&record)).await?;
        self.post(path, json!({})).by(who).step(409).await.map(drop)
    }

    /// Waits until attendance knows people, as the list of a day shows.
    pub async fn wait_until_known(
        &self,
        by: &Person,
        people: &[&Person],
        date: Date,
        department: DepartmentId,
    ) -> Result<(), String> {
        let look = async || {
            let list = self.list(by, format!("/api/v1/attendance?date={date}&department={department}")).await?;
            let known = |who: &&Person| list.iter().any(|day| text(day, "/employee_id") == who.id.to_string());
            Ok(people.iter().all(known).then_some(()))
        };
        eventually(&format!("{} new people in the list of the day", people.len()), self.limits.message, look).await
    }

    /// The days from one on that are worked in full at a site, in its year and the next.
    pub(crate) async fn working_days(&self, by: &Person, site: &str, from: Date) -> Result<Vec<Date>, String> {
        let mut worked: Vec<Date> = Vec::new();
        for year in [from.year(), from.year().saturating_add(1)] {
            let calendar = self.read(by, format!("/api/v1/compliance/calendars/{site}?year={year}")).await?;
            let full = array(&calendar, "/days")
                .iter()
                .filter(|day| expect_fields(day, json!({"am": true, "pm": true})).is_ok());
            worked.extend(full.filter_map(|day| text(day, "/date").parse::<Date>().ok()));
        }
        worked.retain(|day| *day >= from);
        Ok(worked)
    }

    /// Imports what terminals kept: first what would become of each row, then in earnest.
    pub async fn import(&self, by: &Person, rows: &[String], accepted: usize, refused: usize) -> Result<(), String> {
        for dry_run in [true, false] {
            let body = json!({"csv": rows.join("\n"), "dry_run": dry_run});
            let taken = self.post("/api/v1/attendance/import", body).by(by).step(200).await?;
            expect_fields(&taken, json!({"accepted": accepted, "refused": refused}))?;
        }
        Ok(())
    }

    /// Starts the overnight run of a department as its schedule does, at another time; answers the closed run.
    pub async fn store_member(&self, by: &Person, department: DepartmentId, at: impl Display) -> Result<Value, String> {
        let input = json!({"at": at.to_string(), "department": department});
        println!("  operator: attendance-job-dispatch {input}");
        let answer = self.invoke(self.cloud.output(DISPATCH)?, &input).await?;
        match text(&answer.body, "/runs/0/run") {
            "" => Err(format!("attendance-job-dispatch started no run: {}", answer.body)),
            run => self.closed(by, run).await,
        }
    }

    /// A run, once it is closed.
    pub async fn closed(&self, by: &Person, run: &str) -> Result<Value, String> {
        let look = async || {
            let run = self.get(format!("/api/v1/attendance/runs/{run}")).by(by).expect(200).await?;
            Ok((text(&run, "/state") == "closed").then_some(run))
        };
        let run = eventually(&format!("the end of {run}"), SETTLED_WITHIN, look).await?;
        println!("  {run}");
        Ok(run)
    }

    /// Somebody's day in full.
    pub async fn day(&self, by: &Person, who: EmployeeId, date: Date) -> Result<Value, String> {
        self.get(format!("/api/v1/attendance/{who}/days/{date}")).by(by).expect(200).await
    }

    /// The same, once it has this status.
    pub async fn day_as(&self, by: &Person, who: EmployeeId, date: Date, status: &str) -> Result<Value, String> {
        let look = async || Ok(Some(self.day(by, who, date).await?).filter(|day| text(day, "/status") == status));
        let day = eventually(&format!("{date} of {who} is {status}"), SETTLED_WITHIN, look).await?;
        let field = |name: &str| at(&day, name).to_string().replace('"', "");
        println!(
            "    {who} {date}: {status}, in {}, out {}, worked {} min, late {} min, overtime {} min",
            field("/check_in_time"),
            field("/check_out_time"),
            field("/worked_minutes"),
            field("/late_minutes"),
            field("/overtime_minutes"),
        );
        for line in array(&day, "/explanation") {
            println!("      {}", text(line, "/text"));
        }
        Ok(day)
    }

    /// A settled day is in the trail, as the doing of the system.
    pub async fn expect_settled(&self, hr: &Person, day: &Value) -> Result<(), String> {
        let record = self.recorded(hr, id_of(day), "processed").await?;
        let worked = at(day, "/worked_minutes").as_i64().unwrap_or_default();
        expect_fields(
            &record,
            json!({
                "log_type": "attendance_processed", "entity_type": "Attendance", "user_id": "system:attendance-job-settle",
                "service_name": "attendance-management-service", "old_values": {"outcome": null},
                "new_values": {"outcome": {"status": at(day, "/status"), "worked_minutes": worked}},
            }),
        )
    }

    /// Of a settled team the manager hears who was late, HR who was absent, and who forgot to check out hears it themselves.
    pub async fn expect_told(
        &self,
        parties: Parties<'_>,
        late: &Value,
        absent: &Value,
        open: &Value,
    ) -> Result<(), String> {
        let Parties { employee, manager, hr } = parties;
        let told = self.notified(manager, "attendance.late", id_of(late)).await?;
        let minutes = at(late, "/late_minutes");
        expect_fields(&told, json!({"template": "attendance_late", "context": {"late_minutes": minutes}}))?;
        let record = self.recorded(hr, id_of(absent), "absent").await?;
        let told = self.notified_or_collapsed(hr, "attendance.absent", id_of(absent), &event_of(&record)).await?;
        told.map_or(Ok(()), |told| expect_fields(&told, json!({"template": "attendance_absent"})))?;
        let told = self.notified(employee, "attendance.incomplete", id_of(open)).await?;
        expect_fields(&told, json!({"template": "attendance_incomplete"}))?;
        self.expect_mail(employee, text(&told, "/title")).await?;
        for (kind, day) in [("attendance.absent", absent), ("attendance.incomplete", open)] {
            if let Some(told) = self.inbox(manager, kind, id_of(day)).await?.first() {
                return Err(format!("{} need not hear of it: {told}", manager.name));
            }
        }
        Ok(())
    }

    /// The codes of somebody's violations, once there are any.
    pub async fn violations(&self, by: &Person, who: &Person) -> Result<Vec<String>, String> {
        let look = async || {
            let register = self.list(by, format!("/api/v1/compliance/violations?employee_id={}", who.id)).await?;
            Ok((!register.is_empty()).then_some(register))
        };
        let register = eventually(&format!("a violation of {}", who.name), self.limits.audit, look).await?;
        for violation in &register {
            println!("  register of violations: {}", text(violation, "/explanation"));
        }
        Ok(register.iter().map(|violation| text(violation, "/code").to_owned()).collect())
    }

    /// Somebody who forgot to check out asks for a correction; when the manager approves it, the day is settled again.
    pub async fn correct(&self, parties: Parties<'_>, day: &Value, out: Timestamp) -> Result<Value, String> {
        let Parties { employee, manager, hr } = parties;
        let date: Date = text(day, "/date").parse().map_err(|error| format!("{error}: {day}"))?;
        let add = json!([{"kind": "check_out", "at": out}]);
        let body = json!({"date": date, "reason": "I forgot to check out", "add": add});
        let correction = self.post("/api/v1/attendance-corrections", body).by(employee).step(201).await?;
        self.notified(manager, "attendance.correction_requested", id_of(&correction)).await?;
        let path = format!("/api/v1/attendance-corrections/{}/approve", id_of(&correction));
        let own = self.put(&path, json!({})).by(employee).send().await?;
        if !matches!(own.status, 403 | 404) {
            return Err(format!("nobody approves their own correction: {} {}", own.status, own.body));
        }
        self.put(&path, json!({"comments": "I saw you leave"})).by(manager).step(200).await?;
        self.put(&path, json!({})).by(hr).expect(409).await?;

        let corrected = self.day_as(hr, employee.id, date, "present").await?;
        let is = |record: &Value| text(record, "/new_values/outcome/status") == "present";
        let record = self.recorded_as(hr, id_of(day), "processed", is).await?;
        expect_fields(&record, json!({"old_values": {"outcome": {"status": "incomplete"}}}))?;
        self.notified(employee, "attendance.correction", id_of(&correction)).await?;
        Ok(corrected)
    }
}

/// The event that an audit record tells of: both have the same UUID.
fn event_of(record: &Value) -> String {
    text(record, "/id").replacen("audit_", "evt_", 1)
}

/// An instant within.
pub(crate) fn instant(of: &Value, pointer: &str) -> Result<Timestamp, String> {
    text(of, pointer).parse().map_err(|error| format!("{pointer} must be a time: {error}: {of}"))
}
