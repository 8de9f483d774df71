//! The trigger, on the whole app, without a window and without a GPU.
#![expect(clippy::float_cmp, reason = "a picture that stands still does so exactly")]

mod common;

use common::driver::Driver;
use common::store::{push, push_points, store_of, stream, uniform};
use egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable;
use ringplot::StreamKind;
use ringplot::chart::Options;
use ringplot::ring::{Point, XMode};
use ringplot::store::{SharedStream, Store};
use ringplot::viewer::App;

const RATE: f64 = 1e6;
const TAU: f64 = std::f64::consts::TAU;

/// A 1 kHz sine, sampled a million times a second.
fn sine(i: u64) -> f64 {
    (TAU * 1000.0 * i as f64 / RATE).sin()
}

/// Gaussian enough, with a standard deviation of 1, the same each time.
fn noise(i: u64) -> f64 {
    let bits = |k: u64| {
        let mut v = (i * 13 + k).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        v ^= v >> 31;
        v = v.wrapping_mul(0xD6E8_FEB8_6659_FD93);
        (v >> 40) as f64 / (1u64 << 24) as f64 - 0.5
    };
    (0..12).map(bits).sum()
}

fn more(shared: &SharedStream, count: u64, wave: impl Fn(u64) -> f64) {
    let mut state = shared.lock().expect("no thread panicked");
    let first = state.counts.position;
    push(&mut state, first, (first..first + count).map(|i| wave(i) as f32));
}

/// A plot of 10 ms of a stream of a million samples a second, with `count` of them, whose trigger is on.
fn triggered(count: u64, wave: impl Fn(u64) -> f64) -> (Driver, SharedStream) {
    let (store, shared) =
        store_of(stream("scope", StreamKind::Uniform, XMode::Uniform { t0: 0.0, rate: RATE }));
    more(&shared, count, wave);
    let mut driver = driver_of(store, 0.01);
    driver.key(Key::T);
    (driver, shared)
}

fn driver_of(store: Store, span: f64) -> Driver {
    let mut driver = Driver::new(store.clone());
    driver.app = App::new(store, Options { x_span_secs: Some(span), ..Options::default() });
    driver.frame(vec![]);
    driver.frame(vec![]);
    driver
}

fn says(driver: &mut Driver, what: &str) -> bool {
    driver.texts().iter().any(|text| text == what)
}

/// The x in the middle of the picture: where it triggered.
fn middle(driver: &Driver) -> f64 {
    f64::midpoint(driver.x()[0], driver.x()[1])
}

/// Chooses something in the trigger's settings, which are opened and closed again.
fn choose(driver: &mut Driver, what: &str) {
    fn find(shape: &egui::Shape, what: &str) -> Option<Pos2> {
        match shape {
            egui::Shape::Text(text) if text.galley.text() == what => {
                Some(Rect::from_min_size(text.pos, text.galley.size()).center())
            }
            egui::Shape::Vec(shapes) => shapes.iter().find_map(|shape| find(shape, what)),
            _ => None,
        }
    }
    driver.key_with(Key::T, Modifiers::SHIFT);
    driver.frame(vec![]);
    let input = egui::RawInput {
        screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1280.0, 720.0))),
        time: Some(driver.ctx.input(|i| i.time) + 0.01),
        ..Default::default()
    };
    let app = &mut driver.app;
    let output = driver.ctx.run_ui(input, |ui| app.ui(ui));
    let at = output.shapes.iter().rev().find_map(|shape| find(&shape.shape, what));
    output.drop_without_applying_deltas();
    driver.click(at.unwrap_or_else(|| panic!("no {what} in the settings")));
    driver.key(Key::Escape);
    driver.frame(vec![Event::PointerGone]);
}

#[test]
fn a_sine_in_noise_stands_still_to_a_pixel() {
    let wave = |i: u64| sine(i) + 0.05 * noise(i);
    let (mut driver, shared) = triggered(100_000, wave);
    let mut most = 0.0f64;
    let mut places = std::collections::BTreeSet::new();
    for frame in 0..200u64 {
        more(&shared, 20_011 + frame * 37, wave);
        driver.frame(vec![]);
        let [x0, x1] = driver.x();
        let pixel = (x1 - x0) / f64::from(driver.area().width());
        assert!((x1 - x0 - 0.01).abs() < pixel, "{x0} {x1}");
        // The sine rises through 0 at whole milliseconds.
        let at = middle(&driver);
        let off = (at - (at * 1000.0).round() / 1000.0) / pixel;
        most = most.max(off.abs());
        assert!(off.abs() <= 1.0, "frame {frame}: off by {off} pixels");
        assert!(x1 <= shared.lock().unwrap().counts.position as f64 / RATE, "the picture is not complete");
        places.insert((at * 1000.0).round() as u64);
    }
    assert!(places.len() > 190, "it shows the newest trigger in each frame: {}", places.len());
    assert!(most > 0.0);
    assert!(says(&mut driver, "trigger: triggered"));
    assert!(says(&mut driver, "time from trigger (ms)"));
}

#[test]
fn without_a_trigger_auto_goes_on_and_normal_waits() {
    for normal in [false, true] {
        let (mut driver, shared) = triggered(100_000, sine);
        if normal {
            choose(&mut driver, "Normal");
        }
        more(&shared, 20_000, sine);
        driver.frame(vec![]);
        let x = driver.x();
        for _ in 0..10 {
            more(&shared, 20_000, |_| -0.5);
            driver.frame(vec![]);
        }
        assert_eq!(says(&mut driver, "trigger: auto"), !normal);
        assert_eq!(says(&mut driver, "trigger: armed"), normal);
        let newest = shared.lock().unwrap().counts.position as f64 / RATE;
        assert_eq!((newest - driver.x()[1]).abs() < 1e-4, !normal, "{:?} {newest}", driver.x());
        assert!(driver.x()[0] < x[0] + 0.05 || !normal);
        // And both take the next one.
        more(&shared, 20_000, sine);
        driver.frame(vec![]);
        assert!(says(&mut driver, "trigger: triggered"), "normal: {normal}");
        assert!(driver.x()[0] > x[1]);
    }
}

#[test]
fn single_holds_the_first_trigger_until_it_is_armed_again() {
    let (mut driver, shared) = triggered(100_000, sine);
    choose(&mut driver, "Single");
    driver.frame(vec![]);
    // What is there already does not count.
    assert!(says(&mut driver, "trigger: armed"));
    more(&shared, 50_000, sine);
    driver.frame(vec![]);
    assert!(says(&mut driver, "trigger: single"));
    let x = driver.x();
    assert!(x[0] > 0.09);
    for _ in 0..5 {
        more(&shared, 50_000, sine);
        driver.frame(vec![]);
        assert_eq!(driver.x(), x);
    }
    let at = driver.area().center();
    driver.wheel(at, 3.0);
    let zoomed = driver.x()[1] - driver.x()[0];
    assert!(zoomed < (x[1] - x[0]) * 0.6, "what is held can be zoomed");
    driver.key(Key::L);
    assert!(says(&mut driver, "trigger: armed"));
    more(&shared, 50_000, sine);
    driver.frame(vec![]);
    assert!(says(&mut driver, "trigger: single") && driver.x()[0] > x[1] + 0.2);
}

#[test]
fn falling_edges_and_either_can_be_chosen() {
    for (edge, phases) in [("Rising", &[0.0][..]), ("Falling", &[0.5]), ("Either", &[0.0, 0.5])] {
        let (mut driver, shared) = triggered(100_000, sine);
        choose(&mut driver, edge);
        for _ in 0..10 {
            more(&shared, 20_307, sine);
            driver.frame(vec![]);
            let phase = (middle(&driver) * 1000.0).rem_euclid(1.0);
            let near = |p: &f64| (phase - p).abs() < 0.01 || (phase - p - 1.0).abs() < 0.01;
            assert!(phases.iter().any(near), "{edge}: {phase}");
        }
    }
}

#[test]
fn the_wheel_changes_the_span_and_a_drag_the_share_before_while_it_runs() {
    let (mut driver, shared) = triggered(100_000, sine);
    let at = driver.area().center();
    driver.wheel(at, 3.0);
    for _ in 0..3 {
        more(&shared, 20_000, sine);
        driver.frame(vec![]);
    }
    let [x0, x1] = driver.x();
    assert!((x1 - x0 - 0.01 * (-0.6f64).exp()).abs() < 1e-4, "{x0} {x1}");
    assert!(says(&mut driver, "trigger: triggered") && x0 > 0.1);
    let to = at - vec2(driver.area().width() * 0.25, 0.0);
    let press =
        |pressed| vec![Driver::button(if pressed { at } else { to }, PointerButton::Primary, pressed)];
    let half = vec![Event::PointerMoved(at.lerp(to, 0.5))];
    for events in [press(true), half, vec![Event::PointerMoved(to)], press(false)] {
        more(&shared, 20_000, sine);
        driver.frame(events);
    }
    for _ in 0..3 {
        more(&shared, 20_000, sine);
        driver.frame(vec![]);
    }
    let [x0, x1] = driver.x();
    let at = x0 + (x1 - x0) * 0.25;
    assert!((at * 1000.0 - (at * 1000.0).round()).abs() < 0.05, "{at}");
    assert!(says(&mut driver, "trigger: triggered"));
}

#[test]
fn the_level_is_dragged_by_its_handle() {
    let (mut driver, shared) = triggered(100_000, sine);
    let area = driver.area();
    let from = area.right_center() - vec2(4.0, 0.0);
    let to = from - vec2(0.0, area.height() * 0.25);
    driver.drag(from, to, PointerButton::Primary);
    for _ in 0..3 {
        more(&shared, 20_000, sine);
        driver.frame(vec![]);
    }
    let level = driver.y()[0] + (driver.y()[1] - driver.y()[0]) * 0.75;
    let crossed = (TAU * 1000.0 * middle(&driver)).sin();
    assert!((crossed - level).abs() < 0.03 && level > 0.4, "{crossed} {level}");
}

#[test]
fn every_control_of_the_settings_has_a_name() {
    let (store, _shared) = store_of({
        let mut state = uniform("scope", 0.0);
        push(&mut state, 0, (0..20_000u16).map(|i| f32::from(i % 100)));
        state
    });
    let app = App::new(store, Options::default());
    let mut harness =
        Harness::builder().with_size(vec2(1280.0, 720.0)).build_ui_state(|ui, app: &mut App| app.ui(ui), app);
    harness.run_steps(2);
    harness.key_press_modifiers(Modifiers::SHIFT, Key::T);
    harness.run_steps(3);
    let named = ["On", "Source", "Rising", "Falling", "Either", "Level", "Automatic level", "Hysteresis"];
    let rest = ["Automatic hysteresis", "Hold-off", "Before trigger", "Auto", "Normal", "Single", "Close"];
    for name in named.iter().chain(&rest) {
        assert!(harness.query_all_by_label(name).next().is_some(), "no {name}");
    }
    harness.get_by_label("On").click();
    harness.run_steps(3);
    assert!(harness.query_by_label("trigger level of time").is_some());
    harness.get_by_label("Close").click();
    harness.run_steps(3);
    assert!(harness.query_by_label("Automatic level").is_none());
}

#[test]
fn odd_data_and_spans_with_a_trigger_are_no_panic() {
    let odd: [&[f32]; 5] = [
        &[5.0; 300],
        &[1.0],
        &[f32::NAN; 300],
        &[f32::MAX, f32::MIN, 0.0, f32::NAN, 1e-38, f32::INFINITY],
        &[],
    ];
    for ys in odd {
        for (span, is_timed) in [1e-300, 1e-9, 10.0, 1e300].into_iter().flat_map(|s| [(s, false), (s, true)])
        {
            // Times without an epoch are no numbers.
            let mut state =
                if is_timed { stream("odd", StreamKind::Timed, XMode::Timed) } else { uniform("odd", 0.0) };
            let points = ys.iter().enumerate().map(|(i, y)| Point { x: i as f32, y: *y });
            push_points(&mut state, 0, points);
            let (store, shared) = store_of(state);
            let mut driver = driver_of(store.clone(), span);
            driver.key(Key::T);
            driver.key_with(Key::T, Modifiers::SHIFT);
            for step in 0..6 {
                driver.frame(vec![]);
                if step == 2 {
                    driver.key_with(Key::L, Modifiers::SHIFT);
                    driver.key_with(Key::X, Modifiers::SHIFT);
                }
                if step == 4 {
                    store.remove(&shared);
                    driver.frame(vec![]);
                }
                for [lo, hi] in driver.app.plot_bounds().into_iter().flatten() {
                    assert!(lo <= hi && lo.is_finite() && hi.is_finite(), "{ys:?} {span}: {lo} {hi}");
                }
            }
        }
    }
}

#[test]
fn a_source_that_vanishes_and_one_that_comes_again_are_taken_quietly() {
    let store = Store::new(1 << 30);
    let named = |name: &str| {
        let mut state = stream(name, StreamKind::Uniform, XMode::Uniform { t0: 0.0, rate: RATE });
        push(&mut state, 0, (0..100_000).map(|i| sine(i) as f32));
        state
    };
    let source = store.add(named("b"));
    store.add(named("c"));
    let mut driver = driver_of(store.clone(), 0.01);
    driver.key(Key::T);
    // Chosen by hand.
    choose(&mut driver, "On");
    choose(&mut driver, "On");
    store.remove(&source);
    driver.frame(vec![]);
    driver.frame(vec![]);
    let again = store.add({
        let mut state = named("b");
        state.run = 2;
        state
    });
    more(&again, 20_000, sine);
    driver.frame(vec![]);
    assert!(says(&mut driver, "trigger: triggered"));
}

#[test]
fn the_wheel_is_the_time_base_of_a_triggered_picture() {
    let (mut driver, shared) = triggered(100_000, sine);
    more(&shared, 20_000, sine);
    driver.frame(vec![]);
    let right = driver.area().right_center() - vec2(30.0, 0.0);
    for lines in [2.0, 2.0, -3.0, 1.0] {
        let before = driver.x()[1] - driver.x()[0];
        driver.wheel(right, lines);
        more(&shared, 20_000, sine);
        driver.frame(vec![]);
        let after = driver.x()[1] - driver.x()[0];
        assert!((before / after - f64::from(lines * 0.2).exp()).abs() < 0.02, "{lines}: {before} {after}");
        // The trigger stays where it was in the picture, and goes on.
        let at = middle(&driver) * 1000.0;
        assert!((at - at.round()).abs() < after * 10.0, "{at}");
        assert!(says(&mut driver, "trigger: triggered"), "{lines}");
    }
}

#[test]
fn automatic_hysteresis_is_that_of_the_source_and_not_of_what_lies_beside_it() {
    let store = Store::new(1 << 30);
    for (name, level, size) in [("a small", 0.5, 0.45), ("large", 350.0, 30.0)] {
        let mut state = stream(name, StreamKind::Uniform, XMode::Uniform { t0: 0.0, rate: RATE });
        push(&mut state, 0, (0..100_000).map(|i| (level + size * sine(i)) as f32));
        store.add(state);
    }
    let mut driver = driver_of(store, 0.01);
    driver.key(Key::T);
    driver.key_with(Key::T, Modifiers::SHIFT);
    driver.frame(vec![]);
    let texts = driver.texts();
    let label = texts.iter().position(|text| text == "Hysteresis").expect("the settings");
    let shown: f64 = texts[label + 1].replace('−', "-").parse().expect("a number");
    assert!((0.01..0.3).contains(&shown), "{shown} of {texts:?}");
}
