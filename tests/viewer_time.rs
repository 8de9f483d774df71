//! What the labels of time say: in the plot, by key, by menu, in a layout, in pictures.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::driver::Driver;
use common::store::{push, push_points, stream, uniform};
use egui::{Key, Modifiers, PointerButton};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use ringplot::chart::{Layout, Options, TimeLabels};
use ringplot::ring::{Point, XMode};
use ringplot::store::{Store, StreamState};
use ringplot::viewer::App;
use ringplot::{Clock, StreamKind};

/// 2026-11-20 14:05:20 UTC.
const ORIGIN: i64 = 1_795_183_520_000_000_000;

fn on_wall_clock(mut state: StreamState, origin: i64) -> StreamState {
    state.info.meta.clock = Clock::Wall;
    state.info.meta.origin_unix_nanos = Some(origin);
    state
}

/// Ten seconds at 1 kHz.
fn ten_seconds(name: &str) -> StreamState {
    let mut state = uniform(name, 0.0);
    push(&mut state, 0, (0..=10_000u16).map(f32::from));
    state
}

/// An app that shows x from 0 to 10.
fn driver(states: impl IntoIterator<Item = StreamState>, time: Option<TimeLabels>) -> Driver {
    let store = Store::new(1 << 30);
    for state in states {
        store.add(state);
    }
    let mut driver = Driver::new(store.clone());
    driver.app = App::new(store, Options { time, x_range: Some([0.0, 10.0]), ..Options::default() });
    driver.frame(vec![]);
    driver.frame(vec![]);
    driver
}

fn says(driver: &mut Driver, part: &str) -> bool {
    driver.texts().iter().any(|text| text.contains(part))
}

#[test]
fn a_key_steps_through_the_labels_that_make_sense() {
    let mut driver = driver([on_wall_clock(ten_seconds("speed"), ORIGIN)], None);
    let mut titles = Vec::new();
    for _ in 0..5 {
        let title =
            driver.texts().into_iter().find(|text| text.starts_with("time") || text.starts_with("sample"));
        titles.push(title.unwrap());
        driver.key_with(Key::G, Modifiers::SHIFT);
    }
    let zone = TimeZone::system();
    let zone =
        zone.to_offset_info(Timestamp::from_nanosecond(ORIGIN.into()).unwrap()).abbreviation().to_owned();
    // A wall clock is labelled in local time by itself.
    assert!(titles[0].ends_with(&format!(" 2026 ({zone})")), "{titles:?}");
    assert_eq!(titles[1..4], ["sample", "time (s)", "time, 20 Nov 2026 (UTC)"]);
    assert_eq!(titles[4], titles[0]);
}

#[test]
fn moments_are_written_at_ticks_at_the_pointer_and_of_cursors() {
    let mut driver = driver([on_wall_clock(ten_seconds("speed"), ORIGIN)], Some(TimeLabels::Utc));
    assert!(says(&mut driver, "14:05:21") && says(&mut driver, "14:05:29"));
    let middle = driver.area().center();
    driver.frame(vec![egui::Event::PointerMoved(middle)]);
    assert!(says(&mut driver, "14:05:25.00"), "{:?}", driver.texts());
    driver.key(Key::A);
    driver.frame(vec![egui::Event::PointerMoved(driver.area().left_center() + egui::vec2(9.0, 0.0))]);
    let texts = driver.texts();
    let x_a = texts.iter().position(|text| text == "x A").unwrap();
    assert!(
        texts[x_a + 1].starts_with("14:05:25.0") || texts[x_a + 1].starts_with("14:05:24.9"),
        "{texts:?}"
    );
}

#[test]
fn samples_are_numbered_from_the_first() {
    let mut state = uniform("speed", 2.0);
    push(&mut state, 0, (0..=8_000u16).map(f32::from));
    let mut driver = driver([state], Some(TimeLabels::Samples));
    let texts = driver.texts();
    for label in ["sample", "−2000", "0", "8000"] {
        assert!(texts.iter().any(|text| text == label), "{label}: {texts:?}");
    }
}

#[test]
fn numbers_of_samples_are_whole_and_written_out() {
    let mut state = uniform("speed", -12_300.0);
    push(&mut state, 12_300_000, (0..=10_000u16).map(f32::from));
    let store = Store::new(1 << 30);
    store.add(state);
    let mut driver = Driver::new(store.clone());
    for (end, expected) in [(0.02, "12300004"), (0.002, "12300001")] {
        let options =
            Options { time: Some(TimeLabels::Samples), x_range: Some([0.0, end]), ..Options::default() };
        driver.app = App::new(store.clone(), options);
        driver.frame(vec![]);
        let texts = driver.texts();
        assert!(texts.iter().any(|text| text == expected), "{expected}: {texts:?}");
        let has_fraction = |text: &String| text.starts_with("1230000") && text.contains('.');
        assert!(!texts.iter().any(has_fraction), "{texts:?}");
    }
}

#[test]
fn streams_without_a_common_clock_keep_their_seconds_and_it_is_said_why() {
    let cases = [
        (vec![ten_seconds("speed")], TimeLabels::Utc, "speed is not on a wall clock"),
        (
            vec![
                on_wall_clock(ten_seconds("a"), ORIGIN),
                on_wall_clock(ten_seconds("b"), ORIGIN + 3_600_000_000_000),
            ],
            TimeLabels::Local,
            "a and b count from different moments",
        ),
        (
            vec![ten_seconds("a"), {
                let mut timed = stream("b", StreamKind::Timed, XMode::Timed);
                push_points(&mut timed, 0, (0..10u8).map(|i| Point { x: f32::from(i), y: 0.0 }));
                timed
            }],
            TimeLabels::Samples,
            "b has no fixed sample rate",
        ),
    ];
    for (states, labels, why) in cases {
        // By themselves, two clocks would have two panels.
        let names: Vec<String> = states.iter().map(|state| format!("{:?}", state.info.meta.name)).collect();
        let panel = format!("[[panel]]\nid = \"p\"\nstreams = [{}]\n", names.join(", "));
        let layout = Layout::parse(&format!("version = 1\narrangement = \"p\"\n{panel}")).unwrap();
        let mut driver = driver(states, Some(labels));
        driver.app.set_layout(&layout);
        driver.frame(vec![]);
        let texts = driver.texts();
        assert!(texts.iter().any(|text| text == &format!("A plot keeps its seconds: {why}")), "{texts:?}");
        assert!(texts.iter().any(|text| text == "time (s)"), "{texts:?}");
    }
}

#[test]
fn a_key_without_a_choice_says_why() {
    let mut timed = stream("speed", StreamKind::Timed, XMode::Timed);
    push_points(&mut timed, 0, (0..10u8).map(|i| Point { x: f32::from(i), y: 0.0 }));
    let mut driver = driver([timed], None);
    driver.key_with(Key::G, Modifiers::SHIFT);
    assert!(says(&mut driver, "Time stays in seconds: speed is not on a wall clock"), "{:?}", driver.texts());
}

#[test]
fn the_menu_of_the_x_axis_offers_the_labels() {
    let mut driver = driver([on_wall_clock(ten_seconds("speed"), ORIGIN)], None);
    let strip = driver.area().center_bottom() + egui::vec2(0.0, 10.0);
    driver.frame(vec![egui::Event::PointerMoved(strip)]);
    driver.frame(vec![Driver::button(strip, PointerButton::Secondary, true)]);
    driver.frame(vec![Driver::button(strip, PointerButton::Secondary, false)]);
    for entry in ["Fit x", "Logarithmic x", "Time in seconds", "Local time", "Sample numbers"] {
        assert!(driver.place_of(entry).is_some(), "{entry}: {:?}", driver.texts());
    }
    let at = driver.place_of("Time in UTC").unwrap();
    driver.click(at);
    assert!(says(&mut driver, "time, 20 Nov 2026 (UTC)"));
    assert!(driver.place_of("Sample numbers").is_none(), "the menu is closed");
}

#[test]
fn a_layout_keeps_the_labels_and_the_command_line_wins() {
    let wall = || [on_wall_clock(ten_seconds("speed"), ORIGIN)];
    assert!(!driver(wall(), None).app.layout().text().contains("time ="));
    let text = driver(wall(), Some(TimeLabels::Utc)).app.layout().text();
    assert!(text.contains("\ntime = \"utc\"\n"), "{text}");
    for (asked, title) in [(None, "time, 20 Nov 2026 (UTC)"), (Some(TimeLabels::Samples), "sample")] {
        let mut driver = driver(wall(), asked);
        driver.app.set_layout(&Layout::parse(&text).unwrap());
        assert!(driver.place_of(title).is_some(), "{title}: {:?}", driver.texts());
    }
}

#[test]
fn any_origin_and_any_x_can_be_shown() {
    for origin in [i64::MIN, -1, 0, i64::MAX] {
        for range in [[0.0, 1e-300], [-1e300, 1e300], [1e18, 1e18 + 1e4], [-1e12, 1e12], [0.0, 1e-9]] {
            for time in TimeLabels::ALL {
                let store = Store::new(1 << 30);
                store.add(on_wall_clock(ten_seconds("speed"), origin));
                let mut driver = Driver::new(store.clone());
                let options = Options { time: Some(time), x_range: Some(range), ..Options::default() };
                driver.app = App::new(store, options);
                driver.frame(vec![]);
                let at = driver.area().center();
                driver.frame(vec![egui::Event::PointerMoved(at)]);
                driver.key(Key::A);
            }
        }
    }
}
