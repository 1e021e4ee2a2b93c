//! What demo, load and the end-to-end tests have in common: a client of the API, people who call it, and the effects that must
//! follow from what they do. Every step prints what it did; an error says what is not as it must be.

pub mod attendance;
mod aws;
pub mod client;
mod effects;
pub mod json;
pub mod leave;
mod mailbox;
pub mod people;

use std::{
    fmt::Display,
    time::{Duration, Instant},
};

use employees::store::EmployeeStore;
use kernel::{IdGenerator, Origin};
use lambda::{Clock, SystemClock, UuidV7Generator};
use serde_json::Value;
use store::Table;
use uuid::Uuid;

use crate::cloud::{self, Cloud};
use client::Person;
use client::{Api, Call};
use json::{array, text};
pub use mailbox::Mailbox;

/// Actor of what the operator writes for a scenario.
const ACTOR: &str = "muster-scenario";
/// Interval between two looks for something.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Pause before a list is read again.
const READ_PAUSE: Duration = Duration::from_secs(1);

/// Limits of a scenario.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From a change to its audit record.
    pub audit: Duration,
    /// From a change to an inbox or a mailbox.
    pub message: Duration,
    /// Tries to read one page.
    pub tries: u32,
}

impl Limits {
    /// What is promised of a stack with warm functions.
    pub const PROMISED: Self = Self { audit: Duration::from_secs(5), message: Duration::from_secs(30), tries: 1 };
    /// For a stack that may be starting its functions, or be busy.
    pub const PATIENT: Self = Self { audit: Duration::from_secs(60), message: Duration::from_secs(60), tries: 4 };
}

/// A stack, its API and what the operator may do there.
#[derive(Debug)]
pub struct Scenario {
    /// Cloud and stack.
    pub cloud: Cloud,
    /// API of the stack.
    pub api: Api,
    limits: Limits,
    mailbox: Option<Mailbox>,
    records: EmployeeStore,
    accounts: Table,
}

impl Scenario {
    /// The scenario on a stack.
    pub fn new(cloud: Cloud, limits: Limits, mailbox: Option<Mailbox>) -> Result<Self, String> {
        Ok(Self {
            api: Api::new(cloud.output("ApiUrl")?)?,
            limits,
            mailbox,
            records: EmployeeStore::new(cloud.table("EmployeesTable")?),
            accounts: cloud.table("AuthTable")?,
            cloud,
        })
    }

    /// Origin of what the operator writes.
    pub fn origin(&self) -> Origin {
        cloud::origin(ACTOR, SystemClock.now())
    }

    /// A new UUID.
    pub fn uuid(&self) -> Uuid {
        UuidV7Generator.uuid(SystemClock.now())
    }

    pub fn get(&self, path: impl Display) -> Call<'_> {
        self.api.call("GET", path, None)
    }

    /// `POST` of JSON.
    pub fn post(&self, path: impl Display, body: Value) -> Call<'_> {
        self.api.call("POST", path, Some(&body))
    }

    /// `PUT` of JSON.
    pub fn put(&self, path: impl Display, body: Value) -> Call<'_> {
        self.api.call("PUT", path, Some(&body))
    }

    pub fn delete(&self, path: impl Display) -> Call<'_> {
        self.api.call("DELETE", path, None)
    }

    /// Its limits.
    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// The entries of a list, page by page.
    pub async fn list(&self, by: &Person, path: impl Display) -> Result<Vec<Value>, String> {
        let (path, mut entries, mut cursor) = (path.to_string(), Vec::new(), String::new());
        let separator = if path.contains('?') { '&' } else { '?' };
        loop {
            let page = self.read(by, format!("{path}{separator}limit=100{cursor}")).await?;
            entries.extend_from_slice(array(&page, "/items"));
            match text(&page, "/next_cursor") {
                "" => return Ok(entries),
                next => cursor = format!("&cursor={next}"),
            }
        }
    }

    /// Reads something, and tries again as often as the limits allow.
    pub(crate) async fn read(&self, by: &Person, path: impl Display) -> Result<Value, String> {
        let mut tries = 1;
        loop {
            match self.get(&path).by(by).expect(200).await {
                Err(_) if tries < self.limits.tries => tokio::time::sleep(READ_PAUSE).await,
                answer => return answer,
            }
            tries += 1;
        }
    }
}

/// Twelve characters that nobody else has.
pub fn unique() -> String {
    UuidV7Generator.uuid(SystemClock.now()).simple().to_string().split_off(20)
}

/// Looks until there is something, and prints how long it took.
pub async fn eventually<T>(
    what: &str,
    within: Duration,
    mut look: impl AsyncFnMut() -> Result<Option<T>, String>,
) -> Result<T, String> {
    let began = Instant::now();
    loop {
        if let Some(found) = look().await? {
            println!("  (after {} ms: {what})", began.elapsed().as_millis());
            return Ok(found);
        }
        if began.elapsed() > within {
            return Err(format!("not within {} s: {what}", within.as_secs()));
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
