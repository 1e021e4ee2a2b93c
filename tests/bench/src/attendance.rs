//! A day of punches: the operations that remember the day that they have just written, each right after init and when warm.

use access::Operation;
use attendance::{api, store::Records};
use axum::Router;
use directory::Person;
use lambda::FromShell;
use serde_json::json;
use stage::Build;
use testkit::{World, origin};

use crate::{
    Result,
    calls::Counted,
    counting::{ask, counted, done, fresh},
    rules,
};

/// The clock of a new world stands at noon and a half of this day, in Berlin.
const TODAY: &str = "2024-06-10";

type Endpoint = (&'static Operation, Build);

const CHECK_IN: Endpoint = (&access::ATTENDANCE_CHECK_IN, api::attendance::check_in::router);
const CHECK_OUT: Endpoint = (&access::ATTENDANCE_CHECK_OUT, api::attendance::check_out::router);
const BREAK_START: Endpoint = (&access::ATTENDANCE_BREAK_START, api::attendance::break_start::router);
const BREAK_END: Endpoint = (&access::ATTENDANCE_BREAK_END, api::attendance::break_end::router);

/// Counts what they ask of the database.
pub(crate) async fn count() -> Result<Vec<Counted>> {
    let world = testkit::world_with(&[("SETTLE_QUEUE", "http://queues/settle")]).await;
    stand(&world).await?;
    world.calls.weigh();
    let who = world.people.employee.clone();
    let mut all = Vec::new();
    for (endpoint, between) in
        [(CHECK_IN, CHECK_OUT), (BREAK_START, BREAK_END), (BREAK_END, BREAK_START), (CHECK_OUT, CHECK_IN)]
    {
        all.extend(twice(&world, endpoint, between, &who).await?);
    }
    all.push(late(&world).await?);
    Ok(all)
}

/// Rules by which the shift of the day is still to come at noon, and everybody known to the service.
pub(crate) async fn stand(world: &World) -> Result<()> {
    rules::stand(&world.shell, "afternoon").await?;
    let records = Records::from_shell(&world.shell)?;
    for person in world.people.all() {
        records.keep_member(&origin(), person, 1).await.map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// Punches right after init and once more when warm, with the opposite in between, at another instance of that function.
async fn twice(world: &World, endpoint: Endpoint, between: Endpoint, who: &Person) -> Result<[Counted; 2]> {
    let app = fresh(world, endpoint.0, endpoint.1).await?;
    let first = punch(world, (endpoint.0, &app), "first", who).await?;
    let other = world.app(between.0, between.1);
    done(ask(world, (between.0, &other), who, &json!({}))?.await)?;
    Ok([first, punch(world, (endpoint.0, &app), "warm", who).await?])
}

/// The first check-in of somebody whose shift has begun in the morning.
async fn late(world: &World) -> Result<Counted> {
    let (who, hr) = (&world.people.manager, &world.people.hr);
    let assign = world.app(&access::SHIFT_ASSIGNMENTS_CREATE, api::shift_assignments::create::router);
    let body = json!({"employee_id": who.id, "shifts": ["early"], "from": TODAY, "to": TODAY});
    done(world.post(&assign, access::SHIFT_ASSIGNMENTS_CREATE.path, body).by(hr).await)?;
    let app = fresh(world, CHECK_IN.0, CHECK_IN.1).await?;
    punch(world, (CHECK_IN.0, &app), "late, first", who).await
}

async fn punch(world: &World, to: (&Operation, &Router), state: &str, who: &Person) -> Result<Counted> {
    let body = json!({"location": "Office", "device": "Mobile"});
    counted(world, to.0, state, ask(world, to, who, &body)?).await
}
