//! What must follow from a step, looked for until it is there: audit records, inboxes, mails.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::{
    mailbox::{Mail, Mailbox},
    stage::{Player, Stage, at, items, part, text},
};

/// What follows from a request follows in seconds; an emulated cloud may be starting functions for it.
const FOLLOWS_WITHIN: Duration = Duration::from_secs(60);
/// How often one looks.
const LOOK_EVERY: Duration = Duration::from_millis(300);
/// If a second mail were on its way, it would be there after so long.
const QUIET_FOR: Duration = Duration::from_secs(2);

/// What is shown of an audit record...
const RECORD: &[&str] = &["log_type", "action", "user_id", "entity_type", "entity_id", "service_name", "status"];
/// ...and of the values in it.
const VALUES: &[&str] =
    &["leave_type", "start_date", "end_date", "status", "date", "check_in_time", "check_out_time", "location"];
/// What is shown of what came of a day.
const OUTCOME: &[&str] = &["status", "worked_minutes", "late_minutes", "leave_minutes", "overtime"];

impl Stage {
    /// The audit record of an entity with this action, once it is there.
    ///
    /// # Errors
    /// When it does not come.
    pub(crate) async fn audited(&self, entity_id: &str, action: &str) -> Result<Value, String> {
        self.audited_as(entity_id, action, |_| true).await
    }

    /// The same where there are several: the one that is like this.
    ///
    /// # Errors
    /// When it does not come.
    pub(crate) async fn audited_as(
        &self,
        entity_id: &str,
        action: &str,
        is: impl Fn(&Value) -> bool,
    ) -> Result<Value, String> {
        let path = format!("/api/v1/audit-logs?entity_id={entity_id}&limit=100");
        let look = async || {
            let records = self.look(&self.hr, &path).await?;
            Ok(items(&records).find(|record| text(record, "/action") == action && is(record)).cloned())
        };
        let record = self.followed(&format!("an audit record `{action}` of {entity_id}"), look).await?;
        println!("  audit: {}", part(&record, RECORD));
        for values in ["old_values", "new_values"] {
            let values_of = record.get(values).unwrap_or(&Value::Null);
            println!("    {values}: {}{}", part(values_of, VALUES), came_of(values_of));
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

    /// Looks until there is something.
    ///
    /// # Errors
    /// When there is nothing after a minute.
    pub(crate) async fn followed<T>(
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

/// The event that an audit record tells of: both have the same UUID.
pub(crate) fn event_of(record: &Value) -> String {
    text(record, "/id").replacen("audit_", "evt_", 1)
}

/// What came of a day, where it has been settled.
fn came_of(values: &Value) -> String {
    values.get("outcome").map(|outcome| format!(" outcome: {}", part(outcome, OUTCOME))).unwrap_or_default()
}

fn show_told(who: &Player, notification: &Value) {
    println!("  inbox of {}: {} ({})", who.name, text(notification, "/title"), text(notification, "/template"));
    println!("    {}", text(notification, "/body").replace('\n', "\n    "));
}
