//! JSON log lines with the fields `timestamp, service, level, request_id, user_id, action, status, duration_ms, message`, in this
//! order. Personal data is never logged.

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

/// Fields of every log line of one request. A Lambda process handles one request at a time.
#[derive(Debug, Clone, Default)]
pub struct LogContext {
    /// Id of the request or of the invocation.
    pub request_id: Option<String>,
    /// Employee id of the caller, or `system:` with the name of the job; none before the admission, and for messages.
    pub user_id: Option<String>,
}

static CONTEXT: Mutex<Option<LogContext>> = Mutex::new(None);
static FUNCTION: OnceLock<&'static str> = OnceLock::new();

/// Sets the request and user of the following log lines of this process.
pub fn set_context(context: LogContext) {
    *CONTEXT.lock().unwrap_or_else(PoisonError::into_inner) = Some(context);
}

/// Starts logging to standard output at the level `LOG_LEVEL` (default `info`).
pub(crate) fn init(function: &'static str) {
    let level = Environment::from_process().optional("LOG_LEVEL").and_then(|text| text.parse().ok());
    FUNCTION.get_or_init(|| function);
    let lines = JsonLayer { level: level.unwrap_or(LevelFilter::INFO) };
    // A second init keeps the first; functions call it once.
    drop(tracing_subscriber::registry().with(lines).try_init());
}

/// Writes one line to standard output in a single call.
pub(crate) fn write_line(mut line: String) {
    line.push('\n');
    // An error cannot be reported anywhere if standard output is closed.
    drop(std::io::stdout().lock().write_all(line.as_bytes()));
}

struct JsonLayer {
    level: LevelFilter,
}

impl<S: Subscriber> Layer<S> for JsonLayer {
    fn enabled(&self, metadata: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        // Lines of the AWS SDK and of hyper are useful at debug level only.
        let is_own =
            metadata.is_event() && !metadata.target().starts_with("aws_") && !metadata.target().contains("hyper");
        *metadata.level() <= self.level && (is_own || self.level >= LevelFilter::DEBUG)
    }

    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let context = CONTEXT.lock().unwrap_or_else(PoisonError::into_inner).clone().unwrap_or_default();
        write_line(log_line(FUNCTION.get().copied().unwrap_or("muster"), *event.metadata().level(), context, fields.0));
    }
}

/// JSON of a log line: the fixed fields first, in their order, then all other fields.
fn log_line(function: &str, level: Level, context: LogContext, mut fields: Map<String, Value>) -> String {
    let mut take = |name: &str| fields.remove(name).unwrap_or(Value::Null);
    let now = kernel::to_sortable_text(crate::Clock::now(&crate::SystemClock));
    let mut ordered = vec![
        ("timestamp", Value::from(now)),
        ("service", Value::from(function)),
        ("level", Value::from(level.as_str())),
        ("request_id", context.request_id.map_or(Value::Null, Value::from)),
        ("user_id", context.user_id.map_or(Value::Null, Value::from)),
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
    fn log_line_has_the_fixed_fields_in_order() {
        let fields = Map::from_iter([
            ("message".to_owned(), Value::from("Leave request created \"successfully\"")),
            ("status".to_owned(), Value::from("success")),
            ("duration_ms".to_owned(), Value::from(245)),
            ("code".to_owned(), Value::from("x")),
        ]);
        let context = LogContext { request_id: Some("req_abc123".into()), user_id: Some("emp_123".into()) };
        let line = log_line("leaves-create", Level::INFO, context, fields);
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
