//! Streams whose times step back, on the whole app, without a window and without a GPU.

mod common;

use common::driver::Driver;
use common::store::{store_of, stream};
use egui::{Event, vec2};
use ringplot::chart::Options;
use ringplot::ring::{Batch, Point, XMode};
use ringplot::store::{Data, SharedStream, Store, StreamState};
use ringplot::viewer::App;
use ringplot::{Liveness, StreamKind};

/// Appends points with their times to a timed stream.
fn push_times(state: &mut StreamState, points: impl Iterator<Item = (f64, f32)>) {
    let Data::Trace(trace) = &mut state.data else { panic!("not a trace") };
    let mut batch = Batch::with_limit(1);
    batch.x_mode = XMode::Timed;
    batch.first = trace.end();
    for (position, (t, y)) in (batch.first..).zip(points) {
        if position % 256 == 0 || batch.epochs.is_empty() {
            batch.epochs.push(0.0);
        }
        batch.points.push(Point::new(t as f32, y));
    }
    trace.append(&batch);
    state.counts.received += batch.points.len() as u64;
    state.counts.position = batch.end();
}

/// 1 kHz, and the last sample of each second 1.5 ms early.
fn late(positions: std::ops::Range<u64>) -> impl Iterator<Item = (f64, f32)> {
    positions.map(|i| (i as f64 * 1e-3 - if i % 1000 == 999 { 1.5e-3 } else { 0.0 }, i as f32))
}

fn app(store: Store, span: f64) -> Driver {
    let mut driver = Driver::new(store.clone());
    driver.app = App::new(store, Options { x_span_secs: Some(span), ..Options::default() });
    driver.frame(vec![]);
    driver.frame(vec![]);
    driver
}

/// Sweeps of a millisecond to a sample.
fn sweep(samples: u32, y: f32) -> impl Iterator<Item = (f64, f32)> {
    (0..samples).map(move |i| (f64::from(i) * 1e-3, y))
}

fn says(driver: &mut Driver, what: &str) -> bool {
    driver.texts().iter().any(|text| text == what)
}

/// A stream of 80 s with a late sample each second.
fn late_stream() -> (Store, SharedStream) {
    let mut state = stream("late", StreamKind::Timed, XMode::Timed);
    push_times(&mut state, late(0..80_000));
    store_of(state)
}

#[test]
fn late_samples_leave_a_stream_a_plot_over_time() {
    let (store, shared) = late_stream();
    let mut driver = app(store, 1.0);
    for text in ["following", "time went back 80 times"] {
        let texts = driver.texts();
        assert!(texts.iter().any(|found| found == text), "no {text:?} among {texts:?}");
    }
    // The newest value, at the right edge.
    assert!(driver.texts().iter().any(|text| text.contains("79") && text.contains("kV")));
    let right = driver.x()[1];
    assert!((right - 79.999).abs() < 0.01, "{right}");
    push_times(&mut shared.lock().unwrap(), late(80_000..80_500));
    driver.frame(vec![]);
    driver.frame(vec![]);
    assert!((driver.x()[1] - right - 0.5).abs() < 0.01, "it follows: {:?}", driver.x());
    assert!(says(&mut driver, "time went back 80 times"));
    let area = driver.area();
    driver.frame(vec![Event::PointerMoved(area.lerp_inside(vec2(0.5, 0.5)))]);
    let kilovolts =
        |text: &String| text.strip_suffix(" kV").and_then(|value| value.trim().parse::<f64>().ok());
    let texts = driver.texts();
    let has = |y: f64| texts.iter().filter_map(kilovolts).any(|value| (value - y).abs() < 0.01);
    assert!(has(80.0), "no value under the pointer among {texts:?}");
}

#[test]
fn the_last_second_of_a_stream_with_late_samples_is_exported_and_no_more() {
    let (store, shared) = late_stream();
    shared.lock().unwrap().liveness = Liveness::Finished;
    let mut app = App::new(store, Options { x_range: Some([70.0, 71.0]), ..Options::default() });
    let mut out = Vec::new();
    app.write_csv(&mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    let rows: Vec<(u64, f64)> = text
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            (cells[0].parse().unwrap(), cells[1].parse().unwrap())
        })
        .collect();
    assert!((998..=1004).contains(&rows.len()), "{} rows", rows.len());
    assert!(rows.iter().all(|(_, t)| (69.99..71.01).contains(t)), "{rows:?}");
    // Of late samples those that lie there, in the order in which they came.
    assert!(rows.iter().any(|(position, _)| *position == 70_999), "the late one");
    assert!(rows.is_sorted_by_key(|(position, _)| *position));
}

#[test]
fn the_badge_counts_sweeps() {
    let mut state = stream("sweeps", StreamKind::Timed, XMode::Timed);
    for number in 0..3_u16 {
        push_times(&mut state, sweep(3000, f32::from(number)));
    }
    let mut driver = app(store_of(state).0, 3.0);
    assert!(says(&mut driver, "time went back 2 times"), "{:?}", driver.texts());
}

#[test]
fn a_late_sample_does_not_move_the_right_edge() {
    let (store, shared) = late_stream();
    // A pixel is less than the 1.5 ms by which a sample is late.
    let mut driver = app(store, 0.05);
    let mut right = driver.x()[1];
    for position in 80_000..81_010 {
        push_times(&mut shared.lock().unwrap(), late(position..position + 1));
        if position >= 80_990 {
            driver.frame(vec![]);
            assert!(driver.x()[1] >= right, "at {position} it goes back from {right} to {}", driver.x()[1]);
            right = driver.x()[1];
        }
    }
    assert!((right - 81.009).abs() < 1e-3, "{right}");
}

#[test]
fn a_short_sweep_begins_in_the_picture_of_the_one_before_and_a_long_one_anew() {
    for (samples, expected) in [(3000, 3.0), (30_000, 0.1)] {
        let mut state = stream("sweeps", StreamKind::Timed, XMode::Timed);
        push_times(&mut state, sweep(samples, 1.0));
        let (store, shared) = store_of(state);
        let mut driver = app(store, 10.0);
        push_times(&mut shared.lock().unwrap(), sweep(100, 2.0));
        driver.frame(vec![]);
        driver.frame(vec![]);
        let [left, right] = driver.x();
        assert!(
            (-1.0..0.01).contains(&left) && (right - expected).abs() < 0.01,
            "{samples}: {:?}",
            driver.x()
        );
    }
}
