//! Windows that end: asked by a signal, or because their display goes away.

use std::path::Path;
use std::process::Command;

use crate::common::gpu;
use crate::common::screen::{Screen, Xvfb};
use crate::harness::{Done, Place, ROLE, Running, wait_until};

/// A screen of its own; `None`, and a line that says so, where a window cannot be opened.
#[expect(clippy::print_stderr, reason = "a skipped test has to say so")]
fn screen(folder: &Path) -> Option<Xvfb> {
    gpu()?;
    let screen = Xvfb::start(folder);
    if screen.is_none() {
        let is_required = std::env::var_os("RINGPLOT_REQUIRE_GPU").is_some_and(|value| value == "1");
        assert!(!is_required, "RINGPLOT_REQUIRE_GPU=1, but there is no Xvfb: install xvfb");
        eprintln!("skipped: no Xvfb");
    }
    screen
}

/// A window with this picture on a screen, once something is drawn; it runs in the place's folder.
fn open(place: &Place, screen: &Xvfb, args: &[&str]) -> Running {
    let mut command = place.command(&["view", "t"]);
    command.args(args).env("DISPLAY", &screen.display).current_dir(place.file("."));
    let mut window = Running::spawn(command);
    // Text is bright, and the screen without a window is black.
    let is_drawn = || {
        let Some(screen) = Screen::read(&place.file(".")) else { return false };
        let lit = |n: u16| {
            let at = egui::pos2(f32::from(n % 100) * 9.0 + 5.0, f32::from(n / 100) * 9.0 + 5.0);
            screen.pixel(at).is_some_and(|pixel| pixel.iter().any(|channel| *channel > 100))
        };
        (0..5000).filter(|n| lit(*n)).count() > 3
    };
    wait_until("a picture in the window", || is_drawn() || !window.is_running());
    assert!(window.is_running(), "{:?}", window.wait());
    window
}

fn parts(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.starts_with(".ringplot-")).collect()
}

#[test]
fn what_was_asked_for_is_written_when_a_signal_ends_the_window() {
    let place = Place::new();
    let Some(screen) = screen(&place.file(".")) else { return };
    let _producer = place.produce(&["t", "--rate", "1e4", "--capacity", "2^14"]);
    let (png, json) = (place.file("t.png"), place.file("s.json"));
    for signal in ["INT", "TERM", "HUP"] {
        let window = open(&place, &screen, &["--screenshot", "t.png", "--stats-json", "s.json"]);
        window.signal(signal);
        let done = window.wait();
        assert_eq!(done.code(), Some(0), "SIG{signal}: {done:?}");
        assert!(std::fs::read(&png).unwrap().starts_with(b"\x89PNG"), "SIG{signal}");
        let stats: serde_json::Value = serde_json::from_slice(&std::fs::read(&json).unwrap()).unwrap();
        let t = &stats["streams"][0];
        let count = |name: &str| t[name].as_u64().unwrap();
        assert_eq!(count("received") + count("lost"), count("written") - count("start"), "SIG{signal}: {t}");
        assert!(stats["frames"].as_u64().unwrap() > 0);
        std::fs::remove_file(&png).unwrap();
        std::fs::remove_file(&json).unwrap();
    }
    // The folder of one of the two goes meanwhile: the other is written all the same.
    std::fs::create_dir(place.file("gone")).unwrap();
    let window = open(&place, &screen, &["--screenshot", "gone/t.png", "--stats-json", "s.json"]);
    std::fs::remove_dir(place.file("gone")).unwrap();
    window.signal("INT");
    let done = window.wait();
    assert_eq!(done.code(), Some(1), "{done:?}");
    assert!(done.err.contains("cannot write the picture") && json.exists(), "{done:?}");
}

fn assert_ended_with_a_line(done: &Done, case: &str) {
    assert_eq!(done.code(), Some(1), "{case}: {done:?}");
    assert!(!done.err.contains("panicked"), "{case}: {done:?}");
    assert!(done.err.contains("ringplot: the display has gone away"), "{case}: {done:?}");
}

#[test]
fn a_display_that_goes_away_ends_the_window_in_good_order() {
    let place = Place::new();
    let _producer = place.produce(&["t", "--rate", "1e5", "--capacity", "2^14"]);
    // Keys of X11, pressed before the server is killed: nothing, the export dialog, the palette, pictures being saved.
    for keys in [&[][..], &["e"], &["ctrl+p"], &["s", "s", "s"], &[], &["s"]] {
        let Some(screen) = screen(&place.file(".")) else { return };
        let window = open(&place, &screen, &["--fresh"]);
        for key in keys {
            let xdotool = |args: &[&str]| {
                let status = Command::new("xdotool").args(args).env("DISPLAY", &screen.display).output();
                assert!(status.is_ok_and(|output| output.status.success()), "xdotool {args:?}");
            };
            xdotool(&["search", "--sync", "--onlyvisible", "--name", "ringplot", "windowfocus"]);
            xdotool(&["key", key]);
        }
        // Killed, and not asked to end.
        drop(screen);
        assert_ended_with_a_line(&window.wait(), &format!("{keys:?}"));
        assert_eq!(parts(&place.file(".")), Vec::<String>::new(), "{keys:?}");
        let _ = std::fs::remove_file(place.file("Xvfb_screen0"));
    }
}

#[test]
fn role_of_a_program_with_a_window() {
    if std::env::var_os(ROLE).is_none() {
        return;
    }
    let mut producer = ringplot::Producer::builder("t").capacity(1024).timed().unwrap();
    producer.open_viewer();
    producer.push(0.0, 1.0);
}

#[test]
fn a_viewer_that_dies_at_its_start_is_reported_in_one_line_whatever_it_printed() {
    let place = Place::new();
    let script = place.file("viewer");
    let mut viewers = vec![("/bin/false".to_owned(), "exit status: 1".to_owned())];
    for (body, status) in [
        ("printf 'no line end'; printf 'a tab\\t, an \\033[31mescape' >&2; exit 101", "exit status: 101"),
        ("echo 'ringplot: only a remark' >&2; head -c 300000 /dev/zero >&2; kill -9 $$", "signal: 9"),
        ("exec >&- 2>&-; exit 7", "exit status: 7"),
    ] {
        let path = format!("{}{}", script.display(), viewers.len());
        std::fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        viewers.push((path, status.to_owned()));
    }
    for (viewer, status) in viewers {
        let mut command = place.role("windows::role_of_a_program_with_a_window");
        command.env("RINGPLOT_BIN", &viewer).env("DISPLAY", ":65000");
        let done = Running::spawn(command).wait();
        assert_eq!(done.code(), Some(0), "{done:?}");
        let lines: Vec<&str> = done.err.lines().filter(|line| line.contains(&viewer)).collect();
        assert_eq!(lines.len(), 1, "{viewer}: {done:?}");
        assert!(lines[0].starts_with("ringplot: the viewer ") && lines[0].contains(&status), "{done:?}");
        assert!(!done.err.contains(['\u{1b}', '\t']) && done.err.len() < 1000, "{done:?}");
    }
    // One that says itself why it cannot start is not told of twice.
    std::fs::write(&script, "#!/bin/sh\necho 'ringplot: no display' >&2; exit 1\n").unwrap();
    std::fs::set_permissions(&script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut command = place.role("windows::role_of_a_program_with_a_window");
    command.env("RINGPLOT_BIN", &script).env("DISPLAY", ":65000");
    assert_eq!(Running::spawn(command).wait().err, "ringplot: no display\n");
}

/// A case that this machine does not let us try; said in a way that cannot be read over.
#[expect(clippy::print_stderr, reason = "a test that is skipped has to say so")]
fn skip(what: &str, why: &str) {
    eprintln!("SKIPPED, AND NOT TESTED HERE: {what}: {why}");
}

#[test]
fn a_system_that_does_not_tell_its_memory_is_no_reason_to_fail() {
    let place = Place::new();
    let is_allowed = Command::new("unshare").args(["-m", "true"]).output();
    if !is_allowed.is_ok_and(|output| output.status.success()) {
        return skip("/proc/meminfo that cannot be read", "no mount namespace may be made here");
    }
    let _producer = place.produce(&["t", "--rate", "1e4", "--capacity", "1024"]);
    for (name, text) in [("empty", ""), ("without", "MemFree: 1024 kB\n"), ("odd", "MemTotal: lots\n")] {
        let (meminfo, svg) = (place.file(name), place.file(&format!("{name}.svg")));
        std::fs::write(&meminfo, text).unwrap();
        let line = format!("mount --bind {} /proc/meminfo || exit 77; exec \"$0\" \"$@\"", meminfo.display());
        let mut command = place.wrapped("unshare");
        command.args(["-m", "sh", "-c", &line, env!("CARGO_BIN_EXE_ringplot")]);
        command.args(["render", "t", "--seconds", "0.1", "-o", svg.to_str().unwrap()]);
        let done = Running::spawn(command).wait();
        if done.code() == Some(77) {
            return skip("/proc/meminfo that cannot be read", &done.err);
        }
        assert!(done.code() == Some(0) && svg.exists(), "{name}: {done:?}");
    }
}

#[test]
fn threads_that_the_system_does_not_give_are_errors() {
    let place = Place::new();
    let nobody = "65534";
    let setpriv = ["--reuid", nobody, "--regid", nobody, "--clear-groups", "--"];
    if !Command::new("setpriv").args(setpriv).arg("true").output().is_ok_and(|output| output.status.success())
    {
        return skip("a user who may have few threads", "this user cannot become another");
    }
    // What another user can run, and where that one can write.
    let (program, home) = (place.file("ringplot"), place.file("home"));
    std::fs::copy(env!("CARGO_BIN_EXE_ringplot"), &program).unwrap();
    std::fs::create_dir(&home).unwrap();
    for path in [place.file("."), home.clone()] {
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    }
    std::os::unix::fs::chown(&home, Some(65534), Some(65534)).unwrap();
    let limited = |limit: u32, args: &[&str]| {
        let mut command = place.wrapped("setpriv");
        command.args(setpriv).args(["prlimit", &format!("--nproc={limit}")]).arg(&program).args(args);
        command.env("RINGPLOT_DIR", home.join("registry")).current_dir(&home);
        command
    };
    let _producer = Running::spawn(limited(100, &["produce", "t", "--rate", "1e4", "--capacity", "1024"]));
    wait_until("a stream of another user", || home.join("registry/t.stream").exists());
    let assert_survived = |limit: u32, done: &Done| {
        assert!(matches!(done.code(), Some(0 | 1)), "{limit} threads: {done:?}");
        assert!(!done.err.contains("panicked"), "{limit} threads: {done:?}");
        u32::from(done.err.contains("ulimit -u"))
    };
    let render = ["render", "t", "--seconds", "0.1", "-o", "t.svg", "--derive", "mean(t, 10)"];
    let produce = ["produce", "other", "--seconds", "0.1", "--capacity", "1024"];
    let mut failures = 0;
    for limit in 1..9 {
        for args in [&render[..], &produce] {
            failures += assert_survived(limit, &Running::spawn(limited(limit, args)).wait());
        }
    }
    assert!(failures > 2, "a limit was never felt: {failures}");
    let Some(screen) = screen(&place.file(".")) else { return };
    failures = 0;
    for limit in [4, 6, 8, 10, 12, 16] {
        let mut command = limited(limit, &["view", "t", "--exit-after", "0.5s"]);
        command.env("DISPLAY", &screen.display);
        failures += assert_survived(limit, &Running::spawn(command).wait());
    }
    assert!(failures > 2, "a limit was never felt: {failures}");
}
