//! Flow 4 of the HRMS seed: the overnight run. What terminals kept of a day is imported, the run settles the day once, everybody
//! concerned is told once, and a correction settles the day again.

use access::Role;
use jiff::{ToSpan, civil::Date};
use kernel::DepartmentId;
use serde_json::{Value, json};

use super::DemoSession;
use crate::scenario::{
    attendance::instant,
    client::Person,
    eventually,
    json::{at, expect_fields, id_of},
    leave::Parties,
    people::NewPerson,
};

/// Their department stays, so that there is one of it however often the demo is run.
const DEPARTMENT: &str = "Overnight demo";
/// Days before today that can be played: every shift is over, and nobody asks for a sick day that is longer ago.
const DAYS_BACK: std::ops::RangeInclusive<i32> = 2..=7;
/// A site without a calendar: every weekday is worked there, whatever day is celebrated elsewhere.
const FIELD: &str = "demo-field";
/// Time of the run on the day after, in UTC: the last window of the day has closed everywhere.
const RUN_TIME: &str = "T02:30:00Z";

/// People who are hired for one demo.
#[derive(Debug)]
pub(super) struct OvernightPeople {
    department: DepartmentId,
    /// A working day of everybody, of which every shift is over.
    pub(super) date: Date,
    pub(super) late: Person,
    /// Forgets to check out.
    forgetful: Person,
    /// Works at night, in Pune.
    night: Person,
    /// Is away for half a day.
    half: Person,
    absent: Person,
}

impl OvernightPeople {
    /// Hires them, and waits until attendance knows them.
    pub(super) async fn hire(session: &DemoSession) -> Result<Self, String> {
        let DemoSession { scenario, manager, hr, today, .. } = session;
        let first = today.saturating_sub(DAYS_BACK.end().days());
        let (berlin, pune) =
            (scenario.working_days(hr, "berlin", first).await?, scenario.working_days(hr, "pune", first).await?);
        let worked =
            |day: &Date| berlin.contains(day) && pune.contains(day) && day.weekday().to_monday_zero_offset() < 5;
        let mut days = DAYS_BACK.map(|days| today.saturating_sub(days.days()));
        let date = days.find(worked).ok_or("Nobody has worked for a week.")?;
        let department = scenario.department(DEPARTMENT).await?;
        let hire = async |given, family, site, time_zone| {
            let (name, department, role, manager) = ((given, family), Some(department), Role::Employee, Some(manager));
            let hired = scenario.hire(NewPerson { name, department, site, time_zone, role, manager }).await?;
            println!("  {} ({}) works at {site}, {time_zone}", hired.name, hired.code);
            Ok::<_, String>(hired)
        };
        let people = Self {
            department,
            date,
            late: hire("Mara", "Lorenz", FIELD, "America/New_York").await?,
            forgetful: hire("Felix", "Roth", "berlin", "Europe/Berlin").await?,
            night: hire("Asha", "Kulkarni", "pune", "Asia/Kolkata").await?,
            half: hire("Tom", "Lindner", "berlin", "Europe/Berlin").await?,
            absent: hire("Ines", "Wolf", "berlin", "Europe/Berlin").await?,
        };
        scenario.wait_until_known(hr, &people.all(), date, department).await?;
        Ok(people)
    }

    pub(super) const fn all(&self) -> [&Person; 5] {
        [&self.late, &self.forgetful, &self.night, &self.half, &self.absent]
    }
}

/// Flow 4.
pub(super) async fn run(session: &DemoSession, people: &OvernightPeople) -> Result<(), String> {
    let (DemoSession { scenario, manager, hr, .. }, date) = (session, people.date);
    println!("\nFlow 4: the overnight run over {date}");
    take_half_a_day(session, people).await?;
    let night = json!({"employee_id": people.night.id, "shifts": ["night"], "from": date, "to": date});
    scenario.post("/api/v1/shift-assignments", night).by(hr).step(201).await?;
    import_punches(session, people).await?;

    let run_at = format!("{}{RUN_TIME}", date.saturating_add(1.day()));
    let run = scenario.store_member(hr, people.department, &run_at).await?;
    let [late, open, night, _, absent] = &expect_days(session, people).await?;
    let parties = Parties { employee: &people.forgetful, manager, hr };
    scenario.expect_told(parties, late, absent, open).await?;
    let violations = scenario.violations(hr, &people.night).await?;
    if !violations.iter().any(|code| code == "daily_maximum") {
        return Err(format!("a night of more than nine hours is a violation, beside {violations:?}: {night}"));
    }

    println!("  (once more)");
    let again = scenario.store_member(hr, people.department, &run_at).await?;
    expect_fields(&again, json!({"counts": {"looked_at": at(&run, "/counts/looked_at"), "changed": 0}}))?;

    println!("  (the forgotten check-out is put right)");
    let out = instant(open, "/check_in_time")?.saturating_add(8.hours().minutes(30));
    scenario.correct(parties, open, out.map_err(|error| error.to_string())?).await.map(drop)
}

/// Sick in the afternoon: by the policy nobody is asked, and the event brings it to the day.
async fn take_half_a_day(session: &DemoSession, people: &OvernightPeople) -> Result<(), String> {
    let (DemoSession { scenario, hr, .. }, who, date) = (session, &people.half, people.date);
    let body = json!({"employee_id": who.id, "leave_type": "Sick", "start_date": date, "end_date": date, "half": "pm",
        "reason": "At the dentist's"});
    let leave = scenario.post("/api/v1/leaves", body).by(hr).step(201).await?;
    expect_fields(&leave, json!({"status": "approved"}))?;
    let look = async || {
        let day = scenario.day(hr, who.id, date).await?;
        Ok(day.to_string().contains(id_of(&leave)).then_some(()))
    };
    eventually(&format!("the leave on the day of {}", who.name), scenario.limits().audit, look).await
}

/// The row of somebody unknown harms nobody else's.
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
    println!("  (what the terminals kept)\n    {}", rows.join("\n    "));
    session.scenario.import(&session.hr, &rows, 7, 1).await
}

/// Everybody's day is settled, and is in the trail.
async fn expect_days(session: &DemoSession, people: &OvernightPeople) -> Result<[Value; 5], String> {
    println!("  daily records:");
    let DemoSession { scenario, hr, .. } = session;
    let mut days: [Value; 5] = Default::default();
    let expected = ["present", "incomplete", "present", "half_leave", "absent"];
    for ((day, who), status) in days.iter_mut().zip(people.all()).zip(expected) {
        *day = scenario.day_as(hr, who.id, people.date, status).await?;
        expect_fields(day, json!({"date": people.date}))?;
        scenario.expect_settled(hr, day).await?;
    }
    let [late, _, night, half, _] = &days;
    expect_fields(late, json!({"late_minutes": 24, "worked_minutes": 456}))?;
    expect_fields(half, json!({"late_minutes": 0}))?;
    if instant(night, "/check_out_time")?.duration_since(instant(night, "/check_in_time")?).as_mins() != 590 {
        return Err(format!("the night is one day, from one date into the next: {night}"));
    }
    Ok(days)
}
