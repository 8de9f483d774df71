//! Markers of the user's and events of producers, on the whole app, without a window and without a GPU.

mod common;

use common::driver::{Driver, live};
use common::store::{push, store_of, stream, uniform};
use egui::{Event, Key, PointerButton, vec2};
use ringplot::StreamKind;
use ringplot::ring::{FrameData, XMode};
use ringplot::store::{Data, SharedStream, Store};

fn has(driver: &mut Driver, text: &str) -> bool {
    driver.texts().iter().any(|found| found == text)
}

/// Sets a marker at a share of the plot's width.
fn set(driver: &mut Driver, share: f32, text: &str) {
    let at = driver.area().lerp_inside(vec2(share, 0.6));
    driver.frame(vec![Event::PointerMoved(at)]);
    driver.key(Key::M);
    driver.frame(vec![]);
    driver.frame(vec![Event::Text(text.to_owned())]);
    driver.key(Key::Enter);
    driver.frame(vec![]);
}

/// A store with a ramp and an event stream.
fn with_events(texts: impl IntoIterator<Item = (f64, String)>) -> (Store, SharedStream) {
    let mut ramp = uniform("ramp", 0.0);
    push(&mut ramp, 0, (0..20_000u16).map(f32::from));
    let (store, _) = store_of(ramp);
    let events = store.add(stream("log", StreamKind::Events, XMode::Xy));
    emit(&events, 0, texts);
    (store, events)
}

fn emit(events: &SharedStream, first: u64, texts: impl IntoIterator<Item = (f64, String)>) {
    let mut state = events.lock().expect("no thread panicked");
    let Data::Events(held) = &mut state.data else { panic!("no events") };
    for (number, (t, text)) in (first..).zip(texts) {
        let mut bytes = text.clone().into_bytes();
        bytes.resize(text.len().next_multiple_of(8), 0);
        let words = bytes.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word)).collect();
        held.push(&FrameData { number, t, length: text.len() as u32, words, ..FrameData::default() });
    }
}

#[test]
fn m_sets_a_marker_with_a_text_and_without_one_a_number() {
    let (mut driver, _shared) = live();
    driver.key(Key::Space);
    set(&mut driver, 0.2, "ignition");
    assert!(has(&mut driver, "ignition"), "{:?}", driver.texts());
    set(&mut driver, 0.6, "");
    assert!(has(&mut driver, "marker 1"), "{:?}", driver.texts());
}

#[test]
fn escape_gives_a_new_marker_up_and_leaves_the_cursors() {
    let (mut driver, _shared) = live();
    let at = driver.area().center();
    driver.frame(vec![Event::PointerMoved(at)]);
    driver.key(Key::A);
    driver.key(Key::M);
    driver.frame(vec![]);
    driver.key(Key::Escape);
    driver.frame(vec![]);
    assert!(!has(&mut driver, "marker 1"));
    assert!(has(&mut driver, "x A"), "the cursor went too");
}

#[test]
fn the_key_that_asks_for_a_marker_is_no_part_of_its_text() {
    let (mut driver, _shared) = live();
    let at = driver.area().center();
    driver.frame(vec![Event::PointerMoved(at)]);
    let key = Event::Key {
        key: Key::M,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: egui::Modifiers::NONE,
    };
    driver.frame(vec![key, Event::Text("m".to_owned())]);
    driver.frame(vec![]);
    driver.frame(vec![Event::Text("start".to_owned())]);
    driver.key(Key::Enter);
    driver.frame(vec![]);
    assert!(has(&mut driver, "start"), "{:?}", driver.texts());
}

#[test]
fn a_marker_stays_at_its_time_and_a_click_brings_it_to_the_middle() {
    let (mut driver, _shared) = live();
    driver.key(Key::Space);
    set(&mut driver, 0.2, "here");
    let [x0, x1] = driver.x();
    let x = x0 + 0.2 * (x1 - x0);
    let flag = driver.area().lerp_inside(vec2(0.2, 0.0)) + vec2(12.0, 12.0);
    driver.click(flag);
    driver.frame(vec![]);
    let [x0, x1] = driver.x();
    assert!((x - f64::midpoint(x0, x1)).abs() < 0.03, "{x} in {x0} {x1}");
    assert!(has(&mut driver, "here"));
}

#[test]
fn a_marker_is_renamed_and_deleted_from_its_menu() {
    let (driver, _shared) = live();
    let mut driver = driver;
    driver.key(Key::Space);
    set(&mut driver, 0.3, "old");
    let flag = driver.area().lerp_inside(vec2(0.3, 0.0)) + vec2(12.0, 12.0);
    let choose = |driver: &mut Driver, entry: &str| {
        driver.frame(vec![Event::PointerMoved(flag)]);
        driver.frame(vec![Driver::button(flag, PointerButton::Secondary, true)]);
        driver.frame(vec![Driver::button(flag, PointerButton::Secondary, false)]);
        driver.frame(vec![]);
        let at = driver.place_of(entry).unwrap_or_else(|| panic!("no {entry}"));
        driver.click(at);
        driver.frame(vec![]);
        driver.frame(vec![]);
    };
    choose(&mut driver, "Rename");
    driver.frame(vec![Event::Text(" and new".to_owned())]);
    driver.key(Key::Enter);
    driver.frame(vec![]);
    assert!(has(&mut driver, "old and new"), "{:?}", driver.texts());
    choose(&mut driver, "Delete");
    assert!(!has(&mut driver, "old and new"));
}

#[test]
fn markers_too_close_for_their_flags_are_counted() {
    let (mut driver, _shared) = live();
    driver.key(Key::Space);
    for share in [0.500, 0.501, 0.502, 0.503, 0.504, 0.505] {
        set(&mut driver, share, "close together");
    }
    let texts = driver.texts();
    let flags = texts.iter().filter(|text| *text == "close together").count();
    assert!(flags == 2 && texts.iter().any(|text| text == "4 markers"), "{texts:?}");
}

#[test]
fn events_of_a_producer_are_shown_and_hidden_from_the_legend() {
    let (store, _) = with_events([(12.0, "door\nopen".to_owned()), (15.0, "door closed".to_owned())]);
    let mut driver = Driver::new(store);
    assert!(has(&mut driver, "door open") && has(&mut driver, "door closed"), "{:?}", driver.texts());
    // The unit is that of the values.
    assert!(driver.texts().iter().any(|text| text.ends_with('V')), "{:?}", driver.texts());
    let entry = driver.place_of("log").expect("an entry in the legend");
    driver.click(entry);
    driver.frame(vec![]);
    assert!(!has(&mut driver, "door open"));
}

#[test]
fn a_crowd_of_events_becomes_ticks_with_a_count() {
    let events = (0..50_000u32).map(|i| (10.0 + f64::from(i) / 5000.0, format!("event {i}")));
    let (store, _) = with_events(events);
    let mut driver = Driver::new(store);
    driver.key(Key::Space);
    set(&mut driver, 0.5, "mine");
    let texts = driver.texts();
    assert!(texts.iter().any(|text| text.ends_with(" events in view")), "{texts:?}");
    assert!(texts.iter().any(|text| text == "mine"), "the user's marker lost its flag: {texts:?}");
    assert!(!texts.iter().any(|text| text.starts_with("event ")));
}

#[test]
fn point_and_comma_go_from_marker_to_marker() {
    let (store, _) = with_events([(3.0, "early".to_owned()), (12.0, "late".to_owned())]);
    let mut driver = Driver::new(store);
    driver.key(Key::Space);
    let middle = |driver: &Driver| f64::midpoint(driver.x()[0], driver.x()[1]);
    for (key, x) in [(Key::Comma, 12.0), (Key::Comma, 3.0), (Key::Comma, 3.0), (Key::Period, 12.0)] {
        driver.key(key);
        assert!((middle(&driver) - x).abs() < 0.03, "{} not {x}", middle(&driver));
    }
}

#[test]
fn events_alone_have_a_plot() {
    let store = Store::new(1 << 30);
    let events = store.add(stream("log", StreamKind::Events, XMode::Xy));
    emit(&events, 0, [(100.0, "zero"), (101.0, "one"), (103.0, "two")].map(|(t, text)| (t, text.to_owned())));
    let mut driver = Driver::new(store);
    assert!(has(&mut driver, "one") && has(&mut driver, "two"), "{:?} {:?}", driver.x(), driver.texts());
}

#[test]
fn odd_texts_and_times_are_no_panic() {
    let odd = [
        (f64::NAN, "never".to_owned()),
        (f64::INFINITY, String::new()),
        (-1e300, "x".repeat(2000)),
        (1e300, "\u{202e}שלום\u{0}\n\t".to_owned()),
        (14.0, "🚀👩‍👩‍👧‍👦 ".repeat(200)),
        (14.0, String::new()),
    ];
    let (store, events) = with_events(odd);
    let mut driver = Driver::new(store.clone());
    driver.texts();
    for key in [Key::F, Key::Comma, Key::Period, Key::M, Key::Enter, Key::M] {
        driver.key(key);
        driver.frame(vec![]);
    }
    driver.frame(vec![Event::Text("\u{202e}\u{0}\n".repeat(500))]);
    driver.key(Key::Enter);
    let at = driver.area().center();
    for lines in [50.0, 50.0, -50.0, -50.0, -50.0, -50.0] {
        driver.wheel(at, lines);
    }
    driver.key_with(Key::X, egui::Modifiers::SHIFT);
    driver.texts();
    assert!(store.remove(&events));
    driver.texts();
}

#[test]
fn lines_of_events_lie_behind_the_data_and_those_of_markers_over_it() {
    let upright = |driver: &Driver| {
        let grid = &driver.app.scenes()[0].grid;
        grid.iter().filter(|line| line.axis == ringplot::render::Axis::X).count()
    };
    let (store, events) = with_events([]);
    let mut driver = Driver::new(store);
    driver.key(Key::Space);
    let before = upright(&driver);
    emit(&events, 0, [(15.0, "valve".to_owned()), (16.0, "pump".to_owned())]);
    driver.frame(vec![]);
    driver.frame(vec![]);
    assert!(has(&mut driver, "valve"), "{:?}", driver.texts());
    assert_eq!(upright(&driver), before + 2);
    set(&mut driver, 0.3, "mine");
    assert!(has(&mut driver, "mine"));
    assert_eq!(upright(&driver), before + 2, "a marker went behind the data");
}

#[test]
fn what_shares_a_flag_is_called_what_it_is() {
    let near = |from: f64| (0..40).map(move |i| (from + f64::from(i) * 0.002, "e".to_owned()));
    let mut driver = Driver::new(with_events(near(15.0)).0);
    driver.key(Key::Space);
    let texts = driver.texts();
    assert!(texts.iter().any(|text| text.ends_with(" events")), "{texts:?}");
    assert!(!texts.iter().any(|text| text.ends_with(" markers")), "{texts:?}");
}
