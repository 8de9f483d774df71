//! Is there a display, and which: looked up before winit is asked, because winit may be asked only once a process,
//! does not fall back from a dead Wayland socket to X11, and its errors say neither.

use std::env;
use std::net::{TcpStream, ToSocketAddrs};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use winit::event_loop::EventLoopBuilder;
use winit::platform::wayland::{EventLoopBuilderExtWayland, WindowAttributesExtWayland};
use winit::platform::x11::{EventLoopBuilderExtX11, WindowAttributesExtX11};
use winit::window::WindowAttributes;

/// How long a display on another machine may take to answer.
const REMOTE_TIMEOUT: Duration = Duration::from_secs(2);

/// A display that answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Display {
    /// A Wayland compositor.
    Wayland,
    /// An X server.
    X11,
}

/// A display, and the connection that it answered. Keep it until winit has its own: an X server that loses its only
/// client starts anew, as under `xvfb-run`, and refuses whoever comes meanwhile.
#[derive(Debug)]
pub(crate) struct Found {
    display: Display,
    _answer: Option<OwnedFd>,
}

impl Found {
    /// Has winit take this display and no other.
    pub(crate) fn choose<T: 'static>(&self, builder: &mut EventLoopBuilder<T>) {
        match self.display {
            Display::Wayland => EventLoopBuilderExtWayland::with_wayland(builder),
            Display::X11 => EventLoopBuilderExtX11::with_x11(builder),
        };
    }
}

/// Gives a window the name that X11 calls its class and Wayland its app id.
pub(crate) fn with_app_id(attributes: WindowAttributes, id: &str) -> WindowAttributes {
    let attributes = WindowAttributesExtX11::with_name(attributes, id, id);
    WindowAttributesExtWayland::with_name(attributes, id, id)
}

/// Finds a display that answers; else says what was tried.
pub(crate) fn find() -> Result<Found, String> {
    find_among(|name| env::var(name).ok().filter(|value| !value.is_empty()))
}

/// `set` gives an environment variable that is set and not empty.
fn find_among(set: impl Fn(&str) -> Option<String>) -> Result<Found, String> {
    let mut tried = Vec::new();
    // A file descriptor that the compositor handed down: it cannot be tried without using it up.
    if set("WAYLAND_SOCKET").is_some() {
        return Ok(Found { display: Display::Wayland, _answer: None });
    }
    if let Some(name) = set("WAYLAND_DISPLAY") {
        let path = set("XDG_RUNTIME_DIR").map(PathBuf::from).unwrap_or_default().join(&name);
        if let Ok(answer) = UnixStream::connect(&path) {
            return Ok(Found { display: Display::Wayland, _answer: Some(answer.into()) });
        }
        tried.push(format!("WAYLAND_DISPLAY={name} does not answer"));
    }
    if let Some(name) = set("DISPLAY") {
        if let Some(answer) = x11_answer(&name) {
            return Ok(Found { display: Display::X11, _answer: Some(answer) });
        }
        tried.push(format!("DISPLAY={name} does not answer"));
    }
    if tried.is_empty() {
        tried.push("neither DISPLAY nor WAYLAND_DISPLAY is set".to_owned());
    }
    Err(tried.join(", "))
}

/// A connection to what listens where a display of this name would: `[host]:number[.screen]`.
fn x11_answer(name: &str) -> Option<OwnedFd> {
    let (host, rest) = name.rsplit_once(':')?;
    let number = rest.split('.').next()?.parse::<u16>().ok()?;
    let unix = |path: &str| UnixStream::connect(path).ok().map(OwnedFd::from);
    if host.starts_with('/') {
        return unix(name).or_else(|| unix(host));
    }
    if host.is_empty() || host == "unix" {
        let path = format!("/tmp/.X11-unix/X{number}");
        return unix(&path).or_else(|| abstract_socket_answer(&path));
    }
    let mut addresses = (host, number.checked_add(6000)?).to_socket_addrs().ok()?;
    addresses.find_map(|address| TcpStream::connect_timeout(&address, REMOTE_TIMEOUT).ok()).map(OwnedFd::from)
}

fn abstract_socket_answer(name: &str) -> Option<OwnedFd> {
    use std::os::linux::net::SocketAddrExt;
    use std::os::unix::net::SocketAddr;
    let address = SocketAddr::from_abstract_name(name).ok()?;
    UnixStream::connect_addr(&address).ok().map(OwnedFd::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;

    fn with(variables: &[(&str, &str)]) -> Result<Display, String> {
        let value = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned());
        find_among(value).map(|found| found.display)
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
