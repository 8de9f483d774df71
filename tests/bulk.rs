//! Slices and curves that are copied in bulk, read while they are overwritten: what is kept is whole.
//!
//! On a heap ring of the smallest size, so that copies of either side often meet. What the copy itself does is tested beside it.
#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a panic is how a test fails, and it says what it could not show"
)]

use std::time::{Duration, Instant};

use ringplot::ring::sync::{AtomicBool, AtomicU64, Ordering};
use ringplot::ring::{BLOCK, Counters, FrameData, FrameReader, Memory, Payload, Reader, Writer};
use ringplot::{Batch, Point, StartAt, XMode};

const CAPACITY: usize = 1024;
/// How often the reader must have been overwritten under its hands, or else how long it is tried.
const LAPS: u64 = 2_000;
const PATIENCE: Duration = Duration::from_secs(5);

struct Shared {
    slots: Vec<AtomicU64>,
    epochs: Vec<AtomicU64>,
    counters: [AtomicU64; 5],
}

impl Shared {
    fn new() -> Self {
        let zeroes = |n: usize| (0..n).map(|_| AtomicU64::new(0)).collect();
        Self {
            slots: zeroes(CAPACITY),
            epochs: zeroes(CAPACITY / BLOCK as usize),
            counters: std::array::from_fn(|_| AtomicU64::new(0)),
        }
    }

    fn memory(&self) -> Memory<'_> {
        let [write_position, reserved_position, cleared_before, newest_frame, frame_count] = &self.counters;
        let counters =
            Counters { write_position, reserved_position, cleared_before, newest_frame, frame_count };
        Memory::new(&self.slots, &self.epochs, counters).unwrap()
    }
}

/// A point of which both halves tell the position, so that one torn between two laps tells of two.
fn point(position: u64) -> Point {
    Point::from_bits(position.wrapping_mul(0x9E37_79B9_7F4A_7C15) & 0x3FFF_FFFF_3FFF_FFFF)
}

/// Runs `write` in a thread until `read` has been overwritten under its hands often enough, or patience ends.
fn race(shared: &Shared, write: impl FnOnce(&AtomicBool) + Send, mut read: impl FnMut() -> u64) -> u64 {
    /// Ends the writer also when the reader panics.
    struct End<'a>(&'a AtomicBool);
    impl Drop for End<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let is_over = AtomicBool::new(false);
    let begun = Instant::now();
    let mut lapped = 0;
    std::thread::scope(|scope| {
        scope.spawn(|| write(&is_over));
        let _end = End(&is_over);
        while lapped < LAPS && begun.elapsed() < PATIENCE {
            lapped += read();
        }
    });
    assert!(shared.counters[0].load(Ordering::Relaxed) > 0, "something was written");
    if lapped == 0 {
        println!("NOT TESTED: the reader was never lapped, so that what it kept is whole proves nothing");
    }
    lapped
}

#[test]
fn points_of_slices_are_whole_while_others_overwrite_them() {
    let shared = Shared::new();
    let mut reader = Reader::attach(shared.memory(), StartAt::Oldest);
    let mut batch = Batch::with_limit(CAPACITY);
    let write = |is_over: &AtomicBool| {
        let mut writer = Writer::new(shared.memory());
        let lengths = [256, 16, 3, 255, 64, 1, 129, 65, 200];
        let mut points = Vec::new();
        for length in lengths.into_iter().cycle().take_while(|_| !is_over.load(Ordering::Relaxed)) {
            points.clear();
            points.extend((writer.position()..).take(length).map(point));
            writer.push_slice(&points);
        }
    };
    let mut kept = 0;
    let lapped = race(&shared, write, || {
        let drained = reader.drain(&mut batch, XMode::Xy);
        for (i, got) in (drained.first..).zip(&batch.points) {
            assert_eq!(got.to_bits(), point(i).to_bits(), "at {i}");
        }
        kept += drained.count;
        u64::from(drained.lost > 0)
    });
    println!("{kept} points kept, {lapped} drains overtaken");
    assert!(kept > 0);
}

#[test]
fn curves_are_whole_while_others_overwrite_them() {
    const LENGTH: usize = 250;
    let shared = Shared::new();
    let reader = Reader::attach(shared.memory(), StartAt::Oldest);
    let mut reader = FrameReader::new(reader, Payload::Points, LENGTH as u32, true);
    let write = |is_over: &AtomicBool| {
        let mut writer = Writer::new(shared.memory());
        while !is_over.load(Ordering::Relaxed) {
            let number = writer.frames();
            let points: Vec<Point> = (0..LENGTH as u64).map(|i| point(number * 1000 + i)).collect();
            assert!(writer.push_curve(number as f64, &points));
        }
    };
    let mut frame = FrameData::default();
    let mut taken = 0u64;
    let lapped = race(&shared, write, || {
        let Some(skipped) = reader.newest(&mut frame) else { return 0 };
        taken += 1;
        assert_eq!(frame.words.len(), LENGTH);
        for (i, got) in (frame.number * 1000..).zip(frame.points()) {
            assert_eq!(got.to_bits(), point(i).to_bits(), "frame {}", frame.number);
        }
        u64::from(skipped > 4)
    });
    println!("{taken} curves taken, {lapped} after more than the ring holds");
    assert!(taken > 0);
}
