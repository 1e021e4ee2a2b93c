//! JSON log lines in the one format of the seed: `timestamp, service, level, request_id, user_id, action, status,
//! duration_ms, message`. No personal field ever enters one.

use std::{
    fmt,
    io::Write,
    sync::{Mutex, OnceLock, PoisonError},
};

use serde_json::{Map, Value};
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
    level_filters::LevelFilter,
};
use tracing_subscriber::{Layer, layer::Context, layer::SubscriberExt, util::SubscriberInitExt};

use crate::Environment;

/// What every line of one request carries. A Lambda process handles one request at a time.
#[derive(Debug, Clone, Default)]
pub struct LogContext {
    /// Follows the request through logs, events and audit.
    pub request_id: Option<String>,
    /// Who asked: an id, never a name.
    pub user_id: Option<String>,
}

static ABOUT: Mutex<Option<LogContext>> = Mutex::new(None);
static FUNCTION: OnceLock<&'static str> = OnceLock::new();

/// Says what the following lines are about.
pub fn set_context(about: LogContext) {
    *ABOUT.lock().unwrap_or_else(PoisonError::into_inner) = Some(about);
}

/// Lines go to standard output from now on; the level is `LOG_LEVEL` (default `info`).
pub(crate) fn init(function: &'static str) {
    let level = Environment::from_process().optional("LOG_LEVEL").and_then(|text| text.parse().ok());
    FUNCTION.get_or_init(|| function);
    let lines = JsonLayer { level: level.unwrap_or(LevelFilter::INFO) };
    // A second init (never in a function) keeps the first.
    drop(tracing_subscriber::registry().with(lines).try_init());
}

/// Writes one line to standard output, whole.
pub(crate) fn write_line(mut line: String) {
    line.push('\n');
    // Where standard output is gone there is nobody left to tell.
    drop(std::io::stdout().lock().write_all(line.as_bytes()));
}

struct JsonLayer {
    level: LevelFilter,
}

impl<S: Subscriber> Layer<S> for JsonLayer {
    fn enabled(&self, metadata: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        // What crates below us say is of use at debug level only.
        let ours =
            metadata.is_event() && !metadata.target().starts_with("aws_") && !metadata.target().contains("hyper");
        *metadata.level() <= self.level && (ours || self.level >= LevelFilter::DEBUG)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let about = ABOUT.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default();
        write_line(line(FUNCTION.get().copied().unwrap_or("muster"), *event.metadata().level(), about, fields.0));
    }
}

/// One line. Fields of the format first, in its order; whatever else was said comes after.
fn line(function: &str, level: Level, about: LogContext, mut fields: Map<String, Value>) -> String {
    let mut take = |name: &str| fields.remove(name).unwrap_or(Value::Null);
    let now = kernel::to_sortable_text(crate::Clock::now(&crate::SystemClock));
    let mut ordered = vec![
        ("timestamp", Value::from(now)),
        ("service", Value::from(function)),
        ("level", Value::from(level.as_str())),
        ("request_id", about.request_id.map_or(Value::Null, Value::from)),
        ("user_id", about.user_id.map_or(Value::Null, Value::from)),
        ("action", take("action")),
        ("status", take("status")),
        ("duration_ms", take("duration_ms")),
        ("message", take("message")),
    ];
    if ordered.iter().any(|(name, value)| *name == "action" && value.is_null()) {
        ordered.iter_mut().filter(|(name, _)| *name == "action").for_each(|(_, value)| *value = function.into());
    }
    let mut text = String::from("{");
    let rest = fields.iter().map(|(name, value)| (name.as_str(), value));
    for (name, value) in ordered.iter().map(|(name, value)| (*name, value)).chain(rest) {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&format!("{}:{value}", Value::from(name)));
    }
    text.push('}');
    text
}

#[derive(Default)]
struct Fields(Map<String, Value>);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), Value::from(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), Value::from(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.0.insert(field.name().to_owned(), Value::from(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.0.insert(field.name().to_owned(), Value::from(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.0.insert(field.name().to_owned(), Value::from(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_seeds_fields_in_the_seeds_order() {
        let fields = Map::from_iter([
            ("message".to_owned(), Value::from("Leave request created \"successfully\"")),
            ("status".to_owned(), Value::from("success")),
            ("duration_ms".to_owned(), Value::from(245)),
            ("code".to_owned(), Value::from("x")),
        ]);
        let about = LogContext { request_id: Some("req_abc123".into()), user_id: Some("emp_123".into()) };
        let line = line("leaves-create", Level::INFO, about, fields);
        let at: Vec<_> = [
            "timestamp",
            "service",
            "level",
            "request_id",
            "user_id",
            "action",
            "status",
            "duration_ms",
            "message",
            "code",
        ]
        .iter()
        .map(|name| line.find(&format!("\"{name}\":")).unwrap())
        .collect();
        assert!(at.is_sorted(), "{line}");
        let read: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read["duration_ms"], 245);
        assert_eq!(read["action"], "leaves-create");
    }
}
