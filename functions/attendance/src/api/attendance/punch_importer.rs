//! Taking in a device's file: person by person, some at a time; each day is one write of its own.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use directory::Person;
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use kernel::{EmployeeId, Error, Origin, PunchId, Result};
use policy::attendance::{PunchFlag, PunchKind, PunchSource, Schedule};
use serde::Serialize;
use utoipa::ToSchema;

use super::punch_context::RuleSnapshot;
use crate::{
    api::{
        Api,
        attendance::punches::offline_batch::{around, changed},
    },
    domain::{
        csv_import::{CsvLine, PunchRow},
        punch_allocator::{
            AllocatedPunch, PunchAllocator, PunchError, SubmissionStatus, SubmittedPunch, check_punch_time,
        },
        punch_rules::{NewPunch, whole_seconds},
        timetable::Timetable,
    },
    store::Race,
};

/// How many people are worked on at a time.
const AT_ONCE: usize = 16;
/// A file goes back so far.
const OLD_MAX: SignedDuration = SignedDuration::from_hours(24 * 366);
/// What another try may change.
const RETRYABLE_CODES: [&str; 2] = ["unavailable", "busy"];

/// What became of one row of a file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportedRow {
    /// Its line in the file, from 1.
    pub line: usize,
    /// The employee's code as it stands there.
    pub employee_code: String,
    /// Whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employee_id: Option<EmployeeId>,
    /// What became of it.
    pub fate: SubmissionStatus,
    /// What was done, found out where the file does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<PunchKind>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// The day that it is on: the date on which the shift begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// Why it is not taken: `unknown_employee`, `bad_time`, `ambiguous_time`, `in_the_future`, `too_old`, `before_hire`, `terminated`,
    /// `unknown_kind`, `missing_column`, `bad_text`, `broken_row`, `too_many_punches`, and `unavailable` or `busy` where another try may
    /// help. Of a row that is taken: `outside_window`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The same for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What became of a file.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PunchImportResult {
    /// Whether this only tells what would become of it.
    pub dry_run: bool,
    /// Every row, in the order of the file.
    pub items: Vec<ImportedRow>,
    /// So many are on their days now.
    pub accepted: usize,
    /// So many were there already.
    pub duplicates: usize,
    /// So many are not taken.
    pub refused: usize,
}

impl PunchImportResult {
    /// Whether the same file may meet another fate in a moment.
    pub(crate) fn may_be_tried_again(&self) -> bool {
        self.items.iter().any(|item| item.code.as_deref().is_some_and(|code| RETRYABLE_CODES.contains(&code)))
    }
}

/// A row on its way, with its place in the file.
type NumberedPunch = (usize, SubmittedPunch);
/// What became of it.
type RowResult = (usize, std::result::Result<AllocatedPunch, PunchError>);

/// A file on its way.
pub(crate) struct PunchImporter<'a> {
    api: &'a Api,
    origin: &'a Origin,
    rules: RuleSnapshot,
    zone: Option<TimeZone>,
    dry_run: bool,
}

impl<'a> PunchImporter<'a> {
    /// Reads what everybody's punches are placed by.
    pub(crate) async fn new(api: &'a Api, origin: &'a Origin, zone: Option<TimeZone>, dry_run: bool) -> Result<Self> {
        Ok(Self { api, origin, rules: RuleSnapshot::read(api, origin.at).await?, zone, dry_run })
    }

    /// Takes a file.
    pub(crate) async fn take(&self, lines: Vec<CsvLine>) -> Result<PunchImportResult> {
        let people = self.people(&lines).await?;
        // One code may be written in several ways.
        let ids: BTreeSet<EmployeeId> = people.values().flatten().map(|person| person.id).collect();
        let ids: Vec<EmployeeId> = ids.into_iter().collect();
        let mut members = self.api.store.members.get_many_fresh(&ids).await?;
        let mut items: Vec<ImportedRow> = lines.iter().map(item).collect();
        let mut handed: BTreeMap<EmployeeId, (Arc<Person>, Vec<NumberedPunch>)> = BTreeMap::new();
        for ((nth, line), item) in lines.into_iter().enumerate().zip(&mut items) {
            match self.handed(line, &people) {
                Ok((person, row)) => {
                    item.employee_id = Some(person.id);
                    handed.entry(person.id).or_insert_with(|| (person, Vec::new())).1.push((nth, row));
                }
                Err(flaw) => refuse(item, flaw),
            }
        }
        let of_people = handed.into_values().map(|(person, rows)| {
            let schedule = members.remove(&person.id).map(|member| member.schedule).unwrap_or_default();
            self.person(person, schedule, rows)
        });
        let met: Vec<Vec<RowResult>> = stream::iter(of_people).buffer_unordered(AT_ONCE).collect().await;
        for (nth, taken) in met.into_iter().flatten() {
            if let Some(item) = items.get_mut(nth) {
                tell(item, taken);
            }
        }
        let count = |fate| items.iter().filter(|item| item.fate == fate).count();
        let (accepted, duplicates, refused) =
            (count(SubmissionStatus::Accepted), count(SubmissionStatus::Duplicate), count(SubmissionStatus::Refused));
        Ok(PunchImportResult { dry_run: self.dry_run, items, accepted, duplicates, refused })
    }

    /// The people whom the file names, by their codes; nobody where a code is nobody's.
    async fn people(&self, lines: &[CsvLine]) -> Result<HashMap<String, Option<Arc<Person>>>> {
        let codes: BTreeSet<String> =
            lines.iter().filter_map(|line| Some(line.row.as_ref().ok()?.employee_code.clone())).collect();
        let directory = &self.api.shell.directory;
        let look = |code: String| async move {
            // An e-mail address would be found, too; a device knows codes.
            let id = if code.contains('@') { None } else { directory.find_by_login(&code).await? };
            let person = match id {
                Some(id) => directory.person(id, self.origin.at).await?,
                None => None,
            };
            Ok::<_, Error>((code, person))
        };
        stream::iter(codes.into_iter().map(look)).buffer_unordered(AT_ONCE).try_collect().await
    }

    /// A row of somebody, as a punch.
    fn handed(
        &self,
        line: CsvLine,
        people: &HashMap<String, Option<Arc<Person>>>,
    ) -> std::result::Result<(Arc<Person>, SubmittedPunch), PunchError> {
        let row = line.row?;
        let person = people.get(&row.employee_code).and_then(Option::as_ref);
        let person = person.ok_or_else(|| PunchError::new("unknown_employee", "Nobody has this code."))?;
        let site = || directory::zone_or_utc(&person.time_zone);
        let at = whole_seconds(row.when.instant(&self.zone.clone().unwrap_or_else(site))?);
        let date = person.today(at);
        check_punch_time(person, date, at, self.origin.at, OLD_MAX)?;
        Ok((Arc::clone(person), SubmittedPunch { auto: row.kind.is_none(), given: self.given(row, at) }))
    }

    fn given(&self, row: PunchRow, at: Timestamp) -> NewPunch {
        NewPunch {
            id: PunchId::new(self.api.shell.ids.uuid(self.origin.at)),
            kind: row.kind.unwrap_or(PunchKind::CheckIn),
            at,
            location: row.location,
            device: row.device,
            position: None,
            source: PunchSource::Import,
            captured_at: Some(at),
            received_at: self.origin.at,
            by: self.origin.actor.clone(),
            reason: None,
            flags: Vec::new(),
        }
    }

    /// Takes the rows of one person. What fails is told of the rows that are left.
    async fn person(&self, person: Arc<Person>, schedule: Schedule, mut rows: Vec<NumberedPunch>) -> Vec<RowResult> {
        rows.sort_by_key(|(nth, row)| (row.given.at, row.auto, row.given.kind, *nth));
        let mut met = Vec::new();
        let failed = match self.rules.timetable(self.api, (*person).clone(), schedule, self.origin.at).await {
            Ok(timetable) => self.days(&timetable, &mut rows, &mut met).await.err(),
            Err(error) => Some(error),
        };
        let flaw = failed.map_or_else(
            || PunchError::new("busy", "Others change the same day right now; import the file again."),
            |error| {
                tracing::warn!(status = "failed", "import: {}", error.log_detail().unwrap_or_default());
                PunchError::new("unavailable", "It could not be stored right now; import the file again.")
            },
        );
        met.extend(rows.into_iter().map(|(nth, _)| (nth, Err(flaw.clone()))));
        met
    }

    /// Puts rows on their days, as often as others change these; rows that have met their fate leave `rows`.
    async fn days(&self, timetable: &Timetable, rows: &mut Vec<NumberedPunch>, met: &mut Vec<RowResult>) -> Result<()> {
        for tries in 1..=store::pause::ATTEMPTS_MAX {
            let instants = rows.iter().map(|(_, row)| row.given.at);
            let stored = around(self.api, timetable.person().id, timetable, instants).await?;
            let mut handing =
                PunchAllocator::new(timetable, stored.iter().map(|day| day.value.clone()), self.origin.at);
            let mut came: Vec<RowResult> =
                rows.iter().map(|(nth, row)| (*nth, handing.allocate(row.clone()))).collect();
            let mut lost = BTreeSet::new();
            let mut failed = None;
            for (day, fact) in changed(&handing, &stored, "import").into_iter().filter(|_| !self.dry_run) {
                let date = day.value.date;
                if failed.is_some() {
                    lost.insert(date);
                    continue;
                }
                match self.api.store.write_days(self.origin, &[(day, fact)], None, &()).await {
                    Ok(Race::Won(_)) => {}
                    Ok(Race::Lost) => drop(lost.insert(date)),
                    Err(error) => {
                        failed = Some(error);
                        lost.insert(date);
                    }
                }
            }
            came.retain(|(_, taken)| taken.as_ref().map_or(true, |taken| !lost.contains(&taken.date)));
            rows.retain(|(nth, _)| !came.iter().any(|(known, _)| known == nth));
            met.append(&mut came);
            match failed {
                Some(error) => return Err(error),
                None if rows.is_empty() => return Ok(()),
                None => store::pause::wait_before_retry(&*self.api.shell.ids, self.origin.at, tries).await,
            }
        }
        Ok(())
    }
}

fn item(line: &CsvLine) -> ImportedRow {
    ImportedRow {
        line: line.number,
        employee_code: line.employee_code.clone(),
        employee_id: None,
        fate: SubmissionStatus::Refused,
        kind: line.row.as_ref().ok().and_then(|row| row.kind),
        at: None,
        date: None,
        code: None,
        detail: None,
    }
}

fn refuse(item: &mut ImportedRow, flaw: PunchError) {
    (item.code, item.detail) = (Some(flaw.code.to_owned()), Some(flaw.detail));
}

fn tell(item: &mut ImportedRow, taken: std::result::Result<AllocatedPunch, PunchError>) {
    let taken = match taken {
        Ok(taken) => taken,
        Err(flaw) => return refuse(item, flaw),
    };
    item.fate = taken.fate;
    (item.kind, item.at, item.date) = (Some(taken.kind), Some(taken.punch.at), Some(taken.date));
    if taken.punch.flags.contains(&PunchFlag::OutsideWindow) {
        let detail = format!("It lies in no window of a shift; it is kept on {}.", taken.date);
        (item.code, item.detail) = (Some("outside_window".to_owned()), Some(detail));
    }
}
