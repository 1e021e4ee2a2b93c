//! Tests of identity, endpoint by endpoint, against a real database and real keys in this process.

use axum::Router;
use directory::Person;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{TestResponse, World, origin, world};

pub(crate) mod auth;
pub(crate) mod job;
pub(crate) mod on;
pub(crate) mod well_known;

/// Password of every person with a credential.
const PASSWORD: &str = "quiet otter, loud violin";
const LOGIN: &str = "/api/v1/auth/login";
const REFRESH: &str = "/api/v1/auth/refresh";

/// World in which `employee` has a password.
struct AuthFixture {
    world: World,
    login: Router,
    refresh: Router,
}

impl AuthFixture {
    async fn open() -> Self {
        let world = world().await;
        let login = app!(world, AUTH_LOGIN);
        let refresh = app!(world, AUTH_REFRESH);
        let fixture = Self { world, login, refresh };
        fixture.give_password(&fixture.world.people.employee).await;
        fixture.advance_seconds(60);
        fixture
    }

    async fn give_password(&self, person: &Person) {
        let write = ::auth::unchecked_password_write(person.id, PASSWORD, self.world.now()).unwrap();
        self.world.shell.table("AUTH_TABLE").unwrap().commit(&origin(), write).await.unwrap();
    }

    fn employee(&self) -> &Person {
        &self.world.people.employee
    }

    /// Advances the clock.
    fn advance_seconds(&self, seconds: i64) {
        self.world.clock.advance(SignedDuration::from_secs(seconds));
    }

    async fn try_login(&self, name: &str, password: &str) -> TestResponse {
        self.world.post(&self.login, LOGIN, json!({"login": name, "password": password})).await
    }

    /// Signs the employee in and returns the tokens.
    async fn sign_in(&self) -> Value {
        let answer = self.try_login(&self.employee().email, PASSWORD).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    async fn try_refresh(&self, pair: &Value) -> TestResponse {
        self.world.post(&self.refresh, REFRESH, json!({"refresh_token": text(pair, "refresh_token")})).await
    }

    /// Exchanges a refresh token and returns the new tokens.
    async fn refresh_tokens(&self, pair: &Value) -> Value {
        let answer = self.try_refresh(pair).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    /// Stores a changed employee and lets the caches expire.
    async fn change_person(&self, change: impl FnOnce(&mut Person)) {
        let mut person = self.employee().clone();
        change(&mut person);
        self.world.add_people(&[&person]).await;
        self.advance_seconds(6);
    }

    /// Types of the events that the table `auth` publishes, except those of the test setup.
    async fn published_types(&self) -> Vec<String> {
        let is_setup = |stamp: &events::Stamp| stamp.request_id.as_str() == "req_test";
        let stamps = self.world.stamps("AUTH_TABLE").await;
        stamps.into_iter().filter(|stamp| !is_setup(stamp)).map(|stamp| stamp.event).collect()
    }
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_else(|| panic!("{name} is missing in {body}"))
}
