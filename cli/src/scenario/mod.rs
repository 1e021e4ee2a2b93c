//! Steps shared by demo, load test and end-to-end tests: an API client, people who call it, and checks of the effects of their
//! calls. Each step prints what it does; an error names the difference between the expected and the actual result.

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

/// Actor of the writes that a scenario makes directly in the tables.
const ACTOR: &str = "muster-scenario";
/// Interval between two reads while waiting.
const POLL_INTERVAL: Duration = Duration::from_millis(100);
/// Pause before a failed read is repeated.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// Time limits and read attempts of a scenario.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Time from a change to its audit record.
    pub audit: Duration,
    /// Time from a change to a notification or mail.
    pub message: Duration,
    /// Most attempts of one read, of which the last failure counts.
    pub attempts: u32,
}

impl Limits {
    /// Limits that a stack with warm functions must keep.
    pub const PROMISED: Self = Self { audit: Duration::from_secs(5), message: Duration::from_secs(30), attempts: 1 };
    /// Limits for a stack that may be busy or starting its functions.
    pub const PATIENT: Self = Self { audit: Duration::from_secs(60), message: Duration::from_secs(60), attempts: 4 };
}

/// Stack with its API, its employee and account tables, and a mailbox.
#[derive(Debug)]
pub struct Scenario {
    pub cloud: Cloud,
    pub api: Api,
    limits: Limits,
    mailbox: Option<Mailbox>,
    store: EmployeeStore,
    accounts: Table,
}

impl Scenario {
    pub fn new(cloud: Cloud, limits: Limits, mailbox: Option<Mailbox>) -> Result<Self, String> {
        Ok(Self {
            api: Api::new(cloud.output("ApiUrl")?)?,
            limits,
            mailbox,
            store: EmployeeStore::new(cloud.table("EmployeesTable")?),
            accounts: cloud.table("AuthTable")?,
            cloud,
        })
    }

    /// Origin of a write that is made directly in the tables.
    pub fn origin(&self) -> Origin {
        cloud::system_origin(ACTOR, SystemClock.now())
    }

    pub fn new_uuid(&self) -> Uuid {
        UuidV7Generator.uuid(SystemClock.now())
    }

    /// GET request, not yet sent.
    pub fn get(&self, path: impl Display) -> Call<'_> {
        self.api.call("GET", path, None)
    }

    /// POST request, not yet sent.
    pub fn post(&self, path: impl Display, body: Value) -> Call<'_> {
        self.api.call("POST", path, Some(&body))
    }

    /// PUT request, not yet sent.
    pub fn put(&self, path: impl Display, body: Value) -> Call<'_> {
        self.api.call("PUT", path, Some(&body))
    }

    /// DELETE request, not yet sent.
    pub fn delete(&self, path: impl Display) -> Call<'_> {
        self.api.call("DELETE", path, None)
    }

    pub const fn limits(&self) -> Limits {
        self.limits
    }

    /// All entries of a list, read page by page.
    pub async fn list_all_pages(&self, by: &Person, path: impl Display) -> Result<Vec<Value>, String> {
        let (path, mut entries, mut cursor) = (path.to_string(), Vec::new(), String::new());
        let separator = if path.contains('?') { '&' } else { '?' };
        loop {
            let page = self.read_with_retries(by, format!("{path}{separator}limit=100{cursor}")).await?;
            entries.extend_from_slice(array(&page, "/items"));
            match text(&page, "/next_cursor") {
                "" => return Ok(entries),
                next => cursor = format!("&cursor={next}"),
            }
        }
    }

    /// Sends a GET request, repeated as often as the limits allow, and returns the body.
    pub(crate) async fn read_with_retries(&self, by: &Person, path: impl Display) -> Result<Value, String> {
        let mut attempts = 1;
        loop {
            match self.get(&path).by(by).expect(200).await {
                Err(_) if attempts < self.limits.attempts => tokio::time::sleep(RETRY_PAUSE).await,
                answer => return answer,
            }
            attempts += 1;
        }
    }
}

/// Unique text of twelve characters.
pub fn unique() -> String {
    UuidV7Generator.uuid(SystemClock.now()).simple().to_string().split_off(20)
}

/// Calls `look` until it returns a value, and prints how long that took. Fails after `within` or when `look` fails.
pub async fn eventually<T>(
    what: &str,
    within: Duration,
    mut look: impl AsyncFnMut() -> Result<Option<T>, String>,
) -> Result<T, String> {
    let start = Instant::now();
    loop {
        if let Some(found) = look().await? {
            println!("  (after {} ms: {what})", start.elapsed().as_millis());
            return Ok(found);
        }
        if start.elapsed() > within {
            return Err(format!("timed out after {} s waiting for: {what}", within.as_secs()));
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}
