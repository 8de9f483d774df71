//! A real browser: Debian's Chromium without a display, driven over the `DevTools` protocol.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

use crate::client::WATCHDOG;

/// A browser with one page; it ends with this.
pub(crate) struct Browser {
    child: Child,
    socket: WebSocket<TcpStream>,
    session: String,
    next: u64,
    /// What the page wrote to its console, and errors.
    pub(crate) said: Vec<String>,
    _profile: tempfile::TempDir,
}

/// Where the browser is, if it is there.
pub(crate) fn program() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser"];
    let mut all = std::env::split_paths(&paths).flat_map(|folder| names.map(|name| folder.join(name)));
    all.find(|path| path.is_file())
}

impl Browser {
    /// Starts it; `None`, said aloud, where there is none.
    pub(crate) fn start() -> Option<Self> {
        let Some(program) = program() else {
            crate::not_checked(
                "there is no chromium here (Debian: apt-get install chromium): the page was not looked at",
            );
            return None;
        };
        let profile = tempfile::tempdir().unwrap();
        let mut command = Command::new(program);
        command.args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--force-color-profile=srgb",
            "--remote-debugging-port=0",
        ]);
        command.arg(format!("--user-data-dir={}", profile.path().display()));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().unwrap();
        let file = profile.path().join("DevToolsActivePort");
        let begun = Instant::now();
        let (port, path) = loop {
            let text = std::fs::read_to_string(&file).unwrap_or_default();
            if let Some((port, path)) = text.split_once('\n').filter(|(_, path)| !path.is_empty()) {
                break (port.to_owned(), path.trim().to_owned());
            }
            assert!(begun.elapsed() < WATCHDOG, "chromium does not start");
            std::thread::sleep(Duration::from_millis(20));
        };
        let stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
        stream.set_read_timeout(Some(WATCHDOG)).unwrap();
        let (socket, _) = tungstenite::client(format!("ws://127.0.0.1:{port}{path}"), stream).unwrap();
        let mut browser =
            Self { child, socket, session: String::new(), next: 0, said: Vec::new(), _profile: profile };
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let attached =
            browser.call("Target.attachToTarget", json!({ "targetId": target["targetId"], "flatten": true }));
        attached["sessionId"].as_str().unwrap().clone_into(&mut browser.session);
        for domain in ["Page.enable", "Runtime.enable", "Log.enable", "Network.enable"] {
            browser.call(domain, json!({}));
        }
        Some(browser)
    }

    /// Calls a method and gives its result.
    pub(crate) fn call(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let mut request = json!({ "id": self.next, "method": method });
        request["params"] = params;
        if !self.session.is_empty() {
            request["sessionId"] = json!(self.session);
        }
        self.socket.send(Message::text(request.to_string())).unwrap();
        loop {
            let message = self.socket.read().unwrap();
            let Message::Text(text) = message else { continue };
            let answer: Value = serde_json::from_str(&text).unwrap();
            if answer["id"] == self.next {
                assert!(answer["error"].is_null(), "{method}: {answer}");
                return answer["result"].clone();
            }
            let is_said = ["Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled"]
                .iter()
                .any(|method| answer["method"] == *method);
            if is_said {
                self.said.push(answer["params"].to_string());
            }
        }
    }

    /// A screen of this size, with so many pixels to a point, dark or light.
    pub(crate) fn screen(&mut self, [width, height]: [u32; 2], ratio: f64, theme: &str) {
        let params =
            json!({ "width": width, "height": height, "deviceScaleFactor": ratio, "mobile": width < 700 });
        self.call("Emulation.setDeviceMetricsOverride", params);
        let features = json!([{ "name": "prefers-color-scheme", "value": theme }]);
        self.call("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    pub(crate) fn open(&mut self, url: &str) {
        self.call("Page.navigate", json!({ "url": url }));
    }

    /// The value of an expression, which may be a promise.
    pub(crate) fn value(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let result = self.call("Runtime.evaluate", params);
        assert!(result["exceptionDetails"].is_null(), "{expression}: {}", result["exceptionDetails"]);
        result["result"]["value"].clone()
    }

    /// Waits until an expression is true.
    pub(crate) fn wait(&mut self, what: &str) {
        self.wait_for(what, WATCHDOG);
    }

    pub(crate) fn wait_for(&mut self, what: &str, most: Duration) {
        let begun = Instant::now();
        // While a page is being loaded there may be none.
        while self
            .value(&format!("(() => {{ try {{ return Boolean({what}); }} catch {{ return false; }} }})()"))
            != true
        {
            let said = &self.said;
            assert!(begun.elapsed() < most, "waited in vain: {what}: {said:?}");
            std::thread::sleep(Duration::from_millis(30));
        }
    }

    pub(crate) fn mouse(&mut self, kind: &str, [x, y]: [f64; 2], more: &Value) {
        let mut params = json!({ "type": kind, "x": x, "y": y, "button": "none" });
        for (name, value) in more.as_object().unwrap() {
            params[name] = value.clone();
        }
        self.call("Input.dispatchMouseEvent", params);
    }

    pub(crate) fn key(&mut self, key: &str) {
        for kind in ["keyDown", "keyUp"] {
            let text = if key.len() == 1 && kind == "keyDown" { key } else { "" };
            let shift = if key.chars().all(char::is_uppercase) { 8 } else { 0 };
            let params = json!({ "type": kind, "key": key, "text": text, "modifiers": shift });
            self.call("Input.dispatchKeyEvent", params);
        }
    }

    /// Writes what is seen into the folder that `RINGPLOT_SCREENSHOTS` names, if it does.
    pub(crate) fn screenshot(&mut self, name: &str) {
        let Some(folder) = std::env::var_os("RINGPLOT_SCREENSHOTS") else { return };
        let shot = self.call("Page.captureScreenshot", json!({ "format": "png" }));
        let bytes = from_base64(shot["data"].as_str().unwrap());
        std::fs::write(Path::new(&folder).join(format!("{name}.png")), bytes).unwrap();
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.socket.send(Message::text(json!({ "id": 0, "method": "Browser.close" }).to_string()));
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(5) && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn from_base64(text: &str) -> Vec<u8> {
    let digit = |byte: u8| match byte {
        b'A'..=b'Z' => u32::from(byte - b'A'),
        b'a'..=b'z' => u32::from(byte - b'a') + 26,
        b'0'..=b'9' => u32::from(byte - b'0') + 52,
        b'+' => 62,
        _ => 63,
    };
    let bytes: Vec<u8> = text.bytes().filter(|byte| *byte != b'=').collect();
    let groups = bytes.chunks(4).flat_map(|group| {
        let bits = group.iter().fold(0, |bits, byte| bits << 6 | digit(*byte)) << (6 * (4 - group.len()));
        bits.to_be_bytes()[1..group.len()].to_vec()
    });
    groups.collect()
}

/// A line between two ends that can be cut: as a tunnel over a bad network.
pub(crate) struct Tunnel {
    pub(crate) address: String,
    state: Arc<Mutex<TunnelState>>,
}

#[derive(Default)]
struct TunnelState {
    is_cut: bool,
    open: Vec<TcpStream>,
}

impl Tunnel {
    pub(crate) fn to(address: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().to_string();
        let state = Arc::new(Mutex::new(TunnelState::default()));
        let (far, shared) = (address.to_owned(), Arc::clone(&state));
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                let mut state = shared.lock().unwrap();
                if state.is_cut {
                    continue;
                }
                let Ok(far) = TcpStream::connect(&far) else { continue };
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    state.open.push(from.try_clone().unwrap());
                    std::thread::spawn(move || {
                        let mut bytes = vec![0; 1 << 16];
                        while let Ok(count @ 1..) = from.read(&mut bytes) {
                            if to.write_all(&bytes[..count]).is_err() {
                                break;
                            }
                        }
                        let _ = to.shutdown(Shutdown::Both);
                    });
                }
            }
        });
        Self { address: own, state }
    }

    /// Ends what is under way, and lets nothing new through.
    pub(crate) fn cut(&self) {
        let mut state = self.state.lock().unwrap();
        state.is_cut = true;
        for stream in state.open.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    pub(crate) fn mend(&self) {
        self.state.lock().unwrap().is_cut = false;
    }
}

/// Serves one page from another port of this machine, as somebody else would.
pub(crate) fn foreign_page(html: &str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let html = html.to_owned();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut bytes = [0; 4096];
            let _ = stream.read(&mut bytes);
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close",
                html.len()
            );
            let _ = write!(stream, "{head}\r\n\r\n{html}");
        }
    });
    address
}
