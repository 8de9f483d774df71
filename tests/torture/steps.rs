//! Every instruction of every call of a producer, one after the other: whatever it is stopped at, and so whatever a kill
//! would leave there, all that was published can be read, and nothing else.

use std::collections::BTreeSet;

use ringplot::{Consumer, StartAt, StreamKind};

use super::Settings;
use super::board::{Board, Phase, Word};
use super::figures::Figures;
use super::lives::Orders;
use super::place;
use super::points::{Follower, KINDS, mix};
use super::trace::{Stop, Traced};

const NAME: &str = "steps/x";

/// Steps through the calls of streams of every kind; gives all processes that were started.
pub fn all(settings: &Settings) -> BTreeSet<u32> {
    let mut figures = Figures::new("producers stopped at every instruction");
    for kind in KINDS {
        let seed = mix(settings.seed, 3 + kind as u64);
        let orders = Orders {
            name: NAME.to_owned(),
            kind,
            seed,
            aim: Phase::Between,
            is_held: false,
            wants_viewer: false,
        };
        let board = place::board(0);
        board.reset();
        match Traced::start(place::role("steps", 0, &orders.to_args())) {
            Ok(traced) => through(&traced, &orders, board, settings, &mut figures),
            Err(error) => println!("    NOT DONE: the system lets us trace no child ({error})"),
        }
    }
    figures.tell()
}

/// Leads a child through all its marked calls to its end.
fn through(traced: &Traced, orders: &Orders, board: Board, settings: &Settings, figures: &mut Figures) {
    figures.pids.insert(traced.child.0.id());
    let mut reader = Follower::new(Consumer::try_attach(NAME, StartAt::Oldest).unwrap());
    let segments = place::segments_of(NAME);
    let run = board.get(Word::Run);
    loop {
        let phase = board.phase();
        if phase == Phase::Close {
            break;
        }
        figures.add("calls stepped through", 1);
        // Short calls whole; of long ones, in the short version, every so manieth instruction.
        let mut instructions = 0u64;
        while traced.step() == Stop::Step {
            instructions += 1;
            if settings.is_long() || instructions < 200 || instructions.is_multiple_of(29) {
                look(orders.kind, run, board, &mut reader, figures);
                figures.add("instants looked at", 1);
            }
        }
        // From the call's end to the begin of the next one.
        traced.run_to_mark().unwrap();
    }
    traced.run_to_mark().unwrap();
    assert_eq!(reader.consumer.liveness(), ringplot::Liveness::Closed);
    reader.follow_to_end();
    place::assert_gone(NAME, &segments);
    figures.add("points checked", reader.checked);
}

/// What readers see while the producer stands still where it is.
fn look(kind: StreamKind, run: u64, board: Board, reader: &mut Follower, figures: &mut Figures) {
    let (done, intent) = (board.get(Word::Done), board.get(Word::Intent));
    reader.follow(usize::MAX);
    let mut late = Follower::new(Consumer::try_attach(NAME, StartAt::Oldest).unwrap());
    assert_eq!(late.consumer.run(), run);
    // As after a kill: no more will come, and all that is published is there.
    late.follow_to_end();
    for follower in [&*reader, &late] {
        let counts = follower.consumer.counts();
        let is_so = (done..=intent).contains(&counts.position);
        assert!(is_so, "{:?}: {} of {done} to {intent}", board.phase(), counts.position);
    }
    let counts = late.consumer.counts();
    assert_eq!(counts.lost, 0);
    if !kind.is_frames() {
        // A ring of 1,024 gives all but the blocks that are being written.
        let cleared = late.consumer.cleared_before();
        let least = 1024 - (intent - done).max(256).next_multiple_of(256).min(512) - 256;
        assert!(counts.received >= least.min(counts.position - cleared), "{counts:?}");
        assert!((board.get(Word::ClearDone)..=board.get(Word::ClearIntent)).contains(&cleared));
    }
    figures.add("points checked", late.checked);
}
