//! HTTP requests to endpoints: a builder, and the response read as JSON.

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

/// Default IP address of the client.
const CLIENT_IP: &str = "192.0.2.10";

/// Response of an endpoint.
#[derive(Debug, Clone)]
pub struct TestResponse {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// Body as JSON, as a string if it is not JSON, or null if it is empty.
    pub body: Value,
}

impl TestResponse {
    /// Value of a header; empty if it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Problem code of a refusal, such as `not_found`; empty for a success.
    pub fn problem(&self) -> &str {
        self.body.get("type").and_then(Value::as_str).and_then(|kind| kind.rsplit('/').next()).unwrap_or_default()
    }

    /// Pointers of all `errors[]`, in order.
    pub fn pointers(&self) -> Vec<&str> {
        let errors = self.body.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        errors.iter().filter_map(|error| error.get("pointer").and_then(Value::as_str)).collect()
    }
}

/// Builder of a request. Awaiting it sends the request.
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
    /// Sends a request and asserts that it is refused with this status, problem code and pointers, and stores nothing.
    ///
    /// # Panics
    /// If one of the assertions fails.
    pub async fn refused(
        &self,
        request: TestRequest<'_>,
        status: u16,
        problem: &str,
        pointers: &[&str],
    ) -> TestResponse {
        let before = self.snapshot().await;
        let response = request.await;
        assert_eq!((response.status.as_u16(), response.problem()), (status, problem), "{}", response.body);
        assert_eq!(response.pointers(), pointers, "{}", response.body);
        assert!(before == self.snapshot().await, "a refused request must store nothing");
        response
    }

    /// Request with any method.
    pub fn request<'a>(&'a self, app: &'a Router, method: Method, path: impl ToString) -> TestRequest<'a> {
        let (path, ip) = (path.to_string(), CLIENT_IP.to_owned());
        TestRequest { world: self, app, method, path, headers: Vec::new(), body: None, ip }
    }

    pub fn get<'a>(&'a self, app: &'a Router, path: impl ToString) -> TestRequest<'a> {
        self.request(app, Method::GET, path)
    }

    /// `POST` with a JSON body.
    pub fn post<'a>(&'a self, app: &'a Router, path: impl ToString, body: Value) -> TestRequest<'a> {
        self.request(app, Method::POST, path).json(&body)
    }

    /// `PUT` with a JSON body.
    pub fn put<'a>(&'a self, app: &'a Router, path: impl ToString, body: Value) -> TestRequest<'a> {
        self.request(app, Method::PUT, path).json(&body)
    }

    pub fn delete<'a>(&'a self, app: &'a Router, path: impl ToString) -> TestRequest<'a> {
        self.request(app, Method::DELETE, path)
    }

    /// Sends a request with an optional token and body; returns status, headers and body.
    pub async fn call(
        &self,
        app: &Router,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> (StatusCode, HeaderMap, Value) {
        let mut request = self.request(app, method, path);
        if let Some(token) = token {
            request = request.token(token);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let response = request.await;
        (response.status, response.headers, response.body)
    }
}

impl TestRequest<'_> {
    /// Adds a valid token of this person.
    #[must_use]
    pub fn signed_in_as(self, person: &Person) -> Self {
        let token = self.world.token(person);
        self.token(&token)
    }

    /// Adds this token, valid or not.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").text(&body.to_string())
    }

    /// Sets a body without a content type.
    #[must_use]
    pub fn text(mut self, body: &str) -> Self {
        self.body = Some(body.to_owned());
        self
    }

    /// Sets the IP address of the client.
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
        .expect("a gateway context");
        let mut request = Request::builder().method(self.method).uri(&self.path);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request
            .extension(RequestContext::ApiGatewayV2(context))
            .body(self.body.map_or_else(Body::empty, Body::from))
            .expect("a request");
        let response = self.app.clone().oneshot(request).await.expect("an endpoint always responds");
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

/// JSON object `body` with the members of `fields` set, or removed where they are null. Nested objects are replaced as a whole.
///
/// # Panics
/// If `body` or `fields` is no object.
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
