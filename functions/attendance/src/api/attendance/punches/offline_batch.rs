//! What becomes of each punch of a batch: judged by itself, then put on its day beside those before it.

use std::collections::BTreeSet;

use events::{EventType, Fact};
use garde::Validate;
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use kernel::{EmployeeId, PunchId, Result};
use policy::attendance::{Punch, PunchFlag, PunchKind, PunchSource};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    api::{
        Api,
        attendance::{
            punch_context::PunchContext,
            punch_result::{AttendancePosition, PunchWarning},
        },
        fields,
    },
    domain::{
        day::{Day, ENTITY},
        punch_allocator::{
            AllocatedPunch, PunchAllocator, PunchError, SubmissionStatus, SubmittedPunch, check_punch_time, event_data,
        },
        punch_rules::{self, NewPunch},
        timetable::Timetable,
    },
    store::Stored,
};

/// Punches are taken for so long after they were made.
const OLD_MAX: SignedDuration = SignedDuration::from_hours(72);

/// A punch that a device kept.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct OfflinePunch {
    /// What was done.
    pub kind: PunchKind,
    /// When, by the device's clock: within the last 72 hours.
    #[schema(value_type = String, format = DateTime)]
    pub captured_at: Timestamp,
    /// Where, in words.
    #[garde(inner(custom(fields::words)))]
    pub location: Option<String>,
    /// With what.
    #[garde(inner(custom(fields::words)))]
    pub device: Option<String>,
    /// Where, by the device.
    #[garde(dive)]
    pub position: Option<AttendancePosition>,
}

/// Punches that a device kept.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfflinePunches {
    /// In any order: 1 to 100.
    #[garde(length(min = 1, max = 100), dive)]
    pub punches: Vec<OfflinePunch>,
}

/// What became of one punch.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OfflinePunchResult {
    /// Its place in the request, or what is wrong in it: `/punches/3`, `/punches/3/captured_at`.
    pub pointer: String,
    /// What became of it.
    pub fate: SubmissionStatus,
    /// What was done.
    pub kind: PunchKind,
    /// When, by the device's clock.
    #[schema(value_type = String, format = DateTime)]
    pub captured_at: Timestamp,
    /// The day that it is on: the date on which the shift begins.
    #[schema(value_type = Option<String>, format = Date)]
    pub date: Option<Date>,
    /// The punch on that day.
    #[schema(value_type = Option<String>)]
    pub punch_id: Option<PunchId>,
    /// Why it is not taken.
    pub code: Option<String>,
    /// The same for people.
    pub detail: Option<String>,
    /// What to know of it although it is taken.
    pub warnings: Vec<PunchWarning>,
}

/// What became of a batch.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OfflineBatchResult {
    /// Each punch, in the order of the request.
    pub items: Vec<OfflinePunchResult>,
    /// So many are on their days now.
    pub accepted: usize,
    /// So many were there already.
    pub duplicates: usize,
    /// So many are not taken.
    pub refused: usize,
}

impl OfflineBatchResult {
    fn of(items: Vec<OfflinePunchResult>) -> Self {
        let count = |fate| items.iter().filter(|item| item.fate == fate).count();
        let (accepted, duplicates, refused) =
            (count(SubmissionStatus::Accepted), count(SubmissionStatus::Duplicate), count(SubmissionStatus::Refused));
        Self { items, accepted, duplicates, refused }
    }
}

/// A batch whose punches were each judged by themselves.
pub(crate) struct OfflineBatch<'a> {
    ground: &'a PunchContext,
    asked: &'a [OfflinePunch],
    judged: Vec<std::result::Result<NewPunch, (&'static str, PunchError)>>,
}

/// Judges each punch of a batch by itself.
pub(crate) fn offline<'a>(api: &Api, ground: &'a PunchContext, asked: &'a [OfflinePunch]) -> OfflineBatch<'a> {
    let judged = asked.iter().map(|punch| given(api, ground, punch)).collect();
    OfflineBatch { ground, asked, judged }
}

/// A punch as it was made; or the part of it that is wrong.
fn given(
    api: &Api,
    ground: &PunchContext,
    punch: &OfflinePunch,
) -> std::result::Result<NewPunch, (&'static str, PunchError)> {
    let (origin, person) = (ground.caller.origin(), ground.caller.person());
    let at = punch_rules::whole_seconds(punch.captured_at);
    let date = ground.timetable.date_of(at);
    check_punch_time(person, date, at, origin.at, OLD_MAX).map_err(|flaw| ("/captured_at", flaw))?;
    let position = punch.position.map(AttendancePosition::stored);
    let fenced = punch_rules::check_fence(ground.rules.site(&person.site), position);
    let flag = fenced.map_err(|(code, detail)| ("/position", PunchError::new(code, detail)))?;
    Ok(NewPunch {
        id: PunchId::new(api.shell.ids.uuid(origin.at)),
        kind: punch.kind,
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
    /// Puts the punches on the days as they are now; answers what becomes of each, and the days to be written.
    pub(crate) async fn allocate(&self, api: &Api) -> Result<(OfflineBatchResult, Vec<(Stored<Day>, Fact)>)> {
        let PunchContext { caller, timetable, .. } = self.ground;
        let mut order: Vec<(usize, &NewPunch)> =
            self.judged.iter().enumerate().filter_map(|(nth, judged)| Some((nth, judged.as_ref().ok()?))).collect();
        order.sort_by_key(|(nth, given)| (given.at, given.kind, *nth));
        let stored = around(api, caller.id(), timetable, order.iter().map(|(_, given)| given.at)).await?;
        let days = stored.iter().map(|day| day.value.clone());
        let mut handing = PunchAllocator::new(timetable, days, caller.origin().at);
        let mut met: Vec<_> = self.asked.iter().map(|_| None).collect();
        for (nth, given) in order {
            let taken = handing.allocate(SubmittedPunch { given: given.clone(), auto: false });
            if let Some(met) = met.get_mut(nth) {
                *met = Some(taken);
            }
        }
        let items = self.asked.iter().zip(&self.judged).zip(met).enumerate();
        let items = items.map(|(nth, ((asked, judged), met))| item(nth, asked, judged.as_ref().err(), met)).collect();
        Ok((OfflineBatchResult::of(items), changed(&handing, &stored, "offline")))
    }
}

fn item(
    nth: usize,
    asked: &OfflinePunch,
    wrong: Option<&(&'static str, PunchError)>,
    met: Option<std::result::Result<AllocatedPunch, PunchError>>,
) -> OfflinePunchResult {
    let (about, taken) = match (wrong, met) {
        (Some((about, flaw)), _) => (*about, Err(flaw.clone())),
        (None, Some(met)) => ("", met),
        (None, None) => ("", Err(PunchError::new("not_judged", "It was not judged."))),
    };
    let (flaw, taken) = match taken {
        Ok(taken) => (None, Some(taken)),
        Err(flaw) => (Some(flaw), None),
    };
    OfflinePunchResult {
        pointer: format!("/punches/{nth}{about}"),
        fate: taken.as_ref().map_or(SubmissionStatus::Refused, |taken| taken.fate),
        kind: asked.kind,
        captured_at: asked.captured_at,
        date: taken.as_ref().map(|taken| taken.date),
        punch_id: taken.as_ref().map(|taken| taken.punch.id),
        code: flaw.as_ref().map(|flaw| flaw.code.to_owned()),
        detail: flaw.map(|flaw| flaw.detail),
        warnings: taken.map(|taken| PunchWarning::of(&taken.punch, taken.date)).unwrap_or_default(),
    }
}

/// The days that punches of these instants may belong to, or stand beside.
pub(crate) async fn around(
    api: &Api,
    employee: EmployeeId,
    timetable: &Timetable,
    instants: impl Iterator<Item = Timestamp> + Clone,
) -> Result<Vec<Stored<Day>>> {
    let Some((first, last)) = instants.clone().min().zip(instants.max()) else { return Ok(Vec::new()) };
    let from = timetable.date_of(first).saturating_sub(2.days());
    let to = timetable.date_of(last).saturating_add(2.days());
    api.store.list_days_of(employee, from, to).await
}

/// The days that changed, with the versions that they were read at, and what the write of each says.
pub(crate) fn changed(handing: &PunchAllocator<'_>, stored: &[Stored<Day>], source: &str) -> Vec<(Stored<Day>, Fact)> {
    let with_fact = |day: &Day| {
        let before = stored.iter().find(|before| before.value.date == day.date);
        let known: BTreeSet<PunchId> =
            before.iter().flat_map(|before| &before.value.punches).map(|punch| punch.id).collect();
        let new: Vec<&Punch> = day.punches.iter().filter(|punch| !known.contains(&punch.id)).collect();
        let fact = Fact::new(EventType::AttendancePunchesReceived, ENTITY, day.id).with_data(event_data(source, &new));
        (Stored { value: day.clone(), version: before.map_or(0, |before| before.version) }, fact)
    };
    handing.changed().map(with_fact).collect()
}
