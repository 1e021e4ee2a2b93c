//! Dispatching a run: finds the days of the run and queues them, one page of people per message.
//!
//! People are streamed in a fixed order. A page is stored together with its name among the run's open pages before it
//! is sent. A dispatcher that resumes, or runs beside another, continues after the last stored page.

use directory::shards::{MemberPosition, SHARDS, shard_of};
use kernel::{EmployeeId, Error, Origin, Result};
use lambda::{FromShell, InitError, Shell, queue::Sender};

use crate::{
    domain::{
        day_finder::DayFinder,
        member::Member,
        run::{Run, RunPage, RunScope, run_page_name, run_page_number},
        settlement_page::{EmployeeDays, PEOPLE_PER_PAGE, SettlementPage},
    },
    store::{AttendanceStore, Race},
};

/// Maximum days in one message, so that a worker finishes in time.
const DAYS_PER_PAGE: i64 = 4_000;

/// Creates the pages of runs and sends them to the queue.
#[derive(Clone)]
pub struct Dispatcher {
    pub store: AttendanceStore,
    /// Queue of `attendance-job-settle`.
    pub queue: Sender<SettlementPage>,
}

/// Pages that one dispatch of a run has created.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dispatched {
    /// Number of pages.
    pub pages: u32,
    /// Employees on them. An employee counts again for each further date range.
    pub people: usize,
}

/// Position among the people of a run, and the days collected for its next page.
struct DispatchState {
    run: Run,
    position: Option<MemberPosition>,
    days: Vec<EmployeeDays>,
    day_count: i64,
    dispatched: Dispatched,
}

/// How dispatching continues after an attempt to add a page.
enum NextPage {
    /// The page was added; collect the next one.
    Continue,
    /// Another dispatcher has added pages; continue after its last one.
    Reposition,
    /// Another dispatcher has dispatched the whole run; stop.
    Finished,
}

impl DispatchState {
    fn new(run: &Run) -> Self {
        let (days, dispatched) = (Vec::new(), Dispatched::default());
        Self { run: run.clone(), position: Some(MemberPosition::default()), days, day_count: 0, dispatched }
    }

    fn add_days(&mut self, more: Vec<EmployeeDays>) {
        self.day_count = self.day_count.saturating_add(more.iter().map(EmployeeDays::day_count).sum());
        self.days.extend(more);
    }

    fn is_full(&self) -> bool {
        self.days.len() >= PEOPLE_PER_PAGE || self.day_count >= DAYS_PER_PAGE
    }

    /// Takes the collected days as the next page of the run.
    fn take_page(&mut self) -> RunPage {
        self.day_count = 0;
        RunPage { number: self.run.pages.saturating_add(1), days: std::mem::take(&mut self.days) }
    }
}

impl FromShell for Dispatcher {
    fn from_shell(shell: &Shell) -> std::result::Result<Self, InitError> {
        Ok(Self { store: AttendanceStore::from_shell(shell)?, queue: Sender::new(shell, "SETTLE_QUEUE")? })
    }
}

impl Dispatcher {
    /// Creates and sends the missing pages of a run, and returns how many. A nightly run is stored with its first page;
    /// one without pages is not stored.
    ///
    /// # Errors
    /// 503 if the database or the queue fails, or pages of another dispatcher are not visible yet; the next dispatcher
    /// resumes the run.
    pub async fn dispatch(&self, origin: &Origin, run: &Run) -> Result<Dispatched> {
        let (policies, rosters) =
            futures::future::try_join(self.store.rulebook.load(origin.at), self.store.all_rosters_cached(origin.at))
                .await?;
        let finder = DayFinder { policies: &policies, rosters: &rosters, scope: &run.scope, cutoff: run.cutoff() };
        let mut state = DispatchState::new(run);
        self.resume_after_last_page(&mut state).await?;
        loop {
            if let Some(from) = state.position {
                let people = self.read_people(&run.scope, from).await?;
                state.position = next_position(&run.scope, from, &people);
                if let NextPage::Finished = self.add_days_of_people(origin, &finder, &mut state, &people).await? {
                    return Ok(state.dispatched);
                }
            } else if state.days.is_empty() {
                break;
            } else if let NextPage::Finished = self.store_and_send_page(origin, &mut state).await? {
                return Ok(state.dispatched);
            }
        }
        self.finish_dispatch(origin, &state.run).await?;
        Ok(state.dispatched)
    }

    /// Sends the open pages of a run again. Returns the number of sent pages.
    pub async fn resend_open_pages(&self, run: &Run) -> Result<usize> {
        let mut sent = 0;
        for number in run.open.keys().filter_map(|name| run_page_number(name)) {
            if let Some(page) = self.store.find_run_page(run.id, number).await? {
                self.queue.send(&[run.settlement_page(&page)]).await?;
                sent += 1;
            }
        }
        Ok(sent)
    }

    /// Collects the days of these people that the run settles, and adds a page whenever it is full. Removes people who
    /// left long ago from the shards.
    async fn add_days_of_people(
        &self,
        origin: &Origin,
        finder: &DayFinder<'_>,
        state: &mut DispatchState,
        people: &[Member],
    ) -> Result<NextPage> {
        for member in people {
            if finder.has_left_long_ago(member) {
                self.store.delist_member(origin, member).await?;
                continue;
            }
            state.add_days(finder.due_days_of(member));
            if state.is_full() {
                match self.store_and_send_page(origin, state).await? {
                    NextPage::Continue => {}
                    other => return Ok(other),
                }
            }
        }
        Ok(NextPage::Continue)
    }

    /// Stores the collected page and sends it. If another dispatcher was first, repositions the state after its pages.
    async fn store_and_send_page(&self, origin: &Origin, state: &mut DispatchState) -> Result<NextPage> {
        let page = state.take_page();
        if page.number == 1 && !state.run.is_replay() {
            self.store.create_nightly_run_if_missing(origin, &state.run).await?;
        }
        let id = state.run.id;
        match self.store.add_page(origin, id, &page).await? {
            Race::Won(()) => {
                self.queue.send(&[state.run.settlement_page(&page)]).await?;
                state.run.pages = page.number;
                state.dispatched.pages = state.dispatched.pages.saturating_add(1);
                state.dispatched.people += page.days.len();
                Ok(NextPage::Continue)
            }
            Race::Lost => {
                let stored = self.store.find_run(id).await?.map(|run| run.value);
                let stored = stored.ok_or_else(|| Error::internal(format!("run {id} has pages, but is not stored")))?;
                if stored.dispatched_at.is_some() {
                    return Ok(NextPage::Finished);
                }
                if stored.pages < page.number {
                    return Err(Error::unavailable(format!("page {} of run {id} was not added", page.number)));
                }
                state.run = stored;
                self.resume_after_last_page(state).await.map(|()| NextPage::Reposition)
            }
        }
    }

    /// Moves the position after the last stored page. If that page is open, sends it again, because it may not have
    /// been sent.
    async fn resume_after_last_page(&self, state: &mut DispatchState) -> Result<()> {
        let (id, number) = (state.run.id, state.run.pages);
        if number == 0 {
            return Ok(());
        }
        let page = self.store.find_run_page(id, number).await?;
        let page = page.ok_or_else(|| Error::internal(format!("page {number} of run {id} is not stored")))?;
        if state.run.open.contains_key(&run_page_name(number)) {
            self.queue.send(&[state.run.settlement_page(&page)]).await?;
        }
        (state.days, state.day_count) = (Vec::new(), 0);
        state.position = page.days.last().and_then(|last| position_after(&state.run.scope, last.employee_id));
        Ok(())
    }

    /// Marks the run as dispatched, and closes it if all pages are complete. Does nothing for a nightly run without
    /// pages, which is not stored.
    async fn finish_dispatch(&self, origin: &Origin, run: &Run) -> Result<()> {
        if run.pages == 0 && !run.is_replay() {
            return Ok(());
        }
        let after = self.store.mark_run_dispatched(origin, run.id).await?;
        if after.is_some_and(|run| run.is_closable()) {
            self.store.close_run_if_complete(origin, run.id).await?;
        }
        Ok(())
    }

    /// Up to 500 people of the run from a position on, in their order.
    async fn read_people(&self, scope: &RunScope, from: MemberPosition) -> Result<Vec<Member>> {
        match scope {
            RunScope::Replay { employee_id: Some(id), .. } => {
                Ok(self.store.members.get(*id).await?.map(|member| member.value).into_iter().collect())
            }
            RunScope::Replay { department_id: Some(department), .. }
            | RunScope::Nightly { department_id: Some(department), .. } => {
                self.store.members.list_department(*department, from.after, PEOPLE_PER_PAGE).await
            }
            RunScope::Nightly { .. } | RunScope::Replay { .. } => {
                self.store.members.list_shard(from.shard, from.after, PEOPLE_PER_PAGE).await
            }
        }
    }
}

/// Position after these people; `None` after the last.
fn next_position(scope: &RunScope, from: MemberPosition, people: &[Member]) -> Option<MemberPosition> {
    let last = people.last().filter(|_| people.len() >= PEOPLE_PER_PAGE).map(|member| member.person.id);
    match last {
        Some(last) => position_after(scope, last),
        None if scope.is_of_everybody() => {
            let shard = from.shard.saturating_add(1);
            (shard < SHARDS).then_some(MemberPosition { shard, after: None })
        }
        None => None,
    }
}

/// Position after a person; `None` if the run is about one person.
fn position_after(scope: &RunScope, id: EmployeeId) -> Option<MemberPosition> {
    match scope {
        RunScope::Replay { employee_id: Some(_), .. } => None,
        RunScope::Nightly { .. } | RunScope::Replay { .. } => {
            Some(MemberPosition { shard: shard_of(id), after: Some(id) })
        }
    }
}
