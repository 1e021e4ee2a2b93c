//! HTTP API client, and the people who call the API, signed in at their first call.

use std::{fmt::Display, time::Duration};

use aws_smithy_http_client::{
    Connector,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::{
    client::{http::HttpConnector, orchestrator::HttpRequest},
    http::Headers,
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};
use kernel::{DepartmentId, EmployeeId};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use super::json::text;
use crate::cloud::{USER_AGENT, authority, host, is_local_url};

/// Time limit of one exchange, from the name lookup to the last byte, long enough for a cold start.
const TIMEOUT: Duration = Duration::from_secs(30);
/// Most characters of a response body that are printed.
const PRINTED_MAX: usize = 400;

/// HTTP API at a base URL.
#[derive(Debug)]
pub struct Api {
    url: String,
    connector: Connector,
}

/// Response to a request.
#[derive(Debug, Default)]
pub struct Answer {
    pub status: u16,
    /// Body as JSON; a string if it is not JSON, null if it is empty.
    pub body: Value,
    pub headers: Headers,
    /// Method and path of the request.
    pub request: String,
}

/// Request that is being built.
#[derive(Debug)]
pub struct Call<'a> {
    api: &'a Api,
    method: &'static str,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    person: Option<&'a Person>,
}

/// Employee with an account.
#[derive(Debug)]
pub struct Person {
    pub id: EmployeeId,
    pub department: DepartmentId,
    /// Employee code, such as `E1001`.
    pub code: String,
    /// Given and family name.
    pub name: String,
    /// E-mail address, also the login name.
    pub email: String,
    pub password: String,
    /// Response of the login, set at the first sign-in.
    pub session: OnceCell<Value>,
}

impl Api {
    /// Client of the API at a URL. Plain `http://` is accepted for this machine only.
    pub fn new(url: &str) -> Result<Self, String> {
        let builder = Connector::builder();
        let connector = if url.starts_with("https://") {
            builder.tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build()
        } else if is_local_url(url) {
            builder.build_http()
        } else {
            return Err(format!("The API URL {url} must begin with https:// or point to this machine."));
        };
        Ok(Self { url: url.trim_end_matches('/').to_owned(), connector })
    }

    /// Request with a JSON body or without a body, not yet sent.
    pub fn call(&self, method: &'static str, path: impl Display, body: Option<&Value>) -> Call<'_> {
        let call =
            Call { api: self, method, path: path.to_string(), headers: Vec::new(), body: Vec::new(), person: None };
        match body {
            Some(body) => call.header("content-type", "application/json").with_body(body.to_string().into_bytes()),
            None => call,
        }
    }

    async fn send(&self, request: HttpRequest) -> Result<Answer, String> {
        let response = self.connector.call(request).await.map_err(|error| format!("{error:?}"))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes =
            ByteStream::new(response.into_body()).collect().await.map_err(|error| error.to_string())?.into_bytes();
        let text = || (!bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).into_owned().into());
        let body = serde_json::from_slice(&bytes).ok().or_else(text).unwrap_or_default();
        Ok(Answer { status, body, headers, request: String::new() })
    }
}

impl<'a> Call<'a> {
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Display) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    #[must_use]
    pub fn with_body(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    /// Sets the access token.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        self.header("authorization", format!("Bearer {token}"))
    }

    /// Sends the request as this person, who signs in first if necessary.
    #[must_use]
    pub const fn by(mut self, person: &'a Person) -> Self {
        self.person = Some(person);
        self
    }

    #[must_use]
    pub fn idempotency_key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    /// Sends the request and returns the response, whatever its status. Fails only without a response.
    pub async fn send(self) -> Result<Answer, String> {
        match self.person {
            Some(person) => {
                let session = person.sign_in(self.api).await?;
                self.token(text(session, "/access_token")).send_as_built().await
            }
            None => self.send_as_built().await,
        }
    }

    /// Sends the request, checks the status and returns the body.
    pub async fn expect(self, status: u16) -> Result<Value, String> {
        self.send().await?.expect(status)
    }

    /// Like [`Call::expect`], and prints the request and the response.
    pub async fn expect_and_print(self, status: u16) -> Result<Value, String> {
        let key = self.headers.iter().find(|(name, _)| name == "idempotency-key");
        let key = key.map(|(_, key)| format!(" (Idempotency-Key: {key})")).unwrap_or_default();
        let name = self.person.map_or("anonymous", |person| &person.name);
        println!("  {name}: {} {}{key}", self.method, self.path);
        if !self.body.is_empty() {
            println!("    {}", String::from_utf8_lossy(&self.body));
        }
        let answer = self.send().await?;
        let body = answer.body.to_string();
        let end = body.char_indices().nth(PRINTED_MAX).map(|(end, _)| end);
        println!(
            "  {} {}{}",
            answer.status,
            body.get(..end.unwrap_or(body.len())).unwrap_or_default(),
            end.map_or("", |_| " ...")
        );
        answer.expect(status)
    }

    /// Sends the request without a sign-in, and fails after [`TIMEOUT`].
    async fn send_as_built(self) -> Result<Answer, String> {
        let (api, what) = (self.api, format!("{} {}", self.method, self.path));
        match tokio::time::timeout(TIMEOUT, async { api.send(self.into_http_request()?).await }).await {
            Ok(Ok(answer)) => Ok(Answer { request: what, ..answer }),
            Ok(Err(error)) => Err(format!("{what}: {error}")),
            Err(_) => Err(format!("{what}: no response within {} s", TIMEOUT.as_secs())),
        }
    }

    /// Request of the HTTP client. A local name is replaced by its address.
    fn into_http_request(self) -> Result<HttpRequest, String> {
        let mut request = HttpRequest::new(SdkBody::from(self.body));
        request.set_method(self.method).map_err(|error| error.to_string())?;
        let (url, authority) = (&self.api.url, authority(&self.api.url));
        // Not every resolver resolves names under `localhost`.
        let target = if is_local_url(url) { url.replacen(host(authority), "127.0.0.1", 1) } else { url.clone() };
        request.set_uri(format!("{target}{}", self.path)).map_err(|error| error.to_string())?;
        let headers = request.headers_mut();
        headers.insert("host", authority.to_owned());
        headers.insert("user-agent", USER_AGENT);
        for (name, value) in self.headers {
            headers.insert(name, value);
        }
        Ok(request)
    }
}

impl Person {
    pub(super) fn new(person: &directory::Person, password: &str) -> Self {
        Self {
            id: person.id,
            department: person.department_id,
            code: person.employee_code.clone(),
            name: format!("{} {}", person.first_name, person.last_name),
            email: person.email.clone(),
            password: password.to_owned(),
            session: OnceCell::new(),
        }
    }

    /// Request body of a login.
    pub fn login_body(&self) -> Value {
        json!({"login": self.email, "password": self.password})
    }

    /// Signs in at the first call and returns the login response with both tokens.
    pub async fn sign_in(&self, api: &Api) -> Result<&Value, String> {
        let login = || async {
            let answer = api.call("POST", "/api/v1/auth/login", Some(&self.login_body())).send_as_built().await?;
            answer.expect(200).map_err(|error| format!("{} cannot sign in: {error}", self.email))
        };
        self.session.get_or_try_init(login).await
    }
}

impl Answer {
    /// Checks the status and returns the body.
    pub fn expect(self, status: u16) -> Result<Value, String> {
        if self.status == status {
            Ok(self.body)
        } else {
            Err(format!("{} returned {} instead of {status}: {}", self.request, self.status, self.body))
        }
    }

    /// Problem code, the last part of the problem's type, such as `not_found`.
    pub fn problem_code(&self) -> &str {
        text(&self.body, "/type").rsplit('/').next().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_accepted_for_localhost_names_only() {
        let api = Api::new("http://abc.execute-api.localhost:4566").unwrap();
        let request = api.call("GET", "/api/v1/auth/me", None).token("token").into_http_request().unwrap();
        assert_eq!(request.uri(), "http://127.0.0.1:4566/api/v1/auth/me");
        assert_eq!(request.headers().get("host"), Some("abc.execute-api.localhost:4566"));
        assert_eq!(request.headers().get("authorization"), Some("Bearer token"));
        assert!(Api::new("http://example.com").is_err());
        assert!(Api::new("https://example.com").is_ok());
    }
}
