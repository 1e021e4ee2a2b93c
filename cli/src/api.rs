//! The HTTP API as any client calls it.

use std::time::Duration;

use aws_smithy_http_client::{
    Connector,
    tls::{Provider, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::{http::HttpConnector, orchestrator::HttpRequest};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};
use serde_json::Value;

/// One call, from the name lookup to the last byte. An emulated function may be starting.
const TIMEOUT: Duration = Duration::from_secs(30);

/// An API.
#[derive(Debug)]
pub(crate) struct Api {
    url: String,
    connector: Connector,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The body as JSON; null where it is none.
    pub(crate) body: Value,
    /// When to ask again, where the answer says so.
    pub(crate) retry_after: Option<Duration>,
}

impl Api {
    /// The API at a URL; `http://` is for this very machine only.
    ///
    /// # Errors
    /// For any other URL.
    pub(crate) fn at(url: &str) -> Result<Self, String> {
        let builder = Connector::builder();
        let connector = if url.starts_with("https://") {
            builder.tls_provider(Provider::Rustls(CryptoMode::AwsLc)).build()
        } else if authority(url).is_some_and(|authority| on_this_machine(host(authority))) {
            builder.build_http()
        } else {
            return Err(format!("{url} is neither https:// nor on this machine."));
        };
        Ok(Self { url: url.trim_end_matches('/').to_owned(), connector })
    }

    /// Sends one request by somebody who has signed in, or by nobody.
    ///
    /// # Errors
    /// When no answer comes.
    pub(crate) async fn call(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<&Value>,
    ) -> Result<Answer, String> {
        let token = token.map(|token| ("authorization".to_owned(), format!("Bearer {token}")));
        self.call_with(method, path, &Vec::from_iter(token), body).await
    }

    /// Sends one request with headers of one's own.
    ///
    /// # Errors
    /// When no answer comes.
    pub(crate) async fn call_with(
        &self,
        method: &str,
        path: &str,
        headers: &[(String, String)],
        body: Option<&Value>,
    ) -> Result<Answer, String> {
        let what = format!("{method} {path}");
        let request = self.request(method, path, headers, body).map_err(|error| format!("{what}: {error}"))?;
        let answered = tokio::time::timeout(TIMEOUT, self.send(request)).await;
        answered
            .unwrap_or_else(|_| Err(format!("no answer in {} s", TIMEOUT.as_secs())))
            .map_err(|error| format!("{what}: {error}"))
    }

    /// Sends one request by somebody who has signed in, and insists on the status of the answer.
    ///
    /// # Errors
    /// When no answer comes, or another.
    pub(crate) async fn ask(
        &self,
        method: &str,
        path: &str,
        token: &str,
        body: Option<&Value>,
        status: u16,
    ) -> Result<Value, String> {
        let answer = self.call(method, path, Some(token), body).await?;
        if answer.status == status {
            Ok(answer.body)
        } else {
            Err(format!("{method} {path} answered {}, not {status}: {}", answer.status, answer.body))
        }
    }

    fn request(
        &self,
        method: &str,
        path: &str,
        own: &[(String, String)],
        body: Option<&Value>,
    ) -> Result<HttpRequest, String> {
        let body_of = |body: &Value| SdkBody::from(body.to_string());
        let mut request = HttpRequest::new(body.map_or_else(SdkBody::empty, body_of));
        request.set_method(method).map_err(|error| error.to_string())?;
        let authority = authority(&self.url).unwrap_or_default();
        // Not every resolver knows that names under `localhost` are this machine.
        let local = on_this_machine(host(authority));
        let target = if local { self.url.replacen(host(authority), "127.0.0.1", 1) } else { self.url.clone() };
        request.set_uri(format!("{target}{path}")).map_err(|error| error.to_string())?;
        let headers = request.headers_mut();
        headers.insert("host", authority.to_owned());
        headers.insert("user-agent", concat!("muster/", env!("CARGO_PKG_VERSION")));
        if body.is_some() {
            headers.insert("content-type", "application/json");
        }
        for (name, value) in own {
            headers.insert(name.clone(), value.clone());
        }
        Ok(request)
    }

    async fn send(&self, request: HttpRequest) -> Result<Answer, String> {
        let response = self.connector.call(request).await.map_err(|error| format!("{error:?}"))?;
        let status = response.status().as_u16();
        let seconds = response.headers().get("retry-after").and_then(|seconds| seconds.parse().ok());
        let body = ByteStream::new(response.into_body()).collect().await.map_err(|error| error.to_string())?;
        let body = serde_json::from_slice(&body.into_bytes()).unwrap_or_default();
        Ok(Answer { status, body, retry_after: seconds.map(Duration::from_secs) })
    }
}

/// The entries of a list.
pub(crate) fn items(list: &Value) -> impl Iterator<Item = &Value> {
    list.get("items").and_then(Value::as_array).into_iter().flatten()
}

/// A value within; null where there is none.
pub(crate) fn at<'a>(of: &'a Value, pointer: &str) -> &'a Value {
    of.pointer(pointer).unwrap_or(&Value::Null)
}

/// A text within; empty where there is none.
pub(crate) fn text<'a>(of: &'a Value, pointer: &str) -> &'a str {
    at(of, pointer).as_str().unwrap_or_default()
}

/// Host and port of a URL.
fn authority(url: &str) -> Option<&str> {
    url.split_once("://")?.1.split('/').next()
}

fn host(authority: &str) -> &str {
    authority.split(':').next().unwrap_or_default()
}

fn on_this_machine(host: &str) -> bool {
    host == "127.0.0.1" || host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_under_localhost_are_this_machine_and_plain_http_goes_nowhere_else() {
        let api = Api::at("http://abc.execute-api.localhost:4566").unwrap();
        let own = ("authorization".to_owned(), "Bearer token".to_owned());
        let request = api.request("GET", "/api/v1/auth/me", &[own], None).unwrap();
        assert_eq!(request.uri(), "http://127.0.0.1:4566/api/v1/auth/me");
        assert_eq!(request.headers().get("host"), Some("abc.execute-api.localhost:4566"));
        assert_eq!(request.headers().get("authorization"), Some("Bearer token"));
        assert!(Api::at("http://example.com").is_err());
        assert!(Api::at("https://example.com").is_ok());
    }
}
