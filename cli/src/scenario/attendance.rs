//! Attendance steps: punches, overnight runs, settled days and corrections, with checks of their effects.

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

/// Stack output that names the function of the overnight run.
const DISPATCH: &str = "AttendanceJobDispatchFunction";
/// Time limit until a run is closed or a day has a status, including cold starts of the dispatcher and the workers.
const RUN_TIMEOUT: Duration = Duration::from_secs(60);

impl Scenario {
    /// Checks that a second check-in conflicts and that the check-in has an audit record and a notification. Returns the record.
    pub async fn expect_checked_in(&self, who: &Person, hr: &Person, check_in: &Value) -> Result<Value, String> {
        expect_fields(check_in, json!({"status": "success", "state": "in", "employee_id": who.id}))?;
        let punch = text(check_in, "/punch/id");
        let again = self
            .post("/api/v1/attendance/check-in", json!({"location": "Office"}))
            .by(who)
            .expect_and_print(409)
            .await?;
        expect_fields(&again, json!({"current": {"punch": {"id": punch}}}))?;
        let matches = |record: &Value| at(record, "/new_values/punches").to_string().contains(punch);
        let record = self.expect_matching_audit_record(hr, id_of(check_in), "check_in", matches).await?;
        expect_fields(
            &record,
            json!({
                "log_type": "attendance_check_in", "entity_type": "Attendance", "user_id": who.id,
                "service_name": "attendance-management-service", "new_values": {"location": "Office"},
            }),
        )?;
        if instant_at(&record, "/new_values/check_in_time")? > instant_at(check_in, "/punch/at")? {
            return Err(format!("the check-in time of the day is later than its first check-in: {record}"));
        }
        let notification = self.expect_notification(who, "attendance.checked_in", event_id_of_record(&record)).await?;
        expect_fields(&notification, json!({"template": "attendance_checked_in", "context": {"location": "Office"}}))?;
        Ok(record)
    }

    /// Checks out, checks the effects, and checks that a second check-out conflicts.
    pub async fn expect_check_out(&self, who: &Person, hr: &Person, check_in: &Value) -> Result<(), String> {
        let path = "/api/v1/attendance/check-out";
        let check_out =
            self.post(path, json!({"location": "Office", "device": "Mobile"})).by(who).expect_and_print(200).await?;
        expect_fields(&check_out, json!({"state": "out", "id": id_of(check_in)}))?;
        let matches = |record: &Value| at(record, "/new_values/check_out_time") == at(&check_out, "/check_out_time");
        let record = self.expect_matching_audit_record(hr, id_of(&check_out), "check_out", matches).await?;
        expect_fields(&record, json!({"log_type": "attendance_check_out", "old_values": {"state": "in"}}))?;
        self.expect_notification(who, "attendance.checked_out", event_id_of_record(&record)).await?;
        self.post(path, json!({})).by(who).expect_and_print(409).await.map(drop)
    }

    /// Waits until the attendance service knows these people, which its list of a day shows.
    pub async fn wait_until_known(
        &self,
        by: &Person,
        people: &[&Person],
        date: Date,
        department: DepartmentId,
    ) -> Result<(), String> {
        let look = async || {
            let list =
                self.list_all_pages(by, format!("/api/v1/attendance?date={date}&department={department}")).await?;
            let known = |who: &&Person| list.iter().any(|day| text(day, "/employee_id") == who.id.to_string());
            Ok(people.iter().all(known).then_some(()))
        };
        eventually(&format!("{} new employees in the attendance list", people.len()), self.limits.message, look).await
    }

    /// Full working days of a site from a date to the end of the next year.
    pub(crate) async fn days_worked_in_full(&self, by: &Person, site: &str, from: Date) -> Result<Vec<Date>, String> {
        let is_full = |day: &Value| expect_fields(day, json!({"am": true, "pm": true})).is_ok();
        self.calendar_days(by, site, from, is_full).await
    }

    /// Holidays of a site from a date to the end of the next year.
    pub(crate) async fn holidays(&self, by: &Person, site: &str, from: Date) -> Result<Vec<Date>, String> {
        self.calendar_days(by, site, from, |day| at(day, "/holiday").is_string()).await
    }

    /// Matching days of a site's calendar from a date to the end of the next year.
    async fn calendar_days(
        &self,
        by: &Person,
        site: &str,
        from: Date,
        matches: impl Fn(&Value) -> bool,
    ) -> Result<Vec<Date>, String> {
        let mut found: Vec<Date> = Vec::new();
        for year in [from.year(), from.year().saturating_add(1)] {
            let calendar =
                self.read_with_retries(by, format!("/api/v1/compliance/calendars/{site}?year={year}")).await?;
            let days = array(&calendar, "/days").iter().filter(|day| matches(day));
            found.extend(days.filter_map(|day| text(day, "/date").parse::<Date>().ok()));
        }
        found.retain(|day| *day >= from);
        Ok(found)
    }

    /// Imports punches of terminals, first as a dry run, and checks the numbers of accepted and refused rows each time.
    pub async fn import_with_dry_run(
        &self,
        by: &Person,
        rows: &[String],
        accepted: usize,
        refused: usize,
    ) -> Result<(), String> {
        for dry_run in [true, false] {
            let body = json!({"csv": rows.join("\n"), "dry_run": dry_run});
            let result = self.post("/api/v1/attendance/import", body).by(by).expect_and_print(200).await?;
            expect_fields(&result, json!({"accepted": accepted, "refused": refused}))?;
        }
        Ok(())
    }

    /// Starts the overnight run of a department as if it were `at`, waits until the run is closed, and returns it.
    pub async fn run_overnight(
        &self,
        by: &Person,
        department: DepartmentId,
        at: impl Display,
    ) -> Result<Value, String> {
        let input = json!({"at": at.to_string(), "department": department});
        println!("  operator: attendance-job-dispatch {input}");
        let answer = self.invoke(self.cloud.output(DISPATCH)?, &input).await?;
        match text(&answer.body, "/runs/0/run") {
            "" => Err(format!("attendance-job-dispatch started no run: {}", answer.body)),
            run => self.wait_for_closed_run(by, run).await,
        }
    }

    /// Waits until a run is closed and returns it.
    pub async fn wait_for_closed_run(&self, by: &Person, run: &str) -> Result<Value, String> {
        let look = async || {
            let run = self.get(format!("/api/v1/attendance/runs/{run}")).by(by).expect(200).await?;
            Ok((text(&run, "/state") == "closed").then_some(run))
        };
        let run = eventually(&format!("run {run} is closed"), RUN_TIMEOUT, look).await?;
        println!("  {run}");
        Ok(run)
    }

    /// Attendance day of an employee with all its details.
    pub async fn attendance_day(&self, by: &Person, who: EmployeeId, date: Date) -> Result<Value, String> {
        self.get(format!("/api/v1/attendance/{who}/days/{date}")).by(by).expect(200).await
    }

    /// Waits until an attendance day has this status, prints it and returns it.
    pub async fn wait_for_day_status(
        &self,
        by: &Person,
        who: EmployeeId,
        date: Date,
        status: &str,
    ) -> Result<Value, String> {
        let look =
            async || Ok(Some(self.attendance_day(by, who, date).await?).filter(|day| text(day, "/status") == status));
        let day = eventually(&format!("status {status} on {date} for {who}"), RUN_TIMEOUT, look).await?;
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

    /// Checks that the first settlement of a day has an audit record with the settlement job as its actor.
    pub async fn expect_settled(&self, hr: &Person, day: &Value) -> Result<(), String> {
        let record = self.expect_audit_record(hr, id_of(day), "processed").await?;
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

    /// Checks that a late arrival notifies the manager, an absence HR, and a missing check-out the employee and not the manager.
    pub async fn expect_exception_notifications(
        &self,
        parties: Parties<'_>,
        late: &Value,
        absent: &Value,
        open: &Value,
    ) -> Result<(), String> {
        let Parties { employee, manager, hr } = parties;
        let notification = self.expect_notification(manager, "attendance.late", id_of(late)).await?;
        let minutes = at(late, "/late_minutes");
        expect_fields(&notification, json!({"template": "attendance_late", "context": {"late_minutes": minutes}}))?;
        let record = self.expect_audit_record(hr, id_of(absent), "absent").await?;
        let notification = self
            .expect_notification_or_collapse(hr, "attendance.absent", id_of(absent), &event_id_of_record(&record))
            .await?;
        notification.map_or(Ok(()), |shown| expect_fields(&shown, json!({"template": "attendance_absent"})))?;
        let notification = self.expect_notification(employee, "attendance.incomplete", id_of(open)).await?;
        expect_fields(&notification, json!({"template": "attendance_incomplete"}))?;
        self.expect_mail(employee, text(&notification, "/title")).await?;
        for (kind, day) in [("attendance.absent", absent), ("attendance.incomplete", open)] {
            if let Some(unexpected) = self.notifications_about(manager, kind, id_of(day)).await?.first() {
                return Err(format!("{} must not be notified of `{kind}`: {unexpected}", manager.name));
            }
        }
        Ok(())
    }

    /// Waits until the register has a violation by an employee, and returns the codes of all their violations.
    pub async fn wait_for_violation_codes(&self, by: &Person, who: &Person) -> Result<Vec<String>, String> {
        let look = async || {
            let register =
                self.list_all_pages(by, format!("/api/v1/compliance/violations?employee_id={}", who.id)).await?;
            Ok((!register.is_empty()).then_some(register))
        };
        let register = eventually(&format!("a violation by {}", who.name), self.limits.audit, look).await?;
        for violation in &register {
            println!("  violation: {}", text(violation, "/explanation"));
        }
        Ok(register.iter().map(|violation| text(violation, "/code").to_owned()).collect())
    }

    /// Requests a missing check-out as a correction, approves it as the manager, and waits until the day is settled
    /// again. Returns that day.
    pub async fn request_and_approve_correction(
        &self,
        parties: Parties<'_>,
        day: &Value,
        out: Timestamp,
    ) -> Result<Value, String> {
        let Parties { employee, manager, hr } = parties;
        let date: Date = text(day, "/date").parse().map_err(|error| format!("{error}: {day}"))?;
        let add = json!([{"kind": "check_out", "at": out}]);
        let body = json!({"date": date, "reason": "I forgot to check out", "add": add});
        let correction = self.post("/api/v1/attendance-corrections", body).by(employee).expect_and_print(201).await?;
        self.expect_notification(manager, "attendance.correction_requested", id_of(&correction)).await?;
        let path = format!("/api/v1/attendance-corrections/{}/approve", id_of(&correction));
        let own = self.put(&path, json!({})).by(employee).send().await?;
        if !matches!(own.status, 403 | 404) {
            return Err(format!("employees must not approve their own correction: {} {}", own.status, own.body));
        }
        self.put(&path, json!({"comments": "I saw you leave"})).by(manager).expect_and_print(200).await?;
        self.put(&path, json!({})).by(hr).expect(409).await?;

        let corrected = self.wait_for_day_status(hr, employee.id, date, "present").await?;
        let matches = |record: &Value| text(record, "/new_values/outcome/status") == "present";
        let record = self.expect_matching_audit_record(hr, id_of(day), "processed", matches).await?;
        expect_fields(&record, json!({"old_values": {"outcome": {"status": "incomplete"}}}))?;
        self.expect_notification(employee, "attendance.correction", id_of(&correction)).await?;
        Ok(corrected)
    }
}

/// Id of the event of an audit record; both have the same UUID.
fn event_id_of_record(record: &Value) -> String {
    text(record, "/id").replacen("audit_", "evt_", 1)
}

/// Instant at a JSON pointer.
pub(crate) fn instant_at(of: &Value, pointer: &str) -> Result<Timestamp, String> {
    text(of, pointer).parse().map_err(|error| format!("{pointer} must be an RFC 3339 time: {error}: {of}"))
}
