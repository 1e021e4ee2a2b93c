//! The door with TLS: handshakes beside each other, counted; who has come in is served.

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::serve::Listener;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig, server::TlsStream};

type Guest = (TlsStream<TcpStream>, SocketAddr);

/// Whoever has finished the handshake.
#[derive(Debug)]
pub(crate) struct Door {
    guests: mpsc::UnboundedReceiver<Guest>,
    address: io::Result<SocketAddr>,
}

impl Door {
    /// Opens it. Every handshake that succeeds counts.
    #[expect(clippy::disallowed_methods, reason = "the server lives beside the measuring, in one process")]
    pub(crate) fn open(listener: TcpListener, server: Arc<ServerConfig>, handshakes: Arc<AtomicU64>) -> Self {
        let (come_in, guests) = mpsc::unbounded_channel();
        let (acceptor, address) = (TlsAcceptor::from(server), listener.local_addr());
        tokio::spawn(async move {
            while !come_in.is_closed() {
                let Ok((connection, from)) = listener.accept().await else { continue };
                let (acceptor, come_in) = (acceptor.clone(), come_in.clone());
                let handshakes = Arc::clone(&handshakes);
                tokio::spawn(async move {
                    // Without Nagle, as the platform: otherwise each answer waits for a delayed ACK.
                    drop(connection.set_nodelay(true));
                    if let Ok(connection) = acceptor.accept(connection).await {
                        handshakes.fetch_add(1, Ordering::Relaxed);
                        drop(come_in.send((connection, from)));
                    }
                });
            }
        });
        Self { guests, address }
    }
}

impl Listener for Door {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> Guest {
        match self.guests.recv().await {
            Some(guest) => guest,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        match &self.address {
            Ok(address) => Ok(*address),
            Err(error) => Err(error.kind().into()),
        }
    }
}
