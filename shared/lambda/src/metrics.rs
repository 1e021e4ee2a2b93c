//! Metrics in the CloudWatch embedded metric format: one JSON log line, without a call to any service.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::log::write_line;

/// CloudWatch namespace of all metrics.
const NAMESPACE: &str = "Muster";

/// Unit of a metric in CloudWatch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Number of occurrences.
    Count,
    /// Duration in milliseconds.
    Milliseconds,
}

impl Unit {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Count => "Count",
            Self::Milliseconds => "Milliseconds",
        }
    }
}

/// Emits metrics with the dimension `function`; each has a name, a unit and a value.
pub fn emit(function: &str, at: Timestamp, metrics: &[(&str, Unit, i64)]) {
    write_line(metric_line(("function", function), at, metrics));
}

/// Emits the number of published events of a type, such as `leave.request_created`.
pub fn count_event(event_type: &str, at: Timestamp, times: i64) {
    write_line(metric_line(("event", event_type), at, &[("occurrences", Unit::Count, times)]));
}

fn metric_line((dimension, value): (&str, &str), at: Timestamp, metrics: &[(&str, Unit, i64)]) -> String {
    let named: Vec<_> = metrics.iter().map(|(name, unit, _)| json!({"Name": name, "Unit": unit.as_str()})).collect();
    let directive = json!({"Namespace": NAMESPACE, "Dimensions": [[dimension]], "Metrics": named});
    let mut root = Map::new();
    root.insert("_aws".to_owned(), json!({"Timestamp": at.as_millisecond(), "CloudWatchMetrics": [directive]}));
    root.insert(dimension.to_owned(), Value::from(value));
    root.extend(metrics.iter().map(|(name, _, value)| ((*name).to_owned(), Value::from(*value))));
    Value::Object(root).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_line_is_in_embedded_metric_format() {
        let at = Timestamp::from_second(1_704_882_645).unwrap();
        let line = metric_line(("function", "leaves-create"), at, &[("requests", Unit::Count, 1)]);
        let line: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(line["requests"], 1);
        assert_eq!(line["_aws"]["Timestamp"], 1_704_882_645_000_i64);
        assert_eq!(line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"], "requests");
        assert_eq!(line["_aws"]["CloudWatchMetrics"][0]["Dimensions"][0][0], "function");
    }
}
