//! Is there a display, and which: looked up before winit is asked, because winit may be asked only once a process,
//! does not fall back from a dead Wayland socket to X11, and its errors say neither.

use std::env;
use std::net::{TcpStream, ToSocketAddrs};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

/// How long a display on another machine may take to answer.
const REMOTE_TIMEOUT: Duration = Duration::from_secs(2);

/// A display that answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Display {
    /// A Wayland compositor.
    Wayland,
    /// An X server.
    X11,
}

/// Finds a display that answers; else says what was tried.
pub(crate) fn find() -> Result<Display, String> {
    find_among(|name| env::var(name).ok().filter(|value| !value.is_empty()))
}

/// `set` gives an environment variable that is set and not empty.
fn find_among(set: impl Fn(&str) -> Option<String>) -> Result<Display, String> {
    let mut tried = Vec::new();
    // A file descriptor that the compositor handed down: it cannot be tried without using it up.
    if set("WAYLAND_SOCKET").is_some() {
        return Ok(Display::Wayland);
    }
    if let Some(name) = set("WAYLAND_DISPLAY") {
        let path = set("XDG_RUNTIME_DIR").map(PathBuf::from).unwrap_or_default().join(&name);
        if UnixStream::connect(&path).is_ok() {
            return Ok(Display::Wayland);
        }
        tried.push(format!("WAYLAND_DISPLAY={name} does not answer"));
    }
    if let Some(name) = set("DISPLAY") {
        if x11_answers(&name) {
            return Ok(Display::X11);
        }
        tried.push(format!("DISPLAY={name} does not answer"));
    }
    if tried.is_empty() {
        tried.push("neither DISPLAY nor WAYLAND_DISPLAY is set".to_owned());
    }
    Err(tried.join(", "))
}

/// Whether something listens where a display of this name would: `[host]:number[.screen]`.
fn x11_answers(name: &str) -> bool {
    let Some((host, rest)) = name.rsplit_once(':') else { return false };
    let number = rest.split('.').next().unwrap_or_default();
    let Ok(number) = number.parse::<u16>() else { return false };
    if host.starts_with('/') {
        return UnixStream::connect(name).is_ok() || UnixStream::connect(host).is_ok();
    }
    if host.is_empty() || host == "unix" {
        let path = format!("/tmp/.X11-unix/X{number}");
        return UnixStream::connect(&path).is_ok() || abstract_socket_answers(&path);
    }
    let Some(port) = number.checked_add(6000) else { return false };
    let Ok(addresses) = (host, port).to_socket_addrs() else { return false };
    addresses.into_iter().any(|address| TcpStream::connect_timeout(&address, REMOTE_TIMEOUT).is_ok())
}

#[cfg(target_os = "linux")]
fn abstract_socket_answers(name: &str) -> bool {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::SocketAddr;
    SocketAddr::from_abstract_name(name).is_ok_and(|address| UnixStream::connect_addr(&address).is_ok())
}

#[cfg(not(target_os = "linux"))]
fn abstract_socket_answers(_name: &str) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;

    fn with(variables: &[(&str, &str)]) -> Result<Display, String> {
        let value = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        find_among(value)
    }

    #[test]
    fn nothing_set_says_so() {
        let error = with(&[]).unwrap_err();
        assert_eq!(error, "neither DISPLAY nor WAYLAND_DISPLAY is set");
    }

    #[test]
    fn dead_displays_are_named() {
        let error = with(&[
            ("WAYLAND_DISPLAY", "wayland-none"),
            ("DISPLAY", ":65000"),
            ("XDG_RUNTIME_DIR", "/nonexistent"),
        ])
        .unwrap_err();
        assert!(error.contains("wayland-none") && error.contains(":65000"), "{error}");
    }

    #[test]
    fn a_wayland_socket_that_answers_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let _listener = UnixListener::bind(folder.path().join("wayland-7")).unwrap();
        let runtime_dir = folder.path().to_str().unwrap();
        let found = with(&[("WAYLAND_DISPLAY", "wayland-7"), ("XDG_RUNTIME_DIR", runtime_dir)]);
        assert_eq!(found, Ok(Display::Wayland));
    }

    #[test]
    fn odd_display_names_are_no_panic() {
        for name in
            ["", ":", "::", ":x", "nonsense", ":64998.0.0", ":99999999", "unix:64999", "/no/such/socket:0"]
        {
            assert!(with(&[("DISPLAY", name)]).is_err(), "{name}");
        }
    }
}
