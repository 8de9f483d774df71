//! The real window under real input: the built program on a screen of its own, driven by xdotool, and after each step
//! the pixels say where the signal is.
//!
//! The signal is a square wave of ±1 that changes sign every half second and goes on to the end. How it lies on the
//! screen is told by its edges: the columns where the line goes from one level to the other. Each step waits until the
//! picture is as it must be; only the watchdog knows a time.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use common::screen::{Screen, Xvfb};
use egui::pos2;
use ringplot::Producer;
use ringplot::render::AdapterChoice;

/// The window's first size, and that to which it is made.
const SIZE: [u32; 2] = [900, 500];
const SMALLER: [u32; 2] = [700, 380];
/// Samples a second of the signal, and between two of its edges.
const RATE: u64 = 1000;
const HALF: u64 = 500;
/// How much `xdotool click 4` zooms in: it comes as two notches.
const CLICK_ZOOM: f64 = 1.4918;
/// Names the folder of the process that streams and drives.
const CHILD: &str = "RINGPLOT_TEST_WINDOW";
/// No step takes this long, on however busy a machine.
const WATCHDOG: Duration = Duration::from_mins(2);

#[expect(clippy::print_stderr, reason = "a test that is skipped has to say so")]
fn main() -> ExitCode {
    let is_required = std::env::var_os("RINGPLOT_REQUIRE_GPU").is_some_and(|value| value == "1");
    let skip = |what: &str| {
        assert!(!is_required, "RINGPLOT_REQUIRE_GPU=1, but {what}");
        eprintln!("skipped: {what}");
        ExitCode::SUCCESS
    };
    if let Err(error) = ringplot::render::Gpu::headless(AdapterChoice { software: true }) {
        return skip(&error.to_string());
    }
    if Command::new("xdotool").arg("version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        return skip("there is no xdotool: install xdotool");
    }
    if Command::new("xprop").arg("-version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        return skip("there is no xprop: install x11-utils");
    }
    if let Some(folder) = std::env::var_os(CHILD) {
        let Some(screen) = Xvfb::start(Path::new(&folder)) else {
            return skip("there is no Xvfb: install xvfb");
        };
        session(&mut Hand::open(Path::new(&folder), &screen.display));
        return ExitCode::SUCCESS;
    }
    // Again, with a registry of its own in its environment.
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.env(CHILD, folder.path()).env("RINGPLOT_DIR", folder.path().join("registry"));
    let is_ok = child.status().unwrap().success();
    if !is_ok && let Some(kept) = std::env::var_os("RINGPLOT_TEST_KEEP") {
        let _ = std::fs::copy(folder.path().join("Xvfb_screen0"), kept);
    }
    if is_ok { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// All that a person does, one after the other in one window.
fn session(hand: &mut Hand) {
    hand.step("the line goes on by itself");
    let first = hand.until(|wave| wave.edges.len() >= 4);
    hand.until(|wave| wave.edges.len() >= 4 && wave.edges != first.edges);

    hand.step("the legend's entry hides the line and shows it again");
    hand.click(first.swatch, 1);
    hand.until_hidden();
    hand.click(first.swatch, 1);
    hand.until(|wave| wave.edges.len() >= 4);

    hand.step("Space holds the picture while data come");
    hand.key("space");
    let held = hand.until_still();

    hand.step("the wheel zooms at the pointer");
    let middle = held.edges[held.edges.len() / 2];
    let width = held.half_width();
    hand.move_to(middle, held.centre_y());
    hand.xdotool(&["click", "4"]);
    let zoomed =
        hand.until(|wave| wave.has_edge(middle, 2.0) && is_near(wave.half_width(), width * CLICK_ZOOM, 2.0));

    hand.step("a drag moves");
    let from = (middle, zoomed.centre_y());
    hand.drag(1, from, (middle + 60.0, from.1));
    let moved = hand.until(|wave| {
        wave.has_edge(middle + 60.0, 2.0) && is_near(wave.half_width(), zoomed.half_width(), 2.0)
    });

    hand.step("a drag with the right button zooms to its box");
    let edge = middle + 60.0;
    let (left, right) = (edge - 20.0, edge + 60.0);
    hand.drag(3, (left, moved.high - 40.0), (right, moved.low + 40.0));
    let [start, end] = moved.span;
    let placed = start + (end - start) * 0.25;
    // What is off by a pixel before is off by so many after.
    let within = (end - start) / (right - left) * 2.0;
    let height = moved.low - moved.high;
    hand.until(|wave| wave.has_edge(placed, within) && wave.low - wave.high > height + 20.0);

    hand.step("Backspace leads back to the view before");
    hand.key("BackSpace");
    hand.until(|wave| wave.has_edge(edge, 2.0) && is_near(wave.half_width(), moved.half_width(), 2.0));

    hand.step("L leads back to live");
    hand.key("l");
    let live = hand.until(|wave| wave.edges.len() >= 4);
    hand.until(|wave| wave.edges.len() >= 4 && wave.edges != live.edges);

    hand.step("a double click fits all");
    hand.key("space");
    let held = hand.until_still();
    hand.move_to(held.edges[held.edges.len() / 2], held.centre_y());
    hand.xdotool(&["click", "4"]);
    hand.until(|wave| wave.half_width() > held.half_width() * 1.4);
    let there = hand.written() / HALF;
    hand.xdotool(&["click", "--repeat", "2", "--delay", "60", "1"]);
    // From the first half of a period, which is as wide as all others, to the newest.
    hand.until(|wave| {
        wave.edges.len() as u64 + 1 >= there && is_near(wave.edges[0] - wave.span[0], wave.half_width(), 3.0)
    });

    hand.step("the palette finds a command by its name");
    let corner = pos2(SIZE[0] as f32 - 3.0, SIZE[1] as f32 - 3.0);
    let ground = hand.screen().pixel(corner).unwrap();
    hand.key("ctrl+p");
    hand.until_other_than(ground, pos2(SIZE[0] as f32 / 2.0, 130.0), |_| true);
    hand.xdotool(&["type", "--delay", "40", "light, dark"]);
    hand.key("Return");
    let is_dark = ground[1] < 128;
    hand.until_other_than(ground, corner, |[_, green, _]| (green < 128) != is_dark);

    hand.step("S saves a picture of the window here");
    hand.key("s");
    let picture = hand.until_some(Hand::saved_picture);
    assert_eq!(picture, SIZE, "size of the picture");

    hand.step("the window takes another size");
    hand.resize(SMALLER);
    hand.until(|wave| {
        wave.span[1] < f64::from(SMALLER[0]) && wave.low < f64::from(SMALLER[1]) && wave.edges.len() >= 4
    });

    hand.step("minimised it draws nothing, and restored it goes on");
    hand.key("l");
    let live = hand.until(|wave| wave.edges.len() >= 4);
    hand.until(|wave| wave.edges.len() >= 4 && wave.edges != live.edges);
    // What a window manager says of a window that it minimised.
    hand.xprop(&["-f", "_NET_WM_STATE", "32a", "-set", "_NET_WM_STATE", "_NET_WM_STATE_HIDDEN"]);
    let held = hand.until_still();
    hand.xprop(&["-remove", "_NET_WM_STATE"]);
    hand.until(|wave| wave.edges.len() >= 4 && wave.edges != held.edges);

    hand.step("Q closes it, with all counted");
    hand.key("q");
    let end = Instant::now() + WATCHDOG;
    let status = loop {
        if let Some(status) = hand.window.try_wait().unwrap() {
            break status;
        }
        assert!(Instant::now() < end, "{}: it does not close", hand.step);
        std::thread::sleep(Duration::from_millis(20));
    };
    assert!(status.success(), "the window's process ended with {status}");
    let text = std::fs::read_to_string(hand.folder.join("stats.json")).unwrap();
    let told: serde_json::Value = serde_json::from_str(&text).unwrap();
    let stream = &told["streams"][0];
    let count = |name: &str| stream[name].as_u64().unwrap();
    assert_eq!(count("received"), count("written") - count("start"), "{stream}");
    assert_eq!(count("lost"), 0, "{stream}");
}

fn is_near(a: f64, b: f64, within: f64) -> bool {
    (a - b).abs() <= within
}

/// Where the line is on the screen, pixels.
#[derive(Clone, Debug, PartialEq)]
struct Wave {
    /// Rows of the two levels.
    high: f64,
    low: f64,
    /// First and last column of the line.
    span: [f64; 2],
    /// Columns where it changes its level.
    edges: Vec<f64>,
    /// The line's mark in the legend.
    swatch: (f64, f64),
}

/// The line's colour: nothing else in the window has it.
fn is_line([red, green, blue]: [u8; 3]) -> bool {
    red > 150 && blue > 150 && green < 90
}

impl Wave {
    /// What a screen shows within `size`, if there is a line with two levels.
    fn of(screen: &Screen, size: [u32; 2]) -> Option<Self> {
        let [width, height] = size.map(|side| side as usize);
        let is = |x: usize, y: usize| screen.pixel(pos2(x as f32, y as f32)).is_some_and(is_line);
        let in_row: Vec<usize> = (0..height).map(|y| (0..width).filter(|x| is(*x, y)).count()).collect();
        // The two levels are long rows, one in each half of what is lit; the mark in the legend is a short one above.
        let long = in_row.iter().copied().max().filter(|most| *most > width / 8)? / 12;
        let (high, low) = (in_row.iter().position(|n| *n > long)?, in_row.iter().rposition(|n| *n > long)?);
        (low > high + 20).then_some(())?;
        let top = (0..high).rev().take_while(|y| in_row[*y] > 0).last().unwrap_or(high);
        let level = |x: usize| match (is(x, high) || is(x, high + 1), is(x, low) || is(x, low - 1)) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => None,
        };
        let (mut edges, mut before) = (Vec::new(), None::<(usize, bool)>);
        let (mut first, mut last) = (None, 0);
        for x in 0..width {
            let Some(now) = level(x) else { continue };
            if let Some((at, was)) = before
                && was != now
            {
                edges.push((at + x) as f64 / 2.0);
            }
            before = Some((x, now));
            first.get_or_insert(x);
            last = x;
        }
        let lit = |y: usize| (0..width).filter(move |x| is(*x, y));
        let mark = (0..top.saturating_sub(4)).find(|y| lit(*y).count() >= 4)?;
        let swatch = (lit(mark).next()? as f64 + 2.0, mark as f64 + 1.0);
        let span = [first? as f64, last as f64];
        Some(Self { high: high as f64, low: low as f64, span, edges, swatch })
    }

    /// Columns from one edge to the next, on average.
    fn half_width(&self) -> f64 {
        let [Some(first), Some(last)] = [self.edges.first(), self.edges.last()] else { return 0.0 };
        (last - first) / (self.edges.len() as f64 - 1.0).max(1.0)
    }

    fn has_edge(&self, x: f64, within: f64) -> bool {
        self.edges.iter().any(|edge| is_near(*edge, x, within))
    }

    fn centre_y(&self) -> f64 {
        f64::midpoint(self.high, self.low)
    }
}

/// A window, and the hand at its mouse and keyboard.
struct Hand {
    window: Child,
    id: String,
    display: String,
    folder: std::path::PathBuf,
    size: [u32; 2],
    step: &'static str,
    /// Samples pushed so far.
    written: Arc<AtomicU64>,
}

impl Drop for Hand {
    fn drop(&mut self) {
        let _ = self.window.kill();
        let _ = self.window.wait();
    }
}

impl Hand {
    /// Streams the signal, opens a window on it and gives that its size and the keyboard.
    fn open(folder: &Path, display: &str) -> Self {
        let written = Arc::new(AtomicU64::new(0));
        stream(&written);
        let window = Command::new(env!("CARGO_BIN_EXE_ringplot"))
            .args(["view", "wave", "--title", "driven", "--ymin=-2", "--ymax=2", "--xlen=4", "--fresh"])
            .args(["--stats-json", "stats.json"])
            .current_dir(folder)
            .env("DISPLAY", display)
            .env("HOME", folder)
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("WAYLAND_SOCKET")
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let mut hand = Self {
            window,
            id: String::new(),
            display: display.to_owned(),
            folder: folder.to_owned(),
            size: SIZE,
            step: "the window opens",
            written,
        };
        hand.id = hand.until_some(|hand| {
            let found = hand.try_xdotool(&["search", "--name", "driven$"])?;
            found.lines().next().map(str::to_owned)
        });
        hand.until_some(|hand| hand.try_xdotool(&["windowfocus", "--sync", &hand.id]));
        hand.resize(SIZE);
        hand
    }

    #[expect(clippy::print_stderr, reason = "where it failed is the test's error")]
    fn step(&mut self, step: &'static str) {
        eprintln!("{step}");
        self.step = step;
    }

    fn try_xdotool(&self, args: &[&str]) -> Option<String> {
        let mut command = Command::new("xdotool");
        let output = command.args(args).env("DISPLAY", &self.display).stderr(Stdio::null()).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        output.status.success().then_some(text)
    }

    fn xdotool(&self, args: &[&str]) {
        assert!(self.try_xdotool(args).is_some(), "{}: xdotool {args:?} failed", self.step);
    }

    fn xprop(&self, args: &[&str]) {
        let mut command = Command::new("xprop");
        let command = command.args(["-id", &self.id]).args(args).env("DISPLAY", &self.display);
        assert!(command.status().unwrap().success(), "{}: xprop {args:?} failed", self.step);
    }

    fn key(&self, key: &str) {
        self.xdotool(&["key", key]);
    }

    fn move_to(&self, x: f64, y: f64) {
        self.xdotool(&["mousemove", &x.to_string(), &y.to_string()]);
    }

    fn click(&self, at: (f64, f64), button: u8) {
        self.move_to(at.0, at.1);
        self.xdotool(&["click", &button.to_string()]);
    }

    /// A drag of many small moves, so that the window sees it as one however slowly it draws.
    fn drag(&self, button: u8, from: (f64, f64), to: (f64, f64)) {
        let button = button.to_string();
        self.move_to(from.0, from.1);
        Self::pause();
        self.xdotool(&["mousedown", &button]);
        Self::pause();
        for part in 1..=10 {
            let share = f64::from(part) / 10.0;
            self.move_to((to.0 - from.0).mul_add(share, from.0), (to.1 - from.1).mul_add(share, from.1));
            Self::pause();
        }
        Self::pause();
        self.xdotool(&["mouseup", &button]);
    }

    /// As long as a frame or two take on a busy machine; a gesture may be slower, too.
    fn pause() {
        std::thread::sleep(Duration::from_millis(60));
    }

    fn resize(&mut self, size: [u32; 2]) {
        self.size = size;
        self.xdotool(&["windowsize", &self.id, &size[0].to_string(), &size[1].to_string()]);
    }

    fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    fn screen(&self) -> Screen {
        Screen::read(&self.folder).unwrap()
    }

    fn wave(&self) -> Option<Wave> {
        Wave::of(&Screen::read(&self.folder)?, self.size)
    }

    fn until_some<T>(&mut self, mut look: impl FnMut(&Self) -> Option<T>) -> T {
        let end = Instant::now() + WATCHDOG;
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            let ended = self.window.try_wait().unwrap();
            assert!(ended.is_none(), "{}: the window ended with {ended:?}", self.step);
            assert!(Instant::now() < end, "{}: it does not come to that: {:?}", self.step, self.wave());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Waits until the line is as it must be.
    fn until(&mut self, is_it: impl Fn(&Wave) -> bool) -> Wave {
        self.until_some(|hand| hand.wave().filter(&is_it))
    }

    /// Waits until the line stands still while half a second of data comes.
    fn until_still(&mut self) -> Wave {
        self.until_some(|hand| {
            let (wave, then) = (hand.wave()?, hand.written());
            while hand.written() < then + RATE / 2 {
                std::thread::sleep(Duration::from_millis(20));
            }
            (hand.wave()? == wave && wave.edges.len() >= 3).then_some(wave)
        })
    }

    /// Waits until there is no line.
    fn until_hidden(&mut self) {
        self.until_some(|hand| hand.wave().is_none().then_some(()));
    }

    /// Waits until a pixel is another, and as it must be.
    fn until_other_than(&mut self, old: [u8; 3], at: egui::Pos2, is_it: impl Fn([u8; 3]) -> bool) {
        self.until_some(|hand| hand.screen().pixel(at).filter(|now| *now != old && is_it(*now)));
    }

    /// The size of the picture that was saved in the current folder, once it is whole.
    fn saved_picture(&self) -> Option<[u32; 2]> {
        let files = std::fs::read_dir(&self.folder).unwrap().filter_map(Result::ok).map(|entry| entry.path());
        let path = files.into_iter().find(|path| path.extension().is_some_and(|end| end == "png"))?;
        let mut reader =
            png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path).ok()?)).read_info().ok()?;
        let mut pixels = vec![0; reader.output_buffer_size()?];
        let info = reader.next_frame(&mut pixels).ok()?;
        let has_line = pixels.chunks_exact(4).any(|pixel| is_line([pixel[0], pixel[1], pixel[2]]));
        has_line.then_some([info.width, info.height])
    }
}

/// A thread that streams the wave, four seconds of it at once, until this process ends.
fn stream(written: &Arc<AtomicU64>) {
    let wave = Producer::builder("wave").units("s", "").colour(255, 0, 255).capacity(1 << 20);
    let mut wave = wave.uniform(0.0, RATE as f64).unwrap();
    let written = Arc::clone(written);
    let begun = Instant::now();
    std::thread::spawn(move || {
        let mut next = 0;
        loop {
            let due = (begun.elapsed().as_millis() as u64) * RATE / 1000 + 4 * RATE;
            while next < due {
                wave.push(if (next / HALF).is_multiple_of(2) { 1.0 } else { -1.0 });
                next += 1;
            }
            written.store(next, Ordering::Relaxed);
            std::thread::sleep(Duration::from_millis(5));
        }
    });
}
