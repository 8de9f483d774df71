//! A page that shows streams: one port, and one page.
//!
//! Contract: it reads the `Store` as a window does, and holds one stream's lock at a time and briefly. Nothing that a
//! client does or leaves undone reaches another client or a producer: a client that does not read is sent nothing more.
//! Nothing here writes a file, reads one that a client names, or changes a stream.
//!
//! ```text
//! listener ─▶ connection: time limits ─▶ access: Host, Origin, token ─▶ page/    files that are compiled in
//!                                                                   ├─▶ api/     a question, an answer: JSON, CSV, metrics
//! Store ─changed─▶ watch ──────────────────────────────────────────┴─▶ session  frames: what the page draws
//! ```
//! 1. A frame is made when it is sent, from what the store has then. At most `MOST_UNACKNOWLEDGED` are on the way to a
//!    client; what could not be sent is skipped, and never queued.
//! 2. Every client has a bound of everything: its panels, columns, messages, and the time it may take.
//! 3. The token is in no log and in no error.

mod access;
mod answer;
mod api;
mod assets;
mod connection;
mod counters;
mod csv;
mod described;
mod error;
mod frame;
mod layouts;
mod listener;
mod message;
mod query;
mod routes;
mod server;
mod session;
mod shared;
mod token;

use std::time::Duration;

pub(crate) use self::listener::{Listener, Place};
pub use self::message::{ClientMessage, MessageError, PanelKind, PanelView, View};
pub(crate) use self::server::{Server, Settings};
pub(crate) use self::token::Token;

/// Pages that are open at once, at most.
pub(crate) const MOST_CLIENTS: usize = 32;
/// Connections of any kind that are served at once.
const MOST_CONNECTIONS: usize = 256;
/// Downloads at once: each has a thread.
const MOST_DOWNLOADS: usize = 4;
/// Columns of one query, or of one panel.
const MOST_COLUMNS: usize = 8192;
/// Bytes of a message of a client.
const MOST_MESSAGE_BYTES: usize = 64 << 10;
/// Bytes of the header of a request.
const MOST_HEADER_BYTES: usize = 16 << 10;
/// Frames on the way to one client.
const MOST_UNACKNOWLEDGED: u32 = 2;
/// A request's header has come by then, from the beginning of the connection or the end of the answer before: so an idle
/// connection is closed, too.
const HEADER_TIME: Duration = Duration::from_secs(10);
/// A client that takes nothing of an answer for so long is cut off.
const WRITE_TIME: Duration = Duration::from_secs(30);
/// A page that says nothing for so long is cut off, though it was asked for a sign of life every [`PING_EVERY`].
const SILENCE_TIME: Duration = Duration::from_mins(1);
const PING_EVERY: Duration = Duration::from_secs(20);
