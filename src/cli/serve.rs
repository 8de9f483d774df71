//! `ringplot serve [NAME…]`: the streams in a page, for a browser here or at the other end of a tunnel.

use std::io::{self, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use anyhow::Context;
use clap::Args;

use super::options::{Absent, derived, layout, names, positive, style};
use super::{interrupt, output, values};
use crate::chart::Layout;
use crate::serve::{Listener, Place, Server, Settings, Token};
use crate::store::{DerivedSpec, Ingest, Selection, Store, default_memory_budget};
use crate::stream::Style;

/// The port of a tunnel's near end, where a socket has none.
const NEAR_PORT: u16 = 8177;
/// How often it is looked whether the server is still there.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Show streams in a page: for a browser on this machine, or on another through `ssh -L`
///
/// It prints the address of the page, with the token that lets one in, and opens nothing by itself. Without names it shows
/// all streams that are live, and those that appear later. Programs ask the same server for columns, statistics and points:
/// see docs/serve.md. It never slows a producer down.
#[derive(Clone, Debug, Args)]
#[command(after_help = "Examples:
  ringplot serve
  ringplot serve lorenz --open
  ringplot serve --socket ~/ringplot.sock          a login node, where 127.0.0.1 is everybody's
  ringplot serve --bind 0.0.0.0:8177 --allow-host lab-7   prints a warning
  curl -H \"Authorization: Bearer $(cat token)\" localhost:8177/api/streams    with --token-file token")]
pub(super) struct ServeArgs {
    /// The streams to show; all that are live without names
    names: Vec<String>,
    /// Listen at this address; at 127.0.0.1:8177 without it, or at another port where that is taken
    #[arg(long, value_name = "ADDR:PORT", value_parser = address, help_heading = "Access")]
    bind: Option<SocketAddr>,
    /// Listen at a socket in the file system that only you may use, instead of a port
    #[arg(long, value_name = "PATH", conflicts_with = "bind", help_heading = "Access")]
    socket: Option<PathBuf>,
    /// Answer also to who calls this machine by this name; else to localhost, 127.0.0.1 and `[::1]` alone; may be given more
    /// than once
    #[arg(long, value_name = "NAME", value_parser = host, help_heading = "Access")]
    allow_host: Vec<String>,
    /// Take the token from this file, which only you may read; it is made where there is none. Without it, the token is new
    /// each time
    #[arg(long, value_name = "FILE", help_heading = "Access")]
    token_file: Option<PathBuf>,
    /// Open the page in your browser
    #[arg(long)]
    open: bool,
    /// Title of the page
    #[arg(long, value_name = "TEXT", help_heading = "Picture")]
    title: Option<String>,
    /// Width of the x axis: of streams over time the newest so many seconds are shown, 10 without it
    #[arg(long, value_name = "X", value_parser = positive, help_heading = "Picture")]
    xlen: Option<f64>,
    /// Offer the panels of this layout, under the name of its file; the first is shown at once; may be given more than once
    #[arg(long, value_name = "FILE", value_parser = named_layout, help_heading = "Picture")]
    layout: Vec<(String, Layout)>,
    /// Draw a stream, and what lies below its name, in this style, as `ringplot view` does; may be given more than once
    #[arg(long, value_name = "NAME=STYLE", value_parser = style, help_heading = "Picture")]
    style: Vec<(String, Style)>,
    /// Compute a trace from others, as `ringplot view` does; may be given more than once
    #[arg(long, value_name = "[NAME=]FORMULA", value_parser = derived, help_heading = "Picture")]
    derive: Vec<DerivedSpec>,
    /// Memory for the history of all streams together, such as 512MiB
    #[arg(long, value_name = "SIZE", value_parser = values::memory, help_heading = "Picture")]
    memory: Option<u64>,
}

fn address(text: &str) -> Result<SocketAddr, values::ValueError> {
    let text =
        text.strip_prefix("localhost:").map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    text.parse()
        .map_err(|_| values::ValueError("not an address: write it like 127.0.0.1:8177 or [::1]:8177".into()))
}

/// The name of a machine, without a port.
fn host(text: &str) -> Result<String, values::ValueError> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._[]:".contains(c);
    let has_port = !text.starts_with('[') && text.contains(':');
    if text.is_empty() || !text.chars().all(is_plain) || has_port {
        return Err(values::ValueError(
            "write the name alone, such as lab-7.example: any port will do".into(),
        ));
    }
    Ok(text.to_owned())
}

fn named_layout(path: &str) -> Result<(String, Layout), values::ValueError> {
    let name = Path::new(path)
        .file_stem()
        .map_or_else(|| path.to_owned(), |stem| stem.to_string_lossy().into_owned());
    Ok((name, layout(path)?))
}

pub(super) fn run(args: &ServeArgs) -> anyhow::Result<()> {
    let token = args.token_file.as_deref().map_or_else(Token::random, Token::of_file)?;
    let named = names(&args.names)?;
    let selection = if named.is_empty() {
        Selection::Live
    } else {
        let absent = Absent::of(&named)?;
        if !absent.is_empty() {
            output::tell(&format!("waiting for {}: {absent}", absent.quoted()));
        }
        Selection::Names(named)
    };
    let store = store(args);
    let listener = match &args.socket {
        Some(path) => Listener::socket(&std::path::absolute(path).unwrap_or_else(|_| path.clone()))?,
        None => Listener::address(args.bind)?,
    };
    let (ended, end) = channel();
    interrupt::on_first(move || {
        // It may have ended by itself.
        let _ = ended.send(());
    })?;
    let place = listener.place.clone();
    let settings = Settings {
        token: token.clone(),
        hosts: args.allow_host.clone(),
        title: args.title.clone(),
        span_secs: args.xlen,
        layouts: args.layout.clone(),
    };
    let ingest = Ingest::start(store.clone(), selection)?;
    let server = Server::start(listener, store, settings)?;
    let opened = tell(args, &place, &token)?;
    while end.recv_timeout(LOOK_EVERY) == Err(RecvTimeoutError::Timeout) && server.is_running() {}
    server.stop();
    ingest.stop();
    drop(opened);
    Ok(())
}

/// A store with what the layouts and the options say of streams.
fn store(args: &ServeArgs) -> Store {
    let store = Store::new(args.memory.unwrap_or_else(default_memory_budget));
    let of_layouts = args.layout.iter().flat_map(|(_, layout)| layout.styles());
    store.set_styles(of_layouts.chain(args.style.clone()).collect());
    let of_layouts = args.layout.iter().flat_map(|(_, layout)| layout.derived().iter().cloned());
    for spec in args.derive.iter().cloned().chain(of_layouts) {
        if let Err(error) = store.derived().add_when_there(spec) {
            output::tell(&crate::errors::with_causes(&error));
        }
    }
    store
}

/// Tells where the page is and how to get there; opens it where that is asked for.
fn tell(args: &ServeArgs, place: &Place, token: &Token) -> anyhow::Result<Option<Redirect>> {
    let (near, far) = match place {
        Place::Address(address) => {
            let ip = match address.ip() {
                ip if !ip.is_unspecified() => ip,
                IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
                IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
            };
            let reached = SocketAddr::new(ip, address.port());
            (reached.to_string(), reached.to_string())
        }
        Place::Socket(path) => (format!("localhost:{NEAR_PORT}"), path.display().to_string()),
    };
    let url = format!("http://{near}/?token={}", token.text());
    output::print(&format!("{url}\n"))?;
    let port = match place {
        Place::Address(address) => address.port(),
        Place::Socket(_) => NEAR_PORT,
    };
    let user =
        std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).unwrap_or_else(|_| "USER".to_owned());
    let machine = sysinfo::System::host_name().unwrap_or_else(|| "HOST".to_owned());
    output::tell(&format!("from another machine: ssh -L {port}:{far} {user}@{machine}"));
    match place {
        Place::Address(address) if !address.ip().is_loopback() => output::tell(
            "warning: others can reach this address, and what is sent is not encrypted: who listens on the network can \
             read the token and the data. 127.0.0.1 with the ssh line above is safer. Who calls this machine by a name \
             or address of its own needs --allow-host",
        ),
        Place::Address(_) => {}
        Place::Socket(path) => output::tell(&format!(
            "the page is at that address once the ssh line runs; here: curl --unix-socket {}",
            path.display()
        )),
    }
    if !args.open {
        return Ok(None);
    }
    Redirect::open(&url).map(Some)
}

/// A file that leads a browser to the page, while it is there. An argument would show the token to all users of the machine.
struct Redirect(PathBuf);

impl Redirect {
    fn open(url: &str) -> anyhow::Result<Self> {
        let folder = std::env::var_os("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
        let path = folder.join(format!("ringplot-{}-{:08x}.html", std::process::id(), rand::random::<u32>()));
        let text = format!(
            "<!doctype html><meta charset=\"utf-8\"><meta name=\"referrer\" content=\"no-referrer\">\
             <meta http-equiv=\"refresh\" content=\"0; url={url}\"><title>ringplot</title>\n"
        );
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let written = options.open(&path).and_then(|mut file| file.write_all(text.as_bytes()));
        written.with_context(|| format!("cannot write {}", path.display()))?;
        let opened = Self(path);
        if let Err(error) = opened.show() {
            output::tell(&format!("cannot open a browser ({error}): open the address above"));
        }
        Ok(opened)
    }

    fn show(&self) -> io::Result<()> {
        let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
        let mut command = Command::new(program);
        command.arg(&self.0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        std::thread::Builder::new().name("ringplot: browser".to_owned()).spawn(move || child.wait())?;
        Ok(())
    }
}

impl Drop for Redirect {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
