//! What stands between a function and the database: TLS as at AWS, a book of what was asked, and a way to undo it.
//!
//! The functions speak to it as to AWS itself; it hands DynamoDB's calls on to the database in this process, all others to
//! the cloud beside it. Its CPU is that of the measuring process, so what it does is no part of a function's figures.

mod authority;
mod behind;
mod book;
mod desk;
mod door;
mod undo;
mod weigh;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use axum::{Router, serve::ListenerExt};
use tempfile::TempDir;
use testkit::Call;
use tokio::net::TcpListener;

use self::{authority::Chain, behind::Behind, desk::Desk, door::Door};
use crate::Result;

const BUNDLE: &str = "authorities.pem";

/// The stub of one world.
#[derive(Debug)]
pub(crate) struct Stub {
    /// `https://localhost:<port>`.
    pub(crate) endpoint: String,
    /// The same without TLS, and without a name that must be looked up.
    pub(crate) endpoint_in_the_clear: String,
    /// Where its bundle is.
    home: TempDir,
    connections: Arc<AtomicU64>,
    desk: Desk,
}

impl Stub {
    /// Starts it in front of a database and a cloud of stubs.
    pub(crate) async fn start(dynamo: &str, cloud: &str) -> Result<Self> {
        let (chain, home) = (Chain::new()?, TempDir::new()?);
        std::fs::write(home.path().join(BUNDLE), chain.bundle())?;
        let desk = Desk::new(Behind::new(dynamo, cloud)?);
        let (secure, clear) = (TcpListener::bind("127.0.0.1:0").await?, TcpListener::bind("127.0.0.1:0").await?);
        let endpoint = format!("https://localhost:{}", secure.local_addr()?.port());
        let endpoint_in_the_clear = format!("http://{}", clear.local_addr()?);
        let connections = Arc::<AtomicU64>::default();
        let door = Door::open(secure, chain.server()?, Arc::clone(&connections));
        let clear = clear.tap_io(|connection| drop(connection.set_nodelay(true)));
        serve(door, &desk);
        serve(clear, &desk);
        Ok(Self { endpoint, endpoint_in_the_clear, home, connections, desk })
    }

    /// Who vouches for it, with Amazon's roots: what `AWS_CA_BUNDLE` names.
    pub(crate) fn bundle(&self) -> PathBuf {
        self.home.path().join(BUNDLE)
    }

    /// Calls in the order of their answers, since they were last taken.
    pub(crate) fn take_calls(&self) -> Vec<Call> {
        self.desk.book.take()
    }

    /// Handshakes since they were last taken.
    pub(crate) fn take_connections(&self) -> u64 {
        self.connections.swap(0, Ordering::Relaxed)
    }

    /// From now on it remembers what writes replace, or does not.
    pub(crate) fn remember(&self, remember: bool) {
        self.desk.undo.remember(remember);
    }

    /// From now on every answer takes its time, or does not.
    pub(crate) fn take_time(&self, slow: bool) {
        self.desk.slow.store(slow, Ordering::Relaxed);
    }

    /// Puts everything back that was written since the last time, and answers how long remembering has held calls up.
    pub(crate) async fn undo(&self) -> Result<Duration> {
        self.desk.undo.restore(&self.desk.behind).await
    }
}

#[expect(clippy::disallowed_methods, reason = "the server lives beside the measuring, in one process")]
fn serve<L>(listener: L, desk: &Desk)
where
    L: axum::serve::Listener,
    L::Addr: std::fmt::Debug,
{
    let router = Router::new().fallback(desk::answer).with_state(desk.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
}

#[cfg(test)]
mod tests {
    use serde_json::json;
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

    /// What the stub answers to somebody who trusts these authorities.
    async fn asked(stub: &Stub, authorities: &[u8], request: &str) -> std::io::Result<String> {
        let mut roots = RootCertStore::empty();
        for root in CertificateDer::pem_slice_iter(authorities) {
            roots.add(root.unwrap()).unwrap();
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
        let connector = TlsConnector::from(Arc::new(builder.with_no_client_auth()));
        let port = stub.endpoint.rsplit(':').next().unwrap();
        let connection = tokio::net::TcpStream::connect(format!("127.0.0.1:{port}")).await?;
        let mut connection = connector.connect("localhost".try_into().unwrap(), connection).await?;
        connection.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer).await?;
        Ok(answer)
    }

    #[tokio::test]
    async fn who_trusts_the_bundle_is_served_and_nobody_else() {
        let dynamo = testkit::dynamo().await;
        dynamo.table("things", &[]).await;
        let stub = Stub::start(&dynamo.endpoint, "http://127.0.0.1:9").await.unwrap();
        let body = json!({"TableName": "things", "Key": {"pk": {"S": "1"}, "sk": {"S": "S"}}}).to_string();
        let request = format!(
            "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx-amz-date: 20240610T103045Z\r\n\
             x-amz-target: DynamoDB_20120810.GetItem\r\ncontent-type: application/x-amz-json-1.0\r\n\
             authorization: AWS4-HMAC-SHA256 Credential=a/20240610/us-east-1/dynamodb/aws4_request, \
             SignedHeaders=host;x-amz-date;x-amz-target, Signature=a\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let answer = asked(&stub, &std::fs::read(stub.bundle()).unwrap(), &request).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with("{}"), "{answer}");
        let calls = stub.take_calls();
        let seen: Vec<_> = calls.iter().map(|call| (call.operation.as_str(), call.half_units)).collect();
        assert_eq!((seen, stub.take_connections()), (vec![("GetItem", 1)], 1));
        let amazons = include_bytes!("../../../shared/lambda/roots/amazon.pem");
        asked(&stub, amazons, &request).await.unwrap_err();
        assert_eq!((stub.take_calls().len(), stub.take_connections()), (0, 0));
    }
}
