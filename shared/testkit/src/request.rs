//! Asking an endpoint as a client would: a request built step by step, an answer read as JSON.

use std::{
    future::{Future, IntoFuture},
    pin::Pin,
};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode},
};
use directory::Person;
use lambda_http::{aws_lambda_events::apigw::ApiGatewayV2httpRequestContext, request::RequestContext};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::World;

/// The address that requests come from unless told.
const CLIENT_IP: &str = "192.0.2.10";

/// What came back.
#[derive(Debug, Clone)]
pub struct TestResponse {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// The body as JSON; a text where it is none; null where there is none.
    pub body: Value,
}

impl TestResponse {
    /// A header as text; empty when missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The end of the problem's type: `not_found`.
    pub fn problem(&self) -> &str {
        self.body.get("type").and_then(Value::as_str).and_then(|kind| kind.rsplit('/').next()).unwrap_or_default()
    }

    /// The pointers of all `errors[]`, in order.
    pub fn pointers(&self) -> Vec<&str> {
        let errors = self.body.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        errors.iter().filter_map(|error| error.get("pointer").and_then(Value::as_str)).collect()
    }
}

/// A request being put together; awaiting it sends it.
#[derive(Debug)]
pub struct TestRequest<'a> {
    world: &'a World,
    app: &'a Router,
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
    ip: String,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("World")
    }
}

impl World {
    /// Sends a request and insists that it is refused so, names these places, and leaves everything as it was.
    ///
    /// # Panics
    /// When it is not.
    pub async fn refused(&self, ask: TestRequest<'_>, status: u16, problem: &str, pointers: &[&str]) -> TestResponse {
        let before = self.snapshot().await;
        let answer = ask.await;
        assert_eq!((answer.status.as_u16(), answer.problem()), (status, problem), "{}", answer.body);
        assert_eq!(answer.pointers(), pointers, "{}", answer.body);
        assert!(before == self.snapshot().await, "a refusal stores nothing");
        answer
    }

    /// Any request.
    pub fn request<'a>(&'a self, app: &'a Router, method: Method, path: impl ToString) -> TestRequest<'a> {
        let (path, ip) = (path.to_string(), CLIENT_IP.to_owned());
        TestRequest { world: self, app, method, path, headers: Vec::new(), body: None, ip }
    }

    pub fn get<'a>(&'a self, app: &'a Router, path: impl ToString) -> TestRequest<'a> {
        self.request(app, Method::GET, path)
    }

    /// A `POST` of JSON.
    pub fn post<'a>(&'a self, app: &'a Router, path: impl ToString, body: Value) -> TestRequest<'a> {
        self.request(app, Method::POST, path).json(&body)
    }

    /// A `PUT` of JSON.
    pub fn put<'a>(&'a self, app: &'a Router, path: impl ToString, body: Value) -> TestRequest<'a> {
        self.request(app, Method::PUT, path).json(&body)
    }

    pub fn delete<'a>(&'a self, app: &'a Router, path: impl ToString) -> TestRequest<'a> {
        self.request(app, Method::DELETE, path)
    }

    /// All in one: method, path, token and body.
    pub async fn call(
        &self,
        app: &Router,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> (StatusCode, HeaderMap, Value) {
        let mut ask = self.request(app, method, path);
        if let Some(token) = token {
            ask = ask.token(token);
        }
        if let Some(body) = body {
            ask = ask.json(body);
        }
        let answer = ask.await;
        (answer.status, answer.headers, answer.body)
    }
}

impl TestRequest<'_> {
    /// Signed in as this person, with a good token.
    #[must_use]
    pub fn signed_in_as(self, person: &Person) -> Self {
        let token = self.world.token(person);
        self.token(&token)
    }

    /// With this token, good or bad.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// With one more header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").text(&body.to_string())
    }

    /// With any body and no content type of its own.
    #[must_use]
    pub fn text(mut self, body: &str) -> Self {
        self.body = Some(body.to_owned());
        self
    }

    /// From this address.
    #[must_use]
    pub fn from_ip(mut self, ip: &str) -> Self {
        ip.clone_into(&mut self.ip);
        self
    }

    #[expect(clippy::expect_used, reason = "a test helper")]
    async fn send(self) -> TestResponse {
        let context: ApiGatewayV2httpRequestContext = serde_json::from_value(json!({
            "http": {"method": self.method.as_str(), "path": self.path, "sourceIp": self.ip, "userAgent": "testkit"},
            "requestId": "req-test",
            "timeEpoch": 0,
        }))
        .expect("a gateway's context");
        let mut request = Request::builder().method(self.method).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request
            .extension(RequestContext::ApiGatewayV2(context))
            .body(self.body.map_or_else(Body::empty, Body::from))
            .expect("a request");
        let response = self.app.clone().oneshot(request).await.expect("an endpoint always answers");
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a whole body");
        let body = match serde_json::from_slice(&bytes) {
            Ok(value) => value,
            Err(_) if bytes.is_empty() => Value::Null,
            Err(_) => Value::String(String::from_utf8_lossy(&bytes).into_owned()),
        };
        TestResponse { status: parts.status, headers: parts.headers, body }
    }
}

impl<'a> IntoFuture for TestRequest<'a> {
    type Output = TestResponse;
    type IntoFuture = Pin<Box<dyn Future<Output = TestResponse> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// `body` with these members set, or removed where null.
///
/// # Panics
/// When one of them is no object.
#[expect(clippy::expect_used, reason = "a test helper")]
pub fn with(mut body: Value, fields: Value) -> Value {
    let members = body.as_object_mut().expect("an object");
    for (name, value) in fields.as_object().expect("an object").clone() {
        if value.is_null() {
            members.remove(&name);
        } else {
            members.insert(name, value);
        }
    }
    body
}
