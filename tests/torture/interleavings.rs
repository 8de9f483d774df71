//! Two processes in each other's way, at every instant: one is stopped at each begin and end of a system call of creating,
//! closing and collecting; another one creates, collects or attaches; then the first goes on.

use std::collections::BTreeSet;
use std::time::Duration;

use ringplot::stream::Timed;
use ringplot::{AttachError, Consumer, CreateError, Liveness, Producer, StartAt};

use super::Settings;
use super::board::{Board, Word};
use super::boundaries::{NAME, POINTS, REFUSED, Remains, SEED, killed_at_work, lead, push};
use super::figures::Figures;
use super::place;
use super::points::Follower;
use super::trace::Traced;

/// What the other process does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Other {
    Creates,
    Collects,
    Attaches,
}

/// All of them; gives all processes that were started.
pub fn all(settings: &Settings) -> BTreeSet<u32> {
    let mut figures = Figures::new("two processes in each other's way, at every system call");
    let probe = Traced::start(place::role("boundary", 0, &["gc".to_owned()]));
    if let Err(error) = probe.and_then(|traced| traced.information()) {
        println!("    NOT DONE: the system lets us trace no child's system calls ({error})");
        return figures.tell();
    }
    let (nothing, dead) = (Remains::default(), killed_at_work());
    let is_long = settings.is_long();
    for (what, before) in [("try", &nothing), ("try", &dead), ("close", &nothing), ("gc", &dead)] {
        for other in [Other::Creates, Other::Collects, Other::Attaches] {
            // A create waits a while for who holds the name: dear.
            let every = match other {
                _ if is_long => 1,
                Other::Creates => 31,
                Other::Collects | Other::Attaches => 3,
            };
            let mut instants = (1..).step_by(every);
            while instants.next().is_some_and(|at| meet(what, before, other, at, &mut figures)) {
                figures.add("instants", 1);
            }
            let _ = ringplot::stream::gc(Duration::ZERO).unwrap();
        }
    }
    println!("    creates: every instant of {}", if is_long { 1 } else { 31 });
    figures.tell()
}

/// Stops a child at instant number `at`; `false` when it was through before that.
fn meet(what: &str, before: &Remains, other: Other, at: u64, figures: &mut Figures) -> bool {
    before.restore();
    let board = place::board(0);
    board.reset();
    let mut traced = Traced::start(place::role("boundary", 0, &[what.to_owned()])).unwrap();
    figures.pids.insert(traced.child.0.id());
    if !lead(&traced, at, &mut Vec::new()) {
        traced.child.kill();
        return false;
    }
    let successor = act(other, figures);
    traced.run_to_mark().unwrap();
    let segments: BTreeSet<_> = place::segments_of(NAME).into_iter().chain(before.segments()).collect();
    match successor {
        // The other one was first, or the child had already let go.
        Some(producer) => {
            assert!(what != "try" || board.get(Word::Extra) == REFUSED, "two producers of one name");
            is_unharmed(producer, figures);
        }
        None if what == "try" => child_has_the_name(&traced, board, figures),
        None => {}
    }
    // The child ends.
    traced.run_to_end();
    let _ = ringplot::stream::gc(Duration::ZERO).unwrap();
    place::assert_gone(NAME, &segments);
    place::assert_no_segment_is_lost(&figures.pids);
    true
}

/// The other process; its producer, if it has become one.
fn act(other: Other, figures: &mut Figures) -> Option<Producer<Timed>> {
    match other {
        Other::Collects => {
            let _ = ringplot::stream::gc(Duration::ZERO).unwrap();
            None
        }
        Other::Attaches => {
            match Consumer::try_attach(NAME, StartAt::Oldest) {
                Ok(consumer) => {
                    let mut reader = Follower::new(consumer);
                    let published = reader.follow_to_end();
                    assert!(published == 0 || published == POINTS, "{published}");
                    assert_ne!(reader.consumer.liveness(), Liveness::Stalled);
                    figures.add("points checked", reader.checked);
                    figures.add("times a reader could attach", 1);
                }
                Err(
                    AttachError::Unknown { .. } | AttachError::Gone { .. } | AttachError::Initialising { .. },
                ) => {}
                Err(error) => panic!("{error}"),
            }
            None
        }
        Other::Creates => match Producer::builder(NAME).capacity(1024).label(&format!("{SEED:016x}")).timed()
        {
            Ok(producer) => Some(producer),
            Err(CreateError::NameInUse { .. }) => {
                figures.add("times the second one was refused", 1);
                None
            }
            Err(error) => panic!("{error}"),
        },
    }
}

/// The other one's stream is as it should be, though the child has gone on.
fn is_unharmed(mut producer: Producer<Timed>, figures: &mut Figures) {
    push(&mut producer, SEED, 0..POINTS);
    let mut reader = Follower::new(Consumer::try_attach(NAME, StartAt::Oldest).unwrap());
    assert_eq!((reader.consumer.run(), reader.follow_to_end()), (producer.stats().run, POINTS));
    assert_eq!(reader.consumer.liveness(), Liveness::Live);
    figures.add("points checked", reader.checked);
    figures.add("times the second one had the name", 1);
    let segments = place::segments_of(NAME);
    producer.close();
    assert_eq!(reader.consumer.liveness(), Liveness::Closed);
    place::assert_unlinked(&segments);
}

/// The child has created its stream, whatever came in its way.
fn child_has_the_name(traced: &Traced, board: Board, figures: &mut Figures) {
    let run = board.get(Word::Run);
    assert_ne!(run, 0, "the child was refused a name that nobody has");
    let mut reader = Follower::new(Consumer::try_attach(NAME, StartAt::Oldest).unwrap());
    assert_eq!((reader.consumer.run(), reader.consumer.pid()), (run, traced.child.0.id()));
    assert_eq!(reader.consumer.liveness(), Liveness::Live);
    assert!(matches!(
        ringplot::stream::streams().unwrap().as_slice(),
        [only] if only.is_live && only.run == Some(run)
    ));
    let _ = reader.follow_to_end();
    figures.add("times the first one had the name", 1);
}
