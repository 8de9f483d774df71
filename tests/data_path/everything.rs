//! A producer of every kind, every call of its data path, and what is to be read of it.

use ringplot::stream::{Events, Snapshot, Timed, Uniform, Xy};
use ringplot::{Batch, Consumer, Point, Producer, StartAt};

use super::streams::{t, y};

pub(super) const CAPACITY: u64 = 4096;
/// Points of one slice: more than a quarter of the ring, so that it is published in parts.
const SLICE: usize = 1500;
/// Points of one curve.
pub(super) const CURVE: u64 = 100;
const TEXT: &str = "marker=größer\nnote=a text of some length, so that it takes several slots";

/// A producer of every kind, and what they push. The value of a point tells its position.
pub(super) struct Everything {
    timed: Producer<Timed>,
    uniform: Producer<Uniform>,
    xy: Producer<Xy>,
    snapshot: Producer<Snapshot>,
    events: Producer<Events>,
    times: Vec<f64>,
    values: Vec<f32>,
    points: Vec<Point>,
    rounds: u64,
}

/// Streams of points that [`Everything`] makes.
pub(super) const OF_POINTS: [&str; 3] = ["timed", "uniform", "xy"];
pub(super) const OF_FRAMES: [&str; 2] = ["snapshot", "events"];

impl Everything {
    pub(super) fn create(prefix: &str, capacity: u64) -> Self {
        let builder = |kind: &str| Producer::builder(&format!("{prefix}/{kind}")).capacity(capacity);
        Self {
            timed: builder("timed").timed().unwrap(),
            uniform: builder("uniform").uniform(0.0, 1.0).unwrap(),
            xy: builder("xy").xy().unwrap(),
            snapshot: builder("snapshot").snapshot(CURVE as u32).unwrap(),
            events: builder("events").events().unwrap(),
            times: vec![0.0; SLICE],
            values: vec![0.0; SLICE],
            points: vec![Point::default(); SLICE],
            rounds: 0,
        }
    }

    /// Every call of the data path of every kind of producer, once or more; clears in every 16th round only.
    pub(super) fn round(&mut self) {
        if self.rounds.is_multiple_of(16) {
            self.timed.clear();
            self.uniform.clear();
            self.xy.clear();
            self.snapshot.clear();
            self.events.clear();
        }
        self.timed();
        self.uniform();
        self.xy();
        for (point, i) in self.points[..CURVE as usize].iter_mut().zip(0u64..) {
            *point = Point::new(i as f32, (self.rounds + i) as f32);
        }
        self.snapshot.update(self.rounds as f64, &self.points[..CURVE as usize]);
        // Too long, and cut.
        self.snapshot.update(self.rounds as f64, &self.points[..=CURVE as usize]);
        self.events.emit(self.rounds as f64, TEXT);
        self.rounds += 1;
    }

    fn timed(&mut self) {
        let producer = &mut self.timed;
        let at = producer.stats().written;
        (at..at + 300).for_each(|p| producer.push(t(p), y(p)));
        let at = producer.stats().written;
        for (i, p) in (at..at + SLICE as u64).enumerate() {
            (self.times[i], self.values[i]) = (t(p), y(p));
        }
        producer.push_slice(&self.times, &self.values);
        producer.push_break();
        let at = producer.stats().written;
        let mut chunk = producer.reserve(700).unwrap();
        (at..at + 500).for_each(|p| assert!(chunk.push(t(p), y(p))));
        assert_eq!(chunk.commit(), 500);
        let mut dropped = producer.reserve(700).unwrap();
        (0..300).for_each(|_| assert!(dropped.push(-1.0, -1.0)));
        drop(dropped);
        assert!(producer.reserve(producer.stats().capacity).is_none());
    }

    fn uniform(&mut self) {
        let producer = &mut self.uniform;
        let at = producer.stats().written;
        (at..at + 300).for_each(|p| producer.push(y(p)));
        let at = producer.stats().written;
        for (value, p) in self.values.iter_mut().zip(at..) {
            *value = y(p);
        }
        producer.push_slice(&self.values);
        producer.push_break();
        let at = producer.stats().written;
        let mut chunk = producer.reserve(700).unwrap();
        (at..at + 500).for_each(|p| assert!(chunk.push(y(p))));
        assert_eq!(chunk.commit(), 500);
        assert!(producer.reserve(700).unwrap().push(-1.0));
    }

    fn xy(&mut self) {
        let producer = &mut self.xy;
        let at = producer.stats().written;
        (at..at + 300).for_each(|p| producer.push(Point::new(t(p) as f32, y(p))));
        let at = producer.stats().written;
        for (point, p) in self.points.iter_mut().zip(at..) {
            *point = Point::new(t(p) as f32, y(p));
        }
        producer.push_slice(&self.points);
        producer.push_break();
        let at = producer.stats().written;
        let mut chunk = producer.reserve(700).unwrap();
        (at..at + 500).for_each(|p| assert!(chunk.push(Point::new(t(p) as f32, y(p)))));
        assert_eq!(chunk.commit(), 500);
        assert!(producer.reserve(700).unwrap().push(Point::new(-1.0, -1.0)));
    }

    /// Points, frames and texts so far.
    pub(super) fn pushed(&self) -> u64 {
        let points = self.timed.stats().written + self.uniform.stats().written + self.xy.stats().written;
        points + self.snapshot.stats().written * CURVE + self.events.stats().written
    }
}

/// Drains everything that is left in the three streams of points, and checks each point; how many that were.
pub(super) fn check_points(prefix: &str) -> u64 {
    let mut batch = Batch::with_limit(CAPACITY as usize);
    let mut kept = 0;
    for kind in OF_POINTS {
        let mut consumer = Consumer::attach(&format!("{prefix}/{kind}"), StartAt::Oldest).unwrap();
        consumer.drain(&mut batch);
        for (position, x, value) in batch.iter() {
            // A break: one position, or, in a timed stream, up to the next block.
            if value.is_nan() {
                continue;
            }
            assert_eq!(value, y(position), "y of {kind} at {position}");
            match kind {
                "timed" => assert!((x - t(position)).abs() < 1e-9, "t at {position}: {x}"),
                "uniform" => assert_eq!(x, position as f64),
                _ => assert_eq!(x, f64::from(t(position) as f32)),
            }
            kept += 1;
        }
    }
    kept
}
