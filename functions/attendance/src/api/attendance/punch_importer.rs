//! Import of the punches of a device's file: several people at a time, one write per day.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use directory::Person;
use futures::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use kernel::{EmployeeId, Error, Message, Origin, PunchId, Result};
use policy::attendance::{PunchFlag, PunchKind, PunchSource, Schedule};
use serde::Serialize;
use utoipa::ToSchema;

use super::punch_context::RuleSnapshot;
use crate::{
    api::{Api, attendance::days_around::DaysAround},
    domain::{
        csv_import::{CsvLine, PunchRow, RecordedTime},
        punch_allocator::{AllocatedPunch, DuplicateScope, PunchAllocator, SubmittedPunch},
        punch_rules::{NewPunch, check_punch_age, whole_seconds},
        submission::{PunchError, SubmissionCode, SubmissionStatus},
        timetable::Timetable,
    },
    messages,
    store::Race,
};

/// People who are looked up or imported at the same time.
const PEOPLE_CONCURRENCY: usize = 16;
/// Maximum age of an imported punch.
const PUNCH_AGE_MAX: SignedDuration = SignedDuration::from_hours(24 * 366);
/// Codes of refused rows that a second import may accept.
const RETRYABLE_CODES: [SubmissionCode; 2] = [SubmissionCode::Unavailable, SubmissionCode::Busy];

/// Result of one row of an import.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ImportedRow {
    /// Line number in the file, from 1, which is the header.
    pub line: usize,
    /// Employee code as written in the file; empty if the row cannot be read.
    pub employee_code: String,
    /// Id of the employee; absent if the row or its time is invalid, or no employee has the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employee_id: Option<EmployeeId>,
    /// Result of the row: accepted, duplicate or refused.
    pub status: SubmissionStatus,
    /// Kind of the punch; if the file does not state it, by all punches of the day so far. Absent if the row was refused
    /// before that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<PunchKind>,
    /// Time of the punch; absent if the row was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// Date of the attendance day, on which the shift starts; absent if the row was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// Reason of a refusal, or the warning `outside_window` or `repeated` on an accepted row; absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<SubmissionCode>,
    /// Explanation of the code, for people; absent without a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub detail: Option<Message>,
}

/// Result of a punch import.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PunchImportResult {
    /// Whether the import was only previewed and nothing was stored.
    pub dry_run: bool,
    /// Results of all rows, in the order of the file.
    pub items: Vec<ImportedRow>,
    /// Number of rows that were accepted.
    pub accepted: usize,
    /// Number of rows whose punch was recorded before.
    pub duplicates: usize,
    /// Number of rows that were refused.
    pub refused: usize,
}

impl PunchImportResult {
    /// Whether a row was refused only because of a failure or lost races, so that a second import of the file may accept it.
    pub(crate) fn is_retryable(&self) -> bool {
        self.items.iter().any(|item| item.code.is_some_and(|code| RETRYABLE_CODES.contains(&code)))
    }
}

/// Index of a row, and its punch before equal ones are counted.
type RowPunch = (usize, NewPunch);
/// Index of a row, and its punch with its number among equal ones.
type NumberedPunch = (usize, SubmittedPunch);
/// Index of a row, and its result.
type RowResult = (usize, std::result::Result<AllocatedPunch, PunchError>);

/// Import of one file.
pub(crate) struct PunchImporter<'a> {
    api: &'a Api,
    origin: &'a Origin,
    rules: RuleSnapshot,
    zone: Option<TimeZone>,
    dry_run: bool,
}

impl<'a> PunchImporter<'a> {
    /// Importer with the rosters, policies and sites for all punches.
    pub(crate) async fn load(api: &'a Api, origin: &'a Origin, zone: Option<TimeZone>, dry_run: bool) -> Result<Self> {
        Ok(Self { api, origin, rules: RuleSnapshot::read(api, origin.at).await?, zone, dry_run })
    }

    /// Imports the rows, and returns their results in the order of the file. In a dry run, nothing is stored.
    pub(crate) async fn import_rows(&self, lines: Vec<CsvLine>) -> Result<PunchImportResult> {
        let people = self.load_people_by_code(&lines).await?;
        // Different spellings of a code may mean the same person.
        let ids: BTreeSet<EmployeeId> = people.values().flatten().map(|person| person.id).collect();
        let ids: Vec<EmployeeId> = ids.into_iter().collect();
        let mut members = self.api.store.members.get_many_consistent(&ids).await?;
        let mut items: Vec<ImportedRow> = lines.iter().map(row_without_result).collect();
        let mut submitted: BTreeMap<EmployeeId, (Arc<Person>, Vec<RowPunch>)> = BTreeMap::new();
        for ((index, line), item) in lines.into_iter().enumerate().zip(&mut items) {
            match self.submitted_punch(line, &people) {
                Ok((person, row)) => {
                    item.employee_id = Some(person.id);
                    submitted.entry(person.id).or_insert_with(|| (person, Vec::new())).1.push((index, row));
                }
                Err(error) => set_refusal(item, error),
            }
        }
        let of_people = submitted.into_values().map(|(person, rows)| {
            let schedule = members.remove(&person.id).map(|member| member.schedule).unwrap_or_default();
            self.import_for_person(person, schedule, rows)
        });
        let results: Vec<Vec<RowResult>> = stream::iter(of_people).buffer_unordered(PEOPLE_CONCURRENCY).collect().await;
        for (index, allocated) in results.into_iter().flatten() {
            if let Some(item) = items.get_mut(index) {
                set_result(item, allocated);
            }
        }
        let count = |status| items.iter().filter(|item| item.status == status).count();
        let (accepted, duplicates, refused) =
            (count(SubmissionStatus::Accepted), count(SubmissionStatus::Duplicate), count(SubmissionStatus::Refused));
        Ok(PunchImportResult { dry_run: self.dry_run, items, accepted, duplicates, refused })
    }

    /// Employees by the codes of the readable rows; `None` for an unknown code.
    async fn load_people_by_code(&self, lines: &[CsvLine]) -> Result<HashMap<String, Option<Arc<Person>>>> {
        let codes: BTreeSet<String> =
            lines.iter().filter_map(|line| Some(line.row.as_ref().ok()?.employee_code.clone())).collect();
        let directory = &self.api.shell.directory;
        let look = |code: String| async move {
            // `find_by_login` also finds e-mail addresses; the file has codes only.
            let id = if code.contains('@') { None } else { directory.find_by_login(&code).await? };
            let person = match id {
                Some(id) => directory.person(id, self.origin.at).await?,
                None => None,
            };
            Ok::<_, Error>((code, person))
        };
        stream::iter(codes.into_iter().map(look)).buffer_unordered(PEOPLE_CONCURRENCY).try_collect().await
    }

    /// The employee and the punch of a row.
    ///
    /// # Errors
    /// The reason why the row is refused: invalid, unknown employee, or a time that cannot be submitted.
    fn submitted_punch(
        &self,
        line: CsvLine,
        people: &HashMap<String, Option<Arc<Person>>>,
    ) -> std::result::Result<(Arc<Person>, NewPunch), PunchError> {
        let row = line.row?;
        let person = people.get(&row.employee_code).and_then(Option::as_ref);
        let person = person
            .ok_or_else(|| PunchError::new(SubmissionCode::UnknownEmployee, messages::unknown_employee_code()))?;
        let site = || match row.when {
            // The zone of the site on that date, also if the employee has moved since.
            RecordedTime::Local(local) => directory::zone_or_utc(&person.as_of(local.date()).time_zone),
            RecordedTime::At(_) => directory::zone_or_utc(&person.time_zone),
        };
        let at = whole_seconds(row.when.to_instant(&self.zone.clone().unwrap_or_else(site))?);
        check_punch_age(at, self.origin.at, PUNCH_AGE_MAX)?;
        Ok((Arc::clone(person), self.new_punch(row, at)))
    }

    fn new_punch(&self, row: PunchRow, at: Timestamp) -> NewPunch {
        NewPunch {
            id: PunchId::new(self.api.shell.ids.uuid(self.origin.at)),
            kind: row.kind.unwrap_or(PunchKind::CheckIn),
            kind_inferred: row.kind.is_none(),
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

    /// Imports the rows of one employee, and returns their results. After a failure, the rows without a result are
    /// refused as `unavailable`, after too many lost races as `busy`.
    async fn import_for_person(&self, person: Arc<Person>, schedule: Schedule, rows: Vec<RowPunch>) -> Vec<RowResult> {
        let mut rows = with_ordinals(rows);
        let mut results = Vec::new();
        let failed = match self.rules.load_timetable(self.api, (*person).clone(), schedule, self.origin.at).await {
            Ok(timetable) => self.write_days_of_person(&timetable, &mut rows, &mut results).await.err(),
            Err(error) => Some(error),
        };
        let error = failed.map_or_else(
            || PunchError::new(SubmissionCode::Busy, messages::row_lost_race()),
            |error| {
                tracing::warn!(status = "failed", "import failed: {}", error.log_detail().unwrap_or_default());
                PunchError::new(SubmissionCode::Unavailable, messages::row_not_stored())
            },
        );
        results.extend(rows.into_iter().map(|(index, _)| (index, Err(error.clone()))));
        results
    }

    /// Writes the days of one employee, again after a lost race. Rows with a result are moved from `rows` to `results`.
    async fn write_days_of_person(
        &self,
        timetable: &Timetable,
        rows: &mut Vec<NumberedPunch>,
        results: &mut Vec<RowResult>,
    ) -> Result<()> {
        for attempt in 1..=store::backoff::ATTEMPTS_MAX {
            let submitted: Vec<SubmittedPunch> = rows.iter().map(|(_, row)| row.clone()).collect();
            let instants = submitted.iter().map(|submitted| submitted.punch.at);
            let days = DaysAround::read_around(self.api, timetable, instants).await?;
            let assign = |days: &mut PunchAllocator<'_>| Ok(days.assign_to_days(submitted.clone()));
            let (changed, allocated) = days.change(self.api, timetable, self.origin.at, assign).await?;
            let mut placed: Vec<RowResult> = rows.iter().map(|(index, _)| *index).zip(allocated).collect();
            let mut lost = BTreeSet::new();
            let mut failed = None;
            let groups = changed.groups_with_events("import");
            for group in groups.into_iter().filter(|_| !self.dry_run) {
                let written = match &failed {
                    None => self.api.store.write_days(self.origin, &group, None, &()).await,
                    Some(_) => Ok(Race::Lost),
                };
                if let Ok(Race::Won(_)) = written {
                    continue;
                }
                lost.extend(group.iter().map(|(day, _)| day.value.date));
                failed = failed.or(written.err());
            }
            placed
                .retain(|(_, allocated)| allocated.as_ref().map_or(true, |allocated| !lost.contains(&allocated.date)));
            rows.retain(|(index, _)| !placed.iter().any(|(known, _)| known == index));
            results.append(&mut placed);
            match failed {
                Some(error) => return Err(error),
                None if rows.is_empty() => return Ok(()),
                None => store::backoff::wait_before_retry(&*self.api.shell.ids, self.origin.at, attempt).await,
            }
        }
        Ok(())
    }
}

/// Rows of one employee with their numbers among equal ones: same instant, kind and device.
fn with_ordinals(rows: Vec<RowPunch>) -> Vec<NumberedPunch> {
    let mut seen: HashMap<(Timestamp, Option<PunchKind>, Option<String>), usize> = HashMap::new();
    let numbered = rows.into_iter().map(|(index, punch)| {
        let equal = seen.entry((punch.at, punch.told_kind(), punch.device.clone())).or_default();
        let ordinal = std::mem::replace(equal, *equal + 1);
        (index, SubmittedPunch { punch, duplicate_scope: DuplicateScope::SameDevice, ordinal })
    });
    numbered.collect()
}

/// Row that is refused until its result is set.
fn row_without_result(line: &CsvLine) -> ImportedRow {
    ImportedRow {
        line: line.number,
        employee_code: line.employee_code.clone(),
        employee_id: None,
        status: SubmissionStatus::Refused,
        kind: line.row.as_ref().ok().and_then(|row| row.kind),
        at: None,
        date: None,
        code: None,
        detail: None,
    }
}

fn set_refusal(item: &mut ImportedRow, error: PunchError) {
    (item.code, item.detail) = (Some(error.code), Some(error.detail));
}

fn set_result(item: &mut ImportedRow, allocated: std::result::Result<AllocatedPunch, PunchError>) {
    let allocated = match allocated {
        Ok(allocated) => allocated,
        Err(error) => return set_refusal(item, error),
    };
    item.status = allocated.status;
    (item.kind, item.at, item.date) = (Some(allocated.kind), Some(allocated.punch.at), Some(allocated.date));
    let flagged = |flag| allocated.punch.flags.contains(&flag);
    if flagged(PunchFlag::OutsideWindow) {
        let detail = messages::outside_window(allocated.date);
        (item.code, item.detail) = (Some(SubmissionCode::OutsideWindow), Some(detail));
    } else if flagged(PunchFlag::Repeated) {
        (item.code, item.detail) = (Some(SubmissionCode::Repeated), Some(messages::repeated_tap()));
    }
}
