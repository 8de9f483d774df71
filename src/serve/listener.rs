//! Where clients come in: an address, or a socket in the file system that only its owner may use.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

use super::error::ServeError;

/// The port where none is asked for; where that is taken, any other.
const PORT: u16 = 8177;

/// Where a page is to be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// An address and a port.
    Address(SocketAddr),
    /// A socket in the file system.
    #[cfg_attr(not(unix), expect(dead_code, reason = "there are no such sockets"))]
    Socket(PathBuf),
}

/// Listens, before anything is served.
#[derive(Debug)]
pub(crate) struct Listener {
    pub(super) kind: Kind,
    pub(crate) place: Place,
}

#[derive(Debug)]
pub(super) enum Kind {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(std::os::unix::net::UnixListener),
}

impl Listener {
    /// Listens at an address; without one at 127.0.0.1.
    ///
    /// # Errors
    /// [`ServeError::Bind`] where the system refuses.
    pub(crate) fn address(asked: Option<SocketAddr>) -> Result<Self, ServeError> {
        let own = SocketAddr::from((Ipv4Addr::LOCALHOST, PORT));
        let address = asked.unwrap_or(own);
        let bound = match TcpListener::bind(address) {
            Err(error) if asked.is_none() && error.kind() == io::ErrorKind::AddrInUse => {
                TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            }
            bound => bound,
        };
        let listener = bound.and_then(|listener| listener.set_nonblocking(true).map(|()| listener));
        let listener = listener.map_err(|source| ServeError::Bind { address, source })?;
        let place = Place::Address(listener.local_addr().unwrap_or(address));
        Ok(Self { kind: Kind::Tcp(listener), place })
    }

    /// Listens at a socket at `path`, which only its owner may use. One that nobody listens at any more is replaced.
    ///
    /// # Errors
    /// [`ServeError::Socket`] where something else is there, somebody listens there, or the system refuses.
    #[cfg(unix)]
    pub(crate) fn socket(path: &Path) -> Result<Self, ServeError> {
        let failed = |source| ServeError::Socket { path: path.to_owned(), source };
        let listener = bind_own(path).map_err(failed)?;
        Ok(Self { kind: Kind::Unix(listener), place: Place::Socket(path.to_owned()) })
    }

    /// There is no such thing here.
    #[cfg(not(unix))]
    pub(crate) fn socket(path: &Path) -> Result<Self, ServeError> {
        Err(ServeError::Socket { path: path.to_owned(), source: io::ErrorKind::Unsupported.into() })
    }
}

/// A socket is made where only its owner can reach it, and has its rights before it is moved to its place: there is no
/// moment in which another could connect.
#[cfg(unix)]
fn bind_own(path: &Path) -> io::Result<std::os::unix::net::UnixListener> {
    use std::fs;
    use std::os::unix::fs::{DirBuilderExt as _, FileTypeExt as _, PermissionsExt as _};
    use std::os::unix::net::{UnixListener, UnixStream};

    match fs::symlink_metadata(path) {
        Ok(found) if !found.file_type().is_socket() => {
            return Err(io::Error::other("a file that is no socket is there: choose another path"));
        }
        Ok(_) if UnixStream::connect(path).is_ok() => {
            return Err(io::Error::other("another program listens there: choose another path"));
        }
        _ => {}
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}", std::process::id()));
    let folder = path.with_file_name(name);
    fs::DirBuilder::new().mode(0o700).create(&folder)?;
    let made = folder.join("s");
    let bind = || {
        let listener = UnixListener::bind(&made)?;
        fs::set_permissions(&made, fs::Permissions::from_mode(0o600))?;
        listener.set_nonblocking(true)?;
        fs::rename(&made, path)?;
        Ok(listener)
    };
    let bound = bind();
    let _ = fs::remove_file(&made);
    let _ = fs::remove_dir(&folder);
    bound
}
