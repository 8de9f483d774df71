//! Cursors and what they measure, on the whole app, without a window and without a GPU.

mod common;

use common::driver::{Driver, live};
use common::store::{push, push_points, store_of, stream, uniform};
use egui::{Event, Key, Modifiers, PointerButton, Pos2, Rect, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use ringplot::StreamKind;
use ringplot::chart::Options;
use ringplot::history::Frames;
use ringplot::ring::{FrameData, Point, XMode};
use ringplot::store::{Data, Store};
use ringplot::viewer::App;

/// What Ctrl+C copies, as rows of name and cells.
fn copied(driver: &mut Driver) -> Option<Vec<(String, Vec<f64>)>> {
    let input = egui::RawInput {
        screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(1280.0, 720.0))),
        events: vec![Event::Copy],
        ..Default::default()
    };
    let app = &mut driver.app;
    let output = driver.ctx.run_ui(input, |ui| app.ui(ui));
    let text = output.platform_output.commands.iter().find_map(|command| match command {
        egui::OutputCommand::CopyText(text) => Some(text.clone()),
        _ => None,
    });
    output.drop_without_applying_deltas();
    let number = |cell: &str| cell.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(f64::NAN);
    let row = |line: &str| {
        let (name, cells) = line.split_once('\t').expect("a name and cells");
        (name.to_owned(), cells.split('\t').map(number).collect())
    };
    Some(text?.lines().map(row).collect())
}

fn cell(rows: &[(String, Vec<f64>)], name: &str, column: usize) -> f64 {
    let row = rows.iter().find(|(found, _)| found == name);
    row.unwrap_or_else(|| panic!("no {name} in {rows:?}")).1[column]
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a - b).abs() <= tolerance
}

/// Moves the pointer to a share of the area and presses a key.
fn press_at(driver: &mut Driver, share: [f32; 2], key: Key) {
    let at = driver.area().lerp_inside(vec2(share[0], share[1]));
    driver.frame(vec![Event::PointerMoved(at)]);
    driver.key(key);
}

#[test]
fn a_cursor_snaps_to_the_sample_at_or_before_the_pointer_and_stays_there() {
    let mut state = uniform("slow", 0.0);
    state.info.x_mode = XMode::Uniform { t0: 0.0, rate: 2.0 };
    state.data = Data::Trace(ringplot::history::Trace::new(state.info.x_mode, 1 << 20));
    push(&mut state, 0, (0..41u8).map(f32::from));
    let (store, shared) = store_of(state);
    let mut driver = Driver::new(store);
    press_at(&mut driver, [0.52, 0.5], Key::A);
    let [x0, x1] = driver.x();
    let under = x0 + 0.52 * (x1 - x0);
    let rows = copied(&mut driver).expect("nothing copied");
    let x = cell(&rows, "x A", 0);
    assert!(x <= under && under - x < 0.5 && close((x * 2.0).fract(), 0.0, 1e-9), "{x} under {under}");
    assert!(close(cell(&rows, "y A", 0), x * 2.0, 1e-6));
    // Data come, and the view goes elsewhere.
    push(&mut shared.lock().unwrap(), 41, (41..241u8).map(f32::from));
    let at = driver.area().center();
    driver.frame(vec![]);
    driver.wheel(at, 3.0);
    let rows = copied(&mut driver).expect("nothing copied");
    assert!(close(cell(&rows, "x A", 0), x, 1e-12));
}

#[test]
fn without_snapping_a_cursor_stays_at_the_pointer() {
    let mut state = uniform("slow", 0.0);
    state.info.x_mode = XMode::Uniform { t0: 0.0, rate: 2.0 };
    state.data = Data::Trace(ringplot::history::Trace::new(state.info.x_mode, 1 << 20));
    push(&mut state, 0, (0..41u8).map(f32::from));
    let mut driver = Driver::new(store_of(state).0);
    let at = driver.area().lerp_inside(vec2(0.52, 0.5));
    driver.frame(vec![Event::PointerMoved(at)]);
    let mut harness = Harness::builder()
        .with_size(vec2(1280.0, 720.0))
        .build_ui_state(|ui, app: &mut App| app.ui(ui), driver.app);
    harness.step();
    harness.event(Event::PointerMoved(at));
    for pressed in [true, false] {
        harness.event(Driver::button(at, PointerButton::Secondary, pressed));
        harness.step();
    }
    harness.step();
    harness.get_by_label_contains("Cursors").click();
    harness.run_steps(2);
    harness.get_by_label("Cursors snap to samples").click();
    harness.run_steps(3);
    harness.event(Event::PointerMoved(at));
    harness.key_press(Key::A);
    harness.run_steps(2);
    let driver_x = harness.state().plot_bounds()[0][0];
    let text = harness.get_by_label_contains("x A\t").accesskit_node().label().expect("a label");
    let x: f64 = text.trim_start_matches("x A\t").split(' ').next().and_then(|n| n.parse().ok()).expect("x");
    assert!(close(x, driver_x[0] + 0.52 * (driver_x[1] - driver_x[0]), 0.02), "{x} of {driver_x:?}");
}

/// The reference: one pass over all samples.
fn brute_force(samples: &[(f64, f32)], x0: f64, x1: f64) -> [f64; 7] {
    let inside = samples.iter().filter(|(x, y)| (x0..=x1).contains(x) && y.is_finite());
    let values: Vec<f64> = inside.map(|(_, y)| f64::from(*y)).collect();
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let rms = (values.iter().map(|v| v * v).sum::<f64>() / n).sqrt();
    let std = (values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / n).sqrt();
    let (min, max) = values.iter().fold((f64::MAX, f64::MIN), |(lo, hi), v| (lo.min(*v), hi.max(*v)));
    [n, min, max, mean, rms, std, max - min]
}

#[test]
fn statistics_between_the_cursors_are_those_of_every_sample() {
    let mut state = uniform("noise", 0.0);
    let mut seed = 19_680_801u64;
    let mut random = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 40) as f32 / (1u64 << 24) as f32
    };
    let mut samples: Vec<(f64, f32)> = Vec::new();
    let mut next = 0;
    // A million samples in runs, with losses between them.
    for run in 0..10u64 {
        let values: Vec<f32> = (0..100_000)
            .map(|_| if random() < 0.01 { f32::NAN } else { 3.0 + random() * random() })
            .collect();
        samples.extend(values.iter().enumerate().map(|(i, y)| ((next + i as u64) as f64 / 1000.0, *y)));
        push(&mut state, next, values);
        next += 100_000 + run * 777;
    }
    let mut driver = Driver::new(store_of(state).0);
    driver.key(Key::F);
    press_at(&mut driver, [0.17, 0.5], Key::A);
    for place in [0.83, 0.19, 0.05, 0.999] {
        press_at(&mut driver, [place, 0.5], Key::B);
        let rows = copied(&mut driver).expect("nothing copied");
        let (a, b) = (cell(&rows, "x A", 0), cell(&rows, "x B", 0));
        assert!(
            close(cell(&rows, "Δx", 0), b - a, 1e-9) && close(cell(&rows, "1/Δx", 0), 1.0 / (b - a), 1e-9)
        );
        let truth = brute_force(&samples, a.min(b), a.max(b));
        let names = ["count", "min", "max", "mean", "rms", "std dev", "peak-peak"];
        for (name, truth) in names.into_iter().zip(truth) {
            let found = cell(&rows, name, 0);
            assert!(close(found, truth, truth.abs() * 1e-9), "{name}: {found}, not {truth}, at {place}");
        }
        let y_at = |x: f64| {
            let held = samples.iter().rev().find(|(at, y)| *at <= x && y.is_finite());
            f64::from(held.expect("a sample").1)
        };
        assert!(close(cell(&rows, "y A", 0), y_at(a), 0.0) && close(cell(&rows, "y B", 0), y_at(b), 0.0));
        assert!(close(cell(&rows, "slope", 0), (y_at(b) - y_at(a)) / (b - a), 1e-9));
    }
}

#[test]
fn escape_clears_the_cursors_when_nothing_else_is_open() {
    let (mut driver, _shared) = live();
    press_at(&mut driver, [0.3, 0.5], Key::A);
    press_at(&mut driver, [0.6, 0.5], Key::B);
    assert!(copied(&mut driver).is_some_and(|rows| rows.iter().any(|(name, _)| name == "x B")));
    driver.key(Key::F1);
    driver.key(Key::Escape);
    assert!(copied(&mut driver).is_some(), "the list of keys took the cursors along");
    driver.key(Key::Escape);
    assert!(copied(&mut driver).is_none());
    assert!(!driver.texts().iter().any(|text| text == "x A"));
}

#[test]
fn b_is_a_cursor_only_once_there_is_a() {
    let (mut driver, _shared) = live();
    press_at(&mut driver, [0.3, 0.5], Key::B);
    assert!(copied(&mut driver).is_none(), "B alone placed a cursor");
    press_at(&mut driver, [0.3, 0.5], Key::A);
    let at = driver.area().center();
    driver.frame(vec![Event::PointerMoved(at)]);
    driver.key_with(Key::B, Modifiers::SHIFT);
    assert!(!copied(&mut driver).expect("A").iter().any(|(name, _)| name == "x B"), "Shift+B placed it");
    driver.key(Key::B);
    assert!(copied(&mut driver).expect("A").iter().any(|(name, _)| name == "x B"));
}

#[test]
fn a_handle_is_dragged_and_leaves_the_view_alone() {
    let (mut driver, _shared) = live();
    driver.key(Key::Space);
    press_at(&mut driver, [0.3, 0.5], Key::A);
    let before = cell(&copied(&mut driver).expect("A"), "x A", 0);
    let (view, area) = (driver.x(), driver.area());
    let handle = area.lerp_inside(vec2(0.3, 0.0)) + vec2(0.0, 8.0);
    driver.drag(handle, handle + vec2(100.0, 40.0), PointerButton::Primary);
    let after = cell(&copied(&mut driver).expect("A"), "x A", 0);
    let moved = 100.0 * (view[1] - view[0]) / f64::from(area.width());
    assert!(close(after - before, moved, 0.02), "{before} {after} {moved}");
    assert!(close(driver.x()[0], view[0], 0.0), "the view moved");
}

#[test]
fn arrows_move_the_cursor_that_has_the_focus() {
    let (driver, _shared) = live();
    let mut harness = Harness::builder()
        .with_size(vec2(1280.0, 720.0))
        .build_ui_state(|ui, app: &mut App| app.ui(ui), driver.app);
    harness.run_steps(3);
    harness.key_press(Key::Space);
    harness.key_press(Key::A);
    harness.run_steps(2);
    let x_of = |harness: &Harness<'_, App>| -> f64 {
        let label = harness.get_by_label_contains("x A\t").accesskit_node().label().expect("a label");
        label.trim_start_matches("x A\t").split(' ').next().and_then(|n| n.parse().ok()).expect("x")
    };
    let (before, view) = (x_of(&harness), harness.state().plot_bounds()[0]);
    let pixel = (view[0][1] - view[0][0]) / f64::from(harness.state().plot_rects()[0].width());
    harness.get_by_label_contains("cursor A of time").focus();
    harness.run_steps(2);
    harness.key_press(Key::ArrowRight);
    harness.run_steps(2);
    let one = x_of(&harness);
    assert!(close(one - before, pixel, 0.002), "{before} {one} {pixel}");
    harness.key_press_modifiers(Modifiers::SHIFT, Key::ArrowLeft);
    harness.run_steps(2);
    assert!(close(one - x_of(&harness), 10.0 * pixel, 0.002), "{one} {}", x_of(&harness));
    assert_eq!(harness.state().plot_bounds()[0], view, "the view moved");
}

#[test]
fn an_arrow_reaches_the_next_sample_however_far_it_is() {
    let mut state = uniform("slow", 0.0);
    state.info.x_mode = XMode::Uniform { t0: 0.0, rate: 1.0 };
    state.data = Data::Trace(ringplot::history::Trace::new(state.info.x_mode, 1 << 20));
    push(&mut state, 0, (0..11u8).map(f32::from));
    let app = App::new(store_of(state).0, Options::default());
    let mut harness =
        Harness::builder().with_size(vec2(1280.0, 720.0)).build_ui_state(|ui, app: &mut App| app.ui(ui), app);
    harness.run_steps(3);
    harness.key_press(Key::A);
    harness.run_steps(2);
    harness.get_by_label_contains("cursor A of time").focus();
    harness.run_steps(2);
    for (key, x) in
        [(Key::ArrowRight, "x A\t6 s"), (Key::ArrowRight, "x A\t7 s"), (Key::ArrowLeft, "x A\t6 s")]
    {
        harness.key_press(key);
        harness.run_steps(2);
        let label = harness.get_by_label_contains("x A\t").accesskit_node().label().expect("a label");
        assert!(label.starts_with(x), "{label} after {key:?}");
    }
}

#[test]
fn in_the_plane_cursors_are_points_on_the_curve() {
    let mut state = stream("ring", StreamKind::Xy, XMode::Xy);
    let at = |i: u16| (f32::from(i) / 1000.0 * std::f32::consts::TAU).sin_cos();
    push_points(&mut state, 0, (0..1000u16).map(|i| Point { x: at(i).1, y: at(i).0 }));
    let mut driver = Driver::new(store_of(state).0);
    press_at(&mut driver, [0.95, 0.5], Key::A);
    press_at(&mut driver, [0.5, 0.05], Key::B);
    let rows = copied(&mut driver).expect("cursors");
    for (x, y) in [("x A", "y A"), ("x B", "y B")] {
        assert!(close(cell(&rows, x, 0).hypot(cell(&rows, y, 0)), 1.0, 1e-3), "{rows:?}");
    }
    assert!(close(cell(&rows, "distance", 0), 2f64.sqrt(), 0.05), "{rows:?}");
    assert!(close(cell(&rows, "slope", 0), -1.0, 0.1), "{rows:?}");
}

#[test]
fn on_a_snapshot_cursors_read_the_curve_at_their_x() {
    let mut state = stream("spectrum", StreamKind::Snapshot, XMode::Xy);
    let mut frames = Frames::new();
    let words =
        |height: f32| (0..100u8).map(move |i| Point { x: f32::from(i), y: height * f32::from(i) }.to_bits());
    frames.push(&FrameData { words: words(1.0).collect(), ..FrameData::default() });
    state.data = Data::Frames(frames);
    let (store, shared) = store_of(state);
    let mut driver = Driver::new(store);
    press_at(&mut driver, [0.5, 0.5], Key::A);
    let rows = copied(&mut driver).expect("A");
    assert!(
        close(cell(&rows, "x A", 0), 49.0, 1.0) && close(cell(&rows, "y A", 0), cell(&rows, "x A", 0), 1e-6)
    );
    if let Data::Frames(frames) = &mut shared.lock().unwrap().data {
        frames.push(&FrameData { words: words(3.0).collect(), number: 1, ..FrameData::default() });
    }
    let rows = copied(&mut driver).expect("A");
    assert!(close(cell(&rows, "y A", 0), 3.0 * cell(&rows, "x A", 0), 1e-6), "{rows:?}");
}

#[test]
fn odd_data_and_vanished_streams_are_no_panic() {
    let cases: Vec<Vec<Point>> = vec![
        vec![],
        vec![Point { x: 1.0, y: 1.0 }],
        (0..50u8).map(|i| Point { x: f32::from(i), y: f32::NAN }).collect(),
        (0..50u8).map(|i| Point { x: f32::from(i), y: 7.0 }).collect(),
        (0..50u8).map(|i| Point { x: f32::from(i) * 1e-38, y: 1e38 }).collect(),
        (0..50u8).map(|i| Point { x: f32::from(i) * 1e36, y: 1e-38 }).collect(),
        (0..50u8).map(|i| Point { x: -f32::from(i), y: -1.0 }).collect(),
    ];
    for kind in [StreamKind::Timed, StreamKind::Xy] {
        for points in &cases {
            let store = Store::new(1 << 30);
            let mut state = stream("odd", kind, XMode::Xy);
            push_points(&mut state, 0, points.iter().copied());
            let shared = store.add(state);
            let mut driver = Driver::new(store.clone());
            for log in [false, true] {
                press_at(&mut driver, [0.4, 0.5], Key::A);
                press_at(&mut driver, [0.6, 0.4], Key::B);
                copied(&mut driver);
                if !log {
                    driver.key_with(Key::X, Modifiers::SHIFT);
                    driver.key_with(Key::L, Modifiers::SHIFT);
                }
            }
            let at = driver.area().center();
            for lines in [50.0; 20].into_iter().chain([-50.0; 60]) {
                driver.wheel(at, lines);
                copied(&mut driver);
            }
            assert!(store.remove(&shared));
            driver.frame(vec![]);
            driver.key(Key::A);
            driver.key(Key::B);
            driver.frame(vec![]);
            driver.key(Key::Escape);
        }
    }
}

#[test]
fn a_sample_far_from_zero_is_as_long_as_its_rate_says() {
    // f64 tells seconds there 15 ns apart, and samples come each microsecond.
    let mut state = uniform("far", 0.0);
    state.info.x_mode = XMode::Uniform { t0: 1e8, rate: 1e6 };
    state.data = Data::Trace(ringplot::history::Trace::new(state.info.x_mode, 1 << 20));
    push(&mut state, 0, (0..500u16).map(f32::from));
    let mut driver = Driver::new(store_of(state).0);
    driver.key(Key::F);
    press_at(&mut driver, [0.4, 0.5], Key::A);
    for place in [0.41, 0.5, 0.77, 0.2] {
        press_at(&mut driver, [place, 0.5], Key::B);
        let rows = copied(&mut driver).expect("nothing copied");
        let samples = cell(&rows, "y B", 0) - cell(&rows, "y A", 0);
        let dx = cell(&rows, "Δx", 0);
        assert!(close(dx, samples * 1e-6, 1e-15), "{dx} for {samples} samples");
        assert!(close(cell(&rows, "slope", 0), 1e6, 1e-3) && close(cell(&rows, "1/Δx", 0), 1.0 / dx, 1e-6));
    }
}

/// 1,000 samples a second of a signal.
fn signal(count: u32, at: impl Fn(f64) -> f64) -> Driver {
    let mut state = uniform("signal", 0.0);
    push(&mut state, 0, (0..count).map(|i| at(f64::from(i) / 1000.0) as f32));
    let mut driver = Driver::new(store_of(state).0);
    driver.key(Key::F);
    driver
}

#[test]
fn a_cursor_goes_to_the_extremes_of_all_samples_in_view() {
    // Single samples between 100,000 others: no column of pixels shows their x to the sample.
    let spikes = |t: f64| match (t * 1000.0).round() as u32 {
        12_345 | 54_321 => 7.0,
        67_890 => -7.0,
        _ => (t * 9.0).sin(),
    };
    let mut driver = signal(100_000, spikes);
    driver.key(Key::PageUp);
    let rows = copied(&mut driver).expect("a plot without a cursor gets A");
    assert!(close(cell(&rows, "x A", 0), 12.345, 1e-9) && close(cell(&rows, "y A", 0), 7.0, 0.0), "{rows:?}");
    // B was touched last.
    press_at(&mut driver, [0.9, 0.5], Key::B);
    driver.key(Key::PageDown);
    let rows = copied(&mut driver).expect("B");
    assert!(
        close(cell(&rows, "x A", 0), 12.345, 1e-9) && close(cell(&rows, "x B", 0), 67.89, 1e-9),
        "{rows:?}"
    );
    assert!(close(cell(&rows, "x of max", 0), 12.345, 1e-9), "{rows:?}");
    assert!(close(cell(&rows, "x of min", 0), 67.89, 1e-9), "{rows:?}");
    // Only what is in view counts.
    let near = driver.area().lerp_inside(vec2(0.54, 0.5));
    driver.wheel(near, 10.0);
    let [x0, x1] = driver.x();
    assert!(x0 > 12.345 && x0 < 54.321 && x1 > 54.321, "{x0} {x1}");
    driver.key(Key::PageUp);
    assert!(close(cell(&copied(&mut driver).expect("B"), "x B", 0), 54.321, 1e-9));
}

#[test]
fn a_cursor_goes_from_crossing_to_crossing_of_its_level() {
    let mut driver = signal(20_000, |t| (std::f64::consts::TAU * t / 4.0).sin());
    let level_at = 0.5;
    let share = {
        let [x0, x1] = driver.x();
        ((level_at + 1e-4 - x0) / (x1 - x0)) as f32
    };
    press_at(&mut driver, [share, 0.1], Key::A);
    let rows = copied(&mut driver).expect("A");
    let (x, level) = (cell(&rows, "x A", 0), cell(&rows, "y A", 0));
    let sine = |n: f64| f64::from((std::f64::consts::TAU * n / 4000.0).sin() as f32);
    let mut at = (x * 1000.0).round();
    assert!(close(sine(at), level, 0.0), "{at} {level}");
    for _ in 0..5 {
        let is_above = sine(at) >= level;
        while (sine(at) >= level) == is_above {
            at += 1.0;
        }
        driver.key(Key::N);
        let found = cell(&copied(&mut driver).expect("A"), "x A", 0);
        assert!(close(found, at / 1000.0, 1e-9), "{found}, not {}", at / 1000.0);
    }
    // Down through its own sample is no other crossing.
    driver.key(Key::Escape);
    driver.key(Key::PageUp);
    press_at(&mut driver, [share + 0.05, 0.1], Key::A);
    let falling = cell(&copied(&mut driver).expect("A"), "x A", 0);
    assert!(falling > 1.0 && falling < 2.0, "{falling}");
    driver.key(Key::N);
    let next = cell(&copied(&mut driver).expect("A"), "x A", 0);
    assert!(close(next, 6.0 - falling, 0.002), "{next} after {falling}");
}

#[test]
fn frequency_and_period_are_those_of_whole_cycles_between_the_cursors() {
    let mut seed = 1u32;
    let mut noise = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(seed >> 8) / f64::from(1u32 << 24) - 0.5
    };
    let hiss: Vec<f64> = (0..20_000).map(|_| noise()).collect();
    let sine = move |t: f64| (std::f64::consts::TAU * 1.7 * t).sin();
    let ends = [[0.07, 0.93], [0.93, 0.07], [0.2, 0.41]];
    for (name, tolerance, amount, duty) in
        [("sine", 1e-5, 0.0, false), ("noise", 2e-2, 0.1, false), ("pulses", 1e-3, 0.0, true)]
    {
        let hiss = hiss.clone();
        let mut driver = signal(20_000, |t| {
            let wave = if duty { f64::from((t * 1.7).fract() < 0.05) } else { sine(t) };
            wave + amount * hiss[(t * 1000.0).round() as usize]
        });
        for [a, b] in ends {
            driver.key(Key::Escape);
            press_at(&mut driver, [a, 0.5], Key::A);
            press_at(&mut driver, [b, 0.5], Key::B);
            let rows = copied(&mut driver).expect("both");
            let (frequency, period) = (cell(&rows, "frequency", 0), cell(&rows, "period", 0));
            assert!(close(frequency, 1.7, 1.7 * tolerance), "{name}: {frequency}");
            assert!(close(period * frequency, 1.0, 1e-9), "{name}: {period}");
        }
        // Less than a cycle says nothing.
        driver.key(Key::Escape);
        press_at(&mut driver, [0.5, 0.5], Key::A);
        press_at(&mut driver, [0.51, 0.5], Key::B);
        let rows = copied(&mut driver).expect("both");
        assert!(cell(&rows, "frequency", 0).is_nan() && cell(&rows, "period", 0).is_nan(), "{rows:?}");
    }
}

#[test]
fn a_cycle_does_not_reach_over_a_loss() {
    let mut state = uniform("signal", 0.0);
    let sine = |i: u64| (std::f64::consts::TAU * i as f64 / 500.0).sin() as f32;
    push(&mut state, 0, (0..5000).map(sine));
    // An odd part of a cycle is missing.
    push(&mut state, 5750, (5620..12_000).map(sine));
    let mut driver = Driver::new(store_of(state).0);
    driver.key(Key::F);
    press_at(&mut driver, [0.01, 0.5], Key::A);
    press_at(&mut driver, [0.99, 0.5], Key::B);
    let period = cell(&copied(&mut driver).expect("both"), "period", 0);
    assert!(close(period, 0.5, 1e-5), "{period}");
}

#[test]
fn on_a_snapshot_a_cursor_goes_to_the_peak() {
    let mut state = stream("spectrum", StreamKind::Snapshot, XMode::Xy);
    let mut frames = Frames::new();
    let words = (0..100u8).map(|i| Point { x: f32::from(i), y: -(f32::from(i) - 63.0).abs() }.to_bits());
    frames.push(&FrameData { words: words.collect(), ..FrameData::default() });
    state.data = Data::Frames(frames);
    let mut driver = Driver::new(store_of(state).0);
    driver.key(Key::PageUp);
    let rows = copied(&mut driver).expect("A");
    assert!(close(cell(&rows, "x A", 0), 63.0, 1e-9) && close(cell(&rows, "y A", 0), 0.0, 1e-9), "{rows:?}");
}

/// Thirty streams of one panel, which begin alike and end differently.
fn thirty() -> Driver {
    let store = Store::new(1 << 30);
    for i in 0..30u8 {
        let mut state = uniform(&format!("test rig/winding temperature {i:02}"), 0.0);
        push(&mut state, 0, (0..20_000u16).map(|t| f32::from(i) + (f32::from(t) / 1000.0).sin()));
        store.add(state);
    }
    let mut driver = Driver::new(store);
    press_at(&mut driver, [0.2, 0.5], Key::A);
    press_at(&mut driver, [0.8, 0.5], Key::B);
    driver.frame(vec![]);
    driver
}

/// The headings of the table that are shown: what lies on one line with "1–12 of 30".
fn headings(driver: &mut Driver) -> (String, Vec<String>) {
    let texts = driver.placed_texts();
    let (range, line) = texts.iter().find(|(text, _)| text.contains("of 30")).expect("which columns").clone();
    let on_line = |rect: &Rect| (rect.center().y - line.center().y).abs() < 3.0 && rect.left() > line.right();
    let mut found: Vec<_> = texts.into_iter().filter(|(_, rect)| on_line(rect)).collect();
    found.sort_by(|a, b| a.1.left().total_cmp(&b.1.left()));
    (range, found.into_iter().map(|(text, _)| text).collect())
}

#[test]
fn thirty_streams_read_differently_and_the_wheel_over_the_table_shows_all() {
    let mut driver = thirty();
    let (range, first) = headings(&mut driver);
    assert!(range.starts_with("1–"), "{range}");
    let (table, area) = (driver.place_of(&range).expect("the table"), driver.area());
    let last = driver.place_of(first.last().expect("a heading")).expect("its place");
    assert!(last.x - table.x < 0.6 * area.width(), "the table covers the plot");
    assert!(
        first.len() >= 3 && first.iter().all(|label| first.iter().filter(|l| *l == label).count() == 1),
        "{first:?}"
    );
    assert!(first[0].ends_with("00") && first[1].ends_with("01"), "{first:?}");
    let over = driver.place_of(&range).expect("the table");
    let view = driver.app.plot_bounds();
    driver.wheel(over, -2.0);
    let (range, next) = headings(&mut driver);
    assert!(range.starts_with("3–") && next[0].ends_with("02"), "{range} {next:?}");
    driver.wheel(over, -100.0);
    let (range, last) = headings(&mut driver);
    assert!(
        range.ends_with("30 of 30") && last.last().is_some_and(|label| label.ends_with("29")),
        "{range} {last:?}"
    );
    assert_eq!(driver.app.plot_bounds(), view, "the plot was zoomed");
    driver.wheel(over, 100.0);
    assert!(headings(&mut driver).0.starts_with("1–"));
}
