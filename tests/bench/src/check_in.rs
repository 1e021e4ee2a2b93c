//! CPU of a warm check-in, in total and of its database calls.

use access::ATTENDANCE_CHECK_IN;
use attendance::store::AttendanceStore;
use aws_sdk_dynamodb::types::AttributeValue;
use directory::Person;
use lambda::FromShell;
use serde_json::json;
use store::Item;
use testkit::{World, origin};

use crate::{
    Result, crowd,
    isolated_db::isolated_world,
    operations::{app, body_of_success},
    process::thread_cpu_ns,
    rules,
    text::{millis, to_u64},
};

/// Date of a new world's clock.
const TODAY: &str = "2024-06-10";
/// Employees per round.
const PEOPLE: usize = 400;
/// Number of rounds; the fastest one counts, because other processes disturb the others.
const ROUNDS: usize = 5;

/// CPU of one check-in in nanoseconds, from the request to the response, without the Lambda runtime.
#[derive(Debug)]
pub(crate) struct CheckIn {
    total_ns: u64,
    /// CPU of the same database calls, two reads and one write, sent directly through the SDK.
    sdk_ns: u64,
}

impl CheckIn {
    /// Measures check-ins of different employees.
    pub(crate) async fn measure() -> Result<Self> {
        let world = isolated_world().await?;
        rules::put_attendance_rules(&world.shell, "afternoon").await?;
        let people: Vec<Person> =
            (0..PEOPLE * ROUNDS).map(|number| crowd::crowd_person(&world.people.employee, number)).collect();
        world.add_people(&people.iter().collect::<Vec<_>>()).await;
        let store = AttendanceStore::from_shell(&world.shell)?;
        for person in &people {
            store.upsert_member(&origin(), person, 1).await.map_err(|error| error.to_string())?;
        }
        let tokens: Vec<String> = people.iter().map(|person| world.token(person)).collect();
        world.shell.keys.refresh(world.now()).await.map_err(|error| error.to_string())?;
        let app = app(&world, &ATTENDANCE_CHECK_IN);
        let (mut total_ns, mut sdk_ns) = (u64::MAX, u64::MAX);
        for round in tokens.chunks(PEOPLE) {
            let before = thread_cpu_ns()?;
            for token in round {
                let body = json!({"location": "Office", "device": "Mobile"});
                body_of_success(world.post(&app, ATTENDANCE_CHECK_IN.path, body).token(token).await)?;
            }
            total_ns = total_ns.min(thread_cpu_ns()?.saturating_sub(before));
        }
        for round in people.chunks(PEOPLE) {
            sdk_ns = sdk_ns.min(database_calls_ns(&world, round).await?);
        }
        let each = |ns: u64| ns / to_u64(PEOPLE).max(1);
        Ok(Self { total_ns: each(total_ns), sdk_ns: each(sdk_ns) })
    }

    pub(crate) fn text(&self) -> String {
        format!(
            "CPU of a warm check-in: {} ms; its database calls {} ms, its own {} ms (target: 1 ms).",
            millis(self.total_ns),
            millis(self.sdk_ns),
            millis(self.total_ns.saturating_sub(self.sdk_ns))
        )
    }
}

/// CPU of a check-in's database calls: reads of the caller and the member record, and the write of the day.
async fn database_calls_ns(world: &World, people: &[Person]) -> Result<u64> {
    let (employees, attendance) = (world.table_name("EMPLOYEES_TABLE"), world.table_name("ATTENDANCE_TABLE"));
    let client = &world.dynamo.client;
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
        days.push(day.ok_or("the day must have a check-in")?);
    }
    let before = thread_cpu_ns()?;
    for (person, day) in people.iter().zip(days) {
        let reads = (get(&employees, person, "PROFILE").send(), get(&attendance, person, "MEMBER").send());
        let (profile, member) = futures::future::join(reads.0, reads.1).await;
        let put = client.put_item().table_name(&attendance).set_item(Some(day));
        put.condition_expression("attribute_exists(pk)").send().await?;
        if profile?.item.is_none() || member?.item.is_none() {
            return Err("profile and member record must exist".into());
        }
    }
    Ok(thread_cpu_ns()?.saturating_sub(before))
}
