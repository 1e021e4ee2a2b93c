//! Dispatching: finds the days that a run takes, and puts them on the settle queue, a page of people to a message.
//!
//! People are streamed in a fixed order; a page is stored together with its name among the run's open pages before it is sent.
//! Whoever comes after a dispatcher that was stopped, or beside another one, goes on behind the last page that is stored.

use directory::shards::{Position, SHARDS, shard_of};
use kernel::{EmployeeId, Error, Origin, Result};
use lambda::{FromShell, InitError, Shell, queue::Sender};

use crate::{
    domain::{
        day_finder::Finder,
        member::Member,
        run::{Page, Run, Takes, page_name, page_number},
        settlement_work::{Days, PEOPLE_PER_PAGE, Work},
    },
    store::{Attempt, Records},
};

/// How many days of people one message names at most: as many as a worker derives in good time.
const DAYS_PER_PAGE: i64 = 4_000;

/// Makes pages and sends them.
#[derive(Clone)]
pub struct Dispatcher {
    /// Where runs and people are.
    pub records: Records,
    /// The queue of `attendance-job-settle`.
    pub queue: Sender<Work>,
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
struct Course {
    run: Run,
    position: Option<Position>,
    days: Vec<Days>,
    length: i64,
    dispatched: Dispatched,
}

/// How it goes on after a page.
enum Turn {
    /// With the next one.
    On,
    /// Behind pages that somebody else has made.
    Elsewhere,
    /// Not at all: somebody else has made the last page.
    Over,
}

impl Course {
    fn of(run: &Run) -> Self {
        let (days, dispatched) = (Vec::new(), Dispatched::default());
        Self { run: run.clone(), position: Some(Position::default()), days, length: 0, dispatched }
    }

    fn take(&mut self, more: Vec<Days>) {
        self.length = self.length.saturating_add(more.iter().map(Days::length).sum());
        self.days.extend(more);
    }

    fn is_full(&self) -> bool {
        self.days.len() >= PEOPLE_PER_PAGE || self.length >= DAYS_PER_PAGE
    }

    /// The page that was filled, as the next one of the run.
    fn page(&mut self) -> Page {
        self.length = 0;
        Page { number: self.run.pages.saturating_add(1), days: std::mem::take(&mut self.days) }
    }
}

impl FromShell for Dispatcher {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { records: Records::from_shell(shell)?, queue: Sender::new(shell, "SETTLE_QUEUE")? })
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
        let finder = Finder { book: &book, rosters: &rosters, takes: &run.takes, clock: run.clock() };
        let mut course = Course::of(run);
        self.go_behind_last_page(&mut course).await?;
        loop {
            if let Some(from) = course.position {
                let people = self.people(&run.takes, from).await?;
                course.position = next(&run.takes, from, &people);
                if let Turn::Over = self.take(origin, &finder, &mut course, &people).await? {
                    return Ok(course.dispatched);
                }
            } else if course.days.is_empty() {
                break;
            } else if let Turn::Over = self.add(origin, &mut course).await? {
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
                self.queue.send(&[run.work(&page)]).await?;
                sent += 1;
            }
        }
        Ok(sent)
    }

    /// Takes the days of these people, and makes pages where they are full.
    async fn take(&self, origin: &Origin, finder: &Finder<'_>, course: &mut Course, people: &[Member]) -> Result<Turn> {
        for member in people {
            if finder.has_long_left(member) {
                self.records.retire_member(origin, member).await?;
                continue;
            }
            course.take(finder.days_of(member));
            if course.is_full() {
                match self.add(origin, course).await? {
                    Turn::On => {}
                    turn => return Ok(turn),
                }
            }
        }
        Ok(Turn::On)
    }

    /// Stores the page that was filled, and sends it.
    async fn add(&self, origin: &Origin, course: &mut Course) -> Result<Turn> {
        let page = course.page();
        if page.number == 1 && !course.run.is_replay() {
            self.records.begin_run(origin, &course.run).await?;
        }
        let id = course.run.id;
        match self.records.add_page(origin, id, &page).await? {
            Attempt::Done(()) => {
                self.queue.send(&[course.run.work(&page)]).await?;
                course.run.pages = page.number;
                course.dispatched.pages = course.dispatched.pages.saturating_add(1);
                course.dispatched.people += page.days.len();
                Ok(Turn::On)
            }
            Attempt::Lost => {
                let stands = self.records.run(id).await?.map(|run| run.value);
                let stands = stands.ok_or_else(|| Error::internal(format!("{id} has pages and is not stored")))?;
                if stands.dispatched_at.is_some() {
                    return Ok(Turn::Over);
                }
                if stands.pages < page.number {
                    return Err(Error::unavailable(format!("page {} of {id} was refused", page.number)));
                }
                course.run = stands;
                self.go_behind_last_page(course).await.map(|()| Turn::Elsewhere)
            }
        }
    }

    /// Goes on behind the last page that is stored. Whether that one was sent nobody knows, so it is sent again.
    async fn go_behind_last_page(&self, course: &mut Course) -> Result<()> {
        let (id, number) = (course.run.id, course.run.pages);
        if number == 0 {
            return Ok(());
        }
        let page = self.records.page(id, number).await?;
        let page = page.ok_or_else(|| Error::internal(format!("page {number} of {id} is not stored")))?;
        if course.run.open.contains_key(&page_name(number)) {
            self.queue.send(&[course.run.work(&page)]).await?;
        }
        (course.days, course.length) = (Vec::new(), 0);
        course.position = page.days.last().and_then(|last| behind(&course.run.takes, last.employee_id));
        Ok(())
    }

    /// All pages are made; where all are done already, the run is closed.
    async fn end(&self, origin: &Origin, run: &Run) -> Result<()> {
        if run.pages == 0 && !run.is_replay() {
            return Ok(());
        }
        let after = self.records.all_pages_made(origin, run.id).await?;
        if after.is_some_and(|run| run.is_done()) {
            self.records.close_run(origin, run.id).await?;
        }
        Ok(())
    }

    /// Some people of those whom a run is about, in their order.
    async fn people(&self, takes: &Takes, from: Position) -> Result<Vec<Member>> {
        match takes {
            Takes::Replay { employee_id: Some(id), .. } => {
                Ok(self.records.members.get(*id).await?.map(|member| member.value).into_iter().collect())
            }
            Takes::Replay { department_id: Some(department), .. }
            | Takes::Nightly { department_id: Some(department), .. } => {
                self.records.members.of_department(*department, from.after, PEOPLE_PER_PAGE).await
            }
            Takes::Nightly { .. } | Takes::Replay { .. } => {
                self.records.members.of_shard(from.shard, from.after, PEOPLE_PER_PAGE).await
            }
        }
    }
}

/// Behind the people who were read; nowhere when they were the last.
fn next(takes: &Takes, from: Position, people: &[Member]) -> Option<Position> {
    let last = people.last().filter(|_| people.len() >= PEOPLE_PER_PAGE).map(|member| member.person.id);
    match last {
        Some(last) => behind(takes, last),
        None if takes.is_of_everybody() => {
            let shard = from.shard.saturating_add(1);
            (shard < SHARDS).then_some(Position { shard, after: None })
        }
        None => None,
    }
}

/// Behind somebody; nowhere where a run is about nobody else.
fn behind(takes: &Takes, id: EmployeeId) -> Option<Position> {
    match takes {
        Takes::Replay { employee_id: Some(_), .. } => None,
        Takes::Nightly { .. } | Takes::Replay { .. } => Some(Position { shard: shard_of(id), after: Some(id) }),
    }
}
