//! AWS endpoint of a measured function: a TLS proxy for the database and the stub cloud of this process.

mod certificates;
mod tls_listener;
pub(crate) mod undo;

use std::path::PathBuf;

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    serve::ListenerExt,
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tempfile::TempDir;
use testkit::World;
use tokio::net::TcpListener;

use self::{certificates::CertificateChain, tls_listener::TlsListener, undo::Undo};
use crate::Result;

const BUNDLE: &str = "authorities.pem";
/// Response to services without a stub: EventBridge Scheduler and push services.
const SCHEDULED: &str = r#"{"ScheduleArn":"arn:aws:scheduler:us-east-1:000000000000:schedule/bench/bench"}"#;

/// Proxy of one world.
#[derive(Debug)]
pub(crate) struct Proxy {
    /// Endpoint with TLS: `https://localhost:<port>`.
    pub(crate) tls_endpoint: String,
    /// Endpoint without TLS and without name lookup: `http://127.0.0.1:<port>`.
    pub(crate) clear_endpoint: String,
    pub(crate) undo: Undo,
    home: TempDir,
}

/// Target of a request.
#[derive(Debug, PartialEq, Eq)]
enum Backend {
    Database,
    Cloud,
    None,
}

/// Forwards requests to the backends.
#[derive(Debug, Clone)]
struct Forwarder {
    client: Client<HttpConnector, Body>,
    database: String,
    cloud: String,
    undo: Undo,
}

impl Proxy {
    /// Starts the proxy for a world's database and stub cloud.
    pub(crate) async fn start(world: &World) -> Result<Self> {
        let undo = Undo::new(world.dynamo.client.clone());
        Self::in_front_of(&world.dynamo.endpoint, &world.cloud.endpoint, undo).await
    }

    async fn in_front_of(database: &str, cloud: &str, undo: Undo) -> Result<Self> {
        let (chain, home) = (CertificateChain::new()?, TempDir::new()?);
        std::fs::write(home.path().join(BUNDLE), chain.bundle_pem())?;
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        let forwarder = Forwarder {
            client: Client::builder(TokioExecutor::new()).build(connector),
            database: database.to_owned(),
            cloud: cloud.to_owned(),
            undo: undo.clone(),
        };
        let (tls, clear) = (TcpListener::bind("127.0.0.1:0").await?, TcpListener::bind("127.0.0.1:0").await?);
        let tls_endpoint = format!("https://localhost:{}", tls.local_addr()?.port());
        let clear_endpoint = format!("http://{}", clear.local_addr()?);
        serve(TlsListener::start(tls, chain.server_config()?)?, &forwarder);
        serve(clear.tap_io(|connection| drop(connection.set_nodelay(true))), &forwarder);
        Ok(Self { tls_endpoint, clear_endpoint, undo, home })
    }

    /// Path of the trusted root certificates for `AWS_CA_BUNDLE`: its own and Amazon's.
    pub(crate) fn bundle_path(&self) -> PathBuf {
        self.home.path().join(BUNDLE)
    }
}

#[expect(clippy::disallowed_methods, reason = "the server runs in the measuring process")]
fn serve<L>(listener: L, forwarder: &Forwarder)
where
    L: axum::serve::Listener,
    L::Addr: std::fmt::Debug,
{
    let router = Router::new().fallback(answer).with_state(forwarder.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
}

async fn answer(State(forwarder): State<Forwarder>, request: Request) -> Response {
    match forwarder.forward(request).await {
        Ok(response) => response,
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

impl Forwarder {
    async fn forward(&self, request: Request) -> Result<Response> {
        let (mut head, body) = request.into_parts();
        let body = to_bytes(body, usize::MAX).await?;
        let base = match backend_of(&head.headers) {
            Backend::None => return Ok(Response::new(Body::from(SCHEDULED))),
            Backend::Cloud => &self.cloud,
            Backend::Database => {
                self.undo.record_writes(operation_of(&head.headers), &body);
                &self.database
            }
        };
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        head.uri = format!("{base}{path}").parse()?;
        for own in [header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::CONNECTION] {
            head.headers.remove(own);
        }
        head.extensions.clear();
        let (mut head, body) = self.client.request(Request::from_parts(head, Body::from(body))).await?.into_parts();
        let body: Bytes = to_bytes(Body::new(body), usize::MAX).await?;
        for own in [header::TRANSFER_ENCODING, header::CONNECTION] {
            head.headers.remove(own);
        }
        Ok(Response::from_parts(head, Body::from(body)))
    }
}

/// Backend of the service in a request's signature: `Credential=<id>/<date>/<region>/<service>/aws4_request`.
fn backend_of(headers: &HeaderMap) -> Backend {
    let authorization = header_text(headers, "authorization");
    let scope = authorization.split_once("Credential=").map_or("", |(_, rest)| rest);
    match scope.split('/').nth(3) {
        None | Some("scheduler") => Backend::None,
        Some("dynamodb") => Backend::Database,
        Some(_) => Backend::Cloud,
    }
}

/// DynamoDB operation of a request: `GetItem` for the target `DynamoDB_20120810.GetItem`.
fn operation_of(headers: &HeaderMap) -> &str {
    header_text(headers, "x-amz-target").rsplit('.').next().unwrap_or_default()
}

fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;
    use testkit::sdk_config;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio_rustls::{
        TlsConnector,
        rustls::{
            ClientConfig, RootCertStore,
            crypto::aws_lc_rs,
            pki_types::{CertificateDer, pem::PemObject},
        },
    };

    use super::*;

    /// Response of the proxy to a client that trusts these root certificates.
    async fn request(proxy: &Proxy, authorities: &[u8], request: &str) -> std::io::Result<String> {
        let mut roots = RootCertStore::empty();
        for root in CertificateDer::pem_slice_iter(authorities) {
            roots.add(root.unwrap()).unwrap();
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
        let connector = TlsConnector::from(Arc::new(builder.with_no_client_auth()));
        let port = proxy.tls_endpoint.rsplit(':').next().unwrap();
        let connection = tokio::net::TcpStream::connect(format!("127.0.0.1:{port}")).await?;
        let mut connection = connector.connect("localhost".try_into().unwrap(), connection).await?;
        connection.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await?;
        Ok(answer)
    }

    #[tokio::test]
    async fn only_clients_that_trust_the_bundle_are_served() {
        let dynamo = testkit::dynamo().await;
        dynamo.create_table("things", &[]).await;
        let undo = Undo::new(aws_sdk_dynamodb::Client::new(&sdk_config(&dynamo.endpoint)));
        let proxy = Proxy::in_front_of(&dynamo.endpoint, "http://127.0.0.1:9", undo).await.unwrap();
        let body = json!({"TableName": "things", "Key": {"pk": {"S": "1"}, "sk": {"S": "S"}}}).to_string();
        let get_item = format!(
            "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx-amz-date: 20240610T103045Z\r\n\
             x-amz-target: DynamoDB_20120810.GetItem\r\ncontent-type: application/x-amz-json-1.0\r\n\
             authorization: AWS4-HMAC-SHA256 Credential=a/20240610/us-east-1/dynamodb/aws4_request, \
             SignedHeaders=host;x-amz-date;x-amz-target, Signature=a\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = request(&proxy, &std::fs::read(proxy.bundle_path()).unwrap(), &get_item).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("{}"), "{answer}");
        let amazon_roots = include_bytes!("../../../../shared/lambda/roots/amazon.pem");
        request(&proxy, amazon_roots, &get_item).await.unwrap_err();
    }

    #[test]
    fn requests_go_to_the_service_of_their_signature() {
        let of = |service: &str| {
            let scope =
                format!("AWS4-HMAC-SHA256 Credential=id/20240610/us-east-1/{service}/aws4_request, Signature=0");
            backend_of(&HeaderMap::from_iter([(header::AUTHORIZATION, scope.parse().unwrap())]))
        };
        assert_eq!(of("dynamodb"), Backend::Database);
        assert_eq!([of("kms"), of("ses"), of("s3")], [Backend::Cloud, Backend::Cloud, Backend::Cloud]);
        assert_eq!([of("scheduler"), backend_of(&HeaderMap::new())], [Backend::None, Backend::None]);
        let target =
            HeaderMap::from_iter([("x-amz-target".parse().unwrap(), "DynamoDB_20120810.GetItem".parse().unwrap())]);
        assert_eq!(operation_of(&target), "GetItem");
    }
}
