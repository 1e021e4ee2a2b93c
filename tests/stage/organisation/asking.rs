//! Requests to any row: a path about somebody, a body from the sample event.

use access::OPERATIONS;
use access::{Method, Operation};
use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use directory::Person;
use serde_json::Value;
use testkit::{Answer, Ask};
use tower::ServiceExt;

use super::Organisation;
use crate::repo::read;

/// Queries that a row cannot do without.
const NEEDED: &[(&str, &str)] = &[
    ("attendance-absenteeism", "month=2024-06&department={department_id}"),
    ("attendance-export", "month=2024-06&department={department_id}"),
    ("attendance-late-arrivals", "from=2024-06-01&to=2024-06-30"),
    ("attendance-monthly", "month=2024-06"),
    ("attendance-overtime", "from=2024-06-01&to=2024-06-30"),
    ("attendance-process", "from=2024-06-06&to=2024-06-07"),
    ("leaves-calendar", "from=2024-06-10&to=2024-08-31"),
    ("leave-balances-explain", "leave_type=annual"),
    ("notifications-trace-list", "event_id={event_id}"),
];

/// A path with one more parameter, or the same one with another value.
pub fn with_query(path: &str, name: &str, value: &str) -> String {
    let (bare, query) = path.split_once('?').unwrap_or((path, ""));
    let others = query.split('&').filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name));
    let pairs: Vec<_> = others.map(str::to_owned).chain([format!("{name}={value}")]).collect();
    format!("{bare}?{}", pairs.join("&"))
}

impl Organisation {
    /// The path of a row, about the foreigner.
    pub fn foreign_path(&self, row: &Operation) -> String {
        self.path_about(row, &self.foreigner)
    }

    /// The path of a row, about this person, with the parameters that it cannot do without; what is no person's is what
    /// the foreigner has to do with.
    pub fn path_about(&self, row: &Operation, person: &Person) -> String {
        let part = |part: &str| match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
            None => part.to_owned(),
            Some("employee_id" | "user_id") => person.id.to_string(),
            Some(name) => {
                let own = self.owned.iter().find(|((known, owner), _)| *known == name && *owner == person.id);
                let value = own.map(|(_, value)| value).or_else(|| self.foreign.get(name));
                value.unwrap_or_else(|| panic!("no {name} on the stage: add one")).clone()
            }
        };
        let path = row.path.split('/').map(part).collect::<Vec<_>>().join("/");
        match NEEDED.iter().find(|(name, _)| *name == row.name) {
            Some((_, query)) => format!("{path}?{}", self.filled(query, person)),
            None => path,
        }
    }

    /// A query with what it names of a person in its place.
    fn filled(&self, query: &str, person: &Person) -> String {
        let event = self.owned.get(&("event_id", person.id)).or_else(|| self.foreign.get("event_id"));
        let query = query.replace("{event_id}", event.map_or("", String::as_str));
        query.replace("{department_id}", &person.department_id.to_string())
    }

    /// A request to a row, with the body of its sample event where it takes one.
    pub fn ask(&self, row: &Operation, path: &str) -> Ask<'_> {
        let ask = self.world.ask(self.app(row), method(row), path);
        match sample_body(row) {
            Value::Null => ask,
            body => ask.json(&body),
        }
    }

    /// A request whose body is any bytes.
    pub async fn raw(
        &self,
        row: &Operation,
        by: Option<&Person>,
        content_type: Option<&str>,
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(method(row)).uri(self.foreign_path(row));
        if let Some(person) = by {
            request = request.header("authorization", format!("Bearer {}", self.world.token(person)));
        }
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let response = self.app(row).clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: serde_json::from_slice(&bytes).unwrap_or_default(),
        }
    }
}

/// The row of an operation.
pub fn row(operation: &str) -> &'static Operation {
    OPERATIONS.iter().find(|row| row.name == operation).unwrap_or_else(|| panic!("no endpoint {operation}"))
}

/// The method of a row as HTTP has it.
pub fn method(row: &Operation) -> http::Method {
    match row.method {
        Method::Get => http::Method::GET,
        Method::Post => http::Method::POST,
        Method::Put => http::Method::PUT,
        Method::Delete => http::Method::DELETE,
    }
}

/// The body of `events/<operation>.json`; null where there is none.
pub fn sample_body(row: &Operation) -> Value {
    let event: Value = serde_json::from_str(&read(&format!("events/{}.json", row.name))).unwrap();
    event["body"].as_str().map_or(Value::Null, |body| serde_json::from_str(body).unwrap())
}
