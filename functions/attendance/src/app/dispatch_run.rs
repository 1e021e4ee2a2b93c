//! Dispatching: finds the days that a run takes, and puts them on the settle queue, a page of people to a message.
//!
//! People are streamed in a fixed order; a page is stored together with its name among the run's open pages before it is sent.
//! Whoever comes after a dispatcher that was stopped, or beside another one, goes on behind the last page that is stored.

use directory::shards::{MemberPosition, SHARDS, shard_of};
use kernel::{EmployeeId, Error, Origin, Result};
use lambda::{FromShell, InitError, Shell, queue::Sender};

use crate::{
    domain::{
        day_finder::DayFinder,
        member::Member,
        run::{Run, RunPage, RunScope, page_name, page_number},
        settlement_work::{EmployeeDays, PEOPLE_PER_PAGE, SettlementPage},
    },
    store::{AttendanceStore, Race},
};

/// How many days of people one message names at most: as many as a worker derives in good time.
const DAYS_PER_PAGE: i64 = 4_000;

/// Makes pages and sends them.
#[derive(Clone)]
pub struct Dispatcher {
    /// Where runs and people are.
    pub records: AttendanceStore,
    /// The queue of `attendance-job-settle`.
    pub queue: Sender<SettlementPage>,
}

/// What came of dispatching.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dispatched {
    /// Pages that were made now.
    pub pages: u32,
    /// Stretches of days on them: one a person, mostly.
    pub people: usize,
}

/// A run on its way.
struct DispatchState {
    run: Run,
    position: Option<MemberPosition>,
    days: Vec<EmployeeDays>,
    length: i64,
    dispatched: Dispatched,
}

/// How it goes on after a page.
enum NextPage {
    /// With the next one.
    Continue,
    /// Behind pages that somebody else has made.
    Reposition,
    /// Not at all: somebody else has made the last page.
    Finished,
}

impl DispatchState {
    fn of(run: &Run) -> Self {
        let (days, dispatched) = (Vec::new(), Dispatched::default());
        Self { run: run.clone(), position: Some(MemberPosition::default()), days, length: 0, dispatched }
    }

    fn take(&mut self, more: Vec<EmployeeDays>) {
        self.length = self.length.saturating_add(more.iter().map(EmployeeDays::length).sum());
        self.days.extend(more);
    }

    fn is_full(&self) -> bool {
        self.days.len() >= PEOPLE_PER_PAGE || self.length >= DAYS_PER_PAGE
    }

    /// The page that was filled, as the next one of the run.
    fn page(&mut self) -> RunPage {
        self.length = 0;
        RunPage { number: self.run.pages.saturating_add(1), days: std::mem::take(&mut self.days) }
    }
}

impl FromShell for Dispatcher {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { records: AttendanceStore::from_shell(shell)?, queue: Sender::new(shell, "SETTLE_QUEUE")? })
    }
}

impl Dispatcher {
    /// Makes the pages of a run that are not made yet, from wherever it stands. A nightly run is stored as soon as anybody is due.
    ///
    /// # Errors
    /// 503: the next one goes on.
    pub async fn dispatch(&self, origin: &Origin, run: &Run) -> Result<Dispatched> {
        let (book, rosters) =
            futures::future::try_join(self.records.rulebook.book(origin.at), self.records.rosters(origin.at)).await?;
        let finder = DayFinder { book: &book, rosters: &rosters, takes: &run.takes, clock: run.cutoff() };
        let mut course = DispatchState::of(run);
        self.resume_after_last_page(&mut course).await?;
        loop {
            if let Some(from) = course.position {
                let people = self.people(&run.takes, from).await?;
                course.position = next(&run.takes, from, &people);
                if let NextPage::Finished = self.take(origin, &finder, &mut course, &people).await? {
                    return Ok(course.dispatched);
                }
            } else if course.days.is_empty() {
                break;
            } else if let NextPage::Finished = self.add(origin, &mut course).await? {
                return Ok(course.dispatched);
            }
        }
        self.end(origin, &course.run).await?;
        Ok(course.dispatched)
    }

    /// Sends the pages of a run again that are not done.
    pub async fn send_missing(&self, run: &Run) -> Result<usize> {
        let mut sent = 0;
        for number in run.open.keys().filter_map(|name| page_number(name)) {
            if let Some(page) = self.records.page(run.id, number).await? {
                self.queue.send(&[run.settlement_page(&page)]).await?;
                sent += 1;
            }
        }
        Ok(sent)
    }

    /// Takes the days of these people, and makes pages where they are full.
    async fn take(
        &self,
        origin: &Origin,
        finder: &DayFinder<'_>,
        course: &mut DispatchState,
        people: &[Member],
    ) -> Result<NextPage> {
        for member in people {
            if finder.left_long_ago(member) {
                self.records.delist_member(origin, member).await?;
                continue;
            }
            course.take(finder.days_of(member));
            if course.is_full() {
                match self.add(origin, course).await? {
                    NextPage::Continue => {}
                    turn => return Ok(turn),
                }
            }
        }
        Ok(NextPage::Continue)
    }

    /// Stores the page that was filled, and sends it.
    async fn add(&self, origin: &Origin, course: &mut DispatchState) -> Result<NextPage> {
        let page = course.page();
        if page.number == 1 && !course.run.is_replay() {
            self.records.create_nightly_run(origin, &course.run).await?;
        }
        let id = course.run.id;
        match self.records.add_page(origin, id, &page).await? {
            Race::Won(()) => {
                self.queue.send(&[course.run.settlement_page(&page)]).await?;
                course.run.pages = page.number;
                course.dispatched.pages = course.dispatched.pages.saturating_add(1);
                course.dispatched.people += page.days.len();
                Ok(NextPage::Continue)
            }
            Race::Lost => {
                let stands = self.records.run(id).await?.map(|run| run.value);
                let stands = stands.ok_or_else(|| Error::internal(format!("{id} has pages and is not stored")))?;
                if stands.dispatched_at.is_some() {
                    return Ok(NextPage::Finished);
                }
                if stands.pages < page.number {
                    return Err(Error::unavailable(format!("page {} of {id} was refused", page.number)));
                }
                course.run = stands;
                self.resume_after_last_page(course).await.map(|()| NextPage::Reposition)
            }
        }
    }

    /// Goes on behind the last page that is stored. Whether that one was sent nobody knows, so it is sent again.
    async fn resume_after_last_page(&self, course: &mut DispatchState) -> Result<()> {
        let (id, number) = (course.run.id, course.run.pages);
        if number == 0 {
            return Ok(());
        }
        let page = self.records.page(id, number).await?;
        let page = page.ok_or_else(|| Error::internal(format!("page {number} of {id} is not stored")))?;
        if course.run.open.contains_key(&page_name(number)) {
            self.queue.send(&[course.run.settlement_page(&page)]).await?;
        }
        (course.days, course.length) = (Vec::new(), 0);
        course.position = page.days.last().and_then(|last| position_after(&course.run.takes, last.employee_id));
        Ok(())
    }

    /// All pages are made; where all are done already, the run is closed.
    async fn end(&self, origin: &Origin, run: &Run) -> Result<()> {
        if run.pages == 0 && !run.is_replay() {
            return Ok(());
        }
        let after = self.records.mark_dispatched(origin, run.id).await?;
        if after.is_some_and(|run| run.is_done()) {
            self.records.close_run(origin, run.id).await?;
        }
        Ok(())
    }

    /// Some people of those whom a run is about, in their order.
    async fn people(&self, takes: &RunScope, from: MemberPosition) -> Result<Vec<Member>> {
        match takes {
            RunScope::Replay { employee_id: Some(id), .. } => {
                Ok(self.records.members.get(*id).await?.map(|member| member.value).into_iter().collect())
            }
            RunScope::Replay { department_id: Some(department), .. }
            | RunScope::Nightly { department_id: Some(department), .. } => {
                self.records.members.of_department(*department, from.after, PEOPLE_PER_PAGE).await
            }
            RunScope::Nightly { .. } | RunScope::Replay { .. } => {
                self.records.members.of_shard(from.shard, from.after, PEOPLE_PER_PAGE).await
            }
        }
    }
}

/// Behind the people who were read; nowhere when they were the last.
fn next(takes: &RunScope, from: MemberPosition, people: &[Member]) -> Option<MemberPosition> {
    let last = people.last().filter(|_| people.len() >= PEOPLE_PER_PAGE).map(|member| member.person.id);
    match last {
        Some(last) => position_after(takes, last),
        None if takes.is_of_everybody() => {
            let shard = from.shard.saturating_add(1);
            (shard < SHARDS).then_some(MemberPosition { shard, after: None })
        }
        None => None,
    }
}

/// Behind somebody; nowhere where a run is about nobody else.
fn position_after(takes: &RunScope, id: EmployeeId) -> Option<MemberPosition> {
    match takes {
        RunScope::Replay { employee_id: Some(_), .. } => None,
        RunScope::Nightly { .. } | RunScope::Replay { .. } => {
            Some(MemberPosition { shard: shard_of(id), after: Some(id) })
        }
    }
}
