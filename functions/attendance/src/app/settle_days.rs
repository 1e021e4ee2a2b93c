//! Settling days: read in bulk, derived by the pure function, written where they changed.
//!
//! A piece of work is taken in parts that fit into memory. Of each part everything is read and derived first; then, for a run, what was
//! found is kept; then the days are written. Stopped anywhere and begun again, it finds the days that it has written and leaves
//! them as they are, so that nothing is written or told twice.

use std::{
    collections::{BTreeSet, HashMap, hash_map::Entry},
    sync::Arc,
};

use futures::{StreamExt, stream};
use jiff::civil::Date;
use kernel::{EmployeeId, Error, Origin, Result, RunId};
use lambda::{FromShell, InitError, Shell};
use policy::{
    PolicySet,
    attendance::{Rosters, WeekToDate},
};

use crate::{
    domain::{
        chunks::{EmployeeDates, chunks, with_neighbours},
        day::Day,
        member::Member,
        run::{Run, page_name},
        run_result::{ChunkResult, Counts},
        settled_day::{DayChange, PolicyInputs, SettledDay, totals},
        settlement_work::SettlementPage,
    },
    store::{AttendanceStore, Race, Stored},
};

/// People whose days are written at a time; the days of one person follow each other.
const WRITES_AT_ONCE: usize = 16;
/// A change that goes from day to day ends after so many: it is carried over free days only, and by the week.
const CASCADE_DAYS_MAX: usize = 31;

/// Derives and writes days.
#[derive(Clone)]
pub struct DaySettler {
    records: AttendanceStore,
    pub shell: Shell,
}

impl FromShell for DaySettler {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { records: AttendanceStore::from_shell(shell)?, shell: shell.clone() })
    }
}

/// What is known of days: read and there, or read and not there.
#[derive(Default)]
struct DayCache(HashMap<(EmployeeId, Date), Option<Stored<Day>>>);

/// Where in a run a part belongs.
#[derive(Clone, Copy)]
struct ChunkPosition<'a> {
    run: &'a Run,
    page: u32,
    part: usize,
}

/// What is to be written of one person's days, in their order.
struct PersonChanges<'a> {
    member: &'a Member,
    changes: Vec<DayChange>,
    looked_at: u32,
}

impl DaySettler {
    /// Does a piece of work; answers what came of it. Those whom it fails for do not keep the others from theirs.
    ///
    /// # Errors
    /// 503: the whole piece is to come again, which does no harm.
    pub async fn settle(&self, origin: &Origin, work: &SettlementPage) -> Result<Counts> {
        let run = match work.run.zip(work.page) {
            Some((run, page)) => match self.open(origin, run, page).await? {
                Some(run) => Some((run, page)),
                None => return Ok(Counts::default()),
            },
            None => None,
        };
        let (book, rosters) = self.load_policies(origin, run.as_ref().is_some_and(|(run, _)| run.is_replay())).await?;
        let (clock, settled_only) = (work.at.unwrap_or(origin.at), work.only_settled);
        let bench = PolicyInputs { book: &book, rosters: &rosters, clock, settled_only, run: work.run, at: origin.at };
        let (mut counts, mut failed) = (Counts::default(), None);
        for (number, part) in chunks(&work.days).iter().enumerate() {
            let place = run.as_ref().map(|(run, page)| ChunkPosition { run, page: *page, part: number });
            match self.settle_chunk(origin, &bench, place, part).await {
                Ok(found) => counts += found,
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        if let Some((run, page)) = run {
            self.done(origin, run.id, page, &counts).await?;
        }
        Ok(counts)
    }

    /// Policies, calendars and rosters: those of a minute ago, or as they are now for somebody who has just changed them and asks.
    async fn load_policies(&self, origin: &Origin, fresh: bool) -> Result<(Arc<PolicySet>, Arc<Rosters>)> {
        let (records, at) = (&self.records, origin.at);
        if fresh {
            return futures::future::try_join(records.rulebook.load_consistent(at), records.rosters_fresh(at)).await;
        }
        futures::future::try_join(records.rulebook.book(at), records.rosters(at)).await
    }

    /// The run of a page that is not done yet. Whoever did its last page may have been stopped before closing it.
    async fn open(&self, origin: &Origin, id: RunId, page: u32) -> Result<Option<Run>> {
        let Some(run) = self.records.run(id).await?.map(|run| run.value) else { return Ok(None) };
        if run.is_done() {
            self.records.close_run(origin, id).await?;
        }
        Ok(Some(run).filter(|run| run.open.contains_key(&page_name(page))))
    }

    async fn done(&self, origin: &Origin, run: RunId, page: u32, counts: &Counts) -> Result<()> {
        let after = self.records.complete_page(origin, run, page, counts).await?;
        if after.is_some_and(|run| run.is_done()) {
            self.records.close_run(origin, run).await?;
        }
        Ok(())
    }

    async fn settle_chunk(
        &self,
        origin: &Origin,
        bench: &PolicyInputs<'_>,
        place: Option<ChunkPosition<'_>>,
        part: &[EmployeeDates],
    ) -> Result<Counts> {
        let (members, mut known) = self.read(part).await?;
        // A roster that is not remembered was made within the minute.
        let named = |(id, dates): &EmployeeDates| {
            let schedule = members.get(id).map(|member| &member.schedule);
            schedule.is_some_and(|one| {
                with_neighbours(dates).into_iter().any(|date| one.missing_roster(bench.rosters, date).is_some())
            })
        };
        let newer = if part.iter().any(named) { Some(self.records.rosters_fresh(origin.at).await?) } else { None };
        let bench = &PolicyInputs { rosters: newer.as_deref().unwrap_or(bench.rosters), ..*bench };
        let mut found = Vec::new();
        for (id, dates) in part {
            match members.get(id) {
                Some(member) => found.push(self.derive_person(bench, member, dates.clone(), &mut known).await?),
                None => tracing::warn!("{id} is no member"),
            }
        }
        drop(known);
        let mut whole = ChunkResult::default();
        found.iter().for_each(|found| found.count(&mut whole));
        let counts = match place {
            Some(ChunkPosition { run, page, part }) => {
                whole.differences.retain(|one| one.old.is_some() || run.is_replay());
                self.records.create_chunk_result(origin, run.id, page, part, &whole).await?
            }
            None => whole.counts,
        };
        if !place.is_some_and(|place| place.run.is_dry()) {
            self.write(origin, bench, found).await?;
        }
        Ok(counts)
    }

    /// Who they are, and their days with those around: the day before goes into each, and each may change the one after.
    async fn read(&self, part: &[EmployeeDates]) -> Result<(HashMap<EmployeeId, Member>, DayCache)> {
        let ids: Vec<EmployeeId> = part.iter().map(|(id, _)| *id).collect();
        let wanted: Vec<(EmployeeId, Date)> =
            part.iter().flat_map(|(id, dates)| with_neighbours(dates).into_iter().map(|date| (*id, date))).collect();
        let (members, days) =
            futures::future::try_join(self.records.members.get_many_fresh(&ids), self.records.days(&wanted)).await?;
        let mut known = DayCache(wanted.into_iter().map(|day| (day, None)).collect());
        known.0.extend(days.into_iter().map(|(day, stored)| (day, Some(stored))));
        Ok((members, known))
    }

    /// Derives days of one person, and those after them that follow from what they leave.
    async fn derive_person<'a>(
        &self,
        bench: &PolicyInputs<'_>,
        member: &'a Member,
        mut dates: BTreeSet<Date>,
        known: &mut DayCache,
    ) -> Result<PersonChanges<'a>> {
        let id = member.person.id;
        let (mut found, mut carried) = (PersonChanges { member, changes: Vec::new(), looked_at: 0 }, 0);
        let mut left: Option<(Date, WeekToDate)> = None;
        while let Some(date) = dates.pop_first() {
            let before = self.before(known, id, date, left).await?;
            let standing = self.day(known, id, date).await?.map(|day| (&day.value, day.version));
            let stood = totals(standing.map(|(day, _)| day));
            let after = found.take(bench.settle_day(member, date, standing, before)).unwrap_or(stood);
            left = Some((date, after));
            let next = date.tomorrow().map_err(Error::internal)?;
            if after != stood && carried < CASCADE_DAYS_MAX && !dates.contains(&next) {
                let settled = self.day(known, id, next).await?.is_some_and(|day| day.value.outcome.is_some());
                carried += usize::from(settled && dates.insert(next));
            }
        }
        Ok(found)
    }

    /// What the day before leaves: as it was just derived, or as it stands.
    async fn before(
        &self,
        known: &mut DayCache,
        id: EmployeeId,
        date: Date,
        left: Option<(Date, WeekToDate)>,
    ) -> Result<WeekToDate> {
        let yesterday = date.yesterday().map_err(Error::internal)?;
        match left.filter(|(day, _)| *day == yesterday) {
            Some((_, totals)) => Ok(totals),
            None => Ok(totals(self.day(known, id, yesterday).await?.map(|day| &day.value))),
        }
    }

    /// A day that was read, or is read now.
    async fn day<'k>(&self, known: &'k mut DayCache, id: EmployeeId, date: Date) -> Result<Option<&'k Stored<Day>>> {
        let slot = match known.0.entry((id, date)) {
            Entry::Occupied(slot) => slot.into_mut(),
            Entry::Vacant(slot) => slot.insert(self.records.day(id, date).await?),
        };
        Ok(slot.as_ref())
    }

    /// Writes what was found, several people at a time.
    async fn write(&self, origin: &Origin, bench: &PolicyInputs<'_>, found: Vec<PersonChanges<'_>>) -> Result<()> {
        let mut writes = Vec::with_capacity(found.len());
        for one in found {
            writes.push(self.write_one(origin, bench, one));
        }
        let outcomes: Vec<Result<()>> = stream::iter(writes).buffer_unordered(WRITES_AT_ONCE).collect().await;
        outcomes.into_iter().collect()
    }

    /// Writes the days of one person in their order. Where somebody else was faster, the days from there on are looked at again.
    async fn write_one(&self, origin: &Origin, bench: &PolicyInputs<'_>, found: PersonChanges<'_>) -> Result<()> {
        let PersonChanges { member, changes, .. } = found;
        let Some(lost) = self.write_until_conflict(origin, bench.run, &changes).await? else { return Ok(()) };
        // A day that an attempt has carried to is looked at by the next one, too.
        let dates_since = |lost: Date, changes: &[DayChange]| -> BTreeSet<Date> {
            changes.iter().map(|change| change.day.date).filter(|date| lost <= *date).collect()
        };
        let again = |dates: BTreeSet<Date>| async {
            let found = self.derive_person(bench, member, dates, &mut DayCache::default()).await?;
            let lost = self.write_until_conflict(origin, bench.run, &found.changes).await?;
            Ok(lost.map_or(Ok(()), |lost| Err(dates_since(lost, &found.changes))))
        };
        store::pause::until_won_from(&*self.shell.ids, origin.at, dates_since(lost, &changes), again).await
    }

    /// The day at which somebody else was faster, if there is one.
    async fn write_until_conflict(
        &self,
        origin: &Origin,
        run: Option<RunId>,
        changes: &[DayChange],
    ) -> Result<Option<Date>> {
        for change in changes {
            let kept = self.records.write_day(origin, &change.day, change.version, change.fact(run)).await?;
            if let Race::Lost = kept {
                return Ok(Some(change.day.date));
            }
        }
        Ok(None)
    }
}

impl PersonChanges<'_> {
    /// Takes what a day was found to be; answers what it leaves, where that is to be written.
    fn take(&mut self, judged: SettledDay) -> Option<WeekToDate> {
        if let SettledDay::Skipped = judged {
            return None;
        }
        self.looked_at = self.looked_at.saturating_add(1);
        let SettledDay::Changed(change) = judged else { return None };
        let after = totals(Some(&change.day));
        self.changes.push(*change);
        Some(after)
    }

    fn count(&self, part: &mut ChunkResult) {
        part.counts.looked_at = part.counts.looked_at.saturating_add(self.looked_at);
        for change in self.changes.iter().filter(|change| change.publishes) {
            part.counts.changed = part.counts.changed.saturating_add(1);
            part.counts.count_exceptions(&change.exceptions);
            part.differences.extend(change.difference());
        }
    }
}
