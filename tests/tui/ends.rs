//! However it ends, the terminal is as it was.

use std::time::Duration;

use rustix::process::Signal;

use super::rig::{Place, Terminal};

/// What ends it, and what that is called.
type End<'a> = (&'a str, &'a dyn Fn(&mut Terminal));

fn started(place: &Place) -> Terminal {
    let terminal = Terminal::start(place, &["tui"], [80, 24]);
    terminal.wait_for_text("time (s)");
    assert!(!terminal.is_as_before(), "it draws on a screen of its own");
    terminal
}

fn with_stream() -> Place {
    let mut place = Place::new();
    place.produce(&["sine", "--rate", "1e3"]);
    place
}

#[test]
fn a_key_or_a_signal_ends_it_and_leaves_nothing_behind() {
    let place = with_stream();
    let ends: [End<'_>; 6] = [
        ("q", &|terminal| terminal.send("q")),
        ("Ctrl-C", &|terminal| terminal.send("\x03")),
        ("Ctrl-W", &|terminal| terminal.send("\x17")),
        ("SIGTERM", &|terminal| terminal.signal(Signal::TERM)),
        ("SIGHUP", &|terminal| terminal.signal(Signal::HUP)),
        ("SIGINT", &|terminal| terminal.signal(Signal::INT)),
    ];
    for (what, end) in ends {
        let mut terminal = started(&place);
        end(&mut terminal);
        assert!(terminal.wait().success(), "{what}");
        assert!(terminal.is_as_before(), "{what}");
    }
}

#[test]
fn it_stops_and_comes_back_with_its_picture() {
    let place = with_stream();
    let mut terminal = started(&place);
    for stop in ["Ctrl-Z", "SIGTSTP"] {
        if stop == "Ctrl-Z" {
            terminal.send("\x1a");
        } else {
            terminal.signal(Signal::TSTP);
        }
        terminal.wait_for_state('T');
        terminal.wait_for("the usual screen", |screen| !screen.alternate_screen());
        assert!(terminal.is_as_before(), "{stop}");
        terminal.signal(Signal::CONT);
        terminal.wait_for("its own screen", vt100::Screen::alternate_screen);
        terminal.wait_for_text("time (s)");
        assert!(!terminal.is_as_before(), "{stop}");
    }
    terminal.send("q");
    assert!(terminal.wait().success());
    assert!(terminal.is_as_before());
}

#[test]
fn a_panic_is_told_on_the_usual_screen() {
    let place = with_stream();
    let variables = [("RINGPLOT_TEST_PANIC", "1")];
    let bin = env!("CARGO_BIN_EXE_ringplot");
    let mut terminal = Terminal::run(&place, bin, &["tui"], [80, 24], &variables);
    assert_eq!(terminal.wait().code(), Some(101));
    assert!(terminal.is_as_before());
    terminal.wait_for_text("a test asked for it");
}

#[test]
fn a_terminal_that_takes_nothing_does_not_hold_up_the_end() {
    let place = with_stream();
    let mut terminal = started(&place);
    terminal.slow_down(Duration::from_hours(1));
    std::thread::sleep(Duration::from_millis(1500));
    terminal.signal(Signal::TERM);
    assert!(terminal.wait().success());
}
