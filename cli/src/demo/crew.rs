//! Whom the overnight run is played with: five people who are hired for one play, and leave when it is over.

use jiff::{ToSpan, civil::Date};
use kernel::EmployeeId;
use serde_json::{Value, json};

use super::{
    operator::Operator,
    stage::{Player, Stage, at, items, text},
};

/// Their department stays, so that there is one of it however often this is played.
const DEPARTMENT: &str = "Demo of the overnight run";
/// The notice that a run takes of days; nobody asks for a sick day that is longer ago.
const DAYS_BACK: std::ops::RangeInclusive<i32> = 2..=7;
/// A site without a calendar: every weekday is worked there, whatever day is celebrated elsewhere.
pub(crate) const FIELD: &str = "demo-field";
/// The sites of the others, which have calendars.
const SITES: [&str; 2] = ["berlin", "pune"];

/// Somebody new.
#[derive(Debug)]
pub(crate) struct Hired {
    pub(crate) id: String,
    pub(crate) code: String,
    pub(crate) name: String,
    pub(crate) email: String,
}

/// All of them.
#[derive(Debug)]
pub(crate) struct Crew {
    pub(crate) department: String,
    /// A working day of everybody, of which every shift is over.
    pub(crate) date: Date,
    /// Comes late. Signs in.
    pub(crate) late: Player,
    /// Forgets to check out. Signs in.
    pub(crate) forgetful: Player,
    /// Works at night, in Pune.
    pub(crate) night: Hired,
    /// Is away for half a day.
    pub(crate) half: Hired,
    /// Does not come.
    pub(crate) absent: Hired,
    /// Their codes, in the order of the fields.
    pub(crate) codes: [String; 5],
}

impl Crew {
    /// Hires them, and waits until attendance knows them.
    ///
    /// # Errors
    /// The sentence that says what is not as it should be.
    pub(crate) async fn hired(stage: &Stage, operator: &Operator) -> Result<Self, String> {
        let date = working_day(stage).await?;
        let department = department(stage).await?;
        let hire = async |given: &str, family: &str, site: &str, zone: &str| {
            hire(stage, &department, date, (given, family), (site, zone)).await
        };
        let late = hire("Mara", "Lorenz", FIELD, "America/New_York").await?;
        let forgetful = hire("Felix", "Roth", "berlin", "Europe/Berlin").await?;
        let night = hire("Asha", "Kulkarni", "pune", "Asia/Kolkata").await?;
        let half = hire("Tom", "Lindner", "berlin", "Europe/Berlin").await?;
        let absent = hire("Ines", "Wolf", "berlin", "Europe/Berlin").await?;
        let codes = [&late, &forgetful, &night, &half, &absent].map(|hired| hired.code.clone());
        let sign_in = async |hired: &Hired| {
            let id: EmployeeId = hired.id.parse().map_err(|error| format!("{}: {error}", hired.id))?;
            operator.open_account(id).await?;
            stage.sign_in(&hired.email).await
        };
        let (late, forgetful) = (sign_in(&late).await?, sign_in(&forgetful).await?);
        let crew = Self { department, date, late, forgetful, night, half, absent, codes };
        crew.is_known(stage).await?;
        Ok(crew)
    }

    /// Everybody's id, in the order of the fields.
    pub(crate) fn ids(&self) -> [&str; 5] {
        [&self.late.id, &self.forgetful.id, &self.night.id, &self.half.id, &self.absent.id]
    }

    /// Everybody's name, in the same order.
    pub(crate) fn names(&self) -> [&str; 5] {
        [&self.late.name, &self.forgetful.name, &self.night.name, &self.half.name, &self.absent.name]
    }

    /// Waits until the events have told attendance of everybody.
    async fn is_known(&self, stage: &Stage) -> Result<(), String> {
        let path = format!("/api/v1/attendance?date={}&department={}&limit=100", self.date, self.department);
        let look = async || {
            let list = stage.look(&stage.hr, &path).await?.to_string();
            Ok(self.ids().iter().all(|id| list.contains(*id)).then_some(()))
        };
        stage.followed("all of them in the list of the day", look).await
    }

    /// Lets them go; their days stay.
    ///
    /// # Errors
    /// When somebody cannot go.
    pub(crate) async fn leaves(&self, stage: &Stage) -> Result<(), String> {
        for id in self.ids() {
            stage.ask(&stage.hr, "DELETE", &format!("/api/v1/employees/{id}"), None, 200).await?;
        }
        println!("  (the five leave again)");
        Ok(())
    }
}

/// The last day that is worked at every site and over everywhere.
async fn working_day(stage: &Stage) -> Result<Date, String> {
    let mut calendars = Vec::new();
    for site in SITES {
        for year in [stage.today.year().saturating_sub(1), stage.today.year()] {
            let path = format!("/api/v1/compliance/calendars/{site}?year={year}");
            calendars.push((site, stage.look(&stage.hr, &path).await?));
        }
    }
    let worked = |date: Date| {
        let day = json!(date);
        let full = |day: &Value| at(day, "/am") == &json!(true) && at(day, "/pm") == &json!(true);
        SITES.iter().all(|site| {
            let days = calendars.iter().filter(|(of, _)| of == site).flat_map(|(_, calendar)| days_of(calendar));
            days.into_iter().any(|one| at(one, "/date") == &day && full(one))
        }) && date.weekday().to_monday_zero_offset() < 5
    };
    let mut candidates = DAYS_BACK.map(|days| stage.today.saturating_sub(days.days()));
    candidates.find(|date| worked(*date)).ok_or_else(|| "Nobody has worked for a week.".to_owned())
}

fn days_of(calendar: &Value) -> Vec<&Value> {
    at(calendar, "/days").as_array().map(|days| days.iter().collect()).unwrap_or_default()
}

async fn department(stage: &Stage) -> Result<String, String> {
    let path = format!("/api/v1/departments?name={}", DEPARTMENT.replace(' ', "%20"));
    let known = stage.look(&stage.hr, &path).await?;
    if let Some(one) = items(&known).find(|one| text(one, "/name") == DEPARTMENT) {
        return Ok(text(one, "/id").to_owned());
    }
    let body = json!({"name": DEPARTMENT});
    Ok(text(&stage.ask(&stage.hr, "POST", "/api/v1/departments", Some(body), 201).await?, "/id").to_owned())
}

async fn hire(
    stage: &Stage,
    department: &str,
    date: Date,
    (given, family): (&str, &str),
    (site, zone): (&str, &str),
) -> Result<Hired, String> {
    let email = format!("{}.{}.{}@muster.example", given.to_lowercase(), family.to_lowercase(), stage.unique);
    let body = json!({
        "first_name": given, "last_name": family, "email": email, "department_id": department, "role": "Operator",
        "manager_id": stage.manager.id, "hire_date": date.saturating_sub(1.year()), "site": site, "time_zone": zone,
    });
    let hired = stage.ask(&stage.hr, "POST", "/api/v1/employees", Some(body), 201).await?;
    let (id, code) = (text(&hired, "/id").to_owned(), text(&hired, "/employee_code").to_owned());
    println!("  {given} {family} ({code}) works at {site}, {zone}");
    Ok(Hired { id, code, name: format!("{given} {family}"), email })
}
