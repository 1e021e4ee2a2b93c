//! Functions to measure and their events: the empty function, then those named by the arguments.

use std::{
    cell::RefCell,
    collections::{HashSet, VecDeque},
    fs,
    rc::Rc,
};

use access::{ATTENDANCE_CHECK_IN, OPERATIONS};
use fixtures::Organisation;
use serde_json::{Value, json};

use crate::{
    EMPTY, Result, SETTLE, Starts,
    crowd_events::{self, CrowdEvents},
    invocation::{self, Event},
    isolated_db::end_streams,
    process::Package,
    proxy::Proxy,
    requests::Requests,
};

/// A function under test.
#[derive(Debug)]
pub(crate) struct MeasuredFunction {
    pub(crate) package: Package,
    pub(crate) environment: Rc<TestEnvironment>,
    pub(crate) events: EventSource,
    /// Largest number of starts with an invocation, for functions with long invocations.
    pub(crate) runs_max: Option<u32>,
}

/// A proxy in front of a world's database, and the world's environment variables.
#[derive(Debug)]
pub(crate) struct TestEnvironment {
    pub(crate) proxy: Proxy,
    pub(crate) variables: Vec<(String, String)>,
}

/// Events for one function.
#[derive(Debug)]
pub(crate) struct EventSource {
    events: RefCell<VecDeque<Event>>,
    repeats: bool,
}

impl EventSource {
    /// Repeats the first event that succeeds.
    fn repeated(events: Vec<Event>) -> Self {
        Self { events: RefCell::new(events.into()), repeats: true }
    }

    /// Uses each event once.
    pub(crate) fn once_each(events: Vec<Event>) -> Self {
        Self { events: RefCell::new(events.into()), repeats: false }
    }

    /// Next event, with a currently valid token. Fails if all events are used up.
    pub(crate) fn next_event(&self) -> Result<Value> {
        let mut events = self.events.borrow_mut();
        let event = if self.repeats {
            events.front().map(Event::with_current_token)
        } else {
            events.pop_front().map(|one| one.with_current_token())
        };
        event.ok_or_else(|| "all events of the function are used up".into())
    }

    /// Moves an event that failed behind the others.
    pub(crate) fn try_another(&self) {
        let mut events = self.events.borrow_mut();
        if !events.is_empty() {
            events.rotate_left(1);
        }
    }

    /// Number of events that may be tried; 1 if each event is used once.
    pub(crate) fn candidate_count(&self) -> usize {
        if self.repeats { self.events.borrow().len() } else { 1 }
    }
}

/// The empty function and the functions named by the arguments.
pub(crate) async fn measured_functions(args: &Starts) -> Result<Vec<MeasuredFunction>> {
    let names = function_names(args)?;
    let organisation = Organisation::build().await;
    let proxy = Proxy::start(&organisation.world).await?;
    let variables = invocation::world_variables(&organisation.world);
    let requests = Requests::new(organisation, &proxy.clear_endpoint).await?;
    let environment = Rc::new(TestEnvironment { proxy, variables });
    let function = |name: &str, environment: &Rc<TestEnvironment>, events: EventSource| -> Result<MeasuredFunction> {
        let (package, environment) = (Package::load(&args.lambda_dir, name)?, Rc::clone(environment));
        let runs_max = (name == SETTLE).then_some(crowd_events::PAGES);
        Ok(MeasuredFunction { package, environment, events, runs_max })
    };
    let mut functions = vec![function(EMPTY, &environment, EventSource::repeated(vec![Event::raw(json!({}))]))?];
    let of_crowd = |name: &&String| **name == ATTENDANCE_CHECK_IN.name || **name == SETTLE;
    for name in names.iter().filter(|name| !of_crowd(name)) {
        functions.push(function(name, &environment, EventSource::repeated(requests.candidate_events(name).await?))?);
    }
    end_streams(requests.world()).await?;
    environment.proxy.undo.take_snapshot(requests.world()).await;
    if !names.iter().any(|name| of_crowd(&name)) {
        return Ok(functions);
    }
    let crowd = CrowdEvents::new().await?;
    let proxy = Proxy::start(&crowd.world).await?;
    let environment = Rc::new(TestEnvironment { proxy, variables: invocation::world_variables(&crowd.world) });
    for name in names.iter().filter(of_crowd) {
        let events = match name == SETTLE {
            true => crowd.page_events().await?,
            false => crowd.check_in_events(args.repetitions().event_count()).await?,
        };
        functions.push(function(name, &environment, events)?);
    }
    end_streams(&crowd.world).await?;
    Ok(functions)
}

/// Names of the functions: endpoints, then consumers and jobs.
fn function_names(args: &Starts) -> Result<Vec<String>> {
    if !args.all && !args.quick {
        return Ok(args.functions.clone());
    }
    let mut names: Vec<_> = OPERATIONS.iter().map(|row| row.name.to_owned()).collect();
    if args.all {
        let endpoints: HashSet<_> = names.iter().cloned().collect();
        let files = fs::read_dir("events")?.collect::<std::io::Result<Vec<_>>>()?;
        let stem = |file: fs::DirEntry| file.path().file_stem()?.to_str().map(str::to_owned);
        let mut others: Vec<_> = files.into_iter().filter_map(stem).filter(|name| !endpoints.contains(name)).collect();
        others.sort();
        names.extend(others);
    }
    Ok(names)
}
