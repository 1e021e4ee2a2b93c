//! Bulk insertion of attendance members with days of punches, equal to items that the service's own code writes.

use attendance::{
    domain::{
        day::{Day, day_id},
        member::Member,
    },
    store::AttendanceStore,
};
use aws_sdk_dynamodb::{
    Client,
    types::{AttributeValue, PutRequest, WriteRequest},
};
use directory::{
    Person,
    shards::{shard_of, shard_partition},
};
use jiff::{Timestamp, civil::Date};
use kernel::{Actor, EmployeeId, PunchId};
use policy::attendance::{Punch, PunchKind, PunchSource, Schedule};
use store::Item;
use testkit::{World, origin};
use uuid::Uuid;

use crate::Result;

/// Items per call, the limit of DynamoDB.
const ITEMS_PER_CALL: usize = 25;
/// Calls in flight at the same time.
const CONCURRENCY: usize = 8;
/// One of this many people is absent.
const ABSENT_ONE_OF: usize = 10;

/// Copy of a person with another id, employee code and e-mail address.
pub(crate) fn crowd_person(like: &Person, number: usize) -> Person {
    let number = u128::try_from(number).unwrap_or_default();
    let spread = number.wrapping_mul(0x9e37_79b9) & 0xff;
    let id = Uuid::from_u128(0x018d_0000_0000_7000_8000_0000_0000_0000 | number << 8 | spread);
    Person {
        id: EmployeeId::new(id),
        employee_code: format!("C{number}"),
        email: format!("crowd{number}@example.com"),
        ..like.clone()
    }
}

/// Day of a person with its punches; `None` for absent people.
pub(crate) fn crowd_day(person: &Person, number: usize, date: Date, at: Timestamp) -> Option<Day> {
    if number.is_multiple_of(ABSENT_ONE_OF) {
        return None;
    }
    // People check in at different minutes, some of them late, and check out eight and a half hours later.
    let minute = i64::try_from(number % 12).unwrap_or_default();
    let zone = directory::zone_or_utc(&person.time_zone);
    let first = date.at(8, 55, 0, 0).to_zoned(zone).ok()?.timestamp();
    let punches = [(PunchKind::CheckIn, minute), (PunchKind::CheckOut, minute + 510)];
    let punch = |(kind, after): (PunchKind, i64)| {
        let at = first.saturating_add(jiff::SignedDuration::from_mins(after)).ok()?;
        let (local, offset) = Punch::local_time_and_offset(at, &person.time_zone);
        Some(Punch {
            id: PunchId::new(Uuid::from_u128(u128::try_from(at.as_second()).ok()? << 8 | u128::from(kind as u8))),
            kind,
            kind_inferred: false,
            at,
            zone: person.time_zone.clone(),
            local,
            offset,
            location: Some("Office".to_owned()),
            device: Some("Mobile".to_owned()),
            position: None,
            source: PunchSource::Live,
            captured_at: None,
            received_at: at,
            by: Actor::Person(person.id),
            reason: None,
            flags: Vec::new(),
            late_minutes: None,
            voided_by: None,
            correction_id: None,
        })
    };
    let punches: Option<Vec<Punch>> = punches.into_iter().map(punch).collect();
    Some(Day::new(person.id, date, at).with_punches(punches?, at))
}

/// Member as `attendance-on-employee` stores it.
pub(crate) fn attendance_member(person: Person) -> Member {
    Member { person, person_version: 1, schedule: Schedule::default() }
}

/// Inserts people with these numbers, and their days on these dates except for the absent people.
pub(crate) async fn insert_people(
    world: &World,
    store: &AttendanceStore,
    numbers: std::ops::Range<usize>,
    dates: &[Date],
) -> Result<()> {
    let (client, table) = (&world.dynamo.client, world.table_name("ATTENDANCE_TABLE"));
    let (like, table) = (&world.people.employee, table.as_str());
    let templates = ItemTemplates::stored(client, table, store, like, dates).await?;
    let mut batch = Vec::new();
    let mut calls = Vec::new();
    for number in numbers {
        let person = crowd_person(like, number);
        batch.push(templates.member_item(&person)?);
        if number % ABSENT_ONE_OF != 0 {
            batch.extend(templates.days.iter().map(|(date, item)| day_item(item, &person, *date)));
        }
        while batch.len() >= ITEMS_PER_CALL {
            let rest = batch.split_off(ITEMS_PER_CALL);
            calls.push(put_items(client, table, std::mem::replace(&mut batch, rest)));
        }
        if calls.len() >= CONCURRENCY {
            futures::future::try_join_all(calls.drain(..)).await?;
        }
    }
    calls.extend((!batch.is_empty()).then(|| put_items(client, table, batch)));
    futures::future::try_join_all(calls).await.map(drop)
}

/// Items of one person, copied for all others.
struct ItemTemplates {
    member: Item,
    days: Vec<(Date, Item)>,
}

impl ItemTemplates {
    /// Writes the items by the service's own code and reads them back.
    async fn stored(
        client: &Client,
        table: &str,
        store: &AttendanceStore,
        like: &Person,
        dates: &[Date],
    ) -> Result<Self> {
        let (first, message) = (crowd_person(like, 1), |error: kernel::Error| error.to_string());
        let pk = format!("EMP#{}", first.id);
        store.upsert_member(&origin(), &first, 1).await.map_err(message)?;
        let mut days = Vec::new();
        for date in dates {
            let day = crowd_day(&first, 1, *date, origin().at).ok_or("the first person must not be absent")?;
            store.write_day(&origin(), &day, 0, None).await.map_err(message)?;
            days.push((*date, get_raw_item(client, table, &pk, &format!("DAY#{date}")).await?));
        }
        Ok(Self { member: get_raw_item(client, table, &pk, "MEMBER").await?, days })
    }

    fn member_item(&self, person: &Person) -> Result<Item> {
        let mut item = self.member.clone();
        let Some(AttributeValue::M(own)) = item.get_mut("person") else {
            return Err("the member item has no map `person`".into());
        };
        own.insert("id".to_owned(), text_attribute(person.id));
        own.insert("employee_code".to_owned(), text_attribute(&person.employee_code));
        own.insert("email".to_owned(), text_attribute(&person.email));
        item.insert("pk".to_owned(), text_attribute(format!("EMP#{}", person.id)));
        item.insert("ix_by_member_pk".to_owned(), text_attribute(shard_partition(shard_of(person.id))));
        for index in ["by_member", "by_manager", "by_department"] {
            item.insert(format!("ix_{index}_sk"), text_attribute(person.id));
        }
        Ok(item)
    }
}

fn day_item(of: &Item, person: &Person, date: Date) -> Item {
    let mut item = of.clone();
    item.insert("pk".to_owned(), text_attribute(format!("EMP#{}", person.id)));
    item.insert("id".to_owned(), text_attribute(day_id(person.id, date)));
    item.insert("employee_id".to_owned(), text_attribute(person.id));
    item
}

fn text_attribute(of: impl ToString) -> AttributeValue {
    AttributeValue::S(of.to_string())
}

async fn get_raw_item(client: &Client, table: &str, pk: &str, sk: &str) -> Result<Item> {
    let key = Item::from([("pk".to_owned(), text_attribute(pk)), ("sk".to_owned(), text_attribute(sk))]);
    let item = client.get_item().table_name(table).set_key(Some(key)).send().await?.item;
    item.ok_or_else(|| format!("the item {pk}, {sk} is missing").into())
}

async fn put_items(client: &Client, table: &str, items: Vec<Item>) -> Result<()> {
    let request =
        |item| Ok(WriteRequest::builder().put_request(PutRequest::builder().set_item(Some(item)).build()?).build());
    let requests = items.into_iter().map(request).collect::<Result<Vec<_>>>()?;
    let result = client.batch_write_item().request_items(table, requests).send().await?;
    match result.unprocessed_items.is_none_or(|left| left.is_empty()) {
        true => Ok(()),
        false => Err("the database left items unprocessed".into()),
    }
}
