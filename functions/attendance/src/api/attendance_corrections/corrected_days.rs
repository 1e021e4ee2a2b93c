//! Days of an employee as a correction leaves them.

use directory::Person;
use events::Fact;
use jiff::Timestamp;
use kernel::{Code, Error, PunchId, Result};
use policy::attendance::Punch;
use serde_json::json;

use crate::{
    api::{Api, attendance::days_around::DaysAround},
    domain::{correction::Correction, day::Day, punch_rules::PUNCHES_MAX, timetable::Timetable},
    messages,
    store::Stored,
};

/// The corrected day, and the days whose punches belong to other days because of it.
pub(crate) struct CorrectedDays {
    pub(crate) day: Stored<Day>,
    /// Other changed days with their events.
    pub(crate) others: Vec<(Stored<Day>, Fact)>,
    /// Punches of the day before the correction, and those that move to it.
    pub(crate) existing: Vec<Punch>,
    /// The same punches with the correction applied.
    pub(crate) corrected: Vec<Punch>,
    /// Ids of the added punches, in the order of the correction.
    pub(crate) added: Vec<PunchId>,
    /// Seconds within which taps of the day are one.
    pub(crate) debounce_seconds: u16,
}

/// Timetable of a person, by which punches are assigned to days.
pub(crate) async fn load_timetable(api: &Api, person: &Person, at: Timestamp) -> Result<Timetable> {
    let (member, rosters, policies) = tokio::try_join!(
        api.store.members.get(person.id),
        api.store.all_rosters_cached(at),
        api.store.rulebook.load(at)
    )?;
    let schedule = member.map(|member| member.value.schedule).unwrap_or_default();
    Ok(Timetable::new(person.clone(), schedule, rosters, policies))
}

impl CorrectedDays {
    /// Applies a correction to the days as they are stored now. Writes nothing.
    ///
    /// # Errors
    /// 409 `punch_gone` or `too_many_punches`.
    pub(crate) async fn derive(
        api: &Api,
        days: DaysAround,
        timetable: &Timetable,
        request: &Correction,
        now: Timestamp,
    ) -> Result<Self> {
        let added: Vec<PunchId> = request.add.iter().map(|_| PunchId::new(api.shell.ids.uuid(now))).collect();
        let before = days.find(request.date).map(|day| day.punches.clone()).unwrap_or_default();
        let apply = |punches: &[Punch], zone: &str| {
            request.apply(punches, &added, zone, now).map_err(|punch| punch_gone_error(punches, punch))
        };
        let change = days.change(api, timetable, now, |days| {
            let zone = days.zone_of(request.date);
            let punches = apply(&before, &zone)?;
            if punches.len() > PUNCHES_MAX {
                return Err(Error::new(Code::TooManyPunches, messages::correction_fills_day(PUNCHES_MAX)));
            }
            let moved = days.replace_day(request.date, punches, request.first_instant(&before));
            let existing: Vec<Punch> = before.iter().cloned().chain(moved).collect();
            Ok((apply(&existing, &zone)?, existing, days.debounce_seconds(request.date)))
        });
        let (changed, (corrected, existing, debounce_seconds)) = change.await?;
        let (day, others) = changed
            .split_off(request.date, "correction")
            .ok_or_else(|| Error::internal("the correction changes no day"))?;
        Ok(Self { day, others, existing, corrected, added, debounce_seconds })
    }
}

/// The 409 for a punch that can no longer be voided, because another correction has voided it.
fn punch_gone_error(punches: &[Punch], id: PunchId) -> Error {
    let voided_by = punches.iter().find(|punch| punch.id == id).and_then(|punch| punch.voided_by);
    let error = Error::new(Code::PunchGone, messages::punch_gone());
    error.with_current_state(json!({ "punch_id": id, "voided_by": voided_by }))
}
