//! What somebody else wrote never steers the terminal, and stays readable.

use std::io::Read;
use std::process::Stdio;

use ringplot::Producer;

use crate::harness::{Done, Place, ROLE, Running, wait_until};

/// Starts a sequence of its own on terminals that know C1, ends a line, turns what follows around; and what must stay.
const HOSTILE: &str = "a\u{9b}31m\u{202e}b\u{2067}c\u{200f}\u{85}\u{2028}\u{7f}";
const PLAIN: &str = "T (°C) é 日本 שלום";

/// Not a test: a producer of hostile texts, which lives until its standard input ends.
#[test]
fn role_of_a_hostile_producer() {
    let Some(ready) = std::env::var_os(ROLE) else { return };
    let small = |name: &str| Producer::builder(name).capacity(1024).label(HOSTILE).units("s", HOSTILE);
    let mut timed = small("timed").group(PLAIN).timed().unwrap();
    timed.push(0.0, 0.0);
    timed.push(1.0, 1.0);
    let mut events = small("events").events().unwrap();
    events.emit(0.25, HOSTILE);
    events.emit(0.5, PLAIN);
    events.emit(0.75, "two\nlines \u{1b}[2J");
    std::fs::write(ready, "").unwrap();
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

fn is_steering(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn assert_harmless(done: &Done, what: &[&str]) {
    for text in [&done.out, &done.err] {
        assert!(!text.contains(is_steering), "{what:?}: {text:?}");
    }
}

#[test]
fn what_a_stream_says_does_not_steer_the_terminal() {
    let place = Place::new();
    let mut command = place.role("escapes::role_of_a_hostile_producer");
    command.stdin(Stdio::piped());
    let _producer = Running::spawn(command);
    wait_until("the hostile producer", || place.file("ready").exists());
    let csv = place.file("e.csv");
    for args in [
        &["list"][..],
        &["list", "--json"],
        &["stat", "timed"],
        &["stat", "timed", "--json"],
        &["tail", "events", "-vv"],
        &["render", "timed", "events", "--seconds", "0.2", "-o", csv.to_str().unwrap(), "--stats-json", "-"],
    ] {
        let done = place.run(args);
        assert_eq!(done.code(), Some(0), "{done:?}");
        assert_harmless(&done, args);
    }
    let stat = place.run(&["stat", "timed"]).out;
    assert!(stat.contains(r"\u{202e}b\u{2067}c\u{200f}") && stat.contains(PLAIN), "{stat}");
    let label = &place.run(&["stat", "timed", "--json"]).json()["label"];
    assert!(label.as_str().unwrap().contains("\u{202e}b\u{2067}c"), "JSON holds what was said: {label}");
    let tail = place.run(&["tail", "events"]).out;
    assert!(tail.contains(r#""a\u009b31m\u202eb\u2067c\u200f\u0085\u2028\u007f""#), "{tail}");
    assert!(tail.contains(PLAIN), "{tail}");
    let table = std::fs::read_to_string(csv).unwrap();
    assert!(!table.contains(is_steering) && table.contains(PLAIN), "{table:?}");
    assert!(table.contains(r"two lines \u{1b}[2J"), "{table}");
}

#[test]
fn what_an_argument_or_a_file_says_does_not_steer_the_terminal() {
    let place = Place::new();
    let hostile = format!("{HOSTILE}\n");
    let layout = place.file("layout.toml");
    std::fs::write(&layout, "version = 1\n[[panel]]\nid = \"a b\u{9b}31m\u{202e}\"\n").unwrap();
    let picture = format!("{}.bmp{HOSTILE}", place.file("t").display());
    for args in [
        &["stat", &hostile][..],
        &["produce", &hostile],
        &["produce", "t", "--rate", &hostile],
        &["produce", "t", "--style", &hostile],
        &["view", "--derive", &hostile],
        &["view", "--style", &format!("t={hostile}")],
        &["render", "t", "-o", &picture],
        &["render", "t", "-o", "t.png", "--layout", layout.to_str().unwrap()],
        &["keys", &hostile],
        &[&hostile],
        &["list", &format!("--{hostile}")],
    ] {
        let done = place.run(args);
        assert_eq!(done.code(), Some(2), "{args:?}: {done:?}");
        assert_harmless(&done, args);
        assert!(done.err.contains(r"\u{9b}31m\u{202e}"), "{args:?}: {done:?}");
    }
    // The folder's name is told of by what fails, and by the log.
    std::fs::create_dir(place.file(PLAIN)).unwrap();
    let folder = place.file(&format!("{PLAIN}/{HOSTILE}"));
    std::fs::write(&folder, "").unwrap();
    let mut command = place.command(&["list", "-vv"]);
    command.env("RINGPLOT_DIR", &folder);
    let done = Running::spawn(command).wait();
    assert_harmless(&done, &["list"]);
    assert!(done.code() == Some(1) && done.err.contains(PLAIN), "{done:?}");
}

#[test]
fn the_log_writes_no_colours_into_what_is_no_terminal() {
    let place = Place::new();
    let mut command = place.command(&["produce", "t", "--seconds", "10ms", "--capacity", "1024"]);
    command.env("RINGPLOT_LOG", "debug");
    let done = Running::spawn(command).wait();
    assert!(done.err.contains("INFO") && done.err.contains("created"), "{done:?}");
    assert_harmless(&done, &["produce"]);
}
