//! Listener with concurrent TLS handshakes.

use std::{io, net::SocketAddr, sync::Arc};

use axum::serve::Listener;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig, server::TlsStream};

type Connection = (TlsStream<TcpStream>, SocketAddr);

/// Connections that have finished the handshake.
#[derive(Debug)]
pub(crate) struct TlsListener {
    connections: mpsc::UnboundedReceiver<Connection>,
    address: SocketAddr,
}

impl TlsListener {
    #[expect(clippy::disallowed_methods, reason = "the server runs in the measuring process")]
    pub(crate) fn start(listener: TcpListener, server: Arc<ServerConfig>) -> io::Result<Self> {
        let (sender, connections) = mpsc::unbounded_channel();
        let (acceptor, address) = (TlsAcceptor::from(server), listener.local_addr()?);
        tokio::spawn(async move {
            while !sender.is_closed() {
                let Ok((connection, from)) = listener.accept().await else { continue };
                let (acceptor, sender) = (acceptor.clone(), sender.clone());
                tokio::spawn(async move {
                    // Nagle's algorithm is off, as on the platform, because responses would wait for a delayed ACK.
                    drop(connection.set_nodelay(true));
                    if let Ok(connection) = acceptor.accept(connection).await {
                        drop(sender.send((connection, from)));
                    }
                });
            }
        });
        Ok(Self { connections, address })
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> Connection {
        match self.connections.recv().await {
            Some(connection) => connection,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}
