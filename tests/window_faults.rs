//! What a window survives: a device and a surface that are lost, a GPU that does not come back, a storm of resizes.
//!
//! Not run by the test harness: a window needs the main thread, and there may be one a process. Without arguments
//! this starts an Xvfb for each case, and itself again as the program with the window.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
#[path = "common/streams.rs"]
mod streams;

use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use common::screen::{Screen, Xvfb};
use common::store::{is_colour, push, store_of, uniform};
use egui::{Rect, pos2, vec2};
use ringplot::chart::Options;
use ringplot::render::AdapterChoice;
use ringplot::store::{Ingest, Selection, Store};
use ringplot::viewer::{App, Faults, FrameStats, WindowError, WindowOptions, picture, run_with_faults};
use ringplot::{Liveness, Producer};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{ClientMessageEvent, ConfigureWindowAux, ConnectionExt, EventMask, Window};
use x11rb::rust_connection::RustConnection;

const SIZE: [u32; 2] = [900, 500];
/// Names the case in the process that opens the window.
const CHILD: &str = "RINGPLOT_TEST_WINDOW";
/// Given the folder with the screen and its display.
type Case = fn(&Path, &str);
/// Nothing here takes this long, on however busy a machine.
const WATCHDOG: Duration = Duration::from_mins(2);

#[expect(clippy::print_stderr, reason = "a test that is skipped has to say so")]
fn main() -> ExitCode {
    match std::env::var(CHILD).as_deref() {
        Ok("lost") => return child(lost_child),
        Ok("gone") => return child(gone_child),
        Ok("storm") => return child(storm_child),
        _ => {}
    }
    let is_required = std::env::var_os("RINGPLOT_REQUIRE_GPU").is_some_and(|value| value == "1");
    if let Err(error) = ringplot::render::Gpu::headless(AdapterChoice { software: true }) {
        assert!(!is_required, "RINGPLOT_REQUIRE_GPU=1, but {error}");
        eprintln!("skipped: {error}");
        return ExitCode::SUCCESS;
    }
    let cases: [(&str, Case); 3] = [
        ("a_window_goes_on_after_device_and_surface_were_lost", lost),
        ("a_gpu_that_does_not_come_back_ends_the_window_and_no_point_is_lost", gone),
        ("a_storm_of_resizes_ends_with_the_right_picture", storm),
    ];
    // As the test harness does it: words that are no options choose.
    let chosen: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let is_chosen = |name: &str| chosen.is_empty() || chosen.iter().any(|word| name.contains(word));
    let mut is_well = true;
    for (name, case) in cases.into_iter().filter(|(name, _)| is_chosen(name)) {
        let folder = tempfile::tempdir().unwrap();
        let Some(screen) = Xvfb::start(folder.path()) else {
            assert!(!is_required, "RINGPLOT_REQUIRE_GPU=1, but there is no Xvfb: install xvfb");
            eprintln!("skipped: no Xvfb");
            return ExitCode::SUCCESS;
        };
        let outcome = std::panic::catch_unwind(|| case(folder.path(), &screen.display));
        eprintln!("test {name} ... {}", if outcome.is_ok() { "ok" } else { "FAILED" });
        is_well &= outcome.is_ok();
    }
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A child's panic is its failure.
fn child(case: fn()) -> ExitCode {
    case();
    ExitCode::SUCCESS
}

/// This program again, with the window of a case on a display.
struct Viewer(Child);

impl Viewer {
    fn start(case: &str, display: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env(CHILD, case).env("DISPLAY", display).stdin(Stdio::null());
        command.env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
        Self(command.spawn().unwrap())
    }

    fn is_running(&mut self) -> bool {
        self.0.try_wait().unwrap().is_none()
    }

    /// Waits for something to be true on the screen.
    fn wait_for(&mut self, folder: &Path, what: &str, is_so: impl Fn(&Screen) -> bool) {
        let began = Instant::now();
        while !Screen::read(folder).is_some_and(|screen| is_so(&screen)) {
            assert!(self.is_running(), "the window closed before {what}");
            assert!(began.elapsed() < WATCHDOG, "never seen: {what}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// It must end well.
    fn end(mut self) {
        let began = Instant::now();
        while self.is_running() {
            assert!(began.elapsed() < WATCHDOG, "the window did not close");
            std::thread::sleep(Duration::from_millis(50));
        }
        assert!(self.0.wait().unwrap().success(), "the window's process failed");
    }
}

impl Drop for Viewer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn options(span_secs: f64) -> Options {
    Options {
        x_range: Some([0.0, span_secs]),
        y_min: Some(-2.0),
        y_max: Some(2.0),
        dark: Some(true),
        with_status: true,
        ..Options::default()
    }
}

fn run(store: &Store, options: WindowOptions, faults: Faults) -> Result<FrameStats, WindowError> {
    run_with_faults(App::new(store.clone(), options.app.clone()), options, faults)
}

fn window() -> WindowOptions {
    WindowOptions {
        app: options(4.0),
        size: Some(SIZE),
        adapter: AdapterChoice { software: true },
        ..WindowOptions::default()
    }
}

/// A square wave of two seconds, live.
fn half_a_wave() -> (Store, ringplot::store::SharedStream) {
    let mut state = uniform("square", 0.0);
    push(&mut state, 0, (0..2000).map(level));
    store_of(state)
}

fn level(i: u64) -> f32 {
    if (i / 500).is_multiple_of(2) { 1.0 } else { -1.0 }
}

/// Device and surface are lost with the first frames; the second half of the wave comes after that.
fn lost_child() {
    let (store, shared) = half_a_wave();
    let later = store.clone();
    let growing = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(2));
        let mut state = shared.lock().unwrap();
        push(&mut state, 2000, (2000..4000).map(level));
        state.liveness = Liveness::Closed;
        drop(state);
        later.changed();
    });
    let faults = Faults { lose_device_at: vec![1, 2, 3], lose_surface_at: vec![4, 6], ..Faults::default() };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("picture.png");
    let options = WindowOptions {
        exit_after: Some(Duration::from_secs(8)),
        screenshot: Some(file.clone()),
        ..window()
    };
    let stats = run(&store, options, faults).unwrap();
    growing.join().unwrap();
    assert!(stats.frames >= 6, "nothing was drawn after the losses: {stats:?}");
    assert!(stats.frames < 200, "frames without news: {stats:?}");
    // What the window did is not seen in a picture.
    let gpu = common::gpu().unwrap();
    let expected = picture(&gpu, &mut App::new(store, self::options(4.0)), SIZE).unwrap();
    let other = folder.path().join("expected.png");
    expected.write_png(&other).unwrap();
    assert!(
        std::fs::read(&file).unwrap() == std::fs::read(&other).unwrap(),
        "another picture after the losses"
    );
}

fn lost(folder: &Path, display: &str) {
    let mut window = Viewer::start("lost", display);
    let area = plot_area(SIZE);
    let spot = |t: f32, y: f32| area.lerp_inside(vec2(t / 4.0, (2.0 - y) / 4.0));
    let is_line = |screen: &Screen, t, y| screen.pixel(spot(t, y)).is_some_and(is_colour);
    window.wait_for(folder, "the second half of the wave", |screen| is_line(screen, 3.27, 1.0));
    let screen = Screen::read(folder).unwrap();
    for half in 0u8..8 {
        let t = f32::from(half) * 0.5 + 0.27;
        let level = if half % 2 == 0 { 1.0 } else { -1.0 };
        assert!(is_line(&screen, t, level), "no line at {t} s");
        assert!(!is_line(&screen, t, -level), "a line at {t} s where none belongs");
    }
    // The title bar says what happened; but for that, and for what stands to its left, it is as in a picture.
    let (store, shared) = half_a_wave();
    push(&mut shared.lock().unwrap(), 2000, (2000..4000).map(level));
    let drawn = picture(&common::gpu().unwrap(), &mut App::new(store, options(4.0)), SIZE).unwrap();
    let bar = (100..SIZE[0]).flat_map(|x| (6..30).map(move |y| (x, y)));
    let differs = |(x, y): &(u32, u32)| {
        let [r, g, b, _] = drawn.pixel(*x, *y).unwrap();
        screen.pixel(pos2(*x as f32, *y as f32)) != Some([r, g, b])
    };
    let different = bar.filter(differs).count();
    assert!(different > 200, "no badge says that the GPU was opened again: {different} pixels differ");
    window.end();
}

/// A producer of a million points a second and who drains it, in this process, while a window runs.
fn with_a_stream(name: &str, store: &Store, window: impl FnOnce()) {
    streams::registry();
    let [r, g, b] = common::store::COLOUR;
    let builder = Producer::builder(name).capacity(1 << 23).colour(r, g, b);
    let mut producer = builder.uniform(0.0, 1e6).unwrap();
    let (stop, stopped): (Sender<()>, Receiver<()>) = channel();
    let pushing = std::thread::spawn(move || {
        let began = Instant::now();
        let mut pushed = 0u64;
        while stopped.try_recv().is_err() {
            // What a stopped machine owes is not pushed in one go.
            let due = ((began.elapsed().as_secs_f64() * 1e6) as u64).min(pushed + 100_000);
            while pushed < due {
                producer.push(level(pushed / 1000));
                pushed += 1;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        producer.close();
        pushed
    });
    let ingest = Ingest::start(store.clone(), Selection::Names(vec![name.to_owned()])).unwrap();
    window();
    stop.send(()).unwrap();
    let pushed = pushing.join().unwrap();
    let runs = ingest.stop();
    assert_eq!(runs.len(), 1);
    let counts = runs[0].counts;
    assert_eq!(counts.lost, 0, "{counts:?}");
    assert_eq!(counts.position, pushed);
    assert_eq!(counts.received, counts.position - counts.start);
    assert!(counts.received > 0);
}

/// No device can be opened any more: the window waits for it, then gives up; the history grows meanwhile.
fn gone_child() {
    let store = Store::new(1 << 30);
    with_a_stream("gone", &store, || {
        let faults = Faults { lose_device_at: vec![3], refuse_devices: true, ..Faults::default() };
        let began = Instant::now();
        let error: Result<FrameStats, WindowError> = run(&store, window(), faults);
        let error = error.expect_err("there is no GPU any more");
        assert!(matches!(error, WindowError::GpuGone { .. }), "{error}");
        assert!(error.to_string().starts_with("the GPU was lost and could not be opened again"), "{error}");
        assert!(began.elapsed() > Duration::from_secs(5), "it gave up at once");
    });
}

fn gone(_folder: &Path, display: &str) {
    Viewer::start("gone", display).end();
}

/// A window on a stream, until it is closed from outside.
fn storm_child() {
    let store = Store::new(1 << 30);
    with_a_stream("storm", &store, || {
        let faults = Faults { lose_device_at: vec![30, 90], lose_surface_at: vec![60], ..Faults::default() };
        let stats = run(&store, WindowOptions { app: options(1000.0), ..window() }, faults).unwrap();
        assert!(stats.frames > 5, "{stats:?}");
    });
}

fn storm(folder: &Path, display: &str) {
    let mut viewer = Viewer::start("storm", display);
    let (x11, screen) = RustConnection::connect(Some(display)).unwrap();
    let root = x11.setup().roots[screen].root;
    let has_data = |screen: &Screen| {
        let pixels =
            (0..SIZE[0]).step_by(3).flat_map(|x| (0..SIZE[1]).map(move |y| pos2(x as f32, y as f32)));
        pixels.filter(|at| screen.pixel(*at).is_some_and(is_colour)).count() > 20
    };
    viewer.wait_for(folder, "the stream", has_data);
    let window = the_window(&x11, root);
    let pid = viewer.0.id();
    let resize = |width: u32, height: u32| {
        let size = ConfigureWindowAux::new().width(width).height(height);
        x11.configure_window(window, &size).unwrap().check().unwrap();
    };
    let before = memory_bytes(pid);
    // 1 × 1, nearly nothing, larger than the screen, wider than any texture may be, and 200 of every size.
    let mut sizes = vec![[1, 1], [1, 700], [900, 1], [3000, 2000], [20_000, 40], [40, 20_000], [1, 1]];
    let mut state = 19_680_801u32;
    let mut random = |most: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        1 + (state >> 8) % most
    };
    sizes.extend((0..200).map(|_| [random(1400), random(900)]));
    for [width, height] in sizes {
        resize(width, height);
        assert!(viewer.is_running(), "{width} × {height} ended the window");
        std::thread::sleep(Duration::from_millis(25));
    }
    let last = [760, 420];
    resize(last[0], last[1]);
    let area = plot_area(last);
    let ground = area.lerp_inside(vec2(0.9, 0.06));
    viewer.wait_for(folder, "the window in its last size", |screen| {
        // The first seconds of a thousand at the left, nothing at the right, and the frame around the plot.
        let left = (0..20).any(|i| {
            let y = area.top() + area.height() * i as f32 / 20.0;
            (1..6).any(|x| screen.pixel(pos2(area.left() + x as f32, y)).is_some_and(is_colour))
        });
        let is_edge =
            |x: f32, y: f32| screen.pixel(pos2(x, y)).is_some_and(|[r, g, b]| r.max(g).max(b) > 0x20);
        let has_edges =
            is_edge(area.right(), area.top() + 50.0) && is_edge(area.left() + 300.0, area.bottom());
        left && has_edges && screen.pixel(ground) == Some([0x13, 0x17, 0x1D])
    });
    let after = memory_bytes(pid);
    assert!(after < before + (400 << 20), "the storm left {} MiB behind", (after - before) >> 20);
    close(&x11, window);
    viewer.end();
}

/// The one window that a person would see.
fn the_window(x11: &RustConnection, root: Window) -> Window {
    let children = x11.query_tree(root).unwrap().reply().unwrap().children;
    let is_large = |window: &Window| {
        x11.get_geometry(*window).unwrap().reply().is_ok_and(|size| u32::from(size.width) == SIZE[0])
    };
    children.into_iter().find(is_large).expect("a window of the size asked for")
}

/// What the button of a title bar does.
fn close(x11: &RustConnection, window: Window) {
    let atom = |name: &str| x11.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom;
    let data = [atom("WM_DELETE_WINDOW"), x11rb::CURRENT_TIME, 0, 0, 0];
    let event = ClientMessageEvent::new(32, window, atom("WM_PROTOCOLS"), data);
    x11.send_event(false, window, EventMask::NO_EVENT, event).unwrap().check().unwrap();
    x11.flush().unwrap();
}

/// Memory that a process uses now.
fn memory_bytes(pid: u32) -> u64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/statm")).unwrap();
    text.split(' ').nth(1).unwrap().parse::<u64>().unwrap() * 4096
}

/// Where the window's plot area lies: laid out here, with no window.
fn plot_area(size: [u32; 2]) -> Rect {
    let (store, _) = half_a_wave();
    let mut app = App::new(store, options(4.0));
    let ctx = egui::Context::default();
    for _ in 0..2 {
        let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(size[0] as f32, size[1] as f32));
        let input = egui::RawInput { screen_rect: Some(rect), ..egui::RawInput::default() };
        ctx.run_ui(input, |ui| app.ui(ui)).drop_without_applying_deltas();
    }
    app.plot_rects()[0]
}
