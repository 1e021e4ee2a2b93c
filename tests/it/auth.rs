//! Identity, endpoint by endpoint, against a real database and real keys in this process.

use axum::Router;
use directory::Person;
use jiff::SignedDuration;
use serde_json::{Value, json};
use testkit::{Answer, World, origin, world};

/// The endpoint of one operation, in one world.
macro_rules! app {
    ($world:expr, $operation:ident, $module:ident) => {
        $world.app(&access::$operation, auth::api::$module::router)
    };
}

mod well_known_jwks;
mod auth_login;
mod auth_logout;
mod auth_me;
mod well_known_openid_configuration;
mod auth_password_update;
mod auth_password_forgot;
mod auth_password_reset;
mod auth_refresh;
mod auth_sessions_delete;
mod auth_sessions_list;
mod employee;
mod refresh_jwks;

/// Everybody's password.
const PASSWORD: &str = "quiet otter, loud violin";
const LOGIN: &str = "/api/v1/auth/login";
const REFRESH: &str = "/api/v1/auth/refresh";

/// A world in which `employee` has a password.
struct Desk {
    world: World,
    login: Router,
    refresh: Router,
}

impl Desk {
    async fn open() -> Self {
        let world = world().await;
        let login = app!(world, AUTH_LOGIN, auth_login);
        let refresh = app!(world, AUTH_REFRESH, auth_refresh);
        let desk = Self { world, login, refresh };
        desk.give_password(&desk.world.people.employee).await;
        desk.later(60);
        desk
    }

    async fn give_password(&self, person: &Person) {
        let write = auth::seed_credential(person.id, PASSWORD, self.world.now()).unwrap();
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
        self.world.settle(&[&person]).await;
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
