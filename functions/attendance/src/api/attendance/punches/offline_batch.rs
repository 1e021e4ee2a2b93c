//! Offline punches: each is checked by itself, then assigned to its day in the order of time.

use events::Fact;
use garde::Validate;
use jiff::{SignedDuration, Timestamp, civil::Date};
use kernel::{Error, Message, PunchId, Result};
use policy::attendance::{PunchFlag, PunchKind, PunchSource};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{
        Api,
        attendance::{
            days_around::DaysAround,
            punch_context::PunchContext,
            punch_result::{AttendancePosition, PunchWarning},
        },
        fields,
    },
    domain::{
        day::Day,
        punch_allocator::{AllocatedPunch, DuplicateScope, SubmittedPunch},
        punch_rules::{self, NewPunch, check_punch_age},
        submission::{PunchError, SubmissionCode, SubmissionStatus},
    },
    store::Stored,
};

/// Maximum age of an offline punch.
const PUNCH_AGE_MAX: SignedDuration = SignedDuration::from_hours(72);

/// Punch that a device recorded offline.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct OfflinePunch {
    /// Kind of the punch: check-in, check-out, break start or break end.
    pub kind: PunchKind,
    /// Time of the device's clock, which counts; within the last 72 hours.
    #[schema(value_type = String, format = DateTime)]
    pub captured_at: Timestamp,
    /// Place of the punch as text, such as `Office`.
    #[garde(inner(custom(fields::validate_line)))]
    #[schema(
        min_length = 1,
        max_length = 120,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub location: Option<String>,
    /// Device of the punch as text, such as `Mobile`.
    #[garde(inner(custom(fields::validate_line)))]
    #[schema(
        min_length = 1,
        max_length = 120,
        pattern = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
    )]
    pub device: Option<String>,
    /// Position of the device. Sites with mandatory fences require it.
    #[garde(dive)]
    pub position: Option<AttendancePosition>,
}

/// Batch of offline punches.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfflinePunches {
    /// Punches in any order, 1 to 100.
    #[garde(length(min = 1, max = 100), dive)]
    #[schema(min_items = 1, max_items = 100)]
    pub punches: Vec<OfflinePunch>,
}

/// Result of one offline punch.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OfflinePunchResult {
    /// RFC 6901 pointer to the punch or its invalid field: `/punches/3`, `/punches/3/captured_at`.
    pub pointer: String,
    /// Result of the punch: accepted, duplicate or refused.
    pub status: SubmissionStatus,
    /// Kind of the punch, as it was submitted.
    pub kind: PunchKind,
    /// Time of the device's clock, as submitted.
    #[schema(value_type = String, format = DateTime)]
    pub captured_at: Timestamp,
    /// Date of the attendance day, on which the shift starts; null when refused.
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// Id of the punch, of the existing one for a duplicate; null when refused.
    pub punch_id: Option<PunchId>,
    /// Reason of a refusal; null for other results.
    pub code: Option<SubmissionCode>,
    /// Explanation of the refusal, for people; null for other results.
    #[schema(value_type = Option<String>)]
    pub detail: Option<Message>,
    /// Warnings about the recorded punch; empty when refused.
    pub warnings: Vec<PunchWarning>,
}

/// Result of a batch of offline punches.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OfflineBatchResult {
    /// Results of the punches, in the order of the request.
    pub items: Vec<OfflinePunchResult>,
    /// Number of punches that were accepted.
    pub accepted: usize,
    /// Number of punches that were recorded before.
    pub duplicates: usize,
    /// Number of punches that were refused.
    pub refused: usize,
}

impl OfflineBatchResult {
    fn new(items: Vec<OfflinePunchResult>) -> Self {
        let count = |status| items.iter().filter(|item| item.status == status).count();
        let (accepted, duplicates, refused) =
            (count(SubmissionStatus::Accepted), count(SubmissionStatus::Duplicate), count(SubmissionStatus::Refused));
        Self { items, accepted, duplicates, refused }
    }
}

/// Punches of one request, each checked by itself.
pub(crate) struct OfflineBatch<'a> {
    context: &'a PunchContext,
    submitted: &'a [OfflinePunch],
    checked: Vec<std::result::Result<NewPunch, FieldError>>,
}

/// Pointer below the punch to its invalid field, and the error.
type FieldError = (&'static str, PunchError);

/// Checks the time and the position of each punch by itself.
pub(crate) fn check_offline_punches<'a>(
    api: &Api,
    context: &'a PunchContext,
    submitted: &'a [OfflinePunch],
) -> OfflineBatch<'a> {
    let checked = submitted.iter().map(|punch| check_punch(api, context, punch)).collect();
    OfflineBatch { context, submitted, checked }
}

fn check_punch(api: &Api, context: &PunchContext, punch: &OfflinePunch) -> std::result::Result<NewPunch, FieldError> {
    let (origin, person) = (context.caller.origin(), context.caller.person());
    let at = punch_rules::whole_seconds(punch.captured_at);
    check_punch_age(at, origin.at, PUNCH_AGE_MAX).map_err(|error| ("/captured_at", error))?;
    let position = punch.position.map(AttendancePosition::to_geo_position);
    let flag = punch_rules::check_fence(context.rules.find_site(&person.site), position)
        .map_err(|error| ("/position", error))?;
    Ok(NewPunch {
        id: PunchId::new(api.shell.ids.uuid(origin.at)),
        kind: punch.kind,
        kind_inferred: false,
        at,
        location: fields::trimmed(punch.location.as_deref()),
        device: fields::trimmed(punch.device.as_deref()),
        position,
        source: PunchSource::Offline,
        captured_at: Some(punch.captured_at),
        received_at: origin.at,
        by: origin.actor.clone(),
        reason: None,
        flags: [PunchFlag::Offline].into_iter().chain(flag).collect(),
    })
}

impl OfflineBatch<'_> {
    /// Assigns the punches to the days as they are stored now. Returns the result of each punch, and the days to write
    /// with their events. Writes nothing.
    pub(crate) async fn assign_to_days(&self, api: &Api) -> Result<(OfflineBatchResult, Vec<(Stored<Day>, Fact)>)> {
        let PunchContext { caller, timetable, .. } = self.context;
        let valid: Vec<(usize, &NewPunch)> = self
            .checked
            .iter()
            .enumerate()
            .filter_map(|(index, checked)| Some((index, checked.as_ref().ok()?)))
            .collect();
        let submitted = valid.iter().enumerate().map(|(nth, (_, punch))| {
            let earlier = valid.iter().take(nth).map(|(_, other)| *other);
            let ordinal = ordinal_of(punch, earlier);
            SubmittedPunch { punch: (*punch).clone(), duplicate_scope: DuplicateScope::AnyDevice, ordinal }
        });
        let submitted: Vec<SubmittedPunch> = submitted.collect();
        let instants = submitted.iter().map(|submitted| submitted.punch.at);
        let days = DaysAround::read_around(api, timetable, instants).await?;
        let change = days.change(api, timetable, caller.origin().at, |days| Ok(days.assign_to_days(submitted.clone())));
        let (changed, results) = change.await?;
        let mut allocated: Vec<_> = self.submitted.iter().map(|_| None).collect();
        for ((index, _), result) in valid.iter().zip(results) {
            if let Some(slot) = allocated.get_mut(*index) {
                *slot = Some(result);
            }
        }
        let rows = self.submitted.iter().zip(&self.checked).zip(allocated).enumerate();
        let items = rows.map(|(index, ((submitted, checked), allocated))| {
            let (field, result) = match (checked, allocated) {
                (Err((field, error)), _) => (*field, Err(error.clone())),
                (Ok(_), Some(Err(error))) if is_of_time(error.code) => ("/captured_at", Err(error)),
                (Ok(_), Some(allocated)) => ("", allocated),
                (Ok(_), None) => return Err(Error::internal("a checked punch was not allocated")),
            };
            Ok(result_of_punch(format!("/punches/{index}{field}"), submitted, result))
        });
        let items = items.collect::<Result<_>>()?;
        let changed = changed.groups_with_events("offline").into_iter().flatten().collect();
        Ok((OfflineBatchResult::new(items), changed))
    }
}

/// Whether a punch was refused because of its time.
const fn is_of_time(code: SubmissionCode) -> bool {
    matches!(code, SubmissionCode::BeforeHire | SubmissionCode::Terminated)
}

/// Number of an offline punch among the equal ones before it in the batch. A device repeats a punch whose answer was
/// lost, so equal ones in a row are one punch; told kinds that alternate within a second are separate.
fn ordinal_of<'a>(punch: &NewPunch, earlier: impl Iterator<Item = &'a NewPunch>) -> usize {
    let mut last = None;
    let mut runs: usize = 0;
    for other in earlier.filter(|other| other.at == punch.at) {
        runs += usize::from(other.kind == punch.kind && last != Some(other.kind));
        last = Some(other.kind);
    }
    if last == Some(punch.kind) { runs.saturating_sub(1) } else { runs }
}

fn result_of_punch(
    pointer: String,
    submitted: &OfflinePunch,
    result: std::result::Result<AllocatedPunch, PunchError>,
) -> OfflinePunchResult {
    let (error, allocated) = match result {
        Ok(allocated) => (None, Some(allocated)),
        Err(error) => (Some(error), None),
    };
    OfflinePunchResult {
        pointer,
        status: allocated.as_ref().map_or(SubmissionStatus::Refused, |allocated| allocated.status),
        kind: submitted.kind,
        captured_at: submitted.captured_at,
        date: allocated.as_ref().map(|allocated| allocated.date),
        punch_id: allocated.as_ref().map(|allocated| allocated.punch.id),
        code: error.as_ref().map(|error| error.code),
        detail: error.map(|error| error.detail),
        warnings: allocated.map(|allocated| PunchWarning::of(&allocated.punch, allocated.date)).unwrap_or_default(),
    }
}
