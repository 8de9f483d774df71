//! How y goes along with the data, and the way back through the views, on the whole app without a window.
#![expect(clippy::float_cmp, reason = "a view that comes back does so exactly")]

mod common;

use common::driver::{Driver, live};
use common::store::{push, push_points, store_of, stream, uniform};
use egui::{Event, Key, Modifiers, PointerButton, vec2};
use ringplot::StreamKind;
use ringplot::ring::{Point, XMode};
use ringplot::store::{SharedStream, Store};

fn back(driver: &mut Driver) {
    driver.key(Key::Backspace);
}

fn forward(driver: &mut Driver) {
    driver.key_with(Key::Backspace, Modifiers::SHIFT);
}

/// Lets enough time go by for the next notch to begin another burst.
fn rest(driver: &mut Driver) {
    for _ in 0..10 {
        driver.frame(vec![]);
    }
}

fn says(driver: &mut Driver, what: &str) -> bool {
    driver.texts().iter().any(|text| text == what)
}

fn views(driver: &Driver) -> [[f64; 2]; 2] {
    [driver.x(), driver.y()]
}

#[test]
fn each_gesture_is_one_step_back_and_forward() {
    let (mut driver, _shared) = live();
    let at = driver.area().center();
    let area = driver.area();
    let mut seen = vec![views(&driver)];
    // A drag, a box, a log toggle, a fit.
    driver.drag(at, at + vec2(120.0, 30.0), PointerButton::Primary);
    seen.push(views(&driver));
    driver.drag(area.lerp_inside(vec2(0.3, 0.3)), area.lerp_inside(vec2(0.7, 0.6)), PointerButton::Secondary);
    seen.push(views(&driver));
    driver.key_with(Key::L, Modifiers::SHIFT);
    seen.push(views(&driver));
    driver.key(Key::F);
    seen.push(views(&driver));
    for (i, pair) in seen.windows(2).enumerate() {
        assert_ne!(pair[0], pair[1], "step {i} changed nothing");
    }
    for expected in seen[..seen.len() - 1].iter().rev() {
        back(&mut driver);
        assert_eq!(views(&driver), *expected);
    }
    back(&mut driver);
    assert_eq!(views(&driver), seen[0], "there is nothing before the first");
    for expected in &seen[1..] {
        forward(&mut driver);
        assert_eq!(views(&driver), *expected);
    }
}

#[test]
fn a_burst_of_the_wheel_is_one_step() {
    let (mut driver, _shared) = live();
    let at = driver.area().center();
    let first = driver.x();
    for _ in 0..3 {
        driver.wheel(at, 2.0);
    }
    let second = driver.x();
    rest(&mut driver);
    for _ in 0..3 {
        driver.wheel(at, 1.0);
    }
    back(&mut driver);
    assert_eq!(driver.x(), second);
    back(&mut driver);
    assert_eq!(driver.x(), first);
}

#[test]
fn back_from_live_is_the_view_that_was_held() {
    let (mut driver, shared) = live();
    let at = driver.area().center();
    driver.wheel(at, 5.0);
    let held = driver.x();
    driver.key(Key::L);
    let mut state = shared.lock().unwrap();
    push(&mut state, 20_000, (0..5000u16).map(|_| 0.0));
    drop(state);
    driver.frame(vec![]);
    let live = driver.x();
    assert!(live[1] > 24.9);
    back(&mut driver);
    assert_eq!(driver.x(), held);
    forward(&mut driver);
    assert_eq!(driver.x(), live);
    assert!(says(&mut driver, "following"));
}

#[test]
fn in_box_mode_left_draws_the_box_and_right_moves() {
    let (mut driver, _shared) = live();
    assert!(!says(&mut driver, "box"));
    driver.key(Key::B);
    assert!(says(&mut driver, "box"));
    let (x, y, area) = (driver.x(), driver.y(), driver.area());
    driver.drag(
        area.lerp_inside(vec2(0.25, 0.25)),
        area.lerp_inside(vec2(0.75, 0.5)),
        PointerButton::Primary,
    );
    let near = |a: f64, b: f64, whole: [f64; 2]| (a - b).abs() < (whole[1] - whole[0]) * 0.005;
    let at = |range: [f64; 2], share: f64| range[0] + (range[1] - range[0]) * share;
    assert!(near(driver.x()[0], at(x, 0.25), x) && near(driver.x()[1], at(x, 0.75), x));
    assert!(near(driver.y()[0], at(y, 0.5), y) && near(driver.y()[1], at(y, 0.75), y));
    let (x, span) = (driver.x(), driver.x()[1] - driver.x()[0]);
    driver.drag(area.center(), area.center() + vec2(100.0, 0.0), PointerButton::Secondary);
    let moved = span * 100.0 / f64::from(area.width());
    assert!(near(driver.x()[0], x[0] - moved, x), "{x:?} {:?}", driver.x());
}

#[test]
fn a_drag_ends_quietly_when_what_it_grabbed_is_gone() {
    for alone in [true, false] {
        let store = Store::new(1 << 30);
        let mut state = uniform("gone", 0.0);
        push(&mut state, 0, (0..20_000u16).map(|_| 1.0));
        let gone = store.add(state);
        if !alone {
            let mut state = uniform("stays", 0.0);
            push(&mut state, 0, (0..20_000u16).map(|_| 2.0));
            store.add(state);
        }
        let mut driver = Driver::new(store.clone());
        let at = driver.area().center();
        driver.frame(vec![Event::PointerMoved(at)]);
        driver.frame(vec![Driver::button(at, PointerButton::Secondary, true)]);
        driver.frame(vec![Event::PointerMoved(at + vec2(50.0, 50.0))]);
        store.remove(&gone);
        driver.frame(vec![Event::PointerMoved(at + vec2(150.0, 90.0))]);
        let x = (!alone).then(|| driver.x());
        driver.frame(vec![Driver::button(at + vec2(150.0, 90.0), PointerButton::Secondary, false)]);
        driver.frame(vec![]);
        if let Some(x) = x {
            assert_eq!(driver.x(), x, "the box was zoomed to all the same");
        }
    }
}

/// Gaussian enough, the same each time.
fn noise(i: u64) -> f32 {
    let bits = |k: u64| {
        let mut v = (i * 7 + k).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        v ^= v >> 31;
        v = v.wrapping_mul(0xD6E8_FEB8_6659_FD93);
        ((v >> 40) as f32) / (1u64 << 24) as f32 - 0.5
    };
    (0..6).map(bits).sum::<f32>()
}

/// A live stream of noise and a driver whose y scales in the way after so many presses.
fn scaling(presses: usize, wave: impl Fn(u64) -> f32) -> (Driver, SharedStream) {
    let mut state = uniform("noise", 0.0);
    push(&mut state, 0, (0..20_000).map(wave));
    let (store, shared) = store_of(state);
    let mut driver = Driver::new(store);
    for _ in 0..presses {
        driver.key_with(Key::Y, Modifiers::SHIFT);
    }
    driver.frame(vec![]);
    (driver, shared)
}

fn stream_on(driver: &mut Driver, shared: &SharedStream, count: u64, wave: impl Fn(u64) -> f32) {
    let mut state = shared.lock().expect("no thread panicked");
    let first = state.counts.position;
    push(&mut state, first, (first..first + count).map(wave));
    drop(state);
    driver.frame(vec![]);
}

#[test]
fn every_way_rescales_at_most_once_a_second_on_stationary_noise() {
    for presses in 0..5 {
        let (mut driver, shared) = scaling(presses, noise);
        let mut changes: Vec<u32> = Vec::new();
        for frame in 0..300 {
            let y = driver.y();
            stream_on(&mut driver, &shared, 100, noise);
            if driver.y() != y {
                changes.push(frame);
            }
        }
        // Ten frames a second.
        assert!(changes.windows(2).all(|pair| pair[1] - pair[0] >= 10), "{presses}: {changes:?}");
        assert!(changes.len() < 10, "{presses}: {changes:?}");
    }
}

#[test]
fn shift_y_steps_through_the_ways_and_a_badge_names_all_but_the_first() {
    let (mut driver, _shared) = scaling(0, noise);
    let badges = ["y expands only", "y without spikes", "y around mean", "y fixed"];
    for badge in badges {
        driver.key_with(Key::Y, Modifiers::SHIFT);
        for other in badges {
            assert_eq!(says(&mut driver, other), other == badge, "{other} in {badge}");
        }
    }
    driver.key_with(Key::Y, Modifiers::SHIFT);
    assert!(!badges.iter().any(|badge| says(&mut driver, badge)));
}

#[test]
fn expand_only_never_shrinks() {
    let (mut driver, shared) = scaling(1, noise);
    stream_on(&mut driver, &shared, 100, |_| 50.0);
    let y = driver.y();
    assert!(y[1] > 50.0);
    for _ in 0..30 {
        stream_on(&mut driver, &shared, 1000, noise);
    }
    driver.wheel(driver.area().center(), 8.0);
    assert_eq!(driver.y(), y);
    driver.key(Key::Y);
    assert!(driver.y()[1] < 5.0, "a fit fits in this way as well: {:?}", driver.y());
}

#[test]
fn spikes_stick_out_where_they_are_to_be_ignored() {
    let spiky = |i: u64| if i % 4000 == 3999 { 1000.0 } else { noise(i) };
    let (driver, _shared) = scaling(0, spiky);
    assert!(driver.y()[1] > 1000.0);
    let (mut driver, shared) = scaling(2, spiky);
    for _ in 0..50 {
        stream_on(&mut driver, &shared, 500, spiky);
        let [y0, y1] = driver.y();
        assert!(y0 < -1.0 && y1 > 1.0 && y1 < 4.0 && y0 > -4.0, "{:?}", driver.y());
    }
    // And with few points, drawn one by one.
    let mut state = uniform("few", 0.0);
    push(&mut state, 0, (0..100u64).map(|i| if i == 50 { 1000.0 } else { noise(i) }));
    let mut driver = Driver::new(store_of(state).0);
    driver.key_with(Key::Y, Modifiers::SHIFT);
    driver.key_with(Key::Y, Modifiers::SHIFT);
    driver.frame(vec![]);
    assert!(driver.y()[1] < 4.0, "{:?}", driver.y());
}

#[test]
fn the_mean_stays_in_the_middle() {
    let skewed = |i: u64| if i.is_multiple_of(10) { 10.0 } else { 0.1 * noise(i) };
    let (mut driver, shared) = scaling(3, skewed);
    for lift in [0.0f32, 100.0] {
        for _ in 0..40 {
            stream_on(&mut driver, &shared, 500, |i| skewed(i) + lift);
        }
        let [y0, y1] = driver.y();
        let middle = f64::midpoint(y0, y1) - f64::from(lift);
        assert!((middle - 1.0).abs() < (y1 - y0) * 0.11, "{middle} of {y0}..{y1}");
        assert!(y1 >= f64::from(lift) + 10.0);
    }
}

#[test]
fn fixed_stays_and_fits_once_when_asked() {
    let (mut driver, shared) = scaling(4, noise);
    let y = driver.y();
    for _ in 0..30 {
        stream_on(&mut driver, &shared, 500, |_| 70.0);
        assert_eq!(driver.y(), y);
    }
    driver.key(Key::Y);
    assert!(driver.y()[1] > 70.0);
    let y = driver.y();
    stream_on(&mut driver, &shared, 500, |_| 700.0);
    assert_eq!(driver.y(), y);
}

#[test]
fn moving_one_axis_by_hand_stops_that_one_alone() {
    for presses in 0..4 {
        let (mut driver, shared) = scaling(presses, noise);
        let strip = driver.area().left_center() - vec2(20.0, 0.0);
        driver.wheel(strip, 2.0);
        let (x, y) = (driver.x(), driver.y());
        stream_on(&mut driver, &shared, 1000, |_| 70.0);
        assert_eq!(driver.y(), y, "{presses}");
        assert!(driver.x()[1] > x[1] + 0.9, "{presses}: x stopped as well");
        driver.key(Key::Y);
        driver.frame(vec![]);
        driver.wheel(driver.area().center(), 5.0);
        let (x, y) = (driver.x(), driver.y());
        stream_on(&mut driver, &shared, 1000, noise);
        driver.frame(vec![]);
        assert_eq!(driver.x(), x, "{presses}");
        assert!(y[1] - y[0] > 0.0);
    }
}

#[test]
fn odd_data_and_curves_in_the_plane_scale_in_every_way() {
    let odd: [&[f32]; 6] = [
        &[5.0; 100],
        &[1.0],
        &[f32::NAN; 50],
        &[f32::MAX, f32::MIN, 0.0, f32::NAN, 1e-38],
        &[f32::INFINITY, 1.0, f32::NEG_INFINITY],
        &[],
    ];
    for ys in odd {
        for presses in 0..5 {
            for kind in [StreamKind::Uniform, StreamKind::Xy] {
                let x_mode =
                    if kind == StreamKind::Xy { XMode::Xy } else { XMode::Uniform { t0: 0.0, rate: 1000.0 } };
                let mut state = stream("odd", kind, x_mode);
                let points = ys.iter().enumerate().map(|(i, y)| Point { x: (i % 5) as f32, y: *y });
                push_points(&mut state, 0, points);
                let mut driver = Driver::new(store_of(state).0);
                for _ in 0..presses {
                    driver.key_with(Key::Y, Modifiers::SHIFT);
                }
                for log in [false, true] {
                    if log {
                        driver.key_with(Key::L, Modifiers::SHIFT);
                    }
                    driver.frame(vec![]);
                    for [lo, hi] in driver.app.plot_bounds()[0] {
                        assert!(lo < hi && lo.is_finite() && hi.is_finite(), "{ys:?} {presses}: {lo} {hi}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_right_click_on_the_y_strip_offers_the_ways() {
    let (mut driver, _shared) = live();
    let strip = driver.area().left_center() - vec2(20.0, 0.0);
    driver.frame(vec![Event::PointerMoved(strip)]);
    driver.frame(vec![Driver::button(strip, PointerButton::Secondary, true)]);
    driver.frame(vec![Driver::button(strip, PointerButton::Secondary, false)]);
    driver.frame(vec![]);
    for title in ["Fit visible", "Expand only", "Ignore spikes", "Mean in the middle", "Fixed"] {
        assert!(says(&mut driver, title), "no {title}");
    }
}
