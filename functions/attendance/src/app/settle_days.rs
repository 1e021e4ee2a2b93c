//! Settling days: read in bulk, derived by a pure function, written where they changed.
//!
//! A page is processed in chunks that fit into memory. Each chunk is read and derived first; then its result is
//! stored, if it belongs to a run; then the days are written. A repeated page finds its written days unchanged, so
//! nothing is written or announced twice.

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

use super::day_writer::ClosedMonths;
use crate::{
    domain::{
        chunks::{EmployeeDates, split_into_chunks, with_neighbours},
        day::Day,
        member::Member,
        run::{Run, run_page_name},
        run_result::{ChunkResult, RunCounts},
        settled_day::{DayChange, SettlementInputs, SettlementResult, week_to_date_of},
        settlement_page::SettlementPage,
    },
    store::{AttendanceStore, Race, Stored},
};

/// People whose days are written at the same time; the days of one person are written in order.
const WRITE_CONCURRENCY: usize = 16;
/// Maximum days to which changes of one person's days in a chunk may cascade.
const CASCADE_DAYS_MAX: usize = 31;

/// Settles the days of pages.
#[derive(Clone)]
pub struct DaySettler {
    store: AttendanceStore,
    pub shell: Shell,
}

impl FromShell for DaySettler {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { store: AttendanceStore::from_shell(shell)?, shell: shell.clone() })
    }
}

/// Days read so far; `None` for a day without record.
#[derive(Default)]
struct DayCache(HashMap<(EmployeeId, Date), Option<Stored<Day>>>);

/// Run, page and index of a chunk.
#[derive(Clone, Copy)]
struct ChunkPosition<'a> {
    run: &'a Run,
    page: u32,
    chunk: usize,
}

/// Changes of one person's days, in order, and the number of derived days.
struct PersonChanges<'a> {
    member: &'a Member,
    changes: Vec<DayChange>,
    examined: u32,
}

impl DaySettler {
    /// Settles the days of a page and marks it as complete. Returns its counts; zero if the page was complete before. A
    /// failing chunk does not stop the others.
    ///
    /// # Errors
    /// The error of the first failed chunk; the whole page is delivered again, which is safe.
    pub async fn settle_page(&self, origin: &Origin, work: &SettlementPage) -> Result<RunCounts> {
        let run = match work.run.zip(work.page) {
            Some((run, page)) => match self.find_run_of_open_page(origin, run, page).await? {
                Some(run) => Some((run, page)),
                None => return Ok(RunCounts::default()),
            },
            None => None,
        };
        let (policies, rosters) =
            self.load_policies_and_rosters(origin, run.as_ref().is_some_and(|(run, _)| run.is_replay())).await?;
        let (cutoff, only_settled) = (work.at.unwrap_or(origin.at), work.only_settled);
        let inputs = SettlementInputs {
            policies: &policies,
            rosters: &rosters,
            cutoff,
            only_settled,
            run: work.run,
            at: origin.at,
        };
        let (mut counts, mut failed) = (RunCounts::default(), None);
        for (number, chunk) in split_into_chunks(&work.days).iter().enumerate() {
            let position = run.as_ref().map(|(run, page)| ChunkPosition { run, page: *page, chunk: number });
            match self.settle_chunk(origin, &inputs, position, chunk).await {
                Ok(settled) => counts += settled,
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        if let Some(error) = failed {
            return Err(error);
        }
        if let Some((run, page)) = run {
            self.complete_page(origin, run.id, page, &counts).await?;
        }
        Ok(counts)
    }

    /// Policies, calendars and rosters: cached for a minute, or consistent for a requested run.
    async fn load_policies_and_rosters(
        &self,
        origin: &Origin,
        consistent: bool,
    ) -> Result<(Arc<PolicySet>, Arc<Rosters>)> {
        let (store, at) = (&self.store, origin.at);
        if consistent {
            return futures::future::try_join(store.rulebook.load_consistent(at), store.all_rosters_consistent(at))
                .await;
        }
        futures::future::try_join(store.rulebook.load(at), store.all_rosters_cached(at)).await
    }

    /// The run of a page; `None` if the page is complete or the run unknown. Closes a run whose last worker was
    /// interrupted before closing it.
    async fn find_run_of_open_page(&self, origin: &Origin, id: RunId, page: u32) -> Result<Option<Run>> {
        let Some(run) = self.store.find_run(id).await?.map(|run| run.value) else { return Ok(None) };
        if run.is_closable() {
            self.store.close_run_if_complete(origin, id).await?;
        }
        Ok(Some(run).filter(|run| run.open.contains_key(&run_page_name(page))))
    }

    /// Marks the page as complete, and closes the run after its last page.
    async fn complete_page(&self, origin: &Origin, run: RunId, page: u32, counts: &RunCounts) -> Result<()> {
        let after = self.store.complete_page(origin, run, page, counts).await?;
        if after.is_some_and(|run| run.is_closable()) {
            self.store.close_run_if_complete(origin, run).await?;
        }
        Ok(())
    }

    /// Derives the days of a chunk, stores its result if it belongs to a run, and writes the changed days, except in a
    /// dry run.
    async fn settle_chunk(
        &self,
        origin: &Origin,
        inputs: &SettlementInputs<'_>,
        position: Option<ChunkPosition<'_>>,
        chunk: &[EmployeeDates],
    ) -> Result<RunCounts> {
        let (members, mut cache) = self.read_members_and_days(chunk).await?;
        // A roster that is not cached was created within the last minute.
        let lacks_roster = |(id, dates): &EmployeeDates| {
            let schedule = members.get(id).map(|member| &member.schedule);
            schedule.is_some_and(|one| {
                with_neighbours(dates).into_iter().any(|date| one.missing_roster(inputs.rosters, date).is_some())
            })
        };
        let newer = if chunk.iter().any(lacks_roster) {
            Some(self.store.all_rosters_consistent(origin.at).await?)
        } else {
            None
        };
        let inputs = &SettlementInputs { rosters: newer.as_deref().unwrap_or(inputs.rosters), ..*inputs };
        let mut people = Vec::new();
        for (id, dates) in chunk {
            match members.get(id) {
                Some(member) => people.push(self.derive_days(inputs, member, dates.clone(), &mut cache).await?),
                None => tracing::warn!("attendance has no copy of {id}; the days are skipped"),
            }
        }
        drop(cache);
        let mut result = ChunkResult::default();
        people.iter().for_each(|changes| changes.add_to_result(&mut result));
        let counts = match position {
            Some(ChunkPosition { run, page, chunk }) => {
                result.differences.retain(|one| one.old.is_some() || run.is_replay());
                self.store.create_chunk_result_if_missing(origin, run.id, page, chunk, &result).await?
            }
            None => result.counts,
        };
        if !position.is_some_and(|position| position.run.is_dry_run()) {
            self.write_changes_of_people(origin, inputs, people).await?;
        }
        Ok(counts)
    }

    /// The members of a chunk, and their days with the day before and after each: a day depends on the one before, and
    /// may change the one after.
    async fn read_members_and_days(&self, chunk: &[EmployeeDates]) -> Result<(HashMap<EmployeeId, Member>, DayCache)> {
        let ids: Vec<EmployeeId> = chunk.iter().map(|(id, _)| *id).collect();
        let wanted: Vec<(EmployeeId, Date)> =
            chunk.iter().flat_map(|(id, dates)| with_neighbours(dates).into_iter().map(|date| (*id, date))).collect();
        let (members, days) =
            futures::future::try_join(self.store.members.get_many_consistent(&ids), self.store.find_days(&wanted))
                .await?;
        let mut cache = DayCache(wanted.into_iter().map(|day| (day, None)).collect());
        cache.0.extend(days.into_iter().map(|(day, stored)| (day, Some(stored))));
        Ok((members, cache))
    }

    /// Derives these days of one person, and the settled days after them whose week-to-date totals change.
    async fn derive_days<'a>(
        &self,
        inputs: &SettlementInputs<'_>,
        member: &'a Member,
        mut dates: BTreeSet<Date>,
        cache: &mut DayCache,
    ) -> Result<PersonChanges<'a>> {
        let id = member.person.id;
        let (mut changes, mut cascaded) = (PersonChanges { member, changes: Vec::new(), examined: 0 }, 0);
        let mut previous: Option<(Date, WeekToDate)> = None;
        while let Some(date) = dates.pop_first() {
            let before = self.week_to_date_before(cache, id, date, previous).await?;
            let stored = self.cached_day(cache, id, date).await?.map(|day| (&day.value, day.version));
            let stored_totals = week_to_date_of(stored.map(|(day, _)| day));
            let after =
                changes.add_settlement(inputs.settle_day(member, date, stored, before)).unwrap_or(stored_totals);
            previous = Some((date, after));
            let next = date.tomorrow().map_err(Error::internal)?;
            if after != stored_totals && cascaded < CASCADE_DAYS_MAX && !dates.contains(&next) {
                let settled = self.cached_day(cache, id, next).await?.is_some_and(|day| day.value.outcome.is_some());
                cascaded += usize::from(settled && dates.insert(next));
            }
        }
        Ok(changes)
    }

    /// Week-to-date totals of the day before `date`: the ones just derived, otherwise the stored ones.
    async fn week_to_date_before(
        &self,
        cache: &mut DayCache,
        id: EmployeeId,
        date: Date,
        previous: Option<(Date, WeekToDate)>,
    ) -> Result<WeekToDate> {
        let yesterday = date.yesterday().map_err(Error::internal)?;
        match previous.filter(|(day, _)| *day == yesterday) {
            Some((_, totals)) => Ok(totals),
            None => Ok(week_to_date_of(self.cached_day(cache, id, yesterday).await?.map(|day| &day.value))),
        }
    }

    /// A day from the cache; reads and caches it if it is missing there.
    async fn cached_day<'k>(
        &self,
        cache: &'k mut DayCache,
        id: EmployeeId,
        date: Date,
    ) -> Result<Option<&'k Stored<Day>>> {
        let slot = match cache.0.entry((id, date)) {
            Entry::Occupied(slot) => slot.into_mut(),
            Entry::Vacant(slot) => slot.insert(self.store.find_day(id, date).await?),
        };
        Ok(slot.as_ref())
    }

    /// Writes the changed days, which are derived already, of several people at the same time. The inputs derive a
    /// person's days again after a lost race.
    async fn write_changes_of_people(
        &self,
        origin: &Origin,
        inputs: &SettlementInputs<'_>,
        people: Vec<PersonChanges<'_>>,
    ) -> Result<()> {
        let changes = people.iter().flat_map(|person| &person.changes);
        let closed = &ClosedMonths::read_for(&self.store, origin.at, changes).await?;
        let mut writes = Vec::with_capacity(people.len());
        for changes in people {
            writes.push(self.write_changes_of_person(origin, inputs, closed, changes));
        }
        let outcomes: Vec<Result<()>> = stream::iter(writes).buffer_unordered(WRITE_CONCURRENCY).collect().await;
        outcomes.into_iter().collect()
    }

    /// Writes the changed days of one person in order. After a lost race, the days from there on are derived and
    /// written again, by the months that are closed then.
    async fn write_changes_of_person(
        &self,
        origin: &Origin,
        inputs: &SettlementInputs<'_>,
        closed: &ClosedMonths,
        changes: PersonChanges<'_>,
    ) -> Result<()> {
        let PersonChanges { member, changes, .. } = changes;
        let Some(lost) = self.write_until_conflict(origin, inputs.run, closed, &changes).await? else { return Ok(()) };
        // The next attempt also derives the days that this one has cascaded to.
        let dates_since = |lost: Date, changes: &[DayChange]| -> BTreeSet<Date> {
            changes.iter().map(|change| change.day.date).filter(|date| lost <= *date).collect()
        };
        let retry = |dates: BTreeSet<Date>| async {
            let derived = self.derive_days(inputs, member, dates, &mut DayCache::default()).await?;
            let closed = ClosedMonths::read_for(&self.store, origin.at, derived.changes.iter()).await?;
            let lost = self.write_until_conflict(origin, inputs.run, &closed, &derived.changes).await?;
            Ok(lost.map_or(Ok(()), |lost| Err(dates_since(lost, &derived.changes))))
        };
        store::backoff::until_won_from(&*self.shell.ids, origin.at, dates_since(lost, &changes), retry).await
    }

    /// Writes days in order until one has been changed by another writer, or the months of its site by a close. Returns
    /// the date of that one; `None` if all are written.
    async fn write_until_conflict(
        &self,
        origin: &Origin,
        run: Option<RunId>,
        closed: &ClosedMonths,
        changes: &[DayChange],
    ) -> Result<Option<Date>> {
        for change in changes {
            if let Race::Lost = closed.write_change(&self.store, origin, run, change).await? {
                return Ok(Some(change.day.date));
            }
        }
        Ok(None)
    }
}

impl PersonChanges<'_> {
    /// Counts a derived day and keeps its change. Returns its new week-to-date totals; `None` if it did not change.
    fn add_settlement(&mut self, day: SettlementResult) -> Option<WeekToDate> {
        if let SettlementResult::Skipped = day {
            return None;
        }
        self.examined = self.examined.saturating_add(1);
        let SettlementResult::Changed(change) = day else { return None };
        let after = week_to_date_of(Some(&change.day));
        self.changes.push(*change);
        Some(after)
    }

    /// Adds the counts and the differences of these days.
    fn add_to_result(&self, result: &mut ChunkResult) {
        result.counts.examined = result.counts.examined.saturating_add(self.examined);
        for change in self.changes.iter().filter(|change| change.result_differs) {
            result.counts.changed = result.counts.changed.saturating_add(1);
            result.counts.count_exceptions(&change.exceptions);
            result.differences.extend(change.difference());
        }
    }
}
