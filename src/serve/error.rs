//! Why a page cannot be served.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why a page cannot be served.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ServeError {
    /// There are no random numbers for a token.
    #[error("the system gives no random numbers for a token: {0}")]
    Random(io::Error),
    /// The file of the token.
    #[error("cannot use the token file {}: {source}", path.display())]
    TokenFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The address.
    #[error("cannot listen at {address}: {source}; choose another with --bind ADDR:PORT")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: io::Error,
    },
    /// The socket.
    #[error("cannot listen at the socket {}: {source}", path.display())]
    Socket {
        /// Its path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The thread.
    #[error(
        "cannot start the thread that serves the page: end other programs, or raise their limit (ulimit -u): {0}"
    )]
    Thread(io::Error),
}

debug_as_sentence!(ServeError);
