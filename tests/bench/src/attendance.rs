//! The operations of attendance, each asked right after init and once more when warm.

use access::Operation;
use attendance::{api, store::Records};
use directory::Person;
use serde_json::{Value, json};
use testkit::{World, origin};

use crate::{
    Result,
    calls::Counted,
    counting::{Build, Counting, done},
    rules,
};

/// The clock of a new world stands at noon and a half of this day, in Berlin.
const TODAY: &str = "2024-06-10";

/// Counts what every operation asks of the database.
pub(crate) async fn count() -> Result<Vec<Counted>> {
    let world = testkit::world_with(&[("SETTLE_QUEUE", "http://queues/settle")]).await;
    stand(&world).await?;
    let mut counting = Counting::of(world);
    counting.clocking().await?;
    counting.correcting().await?;
    counting.viewing().await?;
    Ok(counting.counted)
}

/// Rules by which the shift of the day is still to come at noon, and everybody known to the service.
pub(crate) async fn stand(world: &World) -> Result<()> {
    rules::stand(&world.shell, "afternoon").await?;
    let records = Records::load(&world.shell)?;
    for person in world.people.all() {
        records.keep_member(&origin(), person, 1).await.map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Punches at another instance of the function, which remembers nothing for the one that is measured.
async fn punched(world: &World, who: &Person, operation: &'static Operation, build: Build) -> Result<()> {
    let app = world.app(operation, build);
    done(world.post(&app, operation.path, json!({})).by(who).await).map(drop)
}

fn office(operation: &Operation) -> (String, Option<Value>) {
    (operation.path.to_owned(), Some(json!({"location": "Office", "device": "Mobile"})))
}

impl Counting {
    async fn clocking(&mut self) -> Result<()> {
        let people = self.world.people.clone();
        let check_in = (&access::ATTENDANCE_CHECK_IN, api::attendance_check_in::router as Build);
        let check_out = (&access::ATTENDANCE_CHECK_OUT, api::attendance_check_out::router as Build);
        let break_start = (&access::ATTENDANCE_BREAK_START, api::attendance_break_start::router as Build);
        let break_end = (&access::ATTENDANCE_BREAK_END, api::attendance_break_end::router as Build);

        let who = &people.employee;
        let out = async |world: &World, number| match number {
            0 => Ok(()),
            _ => punched(world, who, check_out.0, check_out.1).await,
        };
        self.twice_after(check_in.0, check_in.1, who, out, |_| office(check_in.0)).await?;
        let back = async |world: &World, number| match number {
            0 => Ok(()),
            _ => punched(world, who, break_end.0, break_end.1).await,
        };
        self.twice_after(break_start.0, break_start.1, who, back, |_| office(break_start.0)).await?;
        let away = async |world: &World, number| match number {
            0 => Ok(()),
            _ => punched(world, who, break_start.0, break_start.1).await,
        };
        self.twice_after(break_end.0, break_end.1, who, away, |_| office(break_end.0)).await?;
        let again = async |world: &World, number| match number {
            0 => Ok(()),
            _ => punched(world, who, check_in.0, check_in.1).await,
        };
        self.twice_after(check_out.0, check_out.1, who, again, |_| office(check_out.0)).await?;

        let assign = self.world.app(&access::SHIFT_ASSIGNMENTS_CREATE, api::shift_assignments_create::router);
        let body = json!({"employee_id": people.manager.id, "shifts": ["early"], "from": TODAY, "to": TODAY});
        done(self.world.post(&assign, "/api/v1/shift-assignments", body).by(&people.hr).await)?;
        self.once(check_in.0, check_in.1, "late", &people.manager, office(check_in.0)).await?;

        let build: Build = api::attendance_punches_create::router;
        let batch = |number: usize| {
            let at = |hour: usize| format!("2024-06-{:02}T{hour:02}:00:00Z", 8 + number);
            let body = json!({"punches": [
                {"kind": "check_in", "captured_at": at(7)}, {"kind": "check_out", "captured_at": at(9)}]});
            (access::ATTENDANCE_PUNCHES_CREATE.path.to_owned(), Some(body))
        };
        self.twice(&access::ATTENDANCE_PUNCHES_CREATE, build, &people.admin, batch).await
    }

    async fn correcting(&mut self) -> Result<()> {
        let people = self.world.people.clone();
        let (path, build): (_, Build) = ("/api/v1/attendance-corrections", api::attendance_corrections_create::router);
        let body = |number: usize| {
            let at = format!("2024-06-0{}T15:00:00Z", 5 + number);
            json!({"date": at.get(..10), "reason": "I forgot", "add": [{"kind": "check_in", "at": at}]})
        };
        let ask = |number: usize| (path.to_owned(), Some(body(number)));
        self.twice(&access::ATTENDANCE_CORRECTIONS_CREATE, build, &people.employee, ask).await?;
        let create = self.world.app(&access::ATTENDANCE_CORRECTIONS_CREATE, build);
        let mut ids = Vec::new();
        for number in 0..2 {
            let made = done(self.world.post(&create, path, body(number)).by(&people.employee).await)?;
            ids.push(made.get("id").and_then(Value::as_str).unwrap_or_default().to_owned());
        }
        let build: Build = api::attendance_corrections_approve::router;
        let ask = |number: usize| {
            let path = format!("{path}/{}/approve", ids.get(number).map_or("", String::as_str));
            (path, Some(json!({"comments": "Yes"})))
        };
        self.twice(&access::ATTENDANCE_CORRECTIONS_APPROVE, build, &people.manager, ask).await
    }

    async fn viewing(&mut self) -> Result<()> {
        let people = self.world.people.clone();
        let (who, id) = (&people.employee, people.employee.id);
        let get = |path: String| move |_| (path.clone(), None);
        let own = |rest: &str| format!("/api/v1/attendance/{id}{rest}");
        let views: [(_, Build, _, _); 7] = [
            (&access::ATTENDANCE_GET, api::attendance_get::router, who, own("")),
            (&access::ATTENDANCE_DAYS_GET, api::attendance_days_get::router, who, own(&format!("/days/{TODAY}"))),
            (&access::ATTENDANCE_MONTHLY, api::attendance_monthly::router, who, own("/monthly?month=2024-06")),
            (&access::ATTENDANCE_LATE_ARRIVALS, api::attendance_late_arrivals::router, who, own("/late-arrivals")),
            (&access::ATTENDANCE_OVERTIME, api::attendance_overtime::router, who, own("/overtime")),
            (
                &access::ATTENDANCE_LIST,
                api::attendance_list::router,
                &people.manager,
                format!("/api/v1/attendance?date={TODAY}"),
            ),
            (
                &access::ATTENDANCE_ABSENTEEISM,
                api::attendance_absenteeism::router,
                &people.hr,
                format!("/api/v1/attendance/absenteeism?department={}&month=2024-06", who.department_id),
            ),
        ];
        for (operation, build, who, path) in views {
            self.twice(operation, build, who, get(path)).await?;
        }
        Ok(())
    }
}
