//! Asking inboxes, and why something is or is not in them.

use std::time::Duration;

use serde_json::Value;

use super::{
    cloud::{Cloud, eventually},
    people::Someone,
};

/// No notification may take longer from the request to the inbox.
const TOLD_WITHIN: Duration = Duration::from_secs(30);

impl Cloud {
    /// Everything in somebody's inbox of a type that is about this.
    pub(crate) async fn inbox(&self, of: &Someone, kind: &str, about: &str) -> Vec<Value> {
        let answer = self.get(format!("/api/v1/notifications/{}?limit=100", of.id)).by(of).await.expect(200);
        let items = answer["items"].as_array().expect("items").clone();
        let mine = |item: &Value| item["notification_type"] == kind && item.to_string().contains(about);
        items.into_iter().filter(mine).collect()
    }

    /// The one such notification, once it is there.
    pub(crate) async fn told(&self, who: &Someone, kind: &str, about: &str) -> Value {
        let what = format!("`{kind}` about {about} in the inbox of {}", who.email);
        let look = async || Some(self.inbox(who, kind, about).await).filter(|found| !found.is_empty());
        let (mut found, took) = eventually(&what, TOLD_WITHIN, look).await;
        eprintln!("{what} after {} ms", took.as_millis());
        assert_eq!(found.len(), 1, "exactly one: {found:#?}");
        found.remove(0)
    }

    /// What became of a notification, as its recipient may know it.
    pub(crate) async fn trace(&self, who: &Someone, notification: &Value) -> Value {
        let id = notification["id"].as_str().expect("an id");
        self.get(format!("/api/v1/notifications/{id}/trace")).by(who).await.expect(200)
    }

    /// Waits until those who were hired just now are known to be who they are: whoever belongs to HR hears what HR hears.
    pub(crate) async fn is_audience(&self, who: &Someone, group: &str) {
        let key = store::Key::new(format!("GROUP#{group}"), who.id.to_string());
        let table = self.table("NotificationsTable");
        let look = async || table.get(&key).await.expect("the table can be read").map(drop);
        eventually(&format!("{} in {group}", who.email), TOLD_WITHIN, look).await;
    }
}
