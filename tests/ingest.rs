//! The ingest thread on real streams: everything that is selected is drained, fairly, and counted to the point.
#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "a test fails by panicking and compares exactly")]

#[path = "common/streams.rs"]
mod streams;

use std::ops::Range;
use std::time::{Duration, Instant};

use ringplot::history::Event;
use ringplot::store::{Data, Ingest, RunCounts, Selection, Store};
use ringplot::stream::Style;
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
        assert_eq!(counts.received + counts.lost, counts.position - counts.start, "{run:?}");
    }
}

#[test]
fn everything_pushed_before_the_stop_is_kept() {
    streams::registry();
    let mut producer = Producer::builder("ingest/kept").capacity(1 << 18).timed().unwrap();
    let store = Store::new(1 << 28);
    let ingest = Ingest::start(store.clone(), named("ingest/kept")).unwrap();
    assert!(producer.wait_for_viewer(Duration::from_secs(30)));
    (0..200_000).for_each(|p| producer.push(t(p), y(p)));
    let runs = ingest.stop();
    exact(&runs);
    assert_eq!((runs[0].counts.received, runs[0].counts.lost), (200_000, 0));
    let stream = store.streams()[0].clone();
    let state = stream.lock().unwrap();
    let Data::Trace(trace) = &state.data else { panic!("no trace") };
    assert_eq!(trace.point(123_456).unwrap().1, f64::from(y(123_456)));
}

#[test]
fn a_restarted_producer_takes_its_place_and_both_runs_are_counted_once() {
    streams::registry();
    let store = Store::new(1 << 28);
    let ingest = Ingest::start(store.clone(), named("ingest/again")).unwrap();
    for run in 0..2 {
        let mut producer = Producer::builder("ingest/again").capacity(1 << 12).timed().unwrap();
        assert!(producer.wait_for_viewer(Duration::from_secs(30)), "run {run}");
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
    let ingest = Ingest::start(store.clone(), named("ingest/clear")).unwrap();
    assert!(producer.wait_for_viewer(Duration::from_secs(30)));
    for _ in 0..50 {
        producer.push_slice(&[Point::new(1.0, 1.0); 20]);
        producer.clear();
        std::thread::sleep(Duration::from_micros(300));
    }
    producer.push(Point::new(2.0, 2.0));
    let runs = ingest.stop();
    exact(&runs);
    assert_eq!(runs[0].counts.received, 1001);
    let stream = store.streams()[0].clone();
    let state = stream.lock().unwrap();
    let Data::Trace(trace) = &state.data else { panic!("no trace") };
    assert_eq!(trace.start(), 1000, "points from before the clear are still there");
}

/// A stream, and how to push the positions of a range.
struct Fed {
    name: String,
    push: Box<dyn FnMut(Range<u64>)>,
    pushed: u64,
}

impl Fed {
    /// A uniform, a timed or an xy stream.
    fn new(name: String, kind: usize) -> Self {
        let builder = Producer::builder(&name).capacity(1 << 18);
        let push: Box<dyn FnMut(Range<u64>)> = match kind % 3 {
            0 => {
                let mut producer = builder.uniform(0.0, 1e6).unwrap();
                Box::new(move |range| producer.push_slice(&range.map(y).collect::<Vec<_>>()))
            }
            1 => {
                let mut producer = builder.timed().unwrap();
                Box::new(move |range| range.for_each(|p| producer.push(t(p), y(p))))
            }
            _ => {
                let mut producer = builder.xy().unwrap();
                Box::new(move |range| range.for_each(|p| producer.push(Point::new(p as f32, y(p)))))
            }
        };
        Self { name, push, pushed: 0 }
    }

    /// Pushes, a part of the ring at a time, and waits until all of it was taken.
    fn feed(&mut self, store: &Store, points: u64) {
        const STEP: u64 = 100_000;
        let end = self.pushed + points;
        while self.pushed < end {
            let to = end.min(self.pushed + STEP);
            (self.push)(self.pushed..to);
            self.pushed = to;
            wait_until("the points", || counted(store, &self.name).0 == to);
        }
    }

    /// Whether the history has every point that was pushed.
    fn is_whole(&self, store: &Store) -> bool {
        counted(store, &self.name).1 == self.pushed
    }
}

/// Points received and points held of a stream, none where it is not there yet.
fn counted(store: &Store, name: &str) -> (u64, u64) {
    for stream in store.streams() {
        let state = stream.lock().unwrap();
        if state.info.meta.name == name {
            let Data::Trace(trace) = &state.data else { panic!("no trace") };
            return (state.counts.received, trace.end() - trace.start());
        }
    }
    (0, 0)
}

#[test]
fn the_budget_is_filled_and_not_exceeded_however_many_streams_share_it() {
    streams::registry();
    let budget = 32 << 20;
    let most = budget + budget / 20;
    for count in [1, 3, 20] {
        let root = format!("ingest/budget{count}");
        let store = Store::new(budget);
        let ingest = Ingest::start(store.clone(), named(&root)).unwrap();
        let mut fed: Vec<_> = (0..count).map(|n| Fed::new(format!("{root}/s{n}"), n)).collect();
        let mut is_full = false;
        // Unequal rates; where there are others, the last one is slow.
        for round in 0..12 {
            for (n, fed) in fed.iter_mut().enumerate() {
                let is_slow = n + 1 == count && count > 1;
                let fast = 12_000_000 / 12 / count as u64 * (1 + n as u64 % 3) / 2;
                fed.feed(&store, if is_slow { 500 } else { fast * if count == 1 { 2 } else { 1 } });
                let (used, _) = store.memory();
                assert!(used <= most, "{used} of {budget} with {count} in round {round}");
                is_full |= used > budget - budget / 20;
                assert!(is_full || fed.is_whole(&store), "forgot with {used} of {budget} used");
            }
        }
        let (used, _) = store.memory();
        assert!(is_full && used > budget - budget / 20, "{used} of {budget} with {count}");
        assert!(count == 1 || fed[count - 1].is_whole(&store), "the slow stream paid for the fast ones");
        // What the window keeps comes out of the same budget, and who comes late has a part of it.
        store.set_memory_of_pictures(budget / 4);
        wait_until("room for the pictures", || store.memory().0 <= most);
        let mut late = Fed::new(format!("{root}/late"), 0);
        late.feed(&store, 200_000);
        assert!(late.is_whole(&store));
        let (used, told) = store.memory();
        assert_eq!(told, budget);
        assert!(used.abs_diff(budget) <= budget / 20, "{used} of {budget} with {count} and one more");
        exact(&ingest.stop());
    }
}

#[test]
fn a_replaced_run_gives_its_memory_back() {
    streams::registry();
    let name = "ingest/replaced";
    let store = Store::new(64 << 20);
    let ingest = Ingest::start(store.clone(), named(name)).unwrap();
    for _ in 0..2 {
        let mut run = Fed::new(name.to_owned(), 0);
        wait_until("the run", || counted(&store, name).0 == 0);
        run.feed(&store, 1_000_000);
        drop(run);
        wait_until("the end", || store.streams()[0].lock().unwrap().liveness == Liveness::Closed);
    }
    wait_until("the memory of the first run", || store.memory().0 < 5_000_000);
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
        let ingest = Ingest::start(store.clone(), named(name)).unwrap();
        assert!(producer.wait_for_viewer(Duration::from_secs(30)));
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
    let ingest = Ingest::start(store.clone(), named("ingest/cleared")).unwrap();
    assert!(producer.wait_for_viewer(Duration::from_secs(30)));
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
    assert_eq!(runs[0].counts.position, number);
}

#[test]
fn events_are_kept_as_texts_at_their_times_until_they_are_cleared() {
    streams::registry();
    let mut producer = Producer::builder("ingest/events").capacity(1 << 12).events().unwrap();
    let store = Store::new(1 << 28);
    let ingest = Ingest::start(store.clone(), named("ingest/events")).unwrap();
    assert!(producer.wait_for_viewer(Duration::from_secs(30)));
    let held = |store: &Store| {
        let stream = store.streams()[0].clone();
        let state = stream.lock().unwrap();
        let Data::Events(events) = &state.data else { panic!("no events") };
        let of = |event: &Event| (event.number, event.t, event.text.to_string());
        events.iter().map(of).collect::<Vec<_>>()
    };
    producer.emit(0.5, "gone");
    wait_until("the first event", || held(&store).len() == 1);
    producer.clear();
    producer.emit(2.0, "valve\nopen");
    producer.emit(1.0, "späte Größe");
    let runs = ingest.stop();
    exact(&runs);
    assert_eq!((runs[0].counts.received, runs[0].counts.lost), (3, 0));
    assert_eq!(held(&store), [(1, 2.0, "valve open".to_owned()), (2, 1.0, "späte Größe".to_owned())]);
}
