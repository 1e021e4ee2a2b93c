//! A check-in once warm: what it costs in all, and what of that is its own, beside the calls that its SDK makes.

use access::ATTENDANCE_CHECK_IN;
use attendance::{api, store::Records};
use aws_sdk_dynamodb::{Client, types::AttributeValue};
use directory::Person;
use lambda::{FromShell, Shell};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Item;
use testkit::{TestDynamo, origin};

use crate::{
    Result,
    apart::apart,
    counting::done,
    crowd,
    figures::{hundredths, number},
    process::thread_cpu_ns,
    rules,
};

/// Where the clock of a new world stands.
const TODAY: &str = "2024-06-10";
/// People of a round.
const PEOPLE: usize = 400;
/// How often; the best round counts, as anything else is somebody else's work.
const ROUNDS: usize = 5;

/// CPU of one check-in in nanoseconds, from the request to its answer, without the runtime of Lambda.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct CheckIn {
    pub(crate) all_ns: u64,
    /// Of the same calls to the database by themselves: two reads and a write.
    pub(crate) sdk_ns: u64,
}

impl CheckIn {
    /// Measures, with the database in a thread of its own.
    pub(crate) async fn measured() -> Result<Self> {
        let apart = apart().await?;
        rules::stand(&apart.shell, "afternoon").await?;
        let mut world = testkit::world().await;
        (world.shell, world.clock) = (apart.shell.clone(), apart.clock.clone());
        world.dynamo = TestDynamo { client: apart.client.clone(), endpoint: apart.endpoint };
        let people: Vec<Person> =
            (0..PEOPLE * ROUNDS).map(|number| crowd::member(&world.people.employee, number)).collect();
        world.settle(&people.iter().collect::<Vec<_>>()).await;
        let records = Records::from_shell(&world.shell)?;
        for person in &people {
            records.keep_member(&origin(), person, 1).await.map_err(|error| error.to_string())?;
        }
        let tokens: Vec<String> = people.iter().map(|person| world.token(person)).collect();
        world.shell.keys.refresh(world.now()).await.map_err(|error| error.to_string())?;
        let app = world.app(&ATTENDANCE_CHECK_IN, api::attendance::check_in::router);
        let (mut all_ns, mut sdk_ns) = (u64::MAX, u64::MAX);
        for round in tokens.chunks(PEOPLE) {
            let before = thread_cpu_ns()?;
            for token in round {
                let body = json!({"location": "Office", "device": "Mobile"});
                done(world.post(&app, ATTENDANCE_CHECK_IN.path, body).token(token).await)?;
            }
            all_ns = all_ns.min(thread_cpu_ns()?.saturating_sub(before));
        }
        for round in people.chunks(PEOPLE) {
            sdk_ns = sdk_ns.min(calls(&apart.client, &world.shell, round).await?);
        }
        let each = |ns: u64| ns / number(PEOPLE).max(1);
        Ok(Self { all_ns: each(all_ns), sdk_ns: each(sdk_ns) })
    }

    /// The line for people.
    pub(crate) fn line(&self) -> String {
        let (all, sdk) = (hundredths(self.all_ns / 10_000), hundredths(self.sdk_ns / 10_000));
        let own = hundredths(self.all_ns.saturating_sub(self.sdk_ns) / 10_000);
        format!(
            "A warm check-in by somebody else each time: {all} ms of CPU; {sdk} ms of it are its calls to the database, {own} ms its own (target: 1 ms)."
        )
    }
}

/// CPU of what a check-in asks of the database, asked by itself: who the caller is, what they are assigned to, and the day's write.
async fn calls(client: &Client, shell: &Shell, people: &[Person]) -> Result<u64> {
    let (employees, attendance) = (shell.env("EMPLOYEES_TABLE")?, shell.env("ATTENDANCE_TABLE")?);
    let get = |table: &str, person: &Person, sk: &str| {
        let key = Item::from([
            ("pk".to_owned(), AttributeValue::S(format!("EMP#{}", person.id))),
            ("sk".to_owned(), AttributeValue::S(sk.to_owned())),
        ]);
        client.get_item().table_name(table).set_key(Some(key))
    };
    let mut days = Vec::new();
    for person in people {
        let day = get(&attendance, person, &format!("DAY#{TODAY}")).send().await?.item;
        days.push(day.ok_or("somebody has not checked in")?);
    }
    let before = thread_cpu_ns()?;
    for (person, day) in people.iter().zip(days) {
        let reads = (get(&employees, person, "PROFILE").send(), get(&attendance, person, "MEMBER").send());
        let (profile, member) = futures::future::join(reads.0, reads.1).await;
        let put = client.put_item().table_name(&attendance).set_item(Some(day));
        put.condition_expression("attribute_exists(pk)").send().await?;
        if profile?.item.is_none() || member?.item.is_none() {
            return Err("somebody is not known".into());
        }
    }
    Ok(thread_cpu_ns()?.saturating_sub(before))
}
