//! The window as `ringplot view` opens it, on a screen of the test's own.

use std::process::Command;

use serde_json::json;

use crate::common::screen::Xvfb;
use crate::harness::{Done, Place, Running, wait_until};

/// A screen; `None`, and a line that says so, where there can be none.
#[expect(clippy::print_stderr, reason = "a skipped test has to say so")]
pub(crate) fn screen(place: &Place) -> Option<Xvfb> {
    let folder = place.file("screen");
    std::fs::create_dir(&folder).unwrap();
    let screen = Xvfb::start(&folder);
    if screen.is_none() {
        let is_required = std::env::var_os("RINGPLOT_REQUIRE_GPU").is_some_and(|value| value == "1");
        assert!(!is_required, "RINGPLOT_REQUIRE_GPU=1, but there is no Xvfb: install xvfb");
        eprintln!("skipped: no Xvfb");
    }
    screen
}

/// `ringplot view` with these arguments on the screen.
pub(crate) fn view(place: &Place, screen: &Xvfb, args: &[&str]) -> Command {
    let mut command = place.command(&["view", "--fresh"]);
    command.args(args).env("DISPLAY", &screen.display);
    command
}

fn assert_ended(done: &Done) {
    assert_eq!(done.code(), Some(0), "{done:?}");
}

#[test]
fn a_named_stream_is_waited_for_and_the_window_says_so() {
    let place = Place::new();
    let Some(screen) = screen(&place) else { return };
    let picture = place.file("w.png");
    let args = ["rr", "--exit-after", "1s", "--screenshot", picture.to_str().unwrap(), "--stats-json", "-"];
    let done = Running::spawn(view(&place, &screen, &args)).wait();
    assert_ended(&done);
    assert!(done.err.contains("waiting for \"rr\"") && done.err.contains("ringplot produce"), "{done:?}");
    assert_eq!(done.json()["streams"], json!([]));
    assert!(picture.metadata().unwrap().len() > 1000);
}

#[test]
fn a_stream_that_comes_later_is_shown() {
    let place = Place::new();
    let Some(screen) = screen(&place) else { return };
    let _other = place.produce(&["other", "--rate", "1e3", "--capacity", "1024"]);
    let said = place.file("said");
    let mut command = view(&place, &screen, &["group", "single"]);
    command.stderr(std::fs::File::create(&said).unwrap());
    let window = Running::spawn(command);
    wait_until("the viewer to wait", || {
        let said = std::fs::read_to_string(&said).unwrap();
        said.contains("waiting for \"group\", \"single\"") && said.contains("live are: other")
    });
    let args = ["--rate", "1e3", "--capacity", "1024"];
    let _single = place.produce(&[&["single"][..], &args].concat());
    let _below = place.produce(&[&["group/a"][..], &args].concat());
    wait_until("both to be shown", || {
        let shown = |name: &str| {
            let maps = std::fs::read_to_string(format!("/proc/{}/maps", window.pid())).unwrap_or_default();
            maps.contains(place.segment(name).file_name().unwrap().to_str().unwrap())
        };
        shown("single") && shown("group/a")
    });
    window.kill();
}

#[test]
fn no_wait_ends_at_once_and_says_which_is_missing() {
    let place = Place::new();
    for args in [&["view", "--no-wait", "rr"][..], &["view", "--no-wait"]] {
        let done = place.run(args);
        assert_eq!((done.code(), done.out.as_str()), (Some(1), ""), "{done:?}");
        assert!(done.err.contains("nothing is live"), "{done:?}");
    }
    let _producer = place.produce(&["t", "--rate", "1e3", "--capacity", "1024"]);
    let done = place.run(&["view", "--no-wait", "t", "rr", "ss"]);
    assert_eq!(done.code(), Some(1), "{done:?}");
    assert!(done.err.contains("no streams are called \"rr\", \"ss\"; live are: t"), "{done:?}");
    // A picture of what is not there is none.
    let path = place.file("t.png");
    let done = place.run(&["render", "t", "rr", "-o", path.to_str().unwrap()]);
    assert_eq!(done.code(), Some(1), "{done:?}");
    assert!(done.err.contains("no stream is called \"rr\"; live are: t"), "{done:?}");
}
