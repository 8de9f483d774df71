//! What is written, where to, and when.

use std::time::Duration;

use serde_json::Value;

use super::rig::{Place, Terminal};

/// The start of a frame.
const FRAME: &str = "\x1b[?2026h";

fn frames(bytes: &[u8]) -> usize {
    bytes.windows(FRAME.len()).filter(|part| *part == FRAME.as_bytes()).count()
}

#[test]
fn nothing_is_written_while_nothing_is_new() {
    let mut place = Place::new();
    place.pipe(&["data"], "1\n2\n3\n");
    let terminal = Terminal::start(&place, &["tui"], [80, 24]);
    terminal.wait_for_text("━");
    // Until it is told that the producer has nothing to say, and for a while after that.
    terminal.wait_for_text("stalled");
    std::thread::sleep(Duration::from_secs(2));
    let before = terminal.seen().bytes.len();
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(terminal.seen().bytes.len(), before, "{:?}", terminal.lines());
}

#[test]
fn a_slow_terminal_gets_fewer_frames() {
    let mut place = Place::new();
    place.produce(&["noise", "--signal", "noise", "--rate", "1e5"]);
    let count = |pause: u64| {
        let terminal = Terminal::start(&place, &["tui", "--depth", "direct"], [200, 50]);
        terminal.wait_for_text("● following");
        terminal.slow_down(Duration::from_millis(pause));
        let before = frames(&terminal.seen().bytes);
        std::thread::sleep(Duration::from_secs(4));
        frames(&terminal.seen().bytes) - before
    };
    let (fast, slow) = (count(0), count(250));
    assert!(slow >= 1 && slow * 2 < fast, "{slow} frames on a slow terminal, {fast} on a fast one");
}

#[test]
fn frames_are_as_rare_as_asked_for() {
    let mut place = Place::new();
    place.produce(&["noise", "--signal", "noise", "--rate", "1e5"]);
    let terminal = Terminal::start(&place, &["tui", "--fps", "2"], [80, 24]);
    terminal.wait_for_text("● following");
    let before = frames(&terminal.seen().bytes);
    std::thread::sleep(Duration::from_secs(4));
    let count = frames(&terminal.seen().bytes) - before;
    assert!((1..=9).contains(&count), "{count} frames in 4 s");
}

#[test]
fn colours_are_those_that_the_terminal_has() {
    let mut place = Place::new();
    place.produce(&["sine", "--rate", "1e4"]);
    let bin = env!("CARGO_BIN_EXE_ringplot");
    let written = |variables: &[(&str, &str)], args: &[&str]| {
        let terminal = Terminal::run(&place, bin, &[&["tui"], args].concat(), [80, 24], variables);
        terminal.wait_for_text("● following");
        String::from_utf8_lossy(&terminal.seen().bytes).into_owned()
    };
    assert!(written(&[], &[]).contains("38;5;"), "256 colours");
    assert!(written(&[("COLORTERM", "truecolor")], &[]).contains("38;2;"), "2^24 colours");
    let few = written(&[("TERM", "screen")], &[]);
    assert!(!few.contains("38;2;") && few.contains("38;5;"), "16 colours have their numbers");
    let none = written(&[("NO_COLOR", "1")], &[]);
    assert!(!none.contains("38;") && !none.contains("48;"), "no colours: {none:?}");
    let dark = written(&[("COLORTERM", "truecolor")], &[]);
    let light = written(&[("COLORTERM", "truecolor"), ("COLORFGBG", "0;15")], &[]);
    let of_line = |text: &str| {
        let at = text.find('━').unwrap();
        text[..at].rfind("38;2;").map(|from| text[from..at].to_owned())
    };
    assert_ne!(of_line(&dark), of_line(&light), "what is too pale for a light ground is darkened");
}

#[test]
fn a_producer_cannot_steer_the_terminal() {
    let mut place = Place::new();
    place.pipe(&["bad"], "\"a\x1b[2Jb\u{9b}1mc\u{202e}d\"\n1\n2\n3\n");
    let terminal = Terminal::start(&place, &["tui"], [100, 24]);
    terminal.wait_for_text("━");
    let bytes = String::from_utf8_lossy(&terminal.seen().bytes).into_owned();
    let first_clear = bytes.find("\x1b[2J").unwrap();
    assert!(!bytes[first_clear + 4..].contains("\x1b[2Jb"), "{bytes:?}");
    assert!(!bytes.contains('\u{9b}') && !bytes.contains('\u{202e}'), "{bytes:?}");
    let once = place.printed(&["tui", "--once"]);
    assert!(!once.contains(['\x1b', '\u{9b}', '\u{202e}']), "{once:?}");
}

#[test]
fn without_a_terminal_it_is_a_line_of_json_a_second() {
    let mut place = Place::new();
    place.pipe(&["data"], "1 2\n3 4\n5 6\n");
    let text = place.printed(&["tui", "data", "--exit-after", "2.5s"]);
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() >= 3, "{text}");
    let streams = lines[2]["streams"].as_array().unwrap();
    let newest: Vec<_> = streams.iter().map(|stream| stream["y"].as_f64().unwrap()).collect();
    assert_eq!(newest, [5.0, 6.0]);
    for stream in streams {
        let count = |name: &str| stream[name].as_u64().unwrap();
        assert_eq!(count("received") + count("lost"), count("written"));
        assert_eq!(count("received"), 3);
        assert_eq!(stream["run"].as_str().unwrap().len(), 16);
    }
    assert!(lines.iter().all(|line| line["time"].as_f64().is_some_and(|time| time > 1e9)));
}

#[test]
fn one_picture_is_text_with_the_values_of_the_window() {
    let mut place = Place::new();
    place.pipe(&["data", "--x", "t"], "t y\n0 1.5\n1 2.5\n2 0.25\n");
    let text = place.printed(&["tui", "data", "--once", "--size", "80x20"]);
    assert_eq!(text.lines().count(), 20, "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80 && !line.contains('\x1b')), "{text}");
    for part in ["0.25", "time (s)", "received"] {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
    let done = place.output(&["tui", "nothing", "--once"]);
    assert_eq!(done.status.code(), Some(1));
}

#[test]
fn without_a_display_it_is_named_and_started() {
    let mut place = Place::new();
    place.produce(&["sine", "--rate", "1e3"]);
    let told = |args: &[&str]| String::from_utf8(place.output(args).stderr).unwrap();
    if cfg!(feature = "viewer") {
        assert!(told(&[]).contains("`ringplot tui`"), "{}", told(&[]));
        assert!(told(&["view"]).contains("`ringplot tui`"));
    }
    let terminal = Terminal::start(&place, &[], [80, 24]);
    terminal.wait_for_text("● following");
}
