//! A bare HTTP client: one connection a request, `*.localhost` is this machine.

use bytes::Bytes;
use http::{HeaderMap, Request, header};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: Bytes,
}

/// Sends a request whose URI is absolute.
pub(crate) async fn send(mut request: Request<Full<Bytes>>) -> Reply {
    let uri = request.uri().clone();
    assert_eq!(uri.scheme_str(), Some("http"), "only plain HTTP is spoken here: {uri}");
    let authority = uri.authority().expect("an absolute URI").clone();
    let host = authority.host();
    let machine = if host == "localhost" || host.ends_with(".localhost") { "127.0.0.1" } else { host };
    let address = format!("{machine}:{}", authority.port_u16().unwrap_or(80));
    let stream = TcpStream::connect(&address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.expect("HTTP/1.1");
    let connection = tokio::spawn(connection);

    request.headers_mut().insert(header::HOST, authority.as_str().parse().expect("a host"));
    *request.uri_mut() = uri.path_and_query().map_or("/", |path| path.as_str()).parse().expect("a path");
    let response = sender.send_request(request).await.unwrap_or_else(|error| panic!("{uri}: {error}"));
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap_or_else(|error| panic!("{uri}: {error}")).to_bytes();
    connection.abort();
    Reply { status: parts.status.as_u16(), headers: parts.headers, bytes }
}
