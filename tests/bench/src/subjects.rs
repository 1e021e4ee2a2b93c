//! Which functions are started, and what they are given: the empty one, those that are asked for, all of them if wanted.

use std::{cell::RefCell, collections::VecDeque, fs, path::Path, rc::Rc};

use access::{OPERATIONS, Operation};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use stage::Stage;

use crate::{
    EMPTY, Result, SETTLE, Starts,
    invocation::Event,
    nightly::Crowd,
    package::Package,
    place::{Place, without_streams},
    requests::Requests,
};

/// A function to be measured, and what it is given.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) package: Package,
    pub(crate) place: Rc<Place>,
    pub(crate) work: Work,
    /// It is invoked after so many starts and no more: what takes its time.
    pub(crate) lives_max: Option<u32>,
    /// Whether it is always started with TLS, too.
    pub(crate) both_ways: bool,
}

/// What calls a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Nothing of ours: what the others are measured against.
    Empty,
    Http,
    Consumer,
    Job,
}

impl Kind {
    /// By the name, as names are given.
    pub(crate) fn of(function: &str) -> Self {
        let operation = OPERATIONS.iter().any(|row| row.name == function);
        match (function, operation) {
            (EMPTY, _) => Self::Empty,
            (_, true) => Self::Http,
            (name, _) if name.contains("-on-") => Self::Consumer,
            _ => Self::Job,
        }
    }

    /// The heading of a table.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Empty => "Nothing",
            Self::Http => "Endpoints",
            Self::Consumer => "Consumers",
            Self::Job => "Jobs",
        }
    }
}

/// What a function is given.
#[derive(Debug)]
pub(crate) enum Work {
    /// The first of these that succeeds, again and again; what it does is undone.
    Again(RefCell<VecDeque<Event>>),
    /// Another one every time, so that nothing is done already.
    Each(RefCell<VecDeque<Event>>),
}

impl Work {
    /// The first of these that succeeds.
    pub(crate) fn again(events: impl IntoIterator<Item = Event>) -> Self {
        Self::Again(RefCell::new(events.into_iter().collect()))
    }

    /// Another event every time.
    pub(crate) fn each(events: impl IntoIterator<Item = Event>) -> Self {
        Self::Each(RefCell::new(events.into_iter().collect()))
    }

    /// Whether what is done is to be undone.
    pub(crate) fn repeats(&self) -> bool {
        matches!(self, Self::Again(_))
    }

    /// The next event.
    pub(crate) fn next(&self) -> Result<Value> {
        let event = match self {
            Self::Again(events) => events.borrow().front().map(Event::now),
            Self::Each(events) => events.borrow_mut().pop_front().map(|event| event.now()),
        };
        event.ok_or_else(|| "there are no more events".into())
    }

    /// Puts the event that did not succeed behind the others.
    pub(crate) fn try_another(&self) {
        if let Self::Again(events) = self {
            let mut events = events.borrow_mut();
            if !events.is_empty() {
                events.rotate_left(1);
            }
        }
    }

    /// How many events may be tried.
    pub(crate) fn candidates(&self) -> usize {
        match self {
            Self::Again(events) => events.borrow().len(),
            Self::Each(_) => 1,
        }
    }
}

/// All that are asked for, the empty one first.
pub(crate) async fn all(args: &Starts) -> Result<Vec<Subject>> {
    let scratch = args.scratch();
    let wanted = wanted(args)?;
    let own = |name: &str| name == access::ATTENDANCE_CHECK_IN.name || name == SETTLE;
    let stage = Stage::set().await;
    let place = Rc::new(Place::before(&stage.world).await?);
    let requests = Requests::of(stage, &place.stub.endpoint_in_the_clear).await?;
    without_streams(requests.world()).await?;
    let subject = |name: &str, work: Work| -> Result<Subject> {
        let package = Package::unpack(&args.lambda_dir, &scratch, name)?;
        let both_ways = name == IN_BOTH_WAYS.name;
        Ok(Subject { package, place: Rc::clone(&place), work, lives_max: None, both_ways })
    };
    let mut subjects = vec![subject(EMPTY, Work::again([Event::as_it_is(json!({}))]))?];
    for name in wanted.iter().filter(|name| !own(name)) {
        subjects.push(subject(name, Work::again(requests.events(name).await?))?);
    }
    if wanted.iter().any(|name| own(name)) {
        subjects.extend(of_the_crowd(args, &scratch, &wanted).await?);
    }
    Ok(subjects)
}

/// The names of those that are asked for: endpoints, consumers, jobs.
fn wanted(args: &Starts) -> Result<Vec<String>> {
    let endpoints = OPERATIONS.iter().map(|row| row.name.to_owned());
    if args.quick {
        return Ok(endpoints.collect());
    }
    if !args.all {
        return Ok(args.functions.clone());
    }
    let mut all = Vec::new();
    for file in fs::read_dir("events")? {
        let name = file?.path().file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        all.push(name);
    }
    all.sort_by_key(|name| (Kind::of(name), name.clone()));
    Ok(all)
}

/// Where few are started with TLS, this one always is, so that what TLS costs is known.
pub(crate) const IN_BOTH_WAYS: &Operation = &access::EMPLOYEES_GET;

/// Those that need many people: each check-in is somebody else's, and a page of the overnight run has five hundred.
async fn of_the_crowd(args: &Starts, scratch: &Path, wanted: &[String]) -> Result<Vec<Subject>> {
    let crowd = Crowd::come().await?;
    let mut works = Vec::new();
    for name in wanted {
        if name == access::ATTENDANCE_CHECK_IN.name {
            works.push((name, crowd.check_ins(args.often().events()).await?, None));
        } else if name == SETTLE {
            works.push((name, crowd.pages().await?, Some(crate::nightly::PAGES)));
        }
    }
    let place = Rc::new(Place::before(&crowd.world).await?);
    without_streams(&crowd.world).await?;
    let subject = |(name, work, lives_max): (&String, Work, Option<u32>)| -> Result<Subject> {
        let package = Package::unpack(&args.lambda_dir, scratch, name)?;
        Ok(Subject { package, place: Rc::clone(&place), work, lives_max, both_ways: false })
    };
    works.into_iter().map(subject).collect()
}
