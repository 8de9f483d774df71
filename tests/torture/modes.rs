//! The producer's modes, alike: what is pushed at a position is the same function in all of them.

use std::time::Duration;

use ringplot::stream::{Events, Snapshot, Timed, Uniform, Xy};
use ringplot::{Liveness, Point, Producer, StreamKind};

use super::points::{LONGEST, is_pen_up, length, t, t0, text, x, y};

/// How long a held child waits for a viewer: for ever, nearly.
const PATIENCE: Duration = Duration::from_mins(1);

/// What the calls of a producer in any of its modes are here.
pub trait Pushes: Sized {
    const KIND: StreamKind;
    fn create(name: &str, seed: u64, capacity: u64) -> Self;
    fn run(&self) -> u64;
    fn is_plotted(&self) -> bool;
    /// Calls `begin` when all is prepared.
    fn one(&mut self, seed: u64, position: u64, begin: &dyn Fn());
    /// The same.
    fn slice(&mut self, seed: u64, from: u64, count: u64, begin: &dyn Fn());
    /// Fills `used` of `count` places and calls `commit` before it commits them; drops them where that says no.
    fn chunk(&mut self, seed: u64, from: u64, count: u64, used: u64, commit: impl FnOnce() -> bool);
    fn pen_up(&mut self);
    fn forget(&mut self);
    fn end(self, how: Liveness);
}

fn builder(name: &str, seed: u64, capacity: u64) -> ringplot::Builder {
    Producer::builder(name).capacity(capacity).label(&format!("{seed:016x}"))
}

/// y of a point that goes with others: pen-ups are numbers there that are none.
fn y_or_nan(seed: u64, position: u64) -> f32 {
    if is_pen_up(seed, position) { f32::NAN } else { y(seed, position) }
}

macro_rules! common {
    () => {
        fn run(&self) -> u64 {
            self.stats().run
        }
        fn is_plotted(&self) -> bool {
            self.wait_for_viewer(PATIENCE)
        }
        fn forget(&mut self) {
            self.clear();
        }
        fn end(self, how: Liveness) {
            if how == Liveness::Finished { self.finish() } else { drop(self) }
        }
    };
}

macro_rules! points {
    ($kind:ident, $mode:ty, $create:expr, $one:expr, $slice:expr, $add:expr) => {
        impl Pushes for Producer<$mode> {
            const KIND: StreamKind = StreamKind::$kind;
            common!();
            fn create(name: &str, seed: u64, capacity: u64) -> Self {
                let create: fn(ringplot::Builder, u64) -> Self = $create;
                create(builder(name, seed, capacity), seed)
            }
            fn one(&mut self, seed: u64, position: u64, begin: &dyn Fn()) {
                let one: fn(&mut Self, u64, u64) = $one;
                begin();
                one(self, seed, position);
            }
            fn slice(&mut self, seed: u64, from: u64, count: u64, begin: &dyn Fn()) {
                let slice: fn(&mut Self, u64, std::ops::Range<u64>, &dyn Fn()) = $slice;
                slice(self, seed, from..from + count, begin);
            }
            fn chunk(&mut self, seed: u64, from: u64, count: u64, used: u64, commit: impl FnOnce() -> bool) {
                let mut chunk = self.reserve(count).unwrap();
                let add: fn(&mut ringplot::stream::WriteChunk<'_, $mode>, u64, u64) -> bool = $add;
                (from..from + used).for_each(|p| assert!(add(&mut chunk, seed, p)));
                if commit() {
                    assert_eq!(chunk.commit(), used);
                }
            }
            fn pen_up(&mut self) {
                self.push_break();
            }
        }
    };
}

points!(
    Timed,
    Timed,
    |builder, _| builder.timed().unwrap(),
    |producer, seed, p| producer.push(t(seed, p), y(seed, p)),
    |producer, seed, range, begin| {
        let times: Vec<_> = range.clone().map(|p| t(seed, p)).collect();
        let values: Vec<_> = range.map(|p| y_or_nan(seed, p)).collect();
        begin();
        producer.push_slice(&times, &values);
    },
    |chunk, seed, p| chunk.push(t(seed, p), y_or_nan(seed, p))
);
points!(
    Uniform,
    Uniform,
    |builder, seed| builder.uniform(t0(seed), 1e6).unwrap(),
    |producer, seed, p| producer.push(y(seed, p)),
    |producer, seed, range, begin| {
        let values: Vec<_> = range.map(|p| y_or_nan(seed, p)).collect();
        begin();
        producer.push_slice(&values);
    },
    |chunk, seed, p| chunk.push(y_or_nan(seed, p))
);
points!(
    Xy,
    Xy,
    |builder, _| builder.xy().unwrap(),
    |producer, seed, p| producer.push(Point::new(x(seed, p), y(seed, p))),
    |producer, seed, range, begin| {
        let points: Vec<_> = range.map(|p| Point::new(x(seed, p), y_or_nan(seed, p))).collect();
        begin();
        producer.push_slice(&points);
    },
    |chunk, seed, p| chunk.push(Point::new(x(seed, p), y_or_nan(seed, p)))
);

macro_rules! frames {
    ($kind:ident, $mode:ty, $create:expr, $one:expr) => {
        impl Pushes for Producer<$mode> {
            const KIND: StreamKind = StreamKind::$kind;
            common!();
            fn create(name: &str, seed: u64, capacity: u64) -> Self {
                let create: fn(ringplot::Builder) -> Self = $create;
                create(builder(name, seed, capacity))
            }
            fn one(&mut self, seed: u64, number: u64, begin: &dyn Fn()) {
                let one: fn(&mut Self, u64, u64, &dyn Fn()) = $one;
                one(self, seed, number, begin);
            }
            fn slice(&mut self, _: u64, _: u64, _: u64, _: &dyn Fn()) {
                unreachable!("frames come one by one");
            }
            fn chunk(&mut self, _: u64, _: u64, _: u64, _: u64, _: impl FnOnce() -> bool) {
                unreachable!("frames come one by one");
            }
            fn pen_up(&mut self) {
                unreachable!("frames have no pen");
            }
        }
    };
}

frames!(
    Snapshot,
    Snapshot,
    |builder| builder.snapshot(LONGEST as u32).unwrap(),
    |producer, seed, number, begin| {
        let positions = (0..length(seed, number)).map(|i| number * LONGEST + i);
        let curve: Vec<_> = positions.map(|p| Point::new(x(seed, p), y(seed, p))).collect();
        begin();
        producer.update(t(seed, number), &curve);
    }
);
frames!(Events, Events, |builder| builder.events().unwrap(), |producer, seed, number, begin| {
    let text = text(seed, number);
    begin();
    producer.emit(t(seed, number), &text);
});
