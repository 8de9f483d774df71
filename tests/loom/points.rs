//! Models of streams of points.

use std::sync::Arc;

use ringplot::ring::{Reader, Writer};
use ringplot::{Batch, Point, StartAt, XMode};

use super::{LOG2_BLOCK, Shared, consumer};

/// What a model says of a point that was written for another position, or not yet.
pub(super) const STALE: &str = "not the point written at";
/// What a model says of a point that was kept with the epoch of another block.
pub(super) const WRONG_EPOCH: &str = "not the epoch of the block of";
/// What a model says of a mark that names a position not yet published.
pub(super) const MARK_AHEAD: &str = "a mark ahead of what is published";

/// The point of an xy stream at `position`.
fn point(position: u64) -> Point {
    Point::new(position as f32 + 1.0, -(position as f32))
}

/// y of a timed or uniform stream at `position`.
fn y(position: u64) -> f32 {
    position as f32 + 1.0
}

/// t of a timed stream at `position`.
fn t(position: u64) -> f64 {
    100.0 * position as f64
}

fn push_timed(writer: &mut Writer<'_, LOG2_BLOCK>, positions: std::ops::Range<u64>) {
    positions.for_each(|p| writer.push_timed(t(p), y(p)));
}

/// Drains, and checks what one drain says of itself; xy streams also point by point.
fn drain(reader: &mut Reader<'_, LOG2_BLOCK>, batch: &mut Batch, x_mode: XMode) {
    let before = reader.cursor();
    let drained = reader.drain(batch, x_mode);
    assert_eq!(drained.count, batch.points.len() as u64);
    assert!(batch.points.len() <= batch.limit);
    assert_eq!((before + drained.lost, batch.first), (drained.first, drained.first));
    assert_eq!(drained.first + drained.count, reader.cursor());
}

fn drain_xy(reader: &mut Reader<'_, LOG2_BLOCK>, batch: &mut Batch) {
    drain(reader, batch, XMode::Xy);
    for (position, kept) in (batch.first..).zip(&batch.points) {
        assert!(*kept == point(position), "{kept:?}: {STALE} {position}");
    }
}

/// Drains a timed stream in which `is_pen_up` says where the pen was lifted.
fn drain_timed(reader: &mut Reader<'_, LOG2_BLOCK>, batch: &mut Batch, is_pen_up: fn(u64) -> bool) {
    drain(reader, batch, XMode::Timed);
    for (position, kept) in (batch.first..).zip(&batch.points) {
        if is_pen_up(position) {
            assert!(kept.x.is_nan() && kept.y.is_nan(), "{kept:?}: {STALE} {position}");
            continue;
        }
        assert!(kept.y == y(position), "{kept:?}: {STALE} {position}");
        // `Batch::x` knows blocks of 256 only.
        let epoch = batch.epochs[(position >> LOG2_BLOCK) as usize - (batch.first >> LOG2_BLOCK) as usize];
        assert!(epoch + f64::from(kept.x) == t(position), "{epoch}: {WRONG_EPOCH} {position}");
    }
}

/// Attaches at the oldest point and drains once, in a thread of its own.
fn timed_consumer(shared: &Arc<Shared>, is_pen_up: fn(u64) -> bool) -> loom::thread::JoinHandle<()> {
    consumer(shared, move |shared| {
        let mut reader = Reader::attach(shared.memory::<LOG2_BLOCK>(), StartAt::Oldest);
        drain_timed(&mut reader, &mut Batch::with_limit(16), is_pen_up);
    })
}

/// Single pushes that lap a ring of 4: 3 before and 3 beside one consumer, which attaches and drains twice.
pub(super) fn pushes() {
    let shared = Shared::new(4);
    let mut writer = Writer::new(shared.memory::<LOG2_BLOCK>());
    (0..3).for_each(|p| writer.push(point(p)));
    let consumer = consumer(&shared, |shared| {
        let mut batch = Batch::with_limit(8);
        let mut reader = Reader::attach(shared.memory::<LOG2_BLOCK>(), StartAt::Oldest);
        drain_xy(&mut reader, &mut batch);
        drain_xy(&mut reader, &mut batch);
    });
    (3..6).for_each(|p| writer.push(point(p)));
    consumer.join().unwrap();
}

/// A slice of 1 that its block's reservation covers already, and one of 4 over block borders, in a ring of 8 that holds 7,
/// published a quarter (2) at a time, beside one consumer, which attaches and drains once.
pub(super) fn slices() {
    let shared = Shared::new(8);
    let mut writer = Writer::new(shared.memory::<LOG2_BLOCK>());
    let points: Vec<_> = (0..12).map(point).collect();
    writer.push_slice(&points[..7]);
    let consumer = consumer(&shared, |shared| {
        let mut reader = Reader::attach(shared.memory::<LOG2_BLOCK>(), StartAt::Oldest);
        drain_xy(&mut reader, &mut Batch::with_limit(8));
    });
    writer.push_slice(&points[7..8]);
    writer.push_slice(&points[8..]);
    consumer.join().unwrap();
}

/// Samples of a uniform stream: one by one and in a slice of 3, in a ring of 4 that holds 3, beside one consumer, which
/// drains twice.
pub(super) fn values() {
    let shared = Shared::new(4);
    let mut writer = Writer::new(shared.memory::<LOG2_BLOCK>());
    writer.push_values(&[y(0), y(1), y(2)]);
    let consumer = consumer(&shared, |shared| {
        let x_mode = XMode::Uniform { t0: 0.0, rate: 1.0 };
        let mut batch = Batch::with_limit(4);
        let mut reader = Reader::attach(shared.memory::<LOG2_BLOCK>(), StartAt::Oldest);
        for _ in 0..2 {
            drain(&mut reader, &mut batch, x_mode);
            for (position, x, kept) in batch.iter() {
                assert!((x, kept) == (position as f64, y(position)), "{x}, {kept}: {STALE} {position}");
            }
        }
    });
    writer.push(Point::new(0.0, y(3)));
    writer.push_values(&[y(4), y(5), y(6)]);
    consumer.join().unwrap();
}

/// Drains of at most 2 points of a ring of 4 that is full when they begin, while 3 pushes lap the consumer: what one
/// drain leaves for the next may be gone by then, and is counted.
pub(super) fn bounded() {
    let shared = Shared::new(4);
    let mut writer = Writer::new(shared.memory::<LOG2_BLOCK>());
    (0..4).for_each(|p| writer.push(point(p)));
    let consumer = consumer(&shared, |shared| {
        let mut batch = Batch::with_limit(2);
        let mut reader = Reader::attach(shared.memory::<LOG2_BLOCK>(), StartAt::Oldest);
        let mut kept_and_lost = 0;
        for _ in 0..3 {
            let before = reader.cursor();
            drain_xy(&mut reader, &mut batch);
            kept_and_lost += batch.points.len() as u64 + (batch.first - before);
        }
        assert_eq!(reader.start() + kept_and_lost, reader.cursor());
    });
    (4..7).for_each(|p| writer.push(point(p)));
    consumer.join().unwrap();
}

/// Two consumers, each of which attaches and drains once, beside a push that laps a full ring of 4.
pub(super) fn two_consumers() {
    let shared = Shared::new(4);
    let mut writer = Writer::new(shared.memory::<LOG2_BLOCK>());
    (0..4).for_each(|p| writer.push(point(p)));
    let consumers = [(); 2].map(|()| {
        consumer(&shared, |shared| {
            let mut reader = Reader::attach(shared.memory::<LOG2_BLOCK>(), StartAt::Oldest);
            drain_xy(&mut reader, &mut Batch::with_limit(8));
        })
    });
    writer.push(point(4));
    consumers.into_iter().for_each(|consumer| consumer.join().unwrap());
}

/// A timed slice of 3 that laps a ring of 4 that holds 3: a point is kept with the epoch of its block or not at all.
/// One consumer, one drain.
pub(super) fn epochs() {
    let shared = Shared::new(4);
    let mut writer = Writer::new(shared.memory::<LOG2_BLOCK>());
    push_timed(&mut writer, 0..3);
    let consumer = timed_consumer(&shared, |_| false);
    let times: Vec<_> = (3..6).map(t).collect();
    let values: Vec<_> = (3..6).map(y).collect();
    writer.push_timed_slice(&times, &values);
    consumer.join().unwrap();
}

/// 3 timed pushes that lap a ring of 4 that holds 3, beside one consumer, one drain.
pub(super) fn timed_pushes() {
    let shared = Shared::new(4);
    let mut writer = Writer::new(shared.memory::<LOG2_BLOCK>());
    push_timed(&mut writer, 0..3);
    let consumer = timed_consumer(&shared, |_| false);
    push_timed(&mut writer, 3..6);
    consumer.join().unwrap();
}

/// Breaks in a ring of 4 that holds 4: one at the start of a block (positions 4 and 5), one after it that does nothing, a
/// push, one that pads a begun block (7), then a push. One consumer, one drain.
pub(super) fn breaks() {
    let shared = Shared::new(4);
    let mut writer = Writer::new(shared.memory::<LOG2_BLOCK>());
    push_timed(&mut writer, 0..4);
    let consumer = timed_consumer(&shared, |position| [4, 5, 7].contains(&position));
    writer.break_block();
    writer.break_block();
    assert_eq!(writer.position(), 6);
    push_timed(&mut writer, 6..7);
    writer.break_block();
    assert_eq!(writer.position(), 8);
    push_timed(&mut writer, 8..9);
    consumer.join().unwrap();
}

/// A reservation of 2 that is filled and dropped, one that is committed in part, then a push, in a ring of 8 that
/// holds 7. One consumer, one drain.
pub(super) fn reservations() {
    let shared = Shared::new(8);
    let mut writer = Writer::new(shared.memory::<LOG2_BLOCK>());
    push_timed(&mut writer, 0..7);
    let consumer = timed_consumer(&shared, |_| false);
    let mut aborted = writer.reserve(2).unwrap();
    assert!(aborted.push_timed(-1.0, -1.0) && aborted.push_timed(-2.0, -2.0));
    assert!(!aborted.push_timed(-3.0, -3.0), "more than was reserved");
    drop(aborted);
    let mut chunk = writer.reserve(2).unwrap();
    assert!(chunk.push_timed(t(7), y(7)));
    assert_eq!(chunk.commit(), 1);
    push_timed(&mut writer, 8..9);
    consumer.join().unwrap();
}

/// A chunk of 2 in a full ring of 8, reserved before the consumer attaches and filled and committed beside it: the
/// reservation is ahead of `write_position` while it attaches. A second chunk follows. One consumer, one drain.
pub(super) fn reserved_ahead() {
    let shared = Shared::new(8);
    let mut writer = Writer::new(shared.memory::<LOG2_BLOCK>());
    push_timed(&mut writer, 0..8);
    let mut chunk = writer.reserve(2).unwrap();
    let consumer = timed_consumer(&shared, |_| false);
    assert!(chunk.push_timed(t(8), y(8)) && chunk.push_timed(t(9), y(9)));
    assert_eq!(chunk.commit(), 2);
    let mut chunk = writer.reserve(2).unwrap();
    assert!(chunk.push_timed(t(10), y(10)) && chunk.push_timed(t(11), y(11)));
    assert_eq!(chunk.commit(), 2);
    consumer.join().unwrap();
}

/// In a ring of 16 that holds 15: a chunk of 4 that begins in the last slot and is committed in part, after 2 points, of
/// which the second opens a block and so replaces the oldest epoch; then a push into the block that it left half full.
/// One consumer, one drain.
pub(super) fn chunk_over_a_border() {
    let shared = Shared::new(16);
    let mut writer = Writer::new(shared.memory::<LOG2_BLOCK>());
    push_timed(&mut writer, 0..15);
    let consumer = timed_consumer(&shared, |_| false);
    let mut chunk = writer.reserve(4).unwrap();
    assert!(chunk.push_timed(t(15), y(15)) && chunk.push_timed(t(16), y(16)));
    assert_eq!((chunk.remaining(), chunk.commit()), (2, 2));
    push_timed(&mut writer, 17..18);
    consumer.join().unwrap();
}

/// A clear mark between two pushes, after one: who sees it sees the position that it names as published. One consumer,
/// which attaches twice.
pub(super) fn clear() {
    let shared = Shared::new(4);
    let mut writer = Writer::new(shared.memory::<LOG2_BLOCK>());
    writer.push(point(0));
    let consumer = consumer(&shared, |shared| {
        let mark = Reader::attach(shared.memory::<LOG2_BLOCK>(), StartAt::Now).cleared_before();
        let reader = Reader::attach(shared.memory::<LOG2_BLOCK>(), StartAt::Oldest);
        assert!(reader.written() >= mark && reader.start() >= mark, "{mark}: {MARK_AHEAD}");
    });
    writer.push(point(1));
    writer.clear();
    writer.push(point(2));
    consumer.join().unwrap();
}
