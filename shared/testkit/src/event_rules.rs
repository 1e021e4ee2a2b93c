//! EventBridge rules of the templates, which select the events of each consumer.

use serde_json::Value;
use yaml_rust2::Yaml;

use crate::template::{resources, yaml_items};

/// Rule of the event bus, with the function that reads its queue.
#[derive(Debug, Clone)]
pub struct EventRule {
    /// Name of the function, such as `audit-on-event`.
    pub function: String,
    pattern: Yaml,
}

/// Rules (`AWS::Events::Rule`) of the templates, each with the function that reads its queue. Rules without one are
/// left out.
pub fn event_rules() -> Vec<EventRule> {
    let all: Vec<_> = resources().collect();
    let target =
        |rule: &Yaml| yaml_items(&rule["Properties"]["Targets"]).find_map(|target| queue_of_arn(&target["Arn"]));
    let reader = |wanted: &str| {
        all.iter().find(|(_, resource)| {
            queue_of_arn(&resource["Properties"]["Events"]["Queue"]["Properties"]["Queue"]).as_deref() == Some(wanted)
        })
    };
    let of_bus = all.iter().filter(|(_, resource)| resource["Type"].as_str() == Some("AWS::Events::Rule"));
    let rule = |(_, rule): &(&str, &Yaml)| {
        let (_, function) = reader(&target(rule)?)?;
        let zip = function["Properties"]["CodeUri"].as_str()?;
        let function = zip.rsplit('/').nth(1)?.to_owned();
        Some(EventRule { function, pattern: rule["Properties"]["EventPattern"].clone() })
    };
    of_bus.filter_map(rule).collect()
}

/// Name of the queue in `Queue.Arn`, which stands for `!GetAtt Queue.Arn`.
fn queue_of_arn(at: &Yaml) -> Option<String> {
    at.as_str().and_then(|text| text.strip_suffix(".Arn")).map(str::to_owned)
}

impl EventRule {
    /// Whether the rule selects an entry of the bus (`Source`, `DetailType`, `Detail`).
    ///
    /// # Panics
    /// If the pattern contains an operator that is not supported here.
    pub fn matches(&self, entry: &Value) -> bool {
        let event = serde_json::json!({
            "source": entry["Source"], "detail-type": entry["DetailType"], "detail": entry["Detail"],
        });
        let parts = self.pattern.as_hash().into_iter().flatten();
        let mut wanted = parts.map(|(name, part)| (name.as_str().unwrap_or_default(), part));
        wanted.all(|(name, part)| name == "account" || pattern_matches(part, event.get(name).unwrap_or(&Value::Null)))
    }
}

/// Whether a pattern matches a value: a list if one of its values does, an object if all its members do.
#[expect(clippy::panic, reason = "a test helper")]
fn pattern_matches(pattern: &Yaml, value: &Value) -> bool {
    match pattern {
        Yaml::Array(any) => any.iter().any(|one| match one {
            Yaml::String(text) => value.as_str() == Some(text),
            Yaml::Hash(_) => match one["exists"].as_bool() {
                Some(exists) => exists == (!value.is_null() && !value.is_object()),
                None => panic!("unsupported pattern {one:?}"),
            },
            other => panic!("unsupported pattern {other:?}"),
        }),
        Yaml::Hash(members) => members.iter().all(|(name, part)| {
            pattern_matches(part, value.get(name.as_str().unwrap_or_default()).unwrap_or(&Value::Null))
        }),
        other => panic!("unsupported pattern {other:?}"),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn rules_select_the_events_of_their_consumers() {
        let rules = event_rules();
        let consumers = |entry: Value| {
            let names = rules.iter().filter(|rule| rule.matches(&entry)).map(|rule| rule.function.as_str());
            names.collect::<std::collections::BTreeSet<_>>()
        };
        let request = consumers(json!({"Source": "muster", "DetailType": "leave.request_created", "Detail": {}}));
        assert!(
            request.is_superset(&["audit-on-event", "notifications-on-event", "compliance-on-event"].into()),
            "{request:?}"
        );
        let foreign = consumers(json!({"Source": "aws.s3", "DetailType": "leave.request_created", "Detail": {}}));
        assert_eq!(foreign, ["audit-on-event"].into(), "every event on the bus is audited");
    }
}
