//! Producers and consumers stopped, for a moment or for seconds: nobody else waits for them, and nothing is torn.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use ringplot::{Consumer, Liveness, StartAt, StreamKind};

use super::Settings;
use super::board::{Board, Phase, Word};
use super::figures::Figures;
use super::lives::Orders;
use super::place::{self, Killed};
use super::points::{Follower, KINDS, mix};
use super::readers::{POINTS, Source};

/// Longer than it takes until a live stream is called stalled.
const LONG: Duration = Duration::from_millis(3600);
const WATCHDOG: Duration = Duration::from_mins(2);

/// Waits until a child that was sent SIGSTOP has stopped, all its threads.
fn wait_until_stopped(child: &Killed) {
    let stat = format!("/proc/{}/stat", child.0.id());
    let end = Instant::now() + WATCHDOG;
    while !std::fs::read_to_string(&stat).unwrap().contains(") T ") {
        assert!(Instant::now() < end, "the child did not stop");
        std::thread::yield_now();
    }
}

/// A producer that repeats one call for ever, and a reader of it.
struct Busy {
    child: Killed,
    board: Board,
    reader: Follower,
    name: String,
}

impl Busy {
    fn start(kind: StreamKind, aim: Phase, page: u64, rng: &mut StdRng) -> Self {
        use std::io::Write;
        let name = format!("stops/{page}");
        let seed = rng.r#gen();
        let orders = Orders { name: name.clone(), kind, seed, aim, is_held: true, wants_viewer: false };
        let board = place::board(page);
        board.reset();
        let mut command = place::role("lives", page, &orders.to_args());
        command.stdin(Stdio::piped());
        let mut child = Killed::start(command);
        let end = Instant::now() + WATCHDOG;
        while board.phase() != Phase::Waiting {
            assert!(Instant::now() < end, "a producer hangs in {:?}", board.phase());
            std::thread::sleep(Duration::from_micros(200));
        }
        let reader = Follower::new(Consumer::try_attach(&name, StartAt::Oldest).unwrap());
        child.0.stdin.take().unwrap().write_all(&[1]).unwrap();
        Self { child, board, reader, name }
    }

    /// Stops it somewhere, and looks at what is there.
    fn stop(&mut self, rng: &mut StdRng, figures: &mut Figures) {
        let until = Instant::now() + Duration::from_micros(rng.gen_range(0..300));
        while Instant::now() < until {
            self.reader.follow(1);
        }
        self.child.signal(libc::SIGSTOP);
        wait_until_stopped(&self.child);
        self.look(figures);
    }

    fn look(&mut self, figures: &mut Figures) {
        let (done, intent) = (self.board.get(Word::Done), self.board.get(Word::Intent));
        let mut late = Follower::new(Consumer::try_attach(&self.name, StartAt::Oldest).unwrap());
        for follower in [&mut self.reader, &mut late] {
            follower.follow(usize::MAX);
            let written = follower.consumer.counts().position;
            assert!((done..=intent).contains(&written), "{written} of {done} to {intent}");
        }
        assert_eq!(late.consumer.counts().lost, 0);
        figures.add("points checked", late.checked + std::mem::take(&mut self.reader.checked));
    }

    fn is_inside(&self, phase: Phase) -> bool {
        self.board.phase() == phase && self.board.get(Word::Done) != self.board.get(Word::Intent)
    }

    fn go_on(&self) {
        self.child.signal(libc::SIGCONT);
    }
}

/// Stops producers and a consumer; gives all processes that were started.
pub fn all(settings: &Settings) -> BTreeSet<u32> {
    let mut figures = Figures::new("producers and consumers stopped");
    let mut rng = StdRng::seed_from_u64(mix(settings.seed, 4));
    let stops = settings.kills / 15;
    for kind in KINDS {
        for aim in super::lives::acts(kind) {
            let mut busy = Busy::start(kind, *aim, 0, &mut rng);
            figures.pids.insert(busy.child.0.id());
            for _ in 0..(stops / 5).max(4) {
                busy.stop(&mut rng, &mut figures);
                figures.add("stops of a producer for a moment", 1);
                figures
                    .add("of them inside a call that publishes", busy.is_inside(busy.board.phase()).into());
                busy.go_on();
            }
            busy.child.kill();
            let _ = ringplot::stream::gc(Duration::ZERO).unwrap();
        }
    }
    for_seconds(&mut rng, &mut figures);
    figures.tell()
}

/// A producer in the middle of a slice and a consumer are stopped at the same time, until the first is called stalled.
fn for_seconds(rng: &mut StdRng, figures: &mut Figures) {
    let mut busy = Busy::start(StreamKind::Timed, Phase::PushSlice, 0, rng);
    let end = Instant::now() + WATCHDOG;
    loop {
        busy.stop(rng, figures);
        if busy.is_inside(Phase::PushSlice) {
            break;
        }
        assert!(Instant::now() < end, "never stopped in the middle of a slice");
        busy.go_on();
    }
    let mut source = Source::new(rng.r#gen());
    let segments: BTreeSet<_> = place::segments_of(POINTS);
    let board = place::board(1);
    board.reset();
    let mut consumer = Killed::start(place::role("stays", 1, &[]));
    figures.pids.extend([busy.child.0.id(), consumer.0.id()]);
    while board.phase() != Phase::Drain {
        assert!(Instant::now() < end, "the consumer did not come");
        std::thread::sleep(Duration::from_millis(1));
    }
    let mut own = Follower::new(Consumer::try_attach(POINTS, StartAt::Oldest).unwrap());
    source.push();
    consumer.signal(libc::SIGSTOP);
    wait_until_stopped(&consumer);
    let began = Instant::now();
    let mut is_stalled = false;
    // The other producer goes on all the time, and its other reader misses nothing.
    while began.elapsed() < LONG || !is_stalled {
        assert!(Instant::now() < end, "a producer that was stopped is never called stalled");
        source.push();
        own.follow(usize::MAX);
        assert_eq!((own.consumer.counts().position, own.consumer.counts().lost), (source.at, 0));
        busy.reader.follow(usize::MAX);
        let liveness = busy.reader.consumer.liveness();
        is_stalled |= liveness == Liveness::Stalled;
        assert!(matches!(liveness, Liveness::Live | Liveness::Stalled), "{liveness:?}");
        std::thread::sleep(Duration::from_micros(500));
    }
    figures.add("stops of a producer in the middle of a slice, until it was stalled", 1);
    busy.look(figures);
    busy.go_on();
    let before = busy.reader.consumer.counts().position;
    while busy.reader.consumer.counts().position < before + 10_000 {
        assert!(Instant::now() < end, "the producer did not go on");
        busy.reader.follow(1);
    }
    assert_eq!(busy.reader.consumer.liveness(), Liveness::Live);
    busy.child.kill();
    assert_eq!(busy.reader.how_it_ended(), Liveness::Dead);
    busy.reader.follow_to_end();
    // The consumer goes on, has lost what was overwritten meanwhile, and has its counts right to the point.
    consumer.signal(libc::SIGCONT);
    source.push();
    let written = source.at;
    drop(source);
    assert!(consumer.0.wait().unwrap().success(), "the consumer that was stopped saw something wrong");
    assert_eq!(board.get(Word::Done), written);
    assert!(board.get(Word::Lost) > 0, "a consumer stopped for seconds lost nothing of {written}");
    figures.add("stops of a consumer for seconds", 1);
    figures.add("points checked", own.checked + busy.reader.checked + board.get(Word::Extra));
    let _ = ringplot::stream::gc(Duration::ZERO).unwrap();
    place::assert_gone(POINTS, &segments);
}
