//! Retention of old records: they are archived in S3 first, and expire then. The jobs of the services share it.
//!
//! A run goes over all people, current and former ones. The records of a person and month become one object, whose key
//! contains its digest: a repeated run writes the same object again. One transaction then lets all records of the object
//! expire, each under the version that was archived, with one event. A run that stops anywhere is continued by the next
//! one.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use directory::{
    Directory, earliest_date_anywhere,
    shards::{MemberPosition, SHARDS_WITH_FORMER},
};
use events::{EventType, Fact};
use futures::{StreamExt, stream};
use jiff::{SignedDuration, civil::Date};
use kernel::{EmployeeId, Error, Origin, Result};
use policy::{PolicyReader, PolicySet, RetainedRecords, retention};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Item, Key, Query, Race, Table, Write, archived_values, string_attribute, version_of};

use crate::{FromShell, InitError, Shell, records_bucket::RecordsBucket};

/// Time from the archiving of records to their expiry, in which an operator can stop a wrong policy.
const EXPIRY_DELAY: SignedDuration = SignedDuration::from_hours(7 * 24);
/// People of a page, after which the position is stored.
const PEOPLE_PER_PAGE: usize = 100;
/// Most people that one run goes over; the next run continues.
const PEOPLE_MAX: usize = 20_000;
/// Number of archived objects after which a run ends with its page; the next run continues.
const OBJECTS_MAX: usize = 2_000;
/// People that are handled at the same time.
const PEOPLE_CONCURRENCY: usize = 8;
/// Number of expiring records of one person after which a run ends with their month; the next pass continues.
const RECORDS_PER_PERSON_MAX: usize = 1_000;
/// Number of old records of one person after which a run reads no more, also of those that no policy lets expire: eleven
/// years of days. The month that is not read to its end is left out.
const RECORDS_READ_MAX: usize = 4_000;
/// Most records of one object. A transaction has at most 100 writes.
const RECORDS_PER_OBJECT_MAX: usize = 90;
/// Most items that one query reads, also records that expire already.
const QUERY_PAGE_SIZE: usize = 400;

/// Old records of people in the table of a service.
pub trait RetentionStore: FromShell + Clone + Send + Sync + 'static {
    /// Kind of the records.
    const RECORDS: RetainedRecords;
    /// `entity_type` of a record.
    const ENTITY: &'static str;
    /// Event about archived records.
    const EVENT: EventType;
    /// Attribute with the last day of a record, from which its age is counted.
    const DAY: &'static str;

    /// Table of the records.
    fn table(&self) -> &Table;
    /// Policies of the organisation.
    fn rulebook(&self) -> &PolicyReader;
    /// First people of a shard after an id, or from its beginning with `None`; at most `people_max`. Shards from
    /// [`directory::shards::SHARDS`] on have former employees.
    fn list_people(
        &self,
        shard: u8,
        after: Option<EmployeeId>,
        people_max: usize,
    ) -> impl Future<Output = Result<Vec<EmployeeId>>> + Send;
    /// Query of a person's records of days before a day, oldest first, without those that must not be archived yet. The job
    /// leaves out later ones that it finds.
    fn query_before(&self, employee: EmployeeId, before: Date) -> Query;
}

/// Input of a run. It is empty when the schedule starts the job.
#[derive(Debug, Clone, Default, Deserialize)]
struct RetentionInput {
    /// Dry run: count the records that would be archived, and write nothing.
    #[serde(default)]
    dry_run: bool,
    /// Position after which a dry run continues: `next` of the one before.
    #[serde(default)]
    after: Option<String>,
}

/// Position of a pass over all people, stored under [`position_key`].
#[derive(Debug, Default, Serialize, Deserialize)]
struct StoredPosition {
    /// Position after which the next run continues; none if it begins with the first person.
    after: Option<String>,
}

fn position_key() -> Key {
    Key::new("RETENTION", "POSITION")
}

/// Numbers of one run.
#[derive(Debug, Default)]
struct Totals {
    /// People who were looked at, also those without old records.
    people: usize,
    /// Objects that were written, and whose records expire; 0 in a dry run.
    objects: usize,
    /// Records that expire, or would in a run that is no dry run.
    records: usize,
    /// Records that do not expire yet, because one of their object changed after it was read.
    changed_meanwhile: usize,
    /// Counts of a dry run by site and month: people and records.
    counts: BTreeMap<(String, String), (usize, usize)>,
}

/// Records of one person and month that may expire.
#[derive(Debug)]
struct OldMonth {
    /// Month, `2022-01`.
    month: String,
    /// Site of the person on the day of the first record.
    site: String,
    records: Vec<Item>,
}

/// Job that archives old records of one service and lets them expire.
#[derive(Clone)]
pub struct RetentionJob<S> {
    store: S,
    bucket: RecordsBucket,
    directory: Directory,
}

impl<S: RetentionStore> FromShell for RetentionJob<S> {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        let (store, bucket) = (S::from_shell(shell)?, RecordsBucket::from_shell(shell)?);
        Ok(Self { store, bucket, directory: shell.directory.clone() })
    }
}

/// Archives old records and lets them expire, or only counts them (`{"dry_run": true}`). Returns the numbers of the run,
/// with `next` if people remain. Without a policy for the records it does nothing. A run continues after the last person of
/// the previous one; a dry run begins with the first person, or after its `after`.
///
/// # Errors
/// 503 if the database or S3 does not respond. A failure of one person does not stop the run: the first of them is returned
/// at its end, in place of the numbers.
pub async fn run<S: RetentionStore>(job: RetentionJob<S>, origin: Origin, input: Value) -> Result<Value> {
    let input: RetentionInput = if input.is_null() {
        RetentionInput::default()
    } else {
        serde_json::from_value(input).map_err(Error::internal)?
    };
    let today = earliest_date_anywhere(origin.at);
    let policies = job.store.rulebook().load(origin.at).await?;
    let (mut totals, mut failure) = (Totals::default(), None);
    let Some(before) = retention::first_day_kept(&policies, S::RECORDS, today) else {
        return Ok(totals.to_json::<S>(input.dry_run, None));
    };
    let pass = Pass { job: &job, origin: &origin, policies: &policies, before, today, dry_run: input.dry_run };
    let after = if input.dry_run { input.after } else { job.load_position().await?.after };
    let mut position = after.as_deref().and_then(MemberPosition::parse).unwrap_or_default();
    let next = loop {
        let read = |shard, after, people_max| job.store.list_people(shard, after, people_max);
        let page = position.collect_next(SHARDS_WITH_FORMER, PEOPLE_PER_PAGE, read).await?;
        let ids: Vec<EmployeeId> = page.iter().map(|(_, id)| *id).collect();
        let people = stream::iter(ids).map(|id| pass.archive_records_of(id));
        let outcomes: Vec<Result<Totals>> = people.buffer_unordered(PEOPLE_CONCURRENCY).collect().await;
        for outcome in outcomes {
            match outcome {
                Ok(of_person) => totals.add(of_person),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        let last = page.last().filter(|_| page.len() == PEOPLE_PER_PAGE);
        let next = last.map(|(shard, id)| MemberPosition { shard: *shard, after: Some(*id) });
        if !input.dry_run {
            job.store_position(&origin, next).await?;
        }
        match next {
            Some(next) if totals.people < PEOPLE_MAX && totals.objects < OBJECTS_MAX => position = next,
            ended => break ended,
        }
    };
    failure.map_or_else(|| Ok(totals.to_json::<S>(input.dry_run, next)), Err)
}

impl Totals {
    fn add(&mut self, other: Self) {
        self.people += other.people;
        self.objects += other.objects;
        self.records += other.records;
        self.changed_meanwhile += other.changed_meanwhile;
        for (place, (people, records)) in other.counts {
            let count = self.counts.entry(place).or_default();
            *count = (count.0 + people, count.1 + records);
        }
    }

    fn to_json<S: RetentionStore>(&self, dry_run: bool, next: Option<MemberPosition>) -> Value {
        let count = |((site, month), (people, records)): (&(String, String), &(usize, usize))| json!({ "site": site, "month": month, "people": people, "records": records });
        let mut summary = json!({
            "records_of": S::RECORDS, "dry_run": dry_run, "people": self.people, "objects": self.objects,
            "records": self.records, "changed_meanwhile": self.changed_meanwhile, "next": next.map(MemberPosition::to_text),
        });
        if let (true, Some(summary)) = (dry_run, summary.as_object_mut()) {
            summary.insert("counts".to_owned(), self.counts.iter().map(count).collect());
        }
        summary
    }
}

impl<S: RetentionStore> RetentionJob<S> {
    async fn load_position(&self) -> Result<StoredPosition> {
        let item = self.store.table().get_consistent(&position_key()).await?;
        item.map_or_else(|| Ok(StoredPosition::default()), store::from_item)
    }

    async fn store_position(&self, origin: &Origin, next: Option<MemberPosition>) -> Result<()> {
        let position = StoredPosition { after: next.map(MemberPosition::to_text) };
        let written = self.store.table().commit(origin, Write::put(position_key(), &position)).await;
        store::as_race(written).map(drop)
    }
}

/// Inputs of a run that are the same for all people.
struct Pass<'a, S> {
    job: &'a RetentionJob<S>,
    origin: &'a Origin,
    policies: &'a PolicySet,
    /// First day that all policies keep; records of days before it may expire.
    before: Date,
    /// Earliest current date of all time zones.
    today: Date,
    dry_run: bool,
}

impl<S: RetentionStore> Pass<'_, S> {
    /// Archives the old records of a person month by month and lets them expire, or counts them in a dry run.
    async fn archive_records_of(&self, employee: EmployeeId) -> Result<Totals> {
        let mut totals = Totals { people: 1, ..Totals::default() };
        for old in self.list_old_months(employee).await? {
            totals.records += old.records.len();
            if self.dry_run {
                let count = totals.counts.entry((old.site, old.month)).or_default();
                *count = (1, count.1 + old.records.len());
                continue;
            }
            for records in old.records.chunks(RECORDS_PER_OBJECT_MAX) {
                match self.archive_and_expire(employee, &old.month, records).await? {
                    Race::Won(()) => totals.objects += 1,
                    Race::Lost => {
                        totals.records -= records.len();
                        totals.changed_meanwhile += records.len();
                    }
                }
            }
        }
        Ok(totals)
    }

    /// Records of a person that may expire and do not yet, by month, oldest first; the last month reaches or passes
    /// [`RECORDS_PER_PERSON_MAX`] if others remain. A month is complete: whether it may expire depends on all of its records.
    async fn list_old_months(&self, employee: EmployeeId) -> Result<Vec<OldMonth>> {
        let mut months: BTreeMap<Date, BTreeMap<(Date, String), Item>> = BTreeMap::new();
        let query = self.job.store.query_before(employee, self.before);
        let mut query = query.filter("attribute_not_exists(#expires_at)").limit(QUERY_PAGE_SIZE);
        let mut read = 0;
        loop {
            let (items, next) = self.job.store.table().query(&query).await?;
            for item in items {
                let day = day_of::<S>(&item)?;
                let name = key_of(&item);
                if day < self.before {
                    read += 1;
                    months
                        .entry(day.first_of_month())
                        .or_default()
                        .insert((day, format!("{}/{}", name.pk, name.sk)), item);
                }
            }
            match next {
                Some(next) if read < RECORDS_READ_MAX => query = query.after(next),
                Some(_) => {
                    months.pop_last();
                    break;
                }
                None => break,
            }
        }
        if months.is_empty() {
            return Ok(Vec::new());
        }
        let person = self.job.directory.person(employee, self.origin.at).await?;
        let person = person.ok_or_else(|| Error::internal(format!("{employee} has records but is unknown")))?;
        let old = months.into_iter().filter_map(|(first, records)| {
            let days = records.keys().map(|(day, _)| *day);
            let site = person.as_of(days.clone().min().unwrap_or(first)).site.clone();
            let expires = retention::may_expire(self.policies, S::RECORDS, &person, days, self.today);
            let month = format!("{:04}-{:02}", first.year(), first.month());
            expires.then(|| OldMonth { month, site, records: records.into_values().collect() })
        });
        let mut taken = 0;
        let old = old.take_while(|month| {
            let taken_before = taken;
            taken += month.records.len();
            taken_before < RECORDS_PER_PERSON_MAX
        });
        Ok(old.collect())
    }

    /// Writes records of one person and month to the archive, and lets them expire if none has changed since it was read. A
    /// lost race leaves the object in the archive.
    async fn archive_and_expire(&self, employee: EmployeeId, month: &str, records: &[Item]) -> Result<Race<()>> {
        let mut lines = Vec::new();
        for record in records {
            lines.extend(serde_json::to_vec(&archived_values(record)?).map_err(Error::internal)?);
            lines.push(b'\n');
        }
        let name = S::RECORDS.as_str();
        let path = format!("{name}/{employee}/{month}-{}.ndjson", short_digest(&lines));
        self.job.bucket.put_object(&path, "application/x-ndjson", lines).await?;
        let ids: Vec<_> = records.iter().filter_map(|record| string_attribute(record, "id")).collect();
        let data = json!({ "employee_id": employee, "records": name, "month": month, "count": records.len(), "ids": ids, "object": path });
        let expires_at = self.origin.at.saturating_add(EXPIRY_DELAY).map_err(Error::internal)?;
        let writes = records.iter().enumerate().map(|(nth, record)| {
            let write = Write::update(key_of(record)).if_version(version_of(record)).expires_at(expires_at);
            match nth {
                0 => {
                    let id = string_attribute(record, "id").unwrap_or_default();
                    write.publishes(Fact::new(S::EVENT, S::ENTITY, id).with_data(data.clone()))
                }
                _ => write.joins_lead_event(),
            }
        });
        let writes = writes.collect();
        Ok(store::as_race(self.job.store.table().transact(self.origin, writes).await)?.replace_won(()))
    }
}

fn key_of(item: &Item) -> Key {
    let attribute = |name| string_attribute(item, name).unwrap_or_default();
    Key::new(attribute("pk"), attribute("sk"))
}

fn day_of<S: RetentionStore>(item: &Item) -> Result<Date> {
    let text = string_attribute(item, S::DAY).unwrap_or_default();
    text.parse().map_err(|_| Error::internal(format!("{} of a record is no date", S::DAY)))
}

/// First 16 hexadecimal digits of the SHA-256 digest.
fn short_digest(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
