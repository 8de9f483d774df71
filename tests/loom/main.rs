//! The protocol under loom: every interleaving and every value that the memory model allows, within the bounds stated
//! at each model; and mutants, each of which must make a model fail, and fail with the fault that it was made for.
//!
//! `RUSTFLAGS="--cfg loom" cargo test --release --no-default-features --test loom --target-dir target/loom`
//!
//! Common bounds: blocks of 2 points, unless a model says otherwise; one producer; what is pushed before the consumers begin multiplies no
//! interleavings, and brings the ring to where the next store laps it. A thread is preempted as often as each test
//! says; every choice of what a load may see is tried (loom keeps the last 7 stores of a word, more than any model
//! makes to one). loom tries no load that sees a store of the future: here no value that is read decides a store, so
//! there is nothing for that to change.
//!
//! A value tells its position, so a kept point is checked against the position it was kept for.
#![cfg(loom)]

mod frames;
mod handover;
mod points;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64 as StdAtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use ringplot::ring::mutant::{Mutant, activate};
use ringplot::ring::sync::AtomicU64;
use ringplot::ring::{Counters, Memory};

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
        Self::with_blocks(capacity, LOG2_BLOCK)
    }

    fn with_blocks(capacity: usize, log2_block: u32) -> Arc<Self> {
        let zeroes = |n: usize| (0..n).map(|_| AtomicU64::new(0)).collect();
        Arc::new(Self {
            slots: zeroes(capacity),
            epochs: zeroes(capacity >> log2_block),
            counters: std::array::from_fn(|_| AtomicU64::new(0)),
        })
    }

    fn memory<const B: u32>(&self) -> Memory<'_, B> {
        let [write_position, reserved_position, cleared_before, newest_frame, frame_count] = &self.counters;
        let counters =
            Counters { write_position, reserved_position, cleared_before, newest_frame, frame_count };
        Memory::new(&self.slots, &self.epochs, counters).unwrap()
    }
}

/// A consumer in a thread of its own.
fn consumer(shared: &Arc<Shared>, body: impl FnOnce(&Shared) + 'static) -> loom::thread::JoinHandle<()> {
    let shared = shared.clone();
    loom::thread::spawn(move || body(&shared))
}

/// Runs `model` with `mutant` in: how many interleavings passed, or what the first that failed said.
fn run(mutant: Mutant, preemptions: usize, model: fn()) -> Result<u64, String> {
    let _guard = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    activate(mutant);
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    let passed = Arc::new(StdAtomicU64::new(0));
    let count = passed.clone();
    let result = catch_unwind(AssertUnwindSafe(|| {
        builder.check(move || {
            model();
            count.fetch_add(1, Ordering::Relaxed);
        });
    }));
    activate(Mutant::None);
    result.map(|()| passed.load(Ordering::Relaxed)).map_err(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without text").to_owned()
    })
}

/// Every interleaving of `model` passes.
#[track_caller]
fn holds(name: &str, preemptions: usize, model: fn()) {
    match run(Mutant::None, preemptions, model) {
        Ok(interleavings) => println!("{name}: {interleavings} interleavings"),
        Err(fault) => panic!("{name}: {fault}"),
    }
}

#[test]
fn every_kept_point_is_the_one_written_for_its_position() {
    holds("pushes", 3, points::pushes);
    holds("slices", 3, points::slices);
    holds("values", 3, points::values);
    holds("bounded drains", 3, points::bounded);
    holds("two consumers", 3, points::two_consumers);
}

#[test]
fn every_kept_point_has_the_epoch_of_its_block() {
    holds("epochs", 3, points::epochs);
    holds("timed pushes", 3, points::timed_pushes);
    holds("breaks", 3, points::breaks);
    holds("reservations", 3, points::reservations);
    holds("reserved ahead", 3, points::reserved_ahead);
    holds("chunk over a border", 3, points::chunk_over_a_border);
}

#[test]
fn every_kept_frame_is_whole() {
    holds("newest", 3, frames::newest);
    holds("newest, lapped", 1, frames::newest_lapped);
    holds("each", 1, frames::each);
}

#[test]
fn a_clear_mark_never_runs_ahead_and_hides_what_lies_before_it() {
    holds("clear", 3, points::clear);
    holds("cleared frames", 3, frames::cleared);
}

#[test]
fn who_sees_the_magic_or_the_end_sees_what_went_before_it() {
    holds("magic", 3, handover::magic);
    holds("end", 3, handover::end);
}

#[test]
fn each_mutant_fails_and_with_its_own_fault() {
    use points::{STALE, WRONG_EPOCH};
    let stale_frame = frames::NOT_WHOLE;
    let cases = [
        // P2, both sides.
        (Mutant::NoFenceAfterReserve, "pushes", points::pushes as fn(), STALE),
        (Mutant::NoFenceAfterReserve, "slices", points::slices, STALE),
        (Mutant::NoFenceAfterReserve, "epochs", points::epochs, WRONG_EPOCH),
        (Mutant::NoFenceAfterReserve, "newest_lapped", frames::newest_lapped, stale_frame),
        (Mutant::NoFenceAfterCopy, "pushes", points::pushes, STALE),
        (Mutant::NoFenceAfterCopy, "slices", points::slices, STALE),
        (Mutant::NoFenceAfterCopy, "epochs", points::epochs, WRONG_EPOCH),
        (Mutant::NoFenceAfterCopy, "newest_lapped", frames::newest_lapped, stale_frame),
        // P1, both sides.
        (Mutant::PublishRelaxed, "pushes", points::pushes, STALE),
        (Mutant::PublishRelaxed, "slices", points::slices, STALE),
        (Mutant::NoFenceAfterReadingPosition, "pushes", points::pushes, STALE),
        (Mutant::NoFenceAfterReadingPosition, "slices", points::slices, STALE),
        // P3, both sides.
        (Mutant::ClearRelaxed, "clear", points::clear, points::MARK_AHEAD),
        (Mutant::NoFenceAfterReadingMark, "clear", points::clear, points::MARK_AHEAD),
        // P4, both sides.
        (Mutant::FramePublishRelaxed, "newest", frames::newest, stale_frame),
        (Mutant::NoFenceAfterReadingNewest, "newest", frames::newest, stale_frame),
        // P5, both sides.
        (Mutant::AnnounceRelaxed, "magic", handover::magic, handover::NO_HEADER),
        (Mutant::NoFenceAfterReadingMagic, "magic", handover::magic, handover::NO_HEADER),
        // P6, both sides.
        (Mutant::EndRelaxed, "end", handover::end, handover::NO_LAST_POINT),
        (Mutant::NoFenceAfterReadingState, "end", handover::end, handover::NO_LAST_POINT),
        // What is compared, and when the reservation is raised, and how far.
        (Mutant::ValidateAgainstWritePosition, "slices", points::slices, STALE),
        (Mutant::ValidateAgainstWritePosition, "values", points::values, STALE),
        (Mutant::ValidateAgainstWritePosition, "reserved_ahead", points::reserved_ahead, WRONG_EPOCH),
        (Mutant::ValidateAgainstWritePosition, "newest_lapped", frames::newest_lapped, stale_frame),
        (Mutant::NoValidation, "pushes", points::pushes, STALE),
        (Mutant::NoValidation, "slices", points::slices, STALE),
        (Mutant::NoValidation, "bounded", points::bounded, STALE),
        (Mutant::NoValidation, "two_consumers", points::two_consumers, STALE),
        (Mutant::NoValidation, "reservations", points::reservations, WRONG_EPOCH),
        (Mutant::NoValidation, "chunk_over_a_border", points::chunk_over_a_border, WRONG_EPOCH),
        (Mutant::NoValidation, "newest_lapped", frames::newest_lapped, stale_frame),
        (Mutant::NoValidation, "each", frames::each, stale_frame),
        (Mutant::ReserveAfterStore, "pushes", points::pushes, STALE),
        (Mutant::ReserveAfterStore, "slices", points::slices, STALE),
        (Mutant::ReserveAfterStore, "values", points::values, STALE),
        (Mutant::ReserveAfterStore, "reserved_ahead", points::reserved_ahead, WRONG_EPOCH),
        (Mutant::ReserveAfterStore, "breaks", points::breaks, STALE),
        (Mutant::ReserveAfterStore, "newest_lapped", frames::newest_lapped, stale_frame),
        (Mutant::ReserveUnrounded, "epochs", points::epochs, WRONG_EPOCH),
        (Mutant::ReserveUnrounded, "breaks", points::breaks, WRONG_EPOCH),
        (Mutant::EpochBeforeReserve, "timed_pushes", points::timed_pushes, WRONG_EPOCH),
    ];
    let mut missed = Vec::new();
    for (mutant, name, model, fault) in cases {
        match run(mutant, 3, model) {
            Ok(_) => missed.push(format!("{mutant:?} passes {name}")),
            Err(text) if !text.contains(fault) => {
                missed.push(format!("{mutant:?} fails {name}, but not with {fault:?}: {text}"));
            }
            Err(_) => {}
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}
