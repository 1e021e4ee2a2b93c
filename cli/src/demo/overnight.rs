//! Flow 4: the overnight run. Punches of terminals are imported, the run settles the day once and sends each notification once, and a
//! correction settles the day again.

use access::Role;
use jiff::{ToSpan, civil::Date};
use kernel::DepartmentId;
use serde_json::{Value, json};

use super::DemoSession;
use crate::scenario::{
    attendance::instant_at,
    client::Person,
    eventually,
    json::{at, expect_fields, id_of},
    leave::Parties,
    people::NewPerson,
};

/// Department of all demo runs; it is kept after a demo.
const DEPARTMENT: &str = "Overnight demo";
/// How many days before today the date of the demo may lie: every shift is over, and sick leave can still be requested.
const DAYS_BACK: std::ops::RangeInclusive<i32> = 2..=7;
/// Site without a calendar, so every weekday is a working day.
const FIELD_SITE: &str = "demo-field";
/// UTC time of the run on the next day, when the last shift window of the day is closed in every zone.
const RUN_TIME: &str = "T02:30:00Z";

/// Employees hired for one demo.
#[derive(Debug)]
pub(super) struct OvernightPeople {
    department: DepartmentId,
    /// Common working day whose shifts are all over.
    pub(super) date: Date,
    pub(super) late: Person,
    /// Employee without a check-out.
    forgetful: Person,
    /// Employee on the night shift in Pune.
    night: Person,
    /// Employee on leave in the afternoon.
    half: Person,
    absent: Person,
}

impl OvernightPeople {
    /// Hires the employees and waits until the attendance service knows them.
    pub(super) async fn hire(session: &DemoSession) -> Result<Self, String> {
        let DemoSession { scenario, manager, hr, today, .. } = session;
        let first = today.saturating_sub(DAYS_BACK.end().days());
        let (berlin, pune) = (
            scenario.days_worked_in_full(hr, "berlin", first).await?,
            scenario.days_worked_in_full(hr, "pune", first).await?,
        );
        let worked =
            |day: &Date| berlin.contains(day) && pune.contains(day) && day.weekday().to_monday_zero_offset() < 5;
        let mut days = DAYS_BACK.map(|days| today.saturating_sub(days.days()));
        let date = days.find(worked).ok_or("The last week has no day that Berlin and Pune both worked.")?;
        let department = scenario.create_department_if_missing(DEPARTMENT).await?;
        let hire = async |given, family, site, time_zone| {
            let (name, department, role, manager) = ((given, family), Some(department), Role::Employee, Some(manager));
            let hired = scenario.hire(NewPerson { name, department, site, time_zone, role, manager }).await?;
            println!("  {} ({}) works at {site}, {time_zone}", hired.name, hired.code);
            Ok::<_, String>(hired)
        };
        let people = Self {
            department,
            date,
            late: hire("Mara", "Lorenz", FIELD_SITE, "America/New_York").await?,
            forgetful: hire("Felix", "Roth", "berlin", "Europe/Berlin").await?,
            night: hire("Asha", "Kulkarni", "pune", "Asia/Kolkata").await?,
            half: hire("Tom", "Lindner", "berlin", "Europe/Berlin").await?,
            absent: hire("Ines", "Wolf", "berlin", "Europe/Berlin").await?,
        };
        scenario.wait_until_known(hr, &people.all(), date, department).await?;
        Ok(people)
    }

    /// In the order: late, forgetful, night, half, absent.
    pub(super) const fn all(&self) -> [&Person; 5] {
        [&self.late, &self.forgetful, &self.night, &self.half, &self.absent]
    }
}

pub(super) async fn run(session: &DemoSession, people: &OvernightPeople) -> Result<(), String> {
    let (DemoSession { scenario, manager, hr, .. }, date) = (session, people.date);
    println!("\nFlow 4: the overnight run for {date}");
    request_sick_afternoon(session, people).await?;
    let night = json!({"employee_id": people.night.id, "shifts": ["night"], "from": date, "to": date});
    scenario.post("/api/v1/shift-assignments", night).by(hr).expect_and_print(201).await?;
    preview_hours_of_the_night(session, people).await?;
    import_punches(session, people).await?;

    let run_at = format!("{}{RUN_TIME}", date.saturating_add(1.day()));
    let run = scenario.run_overnight(hr, people.department, &run_at).await?;
    let [late, open, night, _, absent] = &expect_settled_days(session, people).await?;
    let parties = Parties { employee: &people.forgetful, manager, hr };
    scenario.expect_exception_notifications(parties, late, absent, open).await?;
    let violations = scenario.wait_for_violation_codes(hr, &people.night).await?;
    if !violations.iter().any(|code| code == "daily_maximum") {
        return Err(format!(
            "a night shift of more than nine hours must violate `daily_maximum`, not only {violations:?}: {night}"
        ));
    }

    println!("  (the run is repeated and changes nothing)");
    let repeated = scenario.run_overnight(hr, people.department, &run_at).await?;
    expect_fields(&repeated, json!({"counts": {"examined": at(&run, "/counts/examined"), "changed": 0}}))?;

    println!("  (the missing check-out is corrected)");
    let out = instant_at(open, "/check_in_time")?.saturating_add(8.hours().minutes(30));
    scenario.request_and_approve_correction(parties, open, out.map_err(|error| error.to_string())?).await.map(drop)
}

/// Previews leave of an hour inside the night shift, up to midnight, and of an hour outside it: the shift counts, and not
/// the opening hours of the site.
async fn preview_hours_of_the_night(session: &DemoSession, people: &OvernightPeople) -> Result<(), String> {
    let (DemoSession { scenario, hr, .. }, who, date) = (session, &people.night, people.date);
    println!("  (leave of {} counts by the night shift)", who.name);
    for (from, to, minutes) in [("23:00", "00:00", 60), ("10:00", "11:00", 0)] {
        let body = json!({"employee_id": who.id, "leave_type": "Annual", "start_date": date, "end_date": date,
            "from": from, "to": to});
        let preview = scenario.post("/api/v1/leaves/preview", body).by(hr).expect_and_print(200).await?;
        expect_fields(&preview, json!({"duration": {"minutes": minutes}}))?;
    }
    Ok(())
}

/// Enters a sick afternoon, which needs no approval, and waits until it is on the attendance day.
async fn request_sick_afternoon(session: &DemoSession, people: &OvernightPeople) -> Result<(), String> {
    let (DemoSession { scenario, hr, .. }, who, date) = (session, &people.half, people.date);
    let body = json!({"employee_id": who.id, "leave_type": "Sick", "start_date": date, "end_date": date, "half": "pm",
        "reason": "At the dentist's"});
    let leave = scenario.post("/api/v1/leaves", body).by(hr).expect_and_print(201).await?;
    expect_fields(&leave, json!({"status": "approved"}))?;
    let look = async || {
        let day = scenario.attendance_day(hr, who.id, date).await?;
        Ok(day.to_string().contains(id_of(&leave)).then_some(()))
    };
    eventually(&format!("the sick leave on the day of {}", who.name), scenario.limits().audit, look).await
}

/// Imports punches; the row with an unknown employee code is refused and the other rows are accepted.
async fn import_punches(session: &DemoSession, people: &OvernightPeople) -> Result<(), String> {
    let [late, forgetful, night, half, _] = people.all().map(|person| &person.code);
    let (date, next) = (people.date, people.date.saturating_add(1.day()));
    let rows = [
        "employee_code,kind,time,device,location".to_owned(),
        format!("{late},in,{date} 09:24:00,Terminal 3,Field"),
        format!("{late},out,{date} 17:30:00,Terminal 3,Field"),
        format!("{forgetful},in,{date} 08:57:30,Terminal 1,Office"),
        format!("E-0000,in,{date} 08:58:00,Terminal 1,Office"),
        format!("{night},in,{date} 21:05:00,Terminal 2,Plant"),
        format!("{night},out,{next} 06:55:00,Terminal 2,Plant"),
        format!("{half},in,{date} 08:58:40,Terminal 1,Office"),
        format!("{half},out,{date} 13:16:10,Terminal 1,Office"),
    ];
    println!("  (punches of the terminals)\n    {}", rows.join("\n    "));
    session.scenario.import_with_dry_run(&session.hr, &rows, 7, 1).await
}

/// Waits until the days of all five employees are settled, and checks statuses, figures and audit records.
async fn expect_settled_days(session: &DemoSession, people: &OvernightPeople) -> Result<[Value; 5], String> {
    println!("  daily records:");
    let DemoSession { scenario, hr, .. } = session;
    let mut days: [Value; 5] = Default::default();
    let expected = ["present", "incomplete", "present", "half_leave", "absent"];
    for ((day, who), status) in days.iter_mut().zip(people.all()).zip(expected) {
        *day = scenario.wait_for_day_status(hr, who.id, people.date, status).await?;
        expect_fields(day, json!({"date": people.date}))?;
        scenario.expect_settled(hr, day).await?;
    }
    let [late, _, night, half, _] = &days;
    expect_fields(late, json!({"late_minutes": 24, "worked_minutes": 456}))?;
    expect_fields(half, json!({"late_minutes": 0}))?;
    if instant_at(night, "/check_out_time")?.duration_since(instant_at(night, "/check_in_time")?).as_mins() != 590 {
        return Err(format!("the night shift must be one day of 590 minutes from check-in to check-out: {night}"));
    }
    Ok(days)
}
