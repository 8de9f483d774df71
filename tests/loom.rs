//! The protocol under loom: every interleaving and every value that the memory model allows, within the bounds stated
//! at each model; and mutants, each of which must make a model fail.
//!
//! `RUSTFLAGS="--cfg loom" cargo test --release --no-default-features --test loom --target-dir target/loom`
//!
//! Blocks of 2 points. A value tells its position, so a kept point is checked against the position it was kept for.
#![cfg(loom)]

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use ringplot::ring::mutant::{Mutant, activate};
use ringplot::ring::sync::AtomicU64;
use ringplot::ring::{Counters, Frame, FrameReader, Memory, Payload, Reader, Writer};
use ringplot::{Batch, Point, StartAt, XMode};

const LOG2_BLOCK: u32 = 1;

/// Mutants are global: one model at a time.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

struct Shared {
    slots: Vec<AtomicU64>,
    epochs: Vec<AtomicU64>,
    counters: [AtomicU64; 5],
}

impl Shared {
    fn new(capacity: usize) -> Arc<Self> {
        let zeroes = |n: usize| (0..n).map(|_| AtomicU64::new(0)).collect();
        Arc::new(Self {
            slots: zeroes(capacity),
            epochs: zeroes(capacity >> LOG2_BLOCK),
            counters: std::array::from_fn(|_| AtomicU64::new(0)),
        })
    }

    fn memory(&self) -> Memory<'_, LOG2_BLOCK> {
        let [write_position, reserved_position, first_valid, newest_frame, frame_count] = &self.counters;
        let counters = Counters { write_position, reserved_position, first_valid, newest_frame, frame_count };
        Memory::new(&self.slots, &self.epochs, counters).unwrap()
    }
}

/// The point of an xy stream at `position`.
fn point(position: u64) -> Point {
    Point::new(position as f32 + 1.0, -(position as f32))
}

/// y of a timed stream at `position`; its t is `100 * position`.
fn y(position: u64) -> f32 {
    position as f32 + 1.0
}

/// Runs `model` with `mutant` in and tells whether every interleaving passed.
fn passes(mutant: Mutant, preemptions: Option<usize>, model: fn()) -> bool {
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    activate(mutant);
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = preemptions;
    let result = catch_unwind(AssertUnwindSafe(|| builder.check(model)));
    activate(Mutant::None);
    result.is_ok()
}

fn drain_xy(reader: &mut Reader<'_, LOG2_BLOCK>, batch: &mut Batch) {
    let before = reader.cursor();
    let drained = reader.drain(batch, XMode::Xy);
    assert_eq!(drained.count, batch.points.len() as u64);
    assert_eq!(before + drained.lost, drained.first);
    assert_eq!(drained.first + drained.count, reader.cursor());
    for (i, kept) in batch.points.iter().enumerate() {
        assert_eq!(*kept, point(drained.first + i as u64), "at {}", drained.first + i as u64);
    }
}

fn drain_timed(reader: &mut Reader<'_, LOG2_BLOCK>, batch: &mut Batch) {
    reader.drain(batch, XMode::Timed);
    // `Batch::x` knows blocks of 256 only.
    for (i, kept) in batch.points.iter().enumerate() {
        let position = batch.first + i as u64;
        let epoch = batch.epochs[(position >> LOG2_BLOCK) as usize - (batch.first >> LOG2_BLOCK) as usize];
        let t = epoch + f64::from(kept.x);
        assert_eq!((t, kept.y), (100.0 * position as f64, y(position)), "at {position}");
    }
}

/// A consumer in a thread of its own, which begins when the producer has already filled part of the ring: what is
/// written before it begins multiplies no interleavings.
fn consumer(shared: &Arc<Shared>, body: impl FnOnce(&Shared) + 'static) -> loom::thread::JoinHandle<()> {
    let shared = shared.clone();
    loom::thread::spawn(move || body(&shared))
}

/// Single pushes that lap a ring of 4 while one consumer drains twice.
fn pushes() {
    let shared = Shared::new(4);
    let mut writer = Writer::new(shared.memory());
    (0..3).for_each(|p| writer.push(point(p)));
    let consumer = consumer(&shared, |shared| {
        let mut batch = Batch::with_limit(8);
        let mut reader = Reader::attach(shared.memory(), StartAt::Oldest);
        drain_xy(&mut reader, &mut batch);
        drain_xy(&mut reader, &mut batch);
    });
    (3..6).for_each(|p| writer.push(point(p)));
    consumer.join().unwrap();
}

/// A slice over block borders in a ring of 8, published a quarter at a time, while one consumer attaches.
fn slices() {
    let shared = Shared::new(8);
    let mut writer = Writer::new(shared.memory());
    let points: Vec<_> = (0..12).map(point).collect();
    writer.push_slice(&points[..7]);
    let consumer = consumer(&shared, |shared| {
        let mut reader = Reader::attach(shared.memory(), StartAt::Oldest);
        drain_xy(&mut reader, &mut Batch::with_limit(8));
    });
    writer.push_slice(&points[7..]);
    consumer.join().unwrap();
}

/// Timed pushes and a slice that lap a ring of 4: a point is kept with the epoch of its block or not at all.
fn epochs() {
    let shared = Shared::new(4);
    let mut writer = Writer::new(shared.memory());
    (0..3).for_each(|p| writer.push_timed(100.0 * p as f64, y(p)));
    let consumer = consumer(&shared, |shared| {
        let mut reader = Reader::attach(shared.memory(), StartAt::Oldest);
        drain_timed(&mut reader, &mut Batch::with_limit(8));
    });
    let t: Vec<_> = (3..6).map(|p| 100.0 * f64::from(p)).collect();
    let values: Vec<_> = (3..6).map(y).collect();
    writer.push_timed_slice(&t, &values);
    consumer.join().unwrap();
}

/// A reservation that is dropped, one that is committed in part, then a push, in a ring of 8.
fn reservations() {
    let shared = Shared::new(8);
    let mut writer = Writer::new(shared.memory());
    (0..7).for_each(|p| writer.push_timed(100.0 * p as f64, y(p)));
    let consumer = consumer(&shared, |shared| {
        let mut reader = Reader::attach(shared.memory(), StartAt::Oldest);
        drain_timed(&mut reader, &mut Batch::with_limit(16));
    });
    let mut aborted = writer.reserve(2).unwrap();
    assert!(aborted.push_timed(-1.0, -1.0) && aborted.push_timed(-2.0, -2.0));
    assert!(!aborted.push_timed(-3.0, -3.0), "more than was reserved");
    drop(aborted);
    let mut chunk = writer.reserve(2).unwrap();
    assert!(chunk.push_timed(700.0, y(7)));
    assert_eq!(chunk.commit(), 1);
    writer.push_timed(800.0, y(8));
    consumer.join().unwrap();
}

/// Frames of one point (three slots) that lap a ring of 16: the newest is read whole or not at all, and in order.
fn frames() {
    let shared = Shared::new(16);
    let mut writer = Writer::new(shared.memory());
    let mut push = |frame: u64| assert!(writer.push_frame(frame as f64, 1, [frame + 70].into_iter()));
    (0..4).for_each(&mut push);
    let consumer = consumer(&shared, |shared| {
        let reader = Reader::attach(shared.memory(), StartAt::Now);
        let mut reader = FrameReader::new(reader, Payload::Points, 8, false);
        let mut frame = Frame::default();
        let before = reader.cursor();
        if let Some(skipped) = reader.newest(&mut frame) {
            assert_eq!(frame.words, [frame.number + 70], "frame {}", frame.number);
            assert_eq!(frame.t, frame.number as f64);
            assert_eq!(before + skipped, frame.number);
            assert_eq!(reader.start() + reader.received() + reader.lost(), reader.cursor());
        }
    });
    (4..6).for_each(&mut push);
    consumer.join().unwrap();
}

/// A clear mark between pushes: who sees it sees the position that it names as published.
fn clear() {
    let shared = Shared::new(4);
    let mut writer = Writer::new(shared.memory());
    writer.push(point(0));
    let consumer = consumer(&shared, |shared| {
        let mark = Reader::<LOG2_BLOCK>::attach(shared.memory(), StartAt::Now).first_valid();
        let reader = Reader::attach(shared.memory(), StartAt::Oldest);
        assert!(reader.written() >= mark && reader.start() >= mark);
    });
    writer.push(point(1));
    writer.clear();
    writer.push(point(2));
    consumer.join().unwrap();
}

/// Two consumers and a lapping producer, ring of 4.
fn two_consumers() {
    let shared = Shared::new(4);
    let mut writer = Writer::new(shared.memory());
    (0..4).for_each(|p| writer.push(point(p)));
    let consumers = [(); 2].map(|()| {
        consumer(&shared, |shared| {
            let mut reader = Reader::attach(shared.memory(), StartAt::Oldest);
            drain_xy(&mut reader, &mut Batch::with_limit(8));
        })
    });
    writer.push(point(4));
    consumers.into_iter().for_each(|consumer| consumer.join().unwrap());
}

#[test]
fn every_kept_point_is_the_one_written_for_its_position() {
    assert!(passes(Mutant::None, Some(3), pushes));
    assert!(passes(Mutant::None, Some(3), slices));
    assert!(passes(Mutant::None, Some(2), two_consumers));
}

#[test]
fn every_kept_point_has_the_epoch_of_its_block() {
    assert!(passes(Mutant::None, Some(3), epochs));
    assert!(passes(Mutant::None, Some(3), reservations));
}

#[test]
fn every_kept_frame_is_whole() {
    assert!(passes(Mutant::None, Some(3), frames));
}

#[test]
fn a_clear_mark_never_runs_ahead() {
    assert!(passes(Mutant::None, Some(3), clear));
}

#[test]
fn each_mutant_fails() {
    for (mutant, model) in [
        (Mutant::NoFenceAfterReserve, pushes as fn()),
        (Mutant::NoFenceAfterCopy, pushes),
        (Mutant::PublishRelaxed, pushes),
        (Mutant::NoFenceAfterReadingPosition, pushes),
        (Mutant::ValidateAgainstWritePosition, slices),
        (Mutant::ReserveAfterStore, pushes),
        (Mutant::ReserveUnrounded, epochs),
        (Mutant::FramePublishRelaxed, frames),
        (Mutant::ClearRelaxed, clear),
    ] {
        assert!(!passes(mutant, Some(3), model), "{mutant:?} was not caught");
    }
}
