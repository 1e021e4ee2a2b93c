//! Who plays, how a step is shown, and waiting for what must follow.

use std::time::{Duration, Instant};

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    api::Api,
    mailbox::{Mail, Mailbox},
};
use crate::seed::DEMO_PASSWORD;

/// What follows from a request follows in seconds; an emulated cloud may be starting functions for it.
const FOLLOWS_WITHIN: Duration = Duration::from_secs(60);
/// How often one looks.
const LOOK_EVERY: Duration = Duration::from_millis(300);
/// If a second mail were on its way, it would be there after so long.
const QUIET_FOR: Duration = Duration::from_secs(2);
/// Longer answers are shown in part.
const SHOWN_MAX: usize = 400;

/// Somebody with a demo account.
#[derive(Debug)]
pub(crate) struct Player {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    token: String,
}

/// The players and what they play with.
#[derive(Debug)]
pub(crate) struct Stage {
    api: Api,
    mailbox: Option<Mailbox>,
    pub(crate) today: Date,
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
    pub(crate) async fn set(api: Api, mailbox: Option<Mailbox>, today: Date) -> Result<Self, String> {
        let employee = sign_in(&api, "paul.neumann@muster.example").await?;
        let manager = sign_in(&api, "jonas.krueger@muster.example").await?;
        let hr = sign_in(&api, "hanna.vogel@muster.example").await?;
        Ok(Self { api, mailbox, today, employee, manager, hr })
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
        println!("  {}: {method} {path}", who.name);
        if let Some(body) = &body {
            println!("    {body}");
        }
        let answer = self.api.call(method, path, Some(&who.token), body.as_ref()).await?;
        println!("  {} {}", answer.status, shown(&answer.body));
        if answer.status != status {
            return Err(format!("{method} {path} answered {}, not {status}: {}", answer.status, answer.body));
        }
        Ok(answer.body)
    }

    /// Asks without a word.
    ///
    /// # Errors
    /// For anything but 200.
    pub(crate) async fn look(&self, who: &Player, path: &str) -> Result<Value, String> {
        let answer = self.api.call("GET", path, Some(&who.token), None).await?;
        if answer.status == 200 {
            Ok(answer.body)
        } else {
            Err(format!("GET {path} answered {}: {}", answer.status, answer.body))
        }
    }

    /// The audit record of an entity with this action, once it is there.
    ///
    /// # Errors
    /// When it does not come.
    pub(crate) async fn audited(&self, entity_id: &str, action: &str) -> Result<Value, String> {
        let path = format!("/api/v1/audit-logs?entity_id={entity_id}&limit=100");
        let look = async || {
            let records = self.look(&self.hr, &path).await?;
            Ok(items(&records).find(|record| text(record, "/action") == action).cloned())
        };
        let record = self.followed(&format!("an audit record `{action}` of {entity_id}"), look).await?;
        println!(
            "  audit: {}",
            part(&record, &["log_type", "action", "user_id", "entity_type", "entity_id", "service_name", "status"])
        );
        for values in ["old_values", "new_values"] {
            println!(
                "    {values}: {}",
                part(record.get(values).unwrap_or(&Value::Null), &["leave_type", "start_date", "end_date", "status"])
            );
        }
        Ok(record)
    }

    /// What one finds in their inbox of a type and about this, once it is there.
    ///
    /// # Errors
    /// When it does not come.
    pub(crate) async fn told(&self, who: &Player, kind: &str, about: &str) -> Result<Value, String> {
        let what = format!("`{kind}` about {about} in the inbox of {}", who.name);
        let found = self.followed(&what, async || self.in_the_inbox(who, kind, about).await).await?;
        show_told(who, &found);
        Ok(found)
    }

    /// The same for somebody who hears of many: where a storm of them was told as one, the trace of the event says so.
    ///
    /// # Errors
    /// When neither comes.
    pub(crate) async fn heard(&self, who: &Player, kind: &str, about: &str, event_id: &str) -> Result<(), String> {
        let what = format!("`{kind}` about {about} in the inbox of {}", who.name);
        let look = async || match self.in_the_inbox(who, kind, about).await? {
            None => Ok(self.was_in_a_storm(who, event_id).await?.then_some(None)),
            found => Ok(Some(found)),
        };
        match self.followed(&what, look).await? {
            Some(found) => show_told(who, &found),
            None => println!("  inbox of {}: one of many of this kind, told as one", who.name),
        }
        Ok(())
    }

    async fn in_the_inbox(&self, who: &Player, kind: &str, about: &str) -> Result<Option<Value>, String> {
        let inbox = self.look(who, &format!("/api/v1/notifications/{}?limit=100", who.id)).await?;
        let mine = |item: &&Value| text(item, "/notification_type") == kind && item.to_string().contains(about);
        Ok(items(&inbox).find(mine).cloned())
    }

    async fn was_in_a_storm(&self, who: &Player, event_id: &str) -> Result<bool, String> {
        let path = format!("/api/v1/notifications/trace?event_id={event_id}");
        let trace = self.api.call("GET", &path, Some(&who.token), None).await?.body;
        let decisions = at(&trace, "/decisions").as_array().cloned().unwrap_or_default();
        Ok(decisions.iter().any(|one| text(one, "/recipient_id") == who.id && text(one, "/reason") == "storm"))
    }

    /// The one mail to somebody with this subject that was not there `before`.
    ///
    /// # Errors
    /// When it does not come, or comes twice.
    pub(crate) async fn mailed(&self, who: &Player, subject: &str, before: &[Mail]) -> Result<(), String> {
        let Some(mailbox) = &self.mailbox else { return Ok(()) };
        let new = || -> Result<Vec<Mail>, String> {
            let mine = |mail: &Mail| mail.is_to(&who.email) && mail.subject == subject && !before.contains(mail);
            Ok(mailbox.mails()?.into_iter().filter(mine).collect())
        };
        let what = format!("a mail to {}: {subject}", who.email);
        self.followed(&what, async || Ok((!new()?.is_empty()).then_some(()))).await?;
        tokio::time::sleep(QUIET_FOR).await;
        let mails = new()?;
        let [mail] = mails.as_slice() else { return Err(format!("{} mails instead of one: {what}", mails.len())) };
        println!("  mail to {}: {}", mail.to.join(", "), mail.subject);
        for line in mail.text.as_deref().unwrap_or_default().lines().filter(|line| !line.trim().is_empty()) {
            println!("    {line}");
        }
        Ok(())
    }

    /// Every mail sent so far.
    ///
    /// # Errors
    /// When the mailbox cannot be read.
    pub(crate) fn mails(&self) -> Result<Vec<Mail>, String> {
        self.mailbox.as_ref().map_or_else(|| Ok(Vec::new()), Mailbox::mails)
    }

    async fn followed<T>(
        &self,
        what: &str,
        mut look: impl AsyncFnMut() -> Result<Option<T>, String>,
    ) -> Result<T, String> {
        let began = Instant::now();
        loop {
            if let Some(found) = look().await? {
                return Ok(found);
            }
            if began.elapsed() > FOLLOWS_WITHIN {
                return Err(format!("There is not after {} s: {what}.", FOLLOWS_WITHIN.as_secs()));
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

fn show_told(who: &Player, notification: &Value) {
    println!("  inbox of {}: {} ({})", who.name, text(notification, "/title"), text(notification, "/template"));
    println!("    {}", text(notification, "/body").replace('\n', "\n    "));
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

/// Insists on what the seed says of one field.
///
/// # Errors
/// When it is something else.
pub(crate) fn as_the_seed_says(of: &Value, pointer: &str, expected: &Value) -> Result<(), String> {
    let found = at(of, pointer);
    if found == expected { Ok(()) } else { Err(format!("{pointer} is {found}, but the seed says {expected}: {of}")) }
}

/// The entries of a list.
pub(crate) fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.get("items").and_then(Value::as_array).into_iter().flatten()
}

/// A value within; null where there is none.
pub(crate) fn at<'a>(of: &'a Value, pointer: &str) -> &'a Value {
    of.pointer(pointer).unwrap_or(&Value::Null)
}

/// A text within; empty where there is none.
pub(crate) fn text<'a>(of: &'a Value, pointer: &str) -> &'a str {
    at(of, pointer).as_str().unwrap_or_default()
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
