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
    Book,
    attendance::{Rosters, Totals},
};

use crate::{
    domain::{
        chunks::{Dates, around, parts},
        day::Day,
        member::Member,
        run::{Run, page_name},
        run_result::{Counts, Part},
        settled_day::{Bench, Change, Judged, totals},
        settlement_work::Work,
    },
    store::{Attempt, Records, Stored},
};

/// People whose days are written at a time; the days of one person follow each other.
const WRITES_AT_ONCE: usize = 16;
/// A change that goes from day to day ends after so many: it is carried over free days only, and by the week.
const CARRIED_DAYS_MAX: usize = 31;

/// Derives and writes days.
#[derive(Clone)]
pub struct Settler {
    records: Records,
    pub shell: Shell,
}

impl FromShell for Settler {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { records: Records::from_shell(shell)?, shell: shell.clone() })
    }
}

/// What is known of days: read and there, or read and not there.
#[derive(Default)]
struct Known(HashMap<(EmployeeId, Date), Option<Stored<Day>>>);

/// Where in a run a part belongs.
#[derive(Clone, Copy)]
struct Place<'a> {
    run: &'a Run,
    page: u32,
    part: usize,
}

/// What is to be written of one person's days, in their order.
struct Found<'a> {
    member: &'a Member,
    changes: Vec<Change>,
    looked_at: u32,
}

impl Settler {
    /// Does a piece of work; answers what came of it. Those whom it fails for do not keep the others from theirs.
    ///
    /// # Errors
    /// 503: the whole piece is to come again, which does no harm.
    pub async fn settle(&self, origin: &Origin, work: &Work) -> Result<Counts> {
        let run = match work.run.zip(work.page) {
            Some((run, page)) => match self.open(origin, run, page).await? {
                Some(run) => Some((run, page)),
                None => return Ok(Counts::default()),
            },
            None => None,
        };
        let (book, rosters) = self.basis(origin, run.as_ref().is_some_and(|(run, _)| run.is_replay())).await?;
        let (clock, settled_only) = (work.at.unwrap_or(origin.at), work.settled_only);
        let bench = Bench { book: &book, rosters: &rosters, clock, settled_only, run: work.run, at: origin.at };
        let (mut counts, mut failed) = (Counts::default(), None);
        for (number, part) in parts(&work.days).iter().enumerate() {
            let place = run.as_ref().map(|(run, page)| Place { run, page: *page, part: number });
            match self.part(origin, &bench, place, part).await {
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
    async fn basis(&self, origin: &Origin, fresh: bool) -> Result<(Arc<Book>, Arc<Rosters>)> {
        let (records, at) = (&self.records, origin.at);
        if fresh {
            return futures::future::try_join(records.rulebook.fresh(at), records.rosters_fresh(at)).await;
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
        let after = self.records.page_done(origin, run, page, counts).await?;
        if after.is_some_and(|run| run.is_done()) {
            self.records.close_run(origin, run).await?;
        }
        Ok(())
    }

    async fn part(
        &self,
        origin: &Origin,
        bench: &Bench<'_>,
        place: Option<Place<'_>>,
        part: &[Dates],
    ) -> Result<Counts> {
        let (members, mut known) = self.read(part).await?;
        // A roster that is not remembered was made within the minute.
        let named = |(id, dates): &Dates| {
            let schedule = members.get(id).map(|member| &member.schedule);
            schedule.is_some_and(|one| around(dates).into_iter().any(|date| one.unknown(bench.rosters, date).is_some()))
        };
        let newer = if part.iter().any(named) { Some(self.records.rosters_fresh(origin.at).await?) } else { None };
        let bench = &Bench { rosters: newer.as_deref().unwrap_or(bench.rosters), ..*bench };
        let mut found = Vec::new();
        for (id, dates) in part {
            match members.get(id) {
                Some(member) => found.push(self.look(bench, member, dates.clone(), &mut known).await?),
                None => tracing::warn!("{id} is no member"),
            }
        }
        drop(known);
        let mut whole = Part::default();
        found.iter().for_each(|found| found.count(&mut whole));
        let counts = match place {
            Some(Place { run, page, part }) => {
                whole.differences.retain(|one| one.old.is_some() || run.is_replay());
                self.records.keep_part(origin, run.id, page, part, &whole).await?
            }
            None => whole.counts,
        };
        if !place.is_some_and(|place| place.run.is_dry()) {
            self.write(origin, bench, found).await?;
        }
        Ok(counts)
    }

    /// Who they are, and their days with those around: the day before goes into each, and each may change the one after.
    async fn read(&self, part: &[Dates]) -> Result<(HashMap<EmployeeId, Member>, Known)> {
        let ids: Vec<EmployeeId> = part.iter().map(|(id, _)| *id).collect();
        let wanted: Vec<(EmployeeId, Date)> =
            part.iter().flat_map(|(id, dates)| around(dates).into_iter().map(|date| (*id, date))).collect();
        let (members, days) =
            futures::future::try_join(self.records.members.get_many_fresh(&ids), self.records.days(&wanted)).await?;
        let mut known = Known(wanted.into_iter().map(|day| (day, None)).collect());
        known.0.extend(days.into_iter().map(|(day, stored)| (day, Some(stored))));
        Ok((members, known))
    }

    /// Derives days of one person, and those after them that follow from what they leave.
    async fn look<'a>(
        &self,
        bench: &Bench<'_>,
        member: &'a Member,
        mut dates: BTreeSet<Date>,
        known: &mut Known,
    ) -> Result<Found<'a>> {
        let id = member.person.id;
        let (mut found, mut carried) = (Found { member, changes: Vec::new(), looked_at: 0 }, 0);
        let mut left: Option<(Date, Totals)> = None;
        while let Some(date) = dates.pop_first() {
            let before = self.before(known, id, date, left).await?;
            let standing = self.day(known, id, date).await?.map(|day| (&day.value, day.version));
            let stood = totals(standing.map(|(day, _)| day));
            let after = found.take(bench.judge(member, date, standing, before)).unwrap_or(stood);
            left = Some((date, after));
            let next = date.tomorrow().map_err(Error::internal)?;
            if after != stood && carried < CARRIED_DAYS_MAX && !dates.contains(&next) {
                let settled = self.day(known, id, next).await?.is_some_and(|day| day.value.outcome.is_some());
                carried += usize::from(settled && dates.insert(next));
            }
        }
        Ok(found)
    }

    /// What the day before leaves: as it was just derived, or as it stands.
    async fn before(
        &self,
        known: &mut Known,
        id: EmployeeId,
        date: Date,
        left: Option<(Date, Totals)>,
    ) -> Result<Totals> {
        let yesterday = date.yesterday().map_err(Error::internal)?;
        match left.filter(|(day, _)| *day == yesterday) {
            Some((_, totals)) => Ok(totals),
            None => Ok(totals(self.day(known, id, yesterday).await?.map(|day| &day.value))),
        }
    }

    /// A day that was read, or is read now.
    async fn day<'k>(&self, known: &'k mut Known, id: EmployeeId, date: Date) -> Result<Option<&'k Stored<Day>>> {
        let slot = match known.0.entry((id, date)) {
            Entry::Occupied(slot) => slot.into_mut(),
            Entry::Vacant(slot) => slot.insert(self.records.day(id, date).await?),
        };
        Ok(slot.as_ref())
    }

    /// Writes what was found, several people at a time.
    async fn write(&self, origin: &Origin, bench: &Bench<'_>, found: Vec<Found<'_>>) -> Result<()> {
        let mut writes = Vec::with_capacity(found.len());
        for one in found {
            writes.push(self.write_one(origin, bench, one));
        }
        let outcomes: Vec<Result<()>> = stream::iter(writes).buffer_unordered(WRITES_AT_ONCE).collect().await;
        outcomes.into_iter().collect()
    }

    /// Writes the days of one person in their order. Where somebody else was faster, the days from there on are looked at again.
    async fn write_one(&self, origin: &Origin, bench: &Bench<'_>, found: Found<'_>) -> Result<()> {
        let Found { member, changes, .. } = found;
        let Some(lost) = self.write_until_lost(origin, bench.run, &changes).await? else { return Ok(()) };
        // A day that an attempt has carried to is looked at by the next one, too.
        let dates_since = |lost: Date, changes: &[Change]| -> BTreeSet<Date> {
            changes.iter().map(|change| change.day.date).filter(|date| lost <= *date).collect()
        };
        let again = |dates: BTreeSet<Date>| async {
            let found = self.look(bench, member, dates, &mut Known::default()).await?;
            let lost = self.write_until_lost(origin, bench.run, &found.changes).await?;
            Ok(lost.map_or(Ok(()), |lost| Err(dates_since(lost, &found.changes))))
        };
        store::pause::until_won_from(&*self.shell.mint, origin.at, dates_since(lost, &changes), again).await
    }

    /// The day at which somebody else was faster, if there is one.
    async fn write_until_lost(&self, origin: &Origin, run: Option<RunId>, changes: &[Change]) -> Result<Option<Date>> {
        for change in changes {
            let kept = self.records.keep_day(origin, &change.day, change.version, change.fact(run)).await?;
            if let Attempt::Lost = kept {
                return Ok(Some(change.day.date));
            }
        }
        Ok(None)
    }
}

impl Found<'_> {
    /// Takes what a day was found to be; answers what it leaves, where that is to be written.
    fn take(&mut self, judged: Judged) -> Option<Totals> {
        if let Judged::Left = judged {
            return None;
        }
        self.looked_at = self.looked_at.saturating_add(1);
        let Judged::Other(change) = judged else { return None };
        let after = totals(Some(&change.day));
        self.changes.push(*change);
        Some(after)
    }

    fn count(&self, part: &mut Part) {
        part.counts.looked_at = part.counts.looked_at.saturating_add(self.looked_at);
        for change in self.changes.iter().filter(|change| change.tells) {
            part.counts.changed = part.counts.changed.saturating_add(1);
            part.counts.tell(&change.exceptions);
            part.differences.extend(change.difference());
        }
    }
}
