//! Who plays, and how a step is shown.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::mailbox::Mailbox;
pub(crate) use crate::api::{at, items, text};
use crate::{
    api::{Answer, Api},
    seed::DEMO_PASSWORD,
};

/// Longer answers are shown in part.
const SHOWN_MAX: usize = 400;

/// Somebody with a demo account.
#[derive(Debug)]
pub(crate) struct Player {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(super) token: String,
}

/// The players and what they play with.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(super) api: Api,
    pub(super) mailbox: Option<Mailbox>,
    pub(crate) today: Date,
    /// What nobody else is called, and no earlier play.
    pub(crate) unique: String,
    /// Works in Berlin.
    pub(crate) employee: Player,
    /// Leads them.
    pub(crate) manager: Player,
    /// Keeps everybody's records.
    pub(crate) hr: Player,
}

impl Stage {
    /// Signs the players in.
    ///
    /// # Errors
    /// When somebody has no account: the stack is to be seeded.
    pub(crate) async fn set(api: Api, mailbox: Option<Mailbox>, today: Date, unique: String) -> Result<Self, String> {
        let employee = sign_in(&api, "paul.neumann@muster.example").await?;
        let manager = sign_in(&api, "jonas.krueger@muster.example").await?;
        let hr = sign_in(&api, "hanna.vogel@muster.example").await?;
        Ok(Self { api, mailbox, today, unique, employee, manager, hr })
    }

    /// One step: asks as somebody, shows both sides, insists on the status.
    ///
    /// # Errors
    /// When the answer is another.
    pub(crate) async fn step(
        &self,
        who: &Player,
        method: &str,
        path: &str,
        body: Option<Value>,
        status: u16,
    ) -> Result<Value, String> {
        self.step_once(who, method, path, None, body, status).await
    }

    /// The same under an `Idempotency-Key`.
    ///
    /// # Errors
    /// As [`Stage::step`].
    pub(crate) async fn step_once(
        &self,
        who: &Player,
        method: &str,
        path: &str,
        key: Option<&str>,
        body: Option<Value>,
        status: u16,
    ) -> Result<Value, String> {
        println!(
            "  {}: {method} {path}{}",
            who.name,
            key.map(|key| format!(" (Idempotency-Key: {key})")).unwrap_or_default()
        );
        if let Some(body) = &body {
            println!("    {body}");
        }
        let answer = self.request(who, method, path, key, body.as_ref()).await?;
        println!("  {} {}", answer.status, shown(&answer.body));
        expected(method, path, &answer, status)?;
        Ok(answer.body)
    }

    /// Asks without a word, and insists on the status.
    ///
    /// # Errors
    /// When the answer is another.
    pub(crate) async fn ask(
        &self,
        who: &Player,
        method: &str,
        path: &str,
        body: Option<Value>,
        status: u16,
    ) -> Result<Value, String> {
        let answer = self.request(who, method, path, None, body.as_ref()).await?;
        expected(method, path, &answer, status)?;
        Ok(answer.body)
    }

    async fn request(
        &self,
        who: &Player,
        method: &str,
        path: &str,
        key: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Answer, String> {
        let mut headers = vec![("authorization".to_owned(), format!("Bearer {}", who.token))];
        headers.extend(key.map(|key| ("idempotency-key".to_owned(), key.to_owned())));
        self.api.call_with(method, path, &headers, body).await
    }

    /// Reads without a word.
    ///
    /// # Errors
    /// For anything but 200.
    pub(crate) async fn look(&self, who: &Player, path: &str) -> Result<Value, String> {
        self.ask(who, "GET", path, None, 200).await
    }

    /// Signs in with the demo accounts' password.
    ///
    /// # Errors
    /// When there is no such account.
    pub(crate) async fn sign_in(&self, login: &str) -> Result<Player, String> {
        sign_in(&self.api, login).await
    }
}

async fn sign_in(api: &Api, login: &str) -> Result<Player, String> {
    let body = json!({"login": login, "password": DEMO_PASSWORD});
    let session = api.call("POST", "/api/v1/auth/login", None, Some(&body)).await?;
    if session.status != 200 {
        return Err(format!("{login} cannot sign in ({}): is the stack seeded? {}", session.status, session.body));
    }
    let token = text(&session.body, "/access_token").to_owned();
    let me = api.call("GET", "/api/v1/auth/me", Some(&token), None).await?.body;
    let name = format!("{} {}", text(&me, "/first_name"), text(&me, "/last_name"));
    Ok(Player { id: text(&me, "/id").to_owned(), name, email: login.to_owned(), token })
}

/// Insists on a status.
fn expected(method: &str, path: &str, answer: &Answer, status: u16) -> Result<(), String> {
    if answer.status == status {
        Ok(())
    } else {
        Err(format!("{method} {path} answered {}, not {status}: {}", answer.status, answer.body))
    }
}

/// Insists on what the seed says of one field.
///
/// # Errors
/// When it is something else.
pub(crate) fn as_the_seed_says(of: &Value, pointer: &str, expected: &Value) -> Result<(), String> {
    let found = at(of, pointer);
    if found == expected { Ok(()) } else { Err(format!("{pointer} is {found}, but the seed says {expected}: {of}")) }
}

/// Some members of an object.
pub(crate) fn part(of: &Value, names: &[&str]) -> Value {
    let named = names.iter().filter_map(|name| Some(((*name).to_owned(), of.get(*name)?.clone())));
    if of.is_object() { Value::Object(named.collect()) } else { of.clone() }
}

/// An answer on one line.
fn shown(body: &Value) -> String {
    let text = body.to_string();
    match text.char_indices().nth(SHOWN_MAX) {
        Some((end, _)) => format!("{} ...", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
