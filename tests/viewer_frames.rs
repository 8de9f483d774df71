//! When the real window draws: not while nothing is new, not while it is hidden, and at once after input. Frames are
//! counted; how long they take does not matter.
//!
//! Not run by the test harness: a window needs the main thread, and there may be one a process. Without arguments
//! this starts an Xvfb for each case, and itself again as the program with the window.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;
#[path = "common/streams.rs"]
mod streams;

use std::process::{Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use common::screen::Xvfb;
use common::store::{push, store_of, uniform};
use ringplot::chart::Options;
use ringplot::render::AdapterChoice;
use ringplot::store::{DerivedSpec, Ingest, Selection, Store, StreamState};
use ringplot::viewer::{App, WindowOptions, run_app};
use ringplot::{Liveness, Producer};
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    ConnectionExt, CreateWindowAux, EventMask, InputFocus, KEY_PRESS_EVENT, KeyButMask, KeyPressEvent,
    Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;

const SIZE: [u32; 2] = [800, 450];
/// Names the case in the process that opens the window.
const CHILD: &str = "RINGPLOT_TEST_WINDOW";
/// Nothing here takes this long, on however busy a machine.
const WATCHDOG: Duration = Duration::from_mins(2);
/// Without a frame for so long, the window is at rest; a busy machine may take its time for each.
const REST: Duration = Duration::from_millis(1500);

#[expect(clippy::print_stderr, reason = "a test that is skipped has to say so")]
fn main() -> ExitCode {
    match std::env::var(CHILD).as_deref() {
        Ok("idle") => return child(idle),
        Ok("panels") => return child(panels),
        Ok("hidden") => return child(hidden),
        Ok("input") => return child(input),
        _ => {}
    }
    let is_required = std::env::var_os("RINGPLOT_REQUIRE_GPU").is_some_and(|value| value == "1");
    if let Err(error) = ringplot::render::Gpu::headless(AdapterChoice { software: true }) {
        assert!(!is_required, "RINGPLOT_REQUIRE_GPU=1, but {error}");
        eprintln!("skipped: {error}");
        return ExitCode::SUCCESS;
    }
    let cases = [
        ("a_window_with_nothing_new_draws_nothing", "idle"),
        ("neither_panels_nor_derived_traces_do_anything_where_nothing_is_new", "panels"),
        ("a_hidden_window_draws_nothing_and_loses_nothing", "hidden"),
        ("input_is_in_the_picture_within_two_frames", "input"),
    ];
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
        let mut window = Command::new(std::env::current_exe().unwrap());
        window.env(CHILD, case).env("DISPLAY", &screen.display).stdin(Stdio::null());
        window.env("RINGPLOT_DIR", folder.path().join("registry"));
        window.env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
        let is_ok = window.status().unwrap().success();
        eprintln!("test {name} ... {}", if is_ok { "ok" } else { "FAILED" });
        is_well &= is_ok;
    }
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A child's panic is its failure, in whatever thread.
fn child(case: fn()) -> ExitCode {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        usual(info);
        std::process::exit(101);
    }));
    case();
    ExitCode::SUCCESS
}

/// What each frame showed: lowest and highest x. The newest is the last.
type Frames = Arc<Mutex<Vec<[f64; 2]>>>;

/// Opens a window on the store; `work` runs meanwhile, and its end ends the test.
fn with_window(store: &Store, options: Options, work: impl FnOnce(&Frames, &X11) + Send + 'static) {
    let frames = Frames::default();
    let shown = Arc::clone(&frames);
    let app = App::with_ui(store.clone(), options, move |ui, app| {
        app.ui(ui);
        let x = app.plot_bounds().first().map_or([0.0; 2], |bounds| bounds[0]);
        // Passes that are thrown away for another layout are no frames.
        if !ui.ctx().will_discard() {
            shown.lock().unwrap().push(x);
        }
    });
    std::thread::spawn(move || {
        wait_until("the first frame", || !frames.lock().unwrap().is_empty());
        work(&frames, &X11::connect());
        // A panic would have ended the process before.
        std::process::exit(0);
    });
    let window = WindowOptions {
        size: Some(SIZE),
        exit_after: Some(WATCHDOG),
        adapter: AdapterChoice { software: true },
        ..WindowOptions::default()
    };
    run_app(app, window).unwrap();
    panic!("the window closed before the end of the test");
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < WATCHDOG, "never seen: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn count(frames: &Frames) -> usize {
    frames.lock().unwrap().len()
}

/// Waits until no frame was drawn for a while.
fn wait_for_rest(frames: &Frames) {
    let began = Instant::now();
    let (mut last, mut since) = (count(frames), Instant::now());
    while since.elapsed() < REST {
        assert!(began.elapsed() < WATCHDOG, "it goes on drawing: {last} frames");
        std::thread::sleep(Duration::from_millis(20));
        let now = count(frames);
        if now != last {
            (last, since) = (now, Instant::now());
        }
    }
}

fn idle() {
    with_window(&half_a_minute(), options(), |frames, _| {
        wait_for_rest(frames);
        let before = count(frames);
        std::thread::sleep(Duration::from_secs(2));
        assert_eq!(count(frames), before, "frames though nothing is new");
    });
}

fn panels() {
    let store = Store::new(1 << 30);
    for (panel, stream) in (0..16).flat_map(|panel| (0..2).map(move |stream| (panel, stream))) {
        let mut state = half_a_minute_of(&format!("panel{panel}/s{stream}"));
        state.info.meta.group = format!("panel{panel}");
        store.add(state);
    }
    for text in ["derivative(panel0/s0)", "difference(panel1/s0, panel1/s1)"] {
        store.derived().add(DerivedSpec::parse(text).unwrap()).unwrap();
    }
    with_window(&store, options(), |frames, _| {
        wait_for_rest(frames);
        let before = (count(frames), waits_of("ringplot: derive"));
        std::thread::sleep(Duration::from_secs(2));
        let after = (count(frames), waits_of("ringplot: derive"));
        assert_eq!(after, before, "frames drawn, and times that the thread of derived traces woke up");
    });
}

/// How often a thread of this process has waited so far: once more each time that it is woken.
fn waits_of(thread: &str) -> u64 {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap().map(|task| task.unwrap().path());
    // The kernel keeps 15 letters.
    let is_it = |comm: String| comm.trim_end() == &thread[..15.min(thread.len())];
    let found = tasks.into_iter().find(|task| std::fs::read_to_string(task.join("comm")).is_ok_and(is_it));
    let status = std::fs::read_to_string(found.expect("the thread runs").join("status")).unwrap();
    let waits = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    waits.unwrap().trim().parse().unwrap()
}

fn input() {
    with_window(&half_a_minute(), options(), |frames, x11| {
        x11.focus();
        wait_for_rest(frames);
        let before = frames.lock().unwrap().clone();
        x11.press('f');
        wait_until("a frame after the key", || count(frames) > before.len());
        wait_for_rest(frames);
        let after = frames.lock().unwrap()[before.len()..].to_vec();
        let changed = after.iter().position(|x| Some(x) != before.last());
        assert!(matches!(changed, Some(0 | 1)), "shown in frame {changed:?} of {after:?}");
    });
}

fn hidden() {
    let mut producer = Producer::builder("hidden").capacity(1 << 20).uniform(0.0, 1e5).unwrap();
    let store = Store::new(1 << 28);
    let ingest = Ingest::start(store.clone(), Selection::Names(vec!["hidden".to_owned()])).unwrap();
    let (stop, stopped) = channel::<()>();
    let pushing = std::thread::spawn(move || {
        let stopped: Receiver<()> = stopped;
        let mut pushed = 0u64;
        while stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
            producer.push_slice(&[1.0; 1000]);
            pushed += 1000;
            std::thread::sleep(Duration::from_millis(10));
        }
        producer.close();
        pushed
    });
    with_window(&store, Options::default(), move |frames, x11| {
        wait_until("frames of live data", || count(frames) > 5);
        let cover = x11.cover();
        wait_for_rest(frames);
        let before = count(frames);
        std::thread::sleep(Duration::from_secs(2));
        assert_eq!(count(frames), before, "a hidden window draws");
        x11.uncover(cover);
        wait_until("frames of the window that is seen again", || count(frames) > before + 5);
        drop(stop);
        let pushed = pushing.join().unwrap();
        let runs = ingest.stop();
        let counts = runs[0].counts;
        assert_eq!((counts.lost, counts.received, counts.position), (0, pushed - counts.start, pushed));
    });
}

/// A stream that has ended.
fn half_a_minute() -> Store {
    store_of(half_a_minute_of("ramp")).0
}

fn half_a_minute_of(name: &str) -> StreamState {
    let mut state = uniform(name, 0.0);
    push(&mut state, 0, (0..30_000u16).map(f32::from));
    state.liveness = Liveness::Closed;
    state
}

fn options() -> Options {
    Options { x_range: Some([10.0, 20.0]), ..Options::default() }
}

/// The X server, and the window on it.
struct X11 {
    connection: RustConnection,
    root: Window,
    window: Window,
}

impl X11 {
    fn connect() -> Self {
        let (connection, screen) = RustConnection::connect(None).unwrap();
        let root = connection.setup().roots[screen].root;
        let children = connection.query_tree(root).unwrap().reply().unwrap().children;
        let is_large = |window: &Window| {
            let size = connection.get_geometry(*window).unwrap().reply();
            size.is_ok_and(|size| u32::from(size.width) == SIZE[0])
        };
        let window = children.into_iter().find(is_large).expect("a window of the size asked for");
        Self { connection, root, window }
    }

    fn focus(&self) {
        let focused = self.connection.set_input_focus(InputFocus::PARENT, self.window, x11rb::CURRENT_TIME);
        focused.unwrap().check().unwrap();
    }

    /// Presses the key of a letter.
    fn press(&self, letter: char) {
        let setup = self.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let map = self.connection.get_keyboard_mapping(first, last - first + 1).unwrap().reply().unwrap();
        let rows = map.keysyms.chunks(usize::from(map.keysyms_per_keycode));
        let key = rows.zip(first..=last).find(|(row, _)| row.first() == Some(&u32::from(letter))).unwrap().1;
        let event = KeyPressEvent {
            response_type: KEY_PRESS_EVENT,
            detail: key,
            sequence: 0,
            time: x11rb::CURRENT_TIME,
            root: self.root,
            event: self.window,
            child: x11rb::NONE,
            root_x: 1,
            root_y: 1,
            event_x: 1,
            event_y: 1,
            state: KeyButMask::default(),
            same_screen: true,
        };
        let sent = self.connection.send_event(false, self.window, EventMask::KEY_PRESS, event);
        sent.unwrap().check().unwrap();
    }

    /// Puts another window over all of it.
    fn cover(&self) -> Window {
        let cover = self.connection.generate_id().unwrap();
        let wishes = CreateWindowAux::new().override_redirect(1).background_pixel(0);
        let class = WindowClass::INPUT_OUTPUT;
        let made = self.connection.create_window(0, cover, self.root, 0, 0, 1000, 600, 0, class, 0, &wishes);
        made.unwrap().check().unwrap();
        self.connection.map_window(cover).unwrap().check().unwrap();
        cover
    }

    fn uncover(&self, cover: Window) {
        self.connection.destroy_window(cover).unwrap().check().unwrap();
    }
}
