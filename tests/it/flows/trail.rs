//! Asking the audit trail.

use std::time::Duration;

use serde_json::Value;

use super::{
    cloud::{Cloud, eventually},
    people::Someone,
};

/// No change may take longer from its answer to the audit trail.
pub(crate) const AUDITED_WITHIN: Duration = Duration::from_secs(5);

impl Cloud {
    /// Everything recorded of one entity, as somebody may read it.
    pub(crate) async fn trail(&self, by: &Someone, entity_id: &str) -> Vec<Value> {
        self.trail_of(by, &format!("entity_id={entity_id}")).await
    }

    /// Every record that a query finds, page by page.
    pub(crate) async fn trail_of(&self, by: &Someone, query: &str) -> Vec<Value> {
        let (mut records, mut page) = (Vec::new(), String::new());
        loop {
            let answer = self.get(format!("/api/v1/audit-logs?{query}&limit=100{page}")).by(by).await.expect(200);
            records.extend(answer["items"].as_array().expect("items").iter().cloned());
            match answer["next_cursor"].as_str() {
                Some(cursor) => page = format!("&cursor={cursor}"),
                None => return records,
            }
        }
    }

    /// The first record of one entity with this action; prints how long it took to come.
    pub(crate) async fn recorded(&self, by: &Someone, entity_id: &str, action: &str) -> Value {
        self.recorded_within(by, entity_id, action, AUDITED_WITHIN).await
    }

    /// As [`Cloud::recorded`], with another deadline.
    pub(crate) async fn recorded_within(&self, by: &Someone, entity_id: &str, action: &str, within: Duration) -> Value {
        let what = format!("`{action}` of {entity_id} in the audit trail");
        let look = async || self.trail(by, entity_id).await.into_iter().find(|record| record["action"] == action);
        let (record, took) = eventually(&what, within, look).await;
        eprintln!("{action}: audited after {} ms", took.as_millis());
        record
    }
}
