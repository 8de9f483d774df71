//! Programs, their windows, and how they end: a window never harms a program, and outlives it when it should.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and its programs talk"
)]

mod common;

use std::fs;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::screen::Xvfb;
use ringplot::{Point, Producer, ViewerOptions, ViewerStatus};
use serde_json::Value;

/// Names the program that this binary plays when it is run as a child.
const ROLE: &str = "RINGPLOT_TEST_ROLE";
/// Has this binary play a role.
const ROLE_ARGS: [&str; 4] = ["--exact", "role", "--nocapture", "--test-threads=1"];
/// Nothing here takes this long.
const WATCHDOG: Duration = Duration::from_mins(1);

/// Plays a program when this binary is run as a child; says nothing otherwise.
#[test]
fn role() {
    let Ok(role) = std::env::var(ROLE) else { return };
    let folder = PathBuf::from(std::env::var_os("RINGPLOT_TEST_FOLDER").unwrap());
    let mut options = ViewerOptions::default();
    options.args.push("--stats-json".into());
    options.args.push(folder.join("stats.json").into());
    // A program that streams nothing itself, and starts others.
    if role == "parent" {
        options.args.extend(["--exit-after".into(), "4s".into()]);
        options.streams.push("pool".into());
        assert!(ringplot::stream::open_viewer(&options).is_open());
        let worker =
            Command::new(std::env::current_exe().unwrap()).args(ROLE_ARGS).env(ROLE, "worker").status();
        assert!(worker.unwrap().success());
        return;
    }
    if role == "worker" {
        let mut unwanted = Producer::builder("worker").capacity(1 << 12).xy().unwrap();
        unwanted.push(Point::new(0.0, 0.0));
        let mut worker = Producer::builder("pool/worker").capacity(1 << 12).timed().unwrap();
        (0..1000).for_each(|i| worker.push(f64::from(i) * 1e-3, i as f32));
        assert!(worker.wait_for_viewer(Duration::from_secs(20)));
        return;
    }
    if plays_without_producer(&role) {
        return;
    }
    if role == "layout" {
        let text =
            "version = 1\n[[panel]]\nid = \"time-1\"\ntitle = \"From a layout\"\nstreams = [\"program\"]\n";
        options.layout = Some(text.to_owned());
        options.args.push("--screenshot".into());
        options.args.push(folder.join("layout.svg").into());
        options.args.extend(["--exit-after".into(), "2s".into()]);
    }
    let mut producer = Producer::builder("program").capacity(1 << 12).units("s", "V").timed().unwrap();
    match role.as_str() {
        // Pushes a thousand points and returns at once.
        "thousand" => {
            options.args.extend(["--exit-after".into(), "3s".into()]);
            assert!(producer.open_viewer_with(&options).is_open());
            assert!(producer.open_viewer_with(&options).is_open(), "one window for a program");
            (0..1000).for_each(|i| producer.push(f64::from(i) * 1e-3, i as f32));
        }
        "layout" => ask_for_a_layout(&mut producer, &options),
        "bad layout" => {
            assert!(
                producer.open_viewer_with(&ViewerOptions::layout("version = 1\nnonsense = 2\n")).is_open()
            );
            std::thread::sleep(Duration::from_secs(2));
        }
        "finish" => {
            assert!(producer.open_viewer_with(&options).is_open());
            (0..1000).for_each(|i| producer.push(f64::from(i) * 1e-3, i as f32));
            producer.finish();
        }
        // Pushes until it is ended; a file tells how far it got.
        "forever" => {
            options.args.extend(["--exit-after".into(), "5s".into()]);
            assert!(producer.open_viewer_with(&options).is_open());
            let pushed = fs::File::create(folder.join("pushed")).unwrap();
            for i in 0u64.. {
                producer.push(i as f64 * 1e-3, i as f32);
                // In place: it may be ended between any two instructions.
                pushed.write_all_at(format!("{:020}", i + 1).as_bytes(), 0).unwrap();
                std::thread::sleep(Duration::from_millis(1));
            }
        }
        // Pushes flat out for two seconds, whatever its window does.
        "busy" => {
            assert!(producer.open_viewer_with(&options).is_open());
            let end = Instant::now() + Duration::from_secs(2);
            let mut at = 0u64;
            while Instant::now() < end {
                for _ in 0..1000 {
                    producer.push(at as f64 * 1e-6, at as f32);
                    at += 1;
                }
            }
            println!("pushed {at} of {}", producer.stats().written);
        }
        "no_display" => {
            let error = producer.open_viewer().ok().unwrap_err().to_string();
            assert!(error.starts_with("no display"), "{error}");
            producer.push(0.0, 1.0);
            println!("pushed on");
        }
        // Streams of a program that come after its window are shown in it, too.
        "later" => {
            options.args.extend(["--exit-after".into(), "4s".into()]);
            assert!(producer.open_viewer_with(&options).is_open());
            assert!(producer.wait_for_viewer(Duration::from_secs(20)));
            let mut second = Producer::builder("later").capacity(1 << 12).xy().unwrap();
            (0..100).for_each(|i| second.push(Point::new(i as f32, 1.0)));
            assert!(second.wait_for_viewer(Duration::from_secs(20)));
        }
        other => panic!("no role {other}"),
    }
}

/// Asks for a window with a layout, for that of before, and for another.
fn ask_for_a_layout(producer: &mut Producer, options: &ViewerOptions) {
    assert!(matches!(producer.open_viewer_with(options), ViewerStatus::Open));
    assert!(matches!(producer.open_viewer(), ViewerStatus::Open), "it asks for nothing else");
    assert!(matches!(producer.open_viewer_with(options), ViewerStatus::Open), "nor does this");
    let other = ViewerOptions::layout("version = 1");
    let refused = producer.open_viewer_with(&other);
    assert!(refused.is_open());
    println!("refused: {}", refused.ok().unwrap_err());
    (0..1000).for_each(|i| producer.push(f64::from(i) * 1e-3, i as f32));
}

/// Programs that hold no producer.
fn plays_without_producer(role: &str) -> bool {
    // Three lines: what the window shows is in the arguments of the script that stands in the viewer's place.
    if role == "plotted" {
        (0..3u8).for_each(|i| ringplot::plot!("energy", i, i * 2));
        return true;
    }
    if role == "show" {
        let t = [0.0, 0.5, 1.0];
        let (rising, falling) = (vec![1.0, 2.0, 3.0], vec![-1.0, -2.0, -3.0, -4.0]);
        assert!(ringplot::show(&[("rising", &t, &rising), ("falling", &t, &falling)]).is_open());
        // A window of its own, however many there are.
        assert!(ringplot::show(&[("again", &t, &rising)]).is_open());
        return true;
    }
    false
}

/// A registry, a screen and a folder of the test's own.
struct Place {
    folder: tempfile::TempDir,
    screen: Xvfb,
}

impl Place {
    /// `None`, and a line that says so, where there is no screen or no GPU to draw on it.
    fn new() -> Option<Self> {
        common::gpu()?;
        let folder = tempfile::tempdir().unwrap();
        let Some(screen) = Xvfb::start(folder.path()) else {
            let is_required = std::env::var_os("RINGPLOT_REQUIRE_GPU").is_some_and(|value| value == "1");
            assert!(!is_required, "RINGPLOT_REQUIRE_GPU=1, but there is no Xvfb: install xvfb");
            println!("skipped: no Xvfb");
            return None;
        };
        Some(Self { folder, screen })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn prepare(&self, mut command: Command) -> Command {
        command.env("RINGPLOT_DIR", self.path("registry")).env("DISPLAY", &self.screen.display);
        command.env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET").env_remove("RINGPLOT_LOG");
        command
            .env("RINGPLOT_TEST_FOLDER", self.folder.path())
            .env("RINGPLOT_BIN", env!("CARGO_BIN_EXE_ringplot"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// This binary as the program `role`.
    fn program(&self, role: &str) -> Command {
        let mut command = self.prepare(Command::new(std::env::current_exe().unwrap()));
        command.args(ROLE_ARGS).env(ROLE, role);
        command
    }

    /// The same in a terminal of its own, which ends when the child does. What is written to the child is typed.
    fn program_in_terminal(&self, role: &str) -> Command {
        let own = std::env::current_exe().unwrap();
        let mut command = self.prepare(Command::new("script"));
        let line = format!("exec {} --exact role --nocapture --test-threads=1", own.display());
        command.args(["-q", "-e", "-c", &line, "/dev/null"]).env(ROLE, role);
        command
    }

    fn ringplot(&self, args: &[&str]) -> Command {
        let mut command = self.prepare(Command::new(env!("CARGO_BIN_EXE_ringplot")));
        command.args(args);
        command
    }

    fn stats(&self) -> Value {
        wait_until("the window's statistics", || self.path("stats.json").exists());
        // Written in one go, but not at once.
        wait_until("whole statistics", || serde_json::from_str::<Value>(&self.read("stats.json")).is_ok());
        serde_json::from_str(&self.read("stats.json")).unwrap()
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    fn registered(&self) -> Vec<PathBuf> {
        let listing = fs::read_dir(self.path("registry")).into_iter().flatten().flatten();
        listing.map(|item| item.path()).collect()
    }

    /// The segments that the registry's lock files name.
    fn segments(&self) -> Vec<PathBuf> {
        let texts = self.registered().into_iter().filter_map(|path| fs::read_to_string(path).ok());
        let ids =
            texts.filter_map(|text| Some(text.lines().find_map(|l| l.strip_prefix("os_id=/"))?.to_owned()));
        ids.map(|id| Path::new("/dev/shm").join(id)).collect()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // Windows that a failed test left, and what killed programs left in shared memory.
        for pid in processes("--program", self.folder.path()) {
            signal(pid, libc::SIGKILL);
        }
        let _ = self.ringplot(&["gc"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
}

/// A child that ends with the test.
struct Running(Child);

impl Running {
    fn start(mut command: Command) -> Self {
        Self(command.spawn().unwrap())
    }

    /// Waits until its window is there; says what it said when it ends without one.
    fn wait_for_window(&mut self, place: &Place) {
        wait_until("a window", || {
            if let Ok(Some(status)) = self.0.try_wait() {
                let mut err = String::new();
                let _ = std::io::Read::read_to_string(self.0.stderr.as_mut().unwrap(), &mut err);
                panic!("it ended with {status} and without a window: {err}");
            }
            !windows(place).is_empty()
        });
    }

    /// Waits for its end; status, standard output and standard error.
    fn wait(mut self) -> (Option<i32>, String, String) {
        wait_until("the program's end", || !matches!(self.0.try_wait(), Ok(None)));
        let mut text = [String::new(), String::new()];
        std::io::Read::read_to_string(&mut self.0.stdout.take().unwrap(), &mut text[0]).unwrap();
        std::io::Read::read_to_string(&mut self.0.stderr.take().unwrap(), &mut text[1]).unwrap();
        let [out, err] = text;
        (self.0.wait().unwrap().code(), out, err)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[track_caller]
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + WATCHDOG;
    while !is_so() {
        assert!(Instant::now() < end, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Live processes with `word` among their arguments and `folder` in their environment.
fn processes(word: &str, folder: &Path) -> Vec<i32> {
    let folder = folder.as_os_str().as_encoded_bytes();
    let is_meant = |pid: i32| {
        let read = |file: &str| fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
        let is_live = !String::from_utf8_lossy(&read("stat")).contains(") Z ");
        is_live
            && read("cmdline").split(|b| *b == 0).any(|arg| arg == word.as_bytes())
            && read("environ").windows(folder.len()).any(|part| part == folder)
    };
    let listing = fs::read_dir("/proc").unwrap().flatten();
    let pids = listing.filter_map(|item| item.file_name().to_str()?.parse().ok());
    pids.filter(|pid| is_meant(*pid)).collect()
}

#[expect(unsafe_code, reason = "std sends no signal but SIGKILL")]
fn signal(pid: i32, signal: i32) {
    // SAFETY: the pid is that of a process that this test started.
    unsafe { libc::kill(pid, signal) };
}

fn windows(place: &Place) -> Vec<i32> {
    processes("--program", place.folder.path())
}

#[test]
fn a_program_that_returns_at_once_leaves_a_window_with_all_its_points() {
    let Some(place) = Place::new() else { return };
    let (status, _, err) = Running::start(place.program("thousand")).wait();
    assert_eq!(status, Some(0), "{err}");
    assert_eq!(windows(&place).len(), 1, "one window, and it stays: {err}");
    let told = place.stats();
    let stream = &told["streams"][0];
    assert_eq!(
        (&stream["name"], &stream["received"], &stream["lost"]),
        (&"program".into(), &1000.into(), &0.into())
    );
    // Nothing new after the thousand points: three seconds at 60 frames a second would be 180.
    let frames = told["frames"].as_u64().unwrap();
    assert!((1..100).contains(&frames), "{told}");
    wait_until("the window to close", || windows(&place).is_empty());
    assert_eq!(place.registered(), Vec::<PathBuf>::new());
}

/// A viewer that is given more arguments, each time a number more.
fn viewer_with(place: &Place, args: &str) -> PathBuf {
    let script = place.path("viewer");
    let text = format!(
        "#!/bin/sh\nn=$(mktemp -u '{}/shown.XXXXXX')\nexec '{}' \"$@\" {args}\n",
        place.folder.path().display(),
        env!("CARGO_BIN_EXE_ringplot"),
    );
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    script
}

#[test]
fn a_program_of_three_lines_leaves_its_picture() {
    let Some(place) = Place::new() else { return };
    let file = place.path("stats.json");
    let script = viewer_with(&place, &format!("--exit-after 3s --stats-json '{}'", file.display()));
    let mut command = place.program("plotted");
    command.env("RINGPLOT_BIN", script);
    let (status, _, err) = Running::start(command).wait();
    assert_eq!(status, Some(0), "{err}");
    assert_eq!(windows(&place).len(), 1, "one window, and it stays: {err}");
    let stream = &place.stats()["streams"][0];
    assert_eq!(
        (&stream["name"], &stream["received"], &stream["lost"]),
        (&"energy".into(), &3.into(), &0.into())
    );
    wait_until("the window to close", || windows(&place).is_empty());
}

#[test]
fn arrays_that_are_shown_have_a_window_each_that_stays() {
    let Some(place) = Place::new() else { return };
    let script = viewer_with(&place, "--exit-after 3s --screenshot \"$n.csv\"");
    let mut command = place.program("show");
    command.env("RINGPLOT_BIN", script);
    let (status, _, err) = Running::start(command).wait();
    assert_eq!(status, Some(0), "{err}");
    let shown = || -> Vec<String> {
        let files = fs::read_dir(place.folder.path()).unwrap().flatten().map(|item| item.path());
        let csv = files.filter(|path| path.extension().is_some_and(|extension| extension == "csv"));
        let mut texts: Vec<String> = csv.filter_map(|path| fs::read_to_string(path).ok()).collect();
        texts.sort_by_key(|text| !text.contains("again"));
        texts
    };
    wait_until("both windows to close", || shown().len() == 2);
    let [again, first] = shown().try_into().unwrap();
    let values = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
    };
    println!("{again}{first}");
    assert_eq!(values(&again).len(), 4, "{again}");
    for wanted in ["rising", "falling", "-3"] {
        assert!(first.contains(wanted), "{first}");
    }
    assert!(!first.contains("-4"), "a value without a time is shown: {first}");
    assert!(place.registered().is_empty(), "arrays take no stream");
}

#[test]
fn a_layout_of_the_program_is_what_its_window_begins_with() {
    let Some(place) = Place::new() else { return };
    let (status, out, err) = Running::start(place.program("layout")).wait();
    assert_eq!(status, Some(0), "{err}");
    assert!(out.contains("refused: the window of this program is open, with other options"), "{out}");
    assert!(err.contains("with other options"), "{err}");
    wait_until("the picture", || place.read("layout.svg").contains("</svg>"));
    assert!(place.read("layout.svg").contains("From a layout"), "{}", place.read("layout.svg"));

    let (status, _, err) = Running::start(place.program("bad layout")).wait();
    assert_eq!(status, Some(0), "{err}");
    assert!(err.contains("nonsense"), "{err}");
}

#[test]
fn after_finish_the_window_closes_by_itself_with_status_0() {
    let Some(place) = Place::new() else { return };
    let status_file = place.path("status");
    let script = place.path("viewer");
    let text = format!(
        "#!/bin/sh\n'{}' \"$@\"\necho $? > '{}'\n",
        env!("CARGO_BIN_EXE_ringplot"),
        status_file.display()
    );
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut command = place.program("finish");
    command.env("RINGPLOT_BIN", &script);
    assert_eq!(Running::start(command).wait().0, Some(0));
    wait_until("the viewer's status", || status_file.exists() && place.read("status").ends_with('\n'));
    assert_eq!(place.read("status").trim(), "0");
    assert_eq!(place.stats()["streams"][0]["received"], 1000);
}

#[test]
fn ctrl_c_ends_the_program_and_leaves_the_window() {
    let Some(place) = Place::new() else { return };
    let mut terminal = Running::start(place.program_in_terminal("forever"));
    wait_until("some points and a window", || {
        !place.read("pushed").is_empty() && !windows(&place).is_empty()
    });
    std::thread::sleep(Duration::from_millis(500));
    terminal.0.stdin.as_mut().unwrap().write_all(&[3]).unwrap();
    wait_until("the program's end", || !matches!(terminal.0.try_wait(), Ok(None)));
    assert_eq!(windows(&place).len(), 1, "the window ended with the program");
    all_points_stay(&place);
}

#[test]
fn closing_the_terminal_ends_the_program_and_leaves_the_window() {
    let Some(place) = Place::new() else { return };
    let mut terminal = Running::start(place.program_in_terminal("forever"));
    wait_until("some points and a window", || {
        !place.read("pushed").is_empty() && !windows(&place).is_empty()
    });
    std::thread::sleep(Duration::from_millis(500));
    terminal.0.kill().unwrap();
    terminal.0.wait().unwrap();
    let program = || processes("--exact", place.folder.path());
    wait_until("the program's end", || program().is_empty());
    assert_eq!(windows(&place).len(), 1, "the window ended with the terminal");
    all_points_stay(&place);
}

/// The window of a program that was ended keeps its last picture, with every point in it.
fn all_points_stay(place: &Place) {
    let stats = place.stats();
    let pushed: u64 = place.read("pushed").parse().unwrap();
    let stream = &stats["streams"][0];
    let received = stream["received"].as_u64().unwrap();
    assert!(received == pushed || received == pushed + 1, "{received} of {pushed}");
    assert_eq!(stream["lost"], 0);
}

#[test]
fn a_killed_or_stopped_window_changes_nothing_for_the_program() {
    for fault in [libc::SIGKILL, libc::SIGSTOP] {
        let Some(place) = Place::new() else { return };
        let mut program = Running::start(place.program("busy"));
        program.wait_for_window(&place);
        for pid in windows(&place) {
            signal(pid, fault);
        }
        let (status, out, err) = program.wait();
        assert_eq!(status, Some(0), "signal {fault}: {err}");
        let line = out.lines().find_map(|line| line.split_once("pushed ")).unwrap().1;
        let (pushed, written) = line.split_once(" of ").unwrap();
        assert_eq!(pushed, written);
    }
}

#[test]
fn without_a_display_there_is_one_line_and_the_program_goes_on() {
    let Some(place) = Place::new() else { return };
    let mut command = place.program("no_display");
    command.env_remove("DISPLAY");
    let (status, out, err) = Running::start(command).wait();
    assert_eq!(status, Some(0));
    assert!(out.contains("pushed on"));
    assert_eq!(err.lines().filter(|line| line.contains("no display")).count(), 1, "{err}");
}

#[test]
fn streams_that_a_program_creates_later_come_into_its_window() {
    let Some(place) = Place::new() else { return };
    assert_eq!(Running::start(place.program("later")).wait().0, Some(0));
    let stats = place.stats();
    let received: Vec<_> =
        stats["streams"].as_array().unwrap().iter().map(|s| (&s["name"], &s["received"])).collect();
    assert!(received.contains(&(&"later".into(), &100.into())), "{stats}");
}

#[test]
fn a_program_without_streams_opens_a_window_on_those_of_others() {
    let Some(place) = Place::new() else { return };
    assert_eq!(Running::start(place.program("parent")).wait().0, Some(0));
    let streams = &place.stats()["streams"];
    let stream = &streams[0];
    assert_eq!((streams.as_array().unwrap().len(), &stream["name"]), (1, &"pool/worker".into()));
    assert_eq!((stream["received"].as_u64(), stream["lost"].as_u64()), (Some(1000), Some(0)), "{stream}");
}

fn example(name: &str) -> PathBuf {
    let example = Path::new(env!("CARGO_BIN_EXE_ringplot")).with_file_name("examples").join(name);
    assert!(example.exists(), "no {}: cargo build --examples", example.display());
    example
}

#[test]
fn a_pool_of_workers_leaves_its_picture_and_nothing_else() {
    let Some(place) = Place::new() else { return };
    let mut command = place.prepare(Command::new(example("worker_pool")));
    command.args(["3", "2"]);
    let (code, _, err) = Running::start(command).wait();
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(place.registered(), Vec::<PathBuf>::new());
    wait_until("the pool's window", || !windows(&place).is_empty());
}

#[test]
fn a_program_that_only_links_the_library_is_its_own_viewer() {
    let Some(place) = Place::new() else { return };
    let mut command = place.prepare(Command::new(example("multiprocess_demo")));
    command.env_remove("RINGPLOT_BIN").env("PATH", "/nonexistent");
    let mut program = Running::start(command);
    program.wait_for_window(&place);
    let mut seen = Vec::new();
    wait_until("the demo's end", || {
        seen.extend(windows(&place));
        windows(&place).is_empty()
    });
    assert_eq!(program.wait().0, Some(0));
    seen.dedup();
    assert_eq!(seen.len(), 1, "one window: {seen:?}");
    assert_eq!(place.registered(), Vec::<PathBuf>::new());
}

#[test]
fn a_demo_leaves_nothing_however_it_ends() {
    let Some(place) = Place::new() else { return };
    for (fault, victim) in
        [(libc::SIGINT, "demo"), (libc::SIGKILL, "demo"), (libc::SIGKILL, "produce"), (0, "demo")]
    {
        let output = place.path("demo.png");
        let args = ["demo", "--headless", "--seconds", "3s", "--rate", "1e5", "-o", output.to_str().unwrap()];
        let demo = Running::start(place.ringplot(&args));
        wait_until("the simulation's streams", || place.segments().len() >= 4);
        let segments = place.segments();
        if fault != 0 {
            for pid in processes(victim, place.folder.path()) {
                signal(pid, fault);
            }
        }
        let (status, ..) = demo.wait();
        if victim == "produce" || fault == 0 {
            assert_eq!(status, Some(0));
            assert!(output.exists());
        }
        wait_until("the simulation's end", || processes("produce", place.folder.path()).is_empty());
        wait_until("an empty registry", || place.registered().is_empty());
        assert!(segments.iter().all(|path| !path.exists()), "{segments:?}");
    }
}
