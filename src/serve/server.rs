//! The thread that serves, from its start to its end.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use serde_json::json;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{oneshot, watch};

use super::access::Access;
use super::connection;
use super::error::ServeError;
use super::layouts;
use super::listener::{Kind, Listener, Place};
use super::routes;
use super::shared::Shared;
use super::token::Token;
use crate::chart::{ColourMap, Layout, Options};
use crate::store::Store;

/// Where the system has no descriptor left, the next try waits for so long.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// What is served, and to whom.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) token: Token,
    /// Names of this machine, besides its own for itself.
    pub(crate) hosts: Vec<String>,
    pub(crate) title: Option<String>,
    /// Seconds shown while a plot follows.
    pub(crate) span_secs: Option<f64>,
    /// What a client may choose among, with their names.
    pub(crate) layouts: Vec<(String, Layout)>,
}

/// A page that is being served, on a thread of its own.
#[derive(Debug)]
pub(crate) struct Server {
    stop: oneshot::Sender<()>,
    thread: JoinHandle<()>,
}

impl Server {
    /// Serves what `store` holds to who comes in by `listener`.
    ///
    /// # Errors
    /// [`ServeError::Thread`] where the system has no thread left.
    pub(crate) fn start(listener: Listener, store: Store, settings: Settings) -> Result<Self, ServeError> {
        let (change, changes) = watch::channel(0);
        store.set_waker(Some(Box::new(move || change.send_modify(|count| *count += 1))));
        let table = ColourMap::Inferno.table().map(|[r, g, b, _]| format!("{r:02x}{g:02x}{b:02x}"));
        let start = json!({
            "table": table.concat(),
            "title": settings.title,
            "span": settings.span_secs.unwrap_or(Options::DEFAULT_SPAN_SECS),
            "layouts": settings.layouts.iter().map(|(name, layout)| layouts::described(name, layout)).collect::<Vec<_>>(),
        });
        let access = Access::new(settings.token, settings.hosts);
        let shared = Arc::new(Shared::new(access, store, start, changes));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_io().enable_time().build();
        let runtime = runtime.map_err(ServeError::Thread)?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new().name("ringplot: serve".to_owned());
        let serve = move || {
            runtime.block_on(async {
                tokio::select! {
                    () = accept(&listener, &shared) => {}
                    _ = stopped => {}
                }
            });
            if let Place::Socket(path) = &listener.place {
                let _ = std::fs::remove_file(path);
            }
            // Connections end with it; a download that waits for its client is not waited for.
            runtime.shutdown_background();
        };
        let thread = thread.spawn(serve).map_err(ServeError::Thread)?;
        Ok(Self { stop, thread })
    }

    /// Whether it is still at work.
    pub(crate) fn is_running(&self) -> bool {
        !self.thread.is_finished()
    }

    /// Ends all connections.
    pub(crate) fn stop(self) {
        let _ = self.stop.send(());
        let _ = self.thread.join();
    }
}

async fn accept(listener: &Listener, shared: &Arc<Shared>) {
    let router = routes::router(shared);
    match &listener.kind {
        Kind::Tcp(tcp) => {
            let Ok(tcp) = tcp.try_clone().and_then(tokio::net::TcpListener::from_std) else { return };
            loop {
                let accepted = tcp.accept().await.map(|(stream, _)| {
                    // A frame is not to wait for the answer to the one before.
                    let _ = stream.set_nodelay(true);
                    stream
                });
                take(accepted, &router, shared).await;
            }
        }
        #[cfg(unix)]
        Kind::Unix(unix) => {
            let Ok(unix) = unix.try_clone().and_then(tokio::net::UnixListener::from_std) else { return };
            loop {
                let accepted = unix.accept().await.map(|(stream, _)| stream);
                take(accepted, &router, shared).await;
            }
        }
    }
}

/// Serves a connection once there is room for it.
async fn take<S>(accepted: std::io::Result<S>, router: &Router, shared: &Arc<Shared>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Ok(stream) = accepted else {
        tokio::time::sleep(AFTER_FAILURE).await;
        return;
    };
    let Ok(permit) = Arc::clone(&shared.connections).acquire_owned().await else { return };
    let router = router.clone();
    tokio::spawn(async move {
        connection::serve(stream, router).await;
        drop(permit);
    });
}
