//! Waits for the effects of a change: audit records, notifications and mails.

use std::{fmt::Display, time::Duration};

use serde_json::Value;

use super::{
    Scenario,
    client::Person,
    eventually,
    json::{array, at, id_of, pick_members, text},
    mailbox::is_mail_about,
};

/// Time in which a duplicate mail would arrive.
const DUPLICATE_WAIT: Duration = Duration::from_secs(3);

/// Printed members of an audit record, of its values, and of the outcome of a day.
const RECORD: &[&str] = &["log_type", "action", "user_id", "entity_type", "entity_id", "service_name", "status"];
const VALUES: &[&str] =
    &["leave_type", "start_date", "end_date", "status", "date", "check_in_time", "check_out_time", "location"];
const OUTCOME: &[&str] = &["status", "worked_minutes", "late_minutes", "leave_minutes", "overtime"];

impl Scenario {
    /// Audit records of an entity that the reader may see, newest first.
    pub async fn audit_records(&self, reader: &Person, entity_id: impl Display) -> Result<Vec<Value>, String> {
        self.list_all_pages(reader, format!("/api/v1/audit-logs?entity_id={entity_id}")).await
    }

    /// Waits until the reader sees the audit record of an action on an entity, prints it and returns it.
    pub async fn expect_audit_record(
        &self,
        reader: &Person,
        entity_id: impl Display,
        action: &str,
    ) -> Result<Value, String> {
        self.expect_matching_audit_record(reader, entity_id, action, |_| true).await
    }

    /// Like [`Scenario::expect_audit_record`], for an entity with several records of the action: waits for one that matches.
    pub async fn expect_matching_audit_record(
        &self,
        reader: &Person,
        entity_id: impl Display,
        action: &str,
        matches: impl Fn(&Value) -> bool,
    ) -> Result<Value, String> {
        let look = async || {
            let records = self.audit_records(reader, &entity_id).await?;
            Ok(records.into_iter().find(|record| text(record, "/action") == action && matches(record)))
        };
        let what = format!("audit record `{action}` of {entity_id}");
        let record = eventually(&what, self.limits.audit, look).await?;
        println!("  audit: {}", pick_members(&record, RECORD));
        for name in ["old_values", "new_values"] {
            let (values, outcome) = (at(&record, &format!("/{name}")), at(&record, &format!("/{name}/outcome")));
            println!("    {name}: {} {}", pick_members(values, VALUES), pick_members(outcome, OUTCOME));
        }
        Ok(record)
    }

    /// Notifications of this type in the inbox of a person that contain this text, among the newest 100.
    pub async fn notifications_about(
        &self,
        of: &Person,
        kind: &str,
        about: impl Display,
    ) -> Result<Vec<Value>, String> {
        let (inbox, about) = (
            self.read_with_retries(of, format!("/api/v1/notifications/{}?limit=100", of.id)).await?,
            about.to_string(),
        );
        let matches = |item: &&Value| text(item, "/notification_type") == kind && item.to_string().contains(&about);
        Ok(array(&inbox, "/items").iter().filter(matches).cloned().collect())
    }

    /// Waits for exactly one notification of a type that contains this text, prints it and returns it.
    pub async fn expect_notification(&self, who: &Person, kind: &str, about: impl Display) -> Result<Value, String> {
        self.expect_notification_unless(who, kind, &about, async || Ok(false))
            .await?
            .ok_or_else(|| format!("{} has no notification about {about}", who.name))
    }

    /// Like [`Scenario::expect_notification`], for a recipient of many notifications of a type: `None` if the trace of the event
    /// shows that this one was collapsed into another.
    pub async fn expect_notification_or_collapse(
        &self,
        who: &Person,
        kind: &str,
        about: impl Display,
        event_id: &str,
    ) -> Result<Option<Value>, String> {
        let is_collapsed = async || {
            let path = format!("/api/v1/notifications/trace?event_id={event_id}");
            let trace = self.get(path).by(who).send().await?.body;
            let mut decisions = array(&trace, "/decisions").iter();
            Ok(decisions.any(|one| text(one, "/recipient_id") == who.id.to_string() && text(one, "/reason") == "storm"))
        };
        self.expect_notification_unless(who, kind, about, is_collapsed).await
    }

    /// Waits for exactly one notification, or for none while `excused` returns true: `None`.
    async fn expect_notification_unless(
        &self,
        who: &Person,
        kind: &str,
        about: impl Display,
        excused: impl AsyncFn() -> Result<bool, String>,
    ) -> Result<Option<Value>, String> {
        let what = format!("`{kind}` about {about} in the inbox of {}", who.name);
        let look = async || match self.notifications_about(who, kind, &about).await? {
            none if none.is_empty() => Ok(excused().await?.then_some(none)),
            notifications => Ok(Some(notifications)),
        };
        match eventually(&what, self.limits.message, look).await?.as_slice() {
            [] => {
                println!("  inbox of {}: collapsed into an earlier notification of this type", who.name);
                Ok(None)
            }
            [one] => {
                println!("  inbox of {}: {} ({})", who.name, text(one, "/title"), text(one, "/template"));
                println!("    {}", text(one, "/body").replace('\n', "\n    "));
                Ok(Some(one.clone()))
            }
            several => Err(format!("{} notifications instead of one: {what}", several.len())),
        }
    }

    /// Routing decisions and deliveries of a notification that its recipient may see.
    pub async fn notification_trace(&self, who: &Person, notification: &Value) -> Result<Value, String> {
        self.get(format!("/api/v1/notifications/{}/trace", id_of(notification))).by(who).expect(200).await
    }

    /// Waits until the notifications service lists an employee in a group, such as `role:hr` or `site:berlin`.
    pub async fn wait_until_in_group(&self, who: &Person, group: &str) -> Result<(), String> {
        let key = store::Key::new(format!("GROUP#{group}"), who.id.to_string());
        let table = self.cloud.table("NotificationsTable")?;
        let look = async || Ok(table.get(&key).await.map_err(|error| error.to_string())?.map(drop));
        eventually(&format!("{} in {group}", who.email), self.limits.message, look).await
    }

    /// Mails to a person whose subject or text contains this, oldest first; empty if the scenario has no mailbox.
    pub fn mails(&self, to: &Person, about: &str) -> Result<Vec<Value>, String> {
        let mut mails = self.mailbox.as_ref().map_or_else(|| Ok(Vec::new()), super::Mailbox::mails)?;
        mails.retain(|mail| is_mail_about(mail, &to.email, about));
        Ok(mails)
    }

    /// Waits for exactly one such mail, prints it and returns it; null if the scenario has no mailbox.
    pub async fn expect_mail(&self, to: &Person, about: &str) -> Result<Value, String> {
        if self.mailbox.is_none() {
            return Ok(Value::Null);
        }
        let what = format!("a mail to {} about {about}", to.email);
        let look = async || Ok((!self.mails(to, about)?.is_empty()).then_some(()));
        eventually(&what, self.limits.message, look).await?;
        tokio::time::sleep(DUPLICATE_WAIT).await;
        let mails = self.mails(to, about)?;
        let [mail] = mails.as_slice() else { return Err(format!("{} mails instead of one: {what}", mails.len())) };
        let to: Vec<_> = array(mail, "/to").iter().filter_map(Value::as_str).collect();
        println!("  mail to {}: {}", to.join(", "), text(mail, "/subject"));
        for line in text(mail, "/text").lines().filter(|line| !line.trim().is_empty()) {
            println!("    {line}");
        }
        Ok(mail.clone())
    }
}
