//! What a page costs: frames and bytes a second of 8 streams in 3,200 columns, and the server's time for 16 clients.
//!
//! `cargo bench --no-default-features --features serve --bench serve`
//!
//! Eight streams of 10^5 samples a second, ten seconds of which are in view. A client takes a frame and acknowledges it at
//! once; over the loopback that is as fast as frames can be asked for. The browser's row is a page of Chromium without a GPU.
//! `RINGPLOT_BENCH_QUICK` runs once, briefly.
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "tables are what a bench is for, and a bench fails by panicking"
)]

#[allow(dead_code, reason = "the tests use the rest of it")]
#[path = "../tests/serve/browser.rs"]
mod browser;
#[path = "ring_common/mod.rs"]
mod common;

use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use browser::Browser;
use common::{quick, registry, tell_machine};
use ringplot::Producer;
use ringplot::ring::sync::{AtomicBool, Ordering};
use tungstenite::client::IntoClientRequest as _;
use tungstenite::{Message, WebSocket};

/// What the browser of the tests names.
mod client {
    pub(crate) const WATCHDOG: std::time::Duration = std::time::Duration::from_mins(1);
}

fn not_checked(what: &str) {
    println!("NOT MEASURED: {what}");
}

const STREAMS: usize = 8;
const RATE: f64 = 1e5;
const COLUMNS: u32 = 3200;
const SPAN_SECS: f64 = 10.0;

/// A served page, which ends with this.
struct Served {
    child: Child,
    address: String,
    token: String,
}

impl Served {
    fn start() -> Self {
        // `RINGPLOT_BIN` names another build of the program.
        let program =
            std::env::var_os("RINGPLOT_BIN").unwrap_or_else(|| env!("CARGO_BIN_EXE_ringplot").into());
        let mut command = Command::new(program);
        command
            .args(["serve", "bench", "--bind", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut url = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut url).unwrap();
        let (address, token) = url.trim().strip_prefix("http://").unwrap().split_once("/?token=").unwrap();
        Self { child, address: address.to_owned(), token: token.to_owned() }
    }

    fn session(&self, fps: u32) -> WebSocket<TcpStream> {
        let mut request = format!("ws://{}/ws", self.address).into_client_request().unwrap();
        request.headers_mut().insert("Authorization", format!("Bearer {}", self.token).parse().unwrap());
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(client::WATCHDOG)).unwrap();
        let (mut socket, _) = tungstenite::client(request, stream).unwrap();
        let names: Vec<String> = (0..STREAMS).map(|index| format!("\"bench/s{index}\"")).collect();
        let panel = format!(
            "{{\"kind\":\"time\",\"streams\":[{}],\"size\":[{COLUMNS},600],\"span\":{SPAN_SECS}}}",
            names.join(",")
        );
        socket.send(Message::text(format!("{{\"view\":{{\"panels\":[{panel}],\"fps\":{fps}}}}}"))).unwrap();
        socket
    }

    /// Seconds of processor time so far.
    fn cpu_secs(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let after = stat.rsplit(") ").next().unwrap();
        let ticks: u64 = after.split(' ').skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap()).sum();
        ticks as f64 / 100.0
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Takes frames and acknowledges them for some time; how many, and their bytes.
fn take(mut socket: WebSocket<TcpStream>, time: Duration) -> (u64, u64) {
    let (mut frames, mut bytes, end) = (0, 0, Instant::now() + time);
    while Instant::now() < end {
        let Message::Binary(frame) = socket.read().unwrap() else { continue };
        let length = u32::from_le_bytes(frame[..4].try_into().unwrap()) as usize;
        let header: serde_json::Value = serde_json::from_slice(&frame[4..4 + length]).unwrap();
        socket.send(Message::text(format!("{{\"ack\":{}}}", header["frame"]))).unwrap();
        (frames, bytes) = (frames + 1, bytes + frame.len() as u64);
    }
    (frames, bytes)
}

fn row(served: &Served, clients: usize, stopped: usize, fps: u32, idle: f64) -> f64 {
    let time = Duration::from_secs_f64(if quick() { 0.5 } else { 5.0 });
    // They ask, and never read.
    let _stopped: Vec<_> = (0..stopped).map(|_| served.session(fps)).collect();
    let sockets: Vec<_> = (0..clients).map(|_| served.session(fps)).collect();
    let before = served.cpu_secs();
    let begun = Instant::now();
    let taken: Vec<(u64, u64)> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            sockets.into_iter().map(|socket| scope.spawn(move || take(socket, time))).collect();
        if threads.is_empty() {
            std::thread::sleep(time);
        }
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let secs = begun.elapsed().as_secs_f64();
    let cpu = (served.cpu_secs() - before) / secs * 100.0;
    let frames: u64 = taken.iter().map(|(frames, _)| frames).sum();
    let bytes: u64 = taken.iter().map(|(_, bytes)| bytes).sum();
    assert!(clients == 0 || frames > 0, "no frames");
    let each = clients.max(1) as f64 * secs;
    println!(
        "| {clients}{} | {fps} | {:.1} | {:.0} kB | {:.2} MB/s | {cpu:.0} % | {:.0} % |",
        if stopped > 0 { format!(" beside {stopped} stopped") } else { String::new() },
        frames as f64 / each,
        bytes as f64 / frames.max(1) as f64 / 1e3,
        bytes as f64 / each / 1e6,
        cpu - idle,
    );
    cpu
}

/// A page of a browser, with as many columns.
fn browser_row(served: &Served) {
    let Some(mut browser) = Browser::start() else { return };
    browser.screen([COLUMNS + 102, 800], 1.0, "dark");
    browser.open(&format!("http://{}/?token={}", served.address, served.token));
    browser.wait("window.ringplot && ringplot.panels.list[0]?.shows?.series?.length === 8");
    let secs = if quick() { 0.5 } else { 5.0 };
    let drawn = browser.value(&format!(
        "new Promise((done) => {{ const take = ringplot.take; let frames = 0; \
         ringplot.take = function (...of) {{ frames++; return take.apply(this, of); }}; \
         setTimeout(() => {{ const panel = ringplot.panels.list[0]; const begun = performance.now(); \
           for (let i = 0; i < 20; i++) {{ panel.redraw(); panel.plot.ctx.getImageData(0, 0, 1, 1); }} \
           done([frames / {secs}, (performance.now() - begun) / 20, panel.shows.count]); }}, {secs} * 1000); }})"
    ));
    let of = |index: usize| drawn[index].as_f64().unwrap();
    println!(
        "\nChromium, software raster, {} columns x {STREAMS}: {:.1} frames a second of 30 asked for, {:.1} ms a drawing",
        drawn[2],
        of(0),
        of(1)
    );
}

fn main() {
    let _registry = registry();
    tell_machine("what a page costs");
    let backlog = (RATE * SPAN_SECS) as usize;
    let noise = |index: usize| ((index.wrapping_mul(2_654_435_761) >> 8) % 1000) as f32 * 1e-3;
    let mut producers: Vec<_> = (0..STREAMS)
        .map(|index| {
            Producer::builder(&format!("bench/s{index}")).capacity(1 << 21).uniform(0.0, RATE).unwrap()
        })
        .collect();
    let points: Vec<f32> = (0..backlog).map(|at| (at as f32 * 1e-4).sin() + noise(at)).collect();
    for producer in &mut producers {
        producer.push_slice(&points);
    }
    let is_over = AtomicBool::new(false);
    let served = Served::start();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let begun = Instant::now();
            let mut pushed = 0;
            // ORDERING: Relaxed; the flag guards nothing.
            while !is_over.load(Ordering::Relaxed) {
                let due = (begun.elapsed().as_secs_f64() * RATE) as usize;
                for producer in &mut producers {
                    for chunk in pushed..due {
                        producer.push(points[chunk % points.len()]);
                    }
                }
                pushed = due;
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        println!(
            "\n| clients | frames a second asked for | each gets | a frame | bytes a second, each | server, of a core | for the clients |"
        );
        println!("|---|---|---|---|---|---|---|");
        std::thread::sleep(Duration::from_secs_f64(if quick() { 0.2 } else { 2.0 }));
        let idle = row(&served, 0, 0, 30, 0.0);
        for (clients, stopped, fps) in [(1, 0, 30), (1, 0, 60), (16, 0, 30), (15, 1, 30)] {
            row(&served, clients, stopped, fps, idle);
        }
        browser_row(&served);
        is_over.store(true, Ordering::Relaxed);
    });
}
