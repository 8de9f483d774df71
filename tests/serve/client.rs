//! A served page, and hands that ask it: bytes over a socket, and a WebSocket.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::Value;
use tungstenite::client::IntoClientRequest as _;
use tungstenite::{Message, WebSocket};

use crate::harness::{Place, Running};

/// After this long something hangs.
pub(crate) const WATCHDOG: Duration = Duration::from_mins(1);

/// A running server.
pub(crate) struct Served {
    pub(crate) running: Running,
    /// As `127.0.0.1:8177`.
    pub(crate) address: String,
    pub(crate) token: String,
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: BTreeMap<String, Vec<String>>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |values| &values[0])
    }

    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Served {
    /// Serves at a free port, with these arguments besides.
    pub(crate) fn start(place: &Place, args: &[&str]) -> Self {
        Self::start_with(place, args, |_| {})
    }

    pub(crate) fn start_with(
        place: &Place,
        args: &[&str],
        prepare: impl FnOnce(&mut std::process::Command),
    ) -> Self {
        let mut command = place.command(&["serve", "--bind", "127.0.0.1:0"]);
        command.args(args);
        prepare(&mut command);
        let mut running = Running::spawn_unread(command);
        let url = running.lines().next().unwrap();
        let (address, token) = url.strip_prefix("http://").unwrap().split_once("/?token=").unwrap();
        Self { running, address: address.to_owned(), token: token.to_owned() }
    }

    pub(crate) fn bearer(&self) -> String {
        format!("Authorization: Bearer {}", self.token)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(WATCHDOG)).unwrap();
        stream.set_write_timeout(Some(WATCHDOG)).unwrap();
        stream
    }

    /// Asks for a path with the token.
    pub(crate) fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[&format!("Host: {}", self.address), &self.bearer()])
    }

    /// Asks with these headers and no others.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[&str]) -> Answer {
        let mut stream = self.connect();
        let headers = headers.iter().fold(String::new(), |all, header| all + header + "\r\n");
        write!(stream, "{method} {path} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n").unwrap();
        read_answer(&mut stream)
    }

    /// Opens a session as a page does.
    pub(crate) fn session(&self) -> Session {
        self.try_session(&[("Authorization", &format!("Bearer {}", self.token))]).unwrap()
    }

    /// Opens a session with these headers; the status where it is refused.
    pub(crate) fn try_session(&self, headers: &[(&'static str, &str)]) -> Result<Session, u16> {
        let mut request = format!("ws://{}/ws", self.address).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match tungstenite::client(request, self.connect()) {
            Ok((socket, _)) => Ok(Session { socket }),
            Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(response))) => {
                Err(response.status().as_u16())
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// Ends it in order.
    pub(crate) fn end(self) -> crate::harness::Done {
        self.running.signal("TERM");
        self.running.wait()
    }
}

/// Reads an answer whose connection is closed after it.
pub(crate) fn read_answer(stream: &mut impl Read) -> Answer {
    let mut bytes = Vec::new();
    // One that is cut off has said what it says.
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let mut headers: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        headers.entry(name.to_ascii_lowercase()).or_default().push(value.to_owned());
    }
    let is_chunked = headers.get("transfer-encoding").is_some_and(|coding| coding[0] == "chunked");
    let body = if is_chunked { joined(body) } else { body.to_owned() };
    Answer { status: status.unwrap_or(0), headers, body }
}

/// The text in chunks.
fn joined(mut rest: &str) -> String {
    let mut text = String::new();
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        text.push_str(&after[..size]);
        rest = after[size..].strip_prefix("\r\n").unwrap_or("");
    }
    text
}

/// What a page has open.
pub(crate) struct Session {
    pub(crate) socket: WebSocket<TcpStream>,
}

impl Session {
    pub(crate) fn say(&mut self, text: &str) {
        self.socket.send(Message::text(text)).unwrap();
    }

    /// Shows these panels from now on.
    pub(crate) fn show(&mut self, panels: &Value, fps: f64) {
        self.say(&serde_json::json!({ "view": { "panels": panels, "fps": fps } }).to_string());
    }

    pub(crate) fn acknowledge(&mut self, frame: &Frame) {
        self.say(&format!("{{\"ack\":{}}}", frame.header["frame"]));
    }

    /// The next frame; `None` where none comes in this time.
    pub(crate) fn frame_within(&mut self, time: Duration) -> Option<Frame> {
        let end = Instant::now() + time;
        loop {
            let left = end.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
            self.socket.get_ref().set_read_timeout(Some(left)).unwrap();
            match self.socket.read() {
                Ok(Message::Binary(bytes)) => return Some(Frame::new(&bytes)),
                Ok(Message::Ping(_)) => {}
                Ok(other) => panic!("{other:?}"),
                Err(tungstenite::Error::Io(error))
                    if matches!(
                        error.kind(),
                        std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut
                    ) =>
                {
                    if Instant::now() >= end {
                        return None;
                    }
                }
                Err(error) => panic!("{error}"),
            }
        }
    }

    pub(crate) fn frame(&mut self) -> Frame {
        self.frame_within(WATCHDOG).unwrap()
    }

    /// Takes frames and acknowledges them until one is as wanted.
    pub(crate) fn frame_with(&mut self, what: &str, is_wanted: impl Fn(&Frame) -> bool) -> Frame {
        let begun = Instant::now();
        loop {
            let frame = self.frame();
            self.acknowledge(&frame);
            if is_wanted(&frame) {
                return frame;
            }
            assert!(begun.elapsed() < WATCHDOG, "waited in vain: {what}: {}", frame.header);
        }
    }

    /// Whether the server closes it, whatever else it sends before.
    pub(crate) fn is_closed(&mut self) -> bool {
        self.socket.get_ref().set_read_timeout(Some(WATCHDOG)).unwrap();
        loop {
            match self.socket.read() {
                Ok(Message::Close(_)) => return true,
                Ok(_) => {}
                Err(tungstenite::Error::Io(error)) => {
                    let is_late =
                        matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut);
                    return !is_late;
                }
                Err(_) => return true,
            }
        }
    }
}

/// A frame, taken apart.
pub(crate) struct Frame {
    pub(crate) header: Value,
    payload: Vec<u8>,
}

impl Frame {
    fn new(bytes: &[u8]) -> Self {
        let length = u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize;
        let header = serde_json::from_slice(&bytes[4..4 + length]).unwrap();
        let begin = (4 + length).next_multiple_of(8);
        Self { header, payload: bytes[begin..].to_vec() }
    }

    /// What panel 0 shows, if it is told.
    pub(crate) fn shows(&self) -> Option<&Value> {
        self.header["panels"].get(0)?.get("shows")
    }

    /// An array of panel 0, from byte `at` of its own.
    pub(crate) fn floats(&self, at: u64, count: u64) -> Vec<f32> {
        self.words(at, count).into_iter().map(f32::from_bits).collect()
    }

    pub(crate) fn words(&self, at: u64, count: u64) -> Vec<u32> {
        let at = (self.header["panels"][0]["at"].as_u64().unwrap() + at) as usize;
        let bytes = &self.payload[at..at + 4 * count as usize];
        bytes.chunks_exact(4).map(|word| u32::from_le_bytes(word.try_into().unwrap())).collect()
    }
}
