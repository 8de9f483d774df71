//! The window that a program in C opens: which program, with which arguments, and that it is nobody's child.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use ringplot::{Consumer, StartAt};

use super::compiler::{folder, program};
use super::streams::{Guard, registry};

/// A viewer that notes how it was called, and lives until a file is there.
fn stand_in(path: &Path) {
    let text = "#!/bin/sh\ncut -d' ' -f 4,6,7 /proc/$$/stat > \"$0.started\"\nprintf '%s\\n' \"$@\" >> \"$0.started\"\n\
        mv \"$0.started\" \"$0.called\"\nwhile [ ! -e \"$0.end\" ]; do sleep 0.05; done\n";
    std::fs::write(path, text).unwrap();
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
}

/// The lines that a file has, once it is there.
fn lines_of(path: &Path) -> Vec<String> {
    let watchdog = Instant::now() + Duration::from_secs(30);
    loop {
        if let Ok(text) = std::fs::read_to_string(path) {
            return text.lines().map(str::to_owned).collect();
        }
        assert!(Instant::now() < watchdog, "{} does not come", path.display());
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The program, with no display but where it is given one.
fn start(window: &Path, words: &[&str], variables: &[(&str, &Path)]) -> Guard {
    let mut command = Command::new(window);
    command.args(words).env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
    command.env_remove("RINGPLOT_BIN").env("PATH", "/usr/bin:/bin").envs(variables.iter().copied());
    Guard(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap())
}

fn end(mut guard: Guard) {
    drop(guard.0.stdin.take());
    assert!(guard.end().success());
}

#[test]
fn a_program_in_c_opens_one_viewer_that_outlives_it() {
    registry();
    let Some(window) = program("gcc", "window.c", &["-std=gnu11", "-O1"]) else { return };
    let own = folder().join("window");
    std::fs::create_dir_all(own.join("bin")).unwrap();
    // Without a display, and without a viewer, it says so and goes on.
    let mut guard = start(&window, &[], &[]);
    assert!(guard.line("said").starts_with("said 19 no display, so no window"));
    end(guard);
    let display: (&str, &Path) = ("DISPLAY", Path::new(":7"));
    let mut guard = start(&window, &[], &[display]);
    assert!(guard.line("said").starts_with("said 20 no viewer found"));
    end(guard);
    let mut guard = start(&window, &["/no/such/program"], &[]);
    let said = guard.line("said");
    assert_eq!(said, "said 21 cannot start the viewer: No such file or directory: /no/such/program");
    end(guard);
    // Found where a program in Rust finds it, once.
    let beside: PathBuf = own.join("ringplot");
    stand_in(&beside);
    let copy = own.join("bin/simulation");
    std::fs::copy(&window, &copy).unwrap();
    for variables in [vec![display], vec![display, ("RINGPLOT_BIN", &beside)]] {
        let program = if variables.len() == 1 { &copy } else { &window };
        let called = own.join("ringplot.called");
        let mut guard = start(program, &[], &variables);
        assert_eq!((guard.line("said"), guard.line("again")), ("said 0 ".to_owned(), "again 0".to_owned()));
        let lines = lines_of(&called);
        let pid = guard.0.id().to_string();
        assert_eq!((lines[1].as_str(), lines[2].as_str()), ("view", "--program"));
        assert!(lines.len() == 4 && lines[3].starts_with(&format!("{pid}:")), "{lines:?}");
        let started = lines[3].split(':').nth(1).unwrap();
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        assert_eq!(stat.rsplit(") ").next().unwrap().split(' ').nth(19), Some(started));
        let stat: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
        let theirs: Vec<&str> = lines[0].split(' ').collect();
        assert_ne!(theirs[0], pid, "it is nobody's child");
        assert_ne!(theirs[1], stat[3], "it has a session of its own");
        assert_eq!(theirs[2], "0", "and no terminal");
        // A viewer that has attached is not waited for.
        let consumer = Consumer::attach("window", StartAt::Now).unwrap();
        consumer.announce_viewer();
        let segment =
            std::fs::OpenOptions::new().write(true).open(super::streams::segment_file("window")).unwrap();
        let own_viewer = consumer.geometry().off_control + 8;
        std::os::unix::fs::FileExt::write_all_at(&segment, &1u64.to_le_bytes(), own_viewer).unwrap();
        drop(guard.0.stdin.take());
        assert_eq!(guard.line("a viewer"), "a viewer 1");
        assert!(guard.end().success());
        assert!(!own.join("ringplot.started").exists(), "it was started once");
        std::fs::remove_file(&called).unwrap();
        std::fs::write(own.join("ringplot.end"), "").unwrap();
        std::thread::sleep(Duration::from_millis(200));
        std::fs::remove_file(own.join("ringplot.end")).unwrap();
    }
    // With streams and arguments of the program's choice; it ends by itself, and then nobody waits for it.
    let mut guard = start(&window, &[beside.to_str().unwrap()], &[]);
    guard.line("again 0");
    let lines = lines_of(&own.join("ringplot.called"));
    assert_eq!(lines[4..], ["window", "other", "--xlen", "5"]);
    std::fs::write(own.join("ringplot.end"), "").unwrap();
    end(guard);
}
