//! Identity, endpoint by endpoint, against a real database and real keys in this process.

use axum::Router;
use directory::Person;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Answer, World, origin, world};

pub(crate) mod auth;
pub(crate) mod job;
pub(crate) mod on;
pub(crate) mod well_known;

/// Everybody's password.
const PASSWORD: &str = "quiet otter, loud violin";
const LOGIN: &str = "/api/v1/auth/login";
const REFRESH: &str = "/api/v1/auth/refresh";

/// A world in which `employee` has a password.
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
        let desk = Self { world, login, refresh };
        desk.give_password(&desk.world.people.employee).await;
        desk.later(60);
        desk
    }

    async fn give_password(&self, person: &Person) {
        let write = ::auth::seed_credential(person.id, PASSWORD, self.world.now()).unwrap();
        self.world.shell.table("AUTH_TABLE").unwrap().commit(&origin(), write).await.unwrap();
    }

    fn employee(&self) -> &Person {
        &self.world.people.employee
    }

    /// Moves the clock on.
    fn later(&self, seconds: i64) {
        self.world.clock.advance(SignedDuration::from_secs(seconds));
    }

    async fn try_login(&self, name: &str, password: &str) -> Answer {
        self.world.post(&self.login, LOGIN, json!({"login": name, "password": password})).await
    }

    /// Signs the employee in.
    async fn signed_in(&self) -> Value {
        let answer = self.try_login(&self.employee().email, PASSWORD).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    async fn try_refresh(&self, pair: &Value) -> Answer {
        self.world.post(&self.refresh, REFRESH, json!({"refresh_token": text(pair, "refresh_token")})).await
    }

    /// Exchanges a refresh token.
    async fn refreshed(&self, pair: &Value) -> Value {
        let answer = self.try_refresh(pair).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    /// Stores the employee with something changed, and waits until nobody remembers how they were.
    async fn change_person(&self, change: impl FnOnce(&mut Person)) {
        let mut person = self.employee().clone();
        change(&mut person);
        self.world.add_people(&[&person]).await;
        self.later(6);
    }

    /// What the auth table would publish, seeds aside.
    async fn announced(&self) -> Vec<String> {
        let seeds = |stamp: &events::Stamp| stamp.request_id.as_str() == "req_test";
        let stamps = self.world.stamps("AUTH_TABLE").await;
        stamps.into_iter().filter(|stamp| !seeds(stamp)).map(|stamp| stamp.event).collect()
    }
}

fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_else(|| panic!("no {name} in {body}"))
}
