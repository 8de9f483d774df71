//! The ingest thread on real streams: everything that is selected is drained, fairly, and counted to the point.
#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "a test fails by panicking and compares exactly")]

#[path = "common/streams.rs"]
mod streams;

use std::time::{Duration, Instant};

use ringplot::stream::Style;
use ringplot::viewer::{Data, Ingest, RunCounts, Selection, Store};
use ringplot::{Liveness, Point, Producer};
use streams::{t, y};

fn named(name: &str) -> Selection {
    Selection::Names(vec![name.to_owned()])
}

#[track_caller]
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_mins(1);
    while !is_so() {
        assert!(Instant::now() < end, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn received(store: &Store, index: usize) -> u64 {
    store.streams().get(index).map_or(0, |stream| stream.lock().unwrap().counts.received)
}

fn exact(runs: &[RunCounts]) {
    for run in runs {
        let counts = run.counts;
        assert_eq!(counts.received + counts.lost, counts.written - counts.start, "{run:?}");
    }
}

#[test]
fn everything_pushed_before_the_stop_is_kept() {
    streams::registry();
    let mut producer = Producer::builder("ingest/kept").capacity(1 << 18).timed().unwrap();
    let store = Store::new(1 << 28);
    let ingest = Ingest::start(store.clone(), named("ingest/kept"));
    assert!(producer.wait_for_plotter(Duration::from_secs(30)));
    (0..200_000).for_each(|p| producer.push(t(p), y(p)));
    let runs = ingest.stop();
    exact(&runs);
    assert_eq!((runs[0].counts.received, runs[0].counts.lost), (200_000, 0));
    let stream = store.streams()[0].clone();
    let state = stream.lock().unwrap();
    let Data::Trace(trace) = &state.data else { panic!("no trace") };
    assert_eq!(trace.point(123_456).unwrap().1, y(123_456));
}

#[test]
fn a_restarted_producer_takes_its_place_and_both_runs_are_counted_once() {
    streams::registry();
    let store = Store::new(1 << 28);
    let ingest = Ingest::start(store.clone(), named("ingest/again"));
    for run in 0..2 {
        let mut producer = Producer::builder("ingest/again").capacity(1 << 12).timed().unwrap();
        assert!(producer.wait_for_plotter(Duration::from_secs(30)), "run {run}");
        (0..1000).for_each(|p| producer.push(t(p), y(p)));
        wait_until("the run's points", || received(&store, 0) == 1000);
        producer.close();
        wait_until("the end", || store.streams()[0].lock().unwrap().liveness == Liveness::Closed);
    }
    assert_eq!(store.streams().len(), 1, "the second run has a place of its own");
    let runs = ingest.stop();
    exact(&runs);
    assert_eq!(runs.len(), 2);
    assert_ne!(runs[0].run, runs[1].run);
    assert!(runs.iter().all(|run| run.counts.received == 1000));
}

#[test]
fn a_clear_forgets_what_came_before_and_changes_no_count() {
    streams::registry();
    let mut producer = Producer::builder("ingest/clear").capacity(1 << 12).xy().unwrap();
    let store = Store::new(1 << 28);
    let ingest = Ingest::start(store.clone(), named("ingest/clear"));
    assert!(producer.wait_for_plotter(Duration::from_secs(30)));
    for _ in 0..50 {
        producer.push_slice(&[Point::new(1.0, 1.0); 20]);
        producer.clear();
        std::thread::sleep(Duration::from_micros(300));
    }
    producer.push_point(Point::new(2.0, 2.0));
    let runs = ingest.stop();
    exact(&runs);
    assert_eq!(runs[0].counts.received, 1001);
    let stream = store.streams()[0].clone();
    let state = stream.lock().unwrap();
    let Data::Trace(trace) = &state.data else { panic!("no trace") };
    assert_eq!(trace.start(), 1000, "points from before the clear are still there");
}

#[test]
fn memory_stays_within_the_budget() {
    streams::registry();
    let budget = 4 << 20;
    let mut producer = Producer::builder("ingest/budget").capacity(1 << 18).uniform(0.0, 1e6).unwrap();
    let store = Store::new(budget);
    let ingest = Ingest::start(store.clone(), named("ingest/budget"));
    assert!(producer.wait_for_plotter(Duration::from_secs(30)));
    for round in 1..=20 {
        producer.push_values(&vec![0.5; 200_000]);
        wait_until("the points", || received(&store, 0) == round * 200_000);
    }
    let (used, told) = store.memory();
    assert_eq!(told, budget);
    assert!(used > budget / 2 && used < budget + budget / 10, "{used} of {budget}");
    exact(&ingest.stop());
}

fn numbers(store: &Store) -> Vec<u64> {
    let stream = store.streams()[0].clone();
    let state = stream.lock().unwrap();
    let Data::Frames(frames) = &state.data else { panic!("no frames") };
    frames.range(0..frames.len()).map(|curve| curve.number).collect()
}

#[test]
fn every_curve_that_can_be_read_is_kept_for_a_waterfall_and_only_the_newest_for_a_line() {
    streams::registry();
    for (name, style, held) in [
        ("ingest/line", Style::Line, 1),
        ("ingest/fading", Style::Fading, 17),
        ("ingest/waterfall", Style::Waterfall, 600),
    ] {
        let mut producer = Producer::builder(name).capacity(1 << 17).style(style).snapshot(100).unwrap();
        let store = Store::new(1 << 28);
        let ingest = Ingest::start(store.clone(), named(name));
        assert!(producer.wait_for_plotter(Duration::from_secs(30)));
        (0..600).for_each(|i| producer.update(t(i), &[Point::new(0.0, y(i)); 100]));
        let runs = ingest.stop();
        exact(&runs);
        let held_numbers = numbers(&store);
        assert_eq!(held_numbers, (600 - held..600).collect::<Vec<u64>>(), "{name}");
        if style == Style::Waterfall {
            assert_eq!((runs[0].counts.received, runs[0].counts.lost), (600, 0));
        }
    }
}

#[test]
fn a_clear_forgets_the_curves_before_it_and_no_later_one() {
    streams::registry();
    let builder = Producer::builder("ingest/cleared").capacity(1 << 14).style(Style::Waterfall);
    let mut producer = builder.snapshot(100).unwrap();
    let store = Store::new(1 << 28);
    let ingest = Ingest::start(store.clone(), named("ingest/cleared"));
    assert!(producer.wait_for_plotter(Duration::from_secs(30)));
    let mut number = 0;
    for round in 0..50 {
        for _ in 0..3 {
            producer.update(t(number), &[Point::new(0.0, y(number)); 100]);
            number += 1;
        }
        producer.clear();
        producer.update(t(number), &[Point::new(0.0, y(number)); 100]);
        number += 1;
        if round % 5 == 0 {
            wait_until("the curve after a clear", || numbers(&store) == [number - 1]);
        }
    }
    let runs = ingest.stop();
    assert_eq!(numbers(&store), [number - 1]);
    exact(&runs);
    assert_eq!(runs[0].counts.written, number);
}
