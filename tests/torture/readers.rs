//! Consumers killed at random instants: the producer goes on, all that it pushes is there, and other readers miss nothing.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use ringplot::stream::{Snapshot, Timed};
use ringplot::{Consumer, Liveness, Point, Producer, StartAt};

use super::Settings;
use super::board::{Board, Phase, Word};
use super::figures::Figures;
use super::place::{self, Killed};
use super::points::{Follower, LONGEST, is_pen_up, length, mix, t, x, y};

pub const POINTS: &str = "readers/points";
const FRAMES: &str = "readers/frames";
const CAPACITY: u64 = 1 << 14;
const WATCHDOG: Duration = Duration::from_mins(2);

/// Where a reader can be killed.
const EVERYWHERE: [Phase; 6] =
    [Phase::StartUp, Phase::Attach, Phase::Drain, Phase::Frames, Phase::Ask, Phase::Leave];

/// The reader that is killed: attaches to both streams, reads and checks, detaches, again and again.
pub fn play(board: Board) {
    let mut rng = StdRng::seed_from_u64(board.get(Word::Extra));
    loop {
        for name in [POINTS, FRAMES] {
            board.enter(Phase::Attach);
            let start = if rng.r#gen() { StartAt::Oldest } else { StartAt::Now };
            let mut reader = Follower::new(Consumer::attach(name, start).unwrap());
            reader.consumer.announce_viewer();
            for _ in 0..rng.gen_range(0..30) {
                board.enter(if name == POINTS { Phase::Drain } else { Phase::Frames });
                reader.follow(4);
                board.enter(Phase::Ask);
                assert_eq!(reader.consumer.liveness(), Liveness::Live);
            }
            board.enter(Phase::Leave);
            drop(reader);
        }
    }
}

/// The reader that stays: to the end, in a process of its own, and then it tells its counts.
pub fn stay(board: Board) {
    let mut reader = Follower::new(Consumer::attach(POINTS, StartAt::Oldest).unwrap());
    board.enter(Phase::Drain);
    while !reader.consumer.liveness().is_over() {
        reader.follow(64);
        std::thread::sleep(Duration::from_micros(500));
    }
    let written = reader.follow_to_end();
    assert_eq!(reader.consumer.liveness(), Liveness::Closed);
    // `follow` has checked that received + lost = position − start.
    board.set(Word::Done, written);
    board.set(Word::Extra, reader.checked);
    board.set(Word::Lost, reader.consumer.counts().lost);
}

/// The parent's two streams, pushed into all the time.
pub struct Source {
    points: Producer<Timed>,
    frames: Producer<Snapshot>,
    seed: u64,
    pub at: u64,
    number: u64,
}

impl Source {
    pub fn new(seed: u64) -> Self {
        let label = format!("{seed:016x}");
        let builder = |name| Producer::builder(name).label(&label);
        Self {
            points: builder(POINTS).capacity(CAPACITY).timed().unwrap(),
            frames: builder(FRAMES).capacity(1024).snapshot(LONGEST as u32).unwrap(),
            seed,
            at: 0,
            number: 0,
        }
    }

    pub fn push(&mut self) {
        let seed = self.seed;
        for p in self.at..self.at + 300 {
            self.points.push(t(seed, p), if is_pen_up(seed, p) { f32::NAN } else { y(seed, p) });
        }
        self.at += 300;
        let positions = (0..length(seed, self.number)).map(|i| self.number * LONGEST + i);
        let curve: Vec<_> = positions.map(|p| Point::new(x(seed, p), y(seed, p))).collect();
        self.frames.update(t(seed, self.number), &curve);
        self.number += 1;
    }
}

/// Kills readers; gives all processes that were started.
pub fn consumers(settings: &Settings) -> BTreeSet<u32> {
    let mut figures = Figures::new("consumers killed at random instants");
    let kills = (settings.kills / 5).max(100);
    let mut rng = StdRng::seed_from_u64(mix(settings.seed, 2));
    let mut source = Source::new(rng.r#gen());
    let segments: BTreeSet<_> = [POINTS, FRAMES].into_iter().flat_map(place::segments_of).collect();
    let mut own = Follower::new(Consumer::attach(POINTS, StartAt::Oldest).unwrap());
    let mut own_frames = Follower::new(Consumer::attach(FRAMES, StartAt::Oldest).unwrap());
    let (board, steady_board) = (place::board(0), place::board(1));
    steady_board.reset();
    let mut steady = Killed::start(place::role("stays", 1, &[]));
    figures.pids.insert(steady.0.id());
    let began = Instant::now();
    while steady_board.phase() != Phase::Drain {
        assert!(began.elapsed() < WATCHDOG, "the reader that stays did not come");
        std::thread::sleep(Duration::from_millis(1));
    }
    let missed = |figures: &Figures| EVERYWHERE.into_iter().find(|phase| !figures.kills.contains_key(phase));
    while figures.all_kills() < kills || missed(&figures).is_some() {
        let wanted = missed(&figures).filter(|_| figures.all_kills() >= kills);
        assert!(figures.all_kills() < 2 * kills + 1000, "no kill ever fell in {wanted:?}");
        let aim = wanted.unwrap_or_else(|| EVERYWHERE[rng.gen_range(0..EVERYWHERE.len())]);
        board.reset();
        board.set(Word::Extra, rng.r#gen());
        let mut child = Killed::start(place::role("reader", 0, &[]));
        figures.pids.insert(child.0.id());
        let patience = Instant::now() + WATCHDOG;
        // All of the start-up is as good a time as any.
        while aim != Phase::StartUp && board.phase() != aim {
            assert!(Instant::now() < patience, "a reader hangs in {:?}", board.phase());
            source.push();
            own.follow(8);
        }
        let most = if aim == Phase::StartUp { 3000 } else { 300 };
        let until = Instant::now() + Duration::from_micros(rng.gen_range(0..most));
        while Instant::now() < until {
            source.push();
        }
        child.kill();
        figures.killed_in(board.phase());
        own.follow(usize::MAX);
        own_frames.follow(1);
        assert_eq!(own.consumer.counts().position, source.at);
        assert_eq!(own_frames.consumer.written(), source.number);
        assert_eq!(
            (source.points.stats().written, source.frames.stats().written),
            (source.at, source.number)
        );
        assert_eq!(own.consumer.liveness(), Liveness::Live);
        let mut late = Follower::new(Consumer::try_attach(POINTS, StartAt::Oldest).unwrap());
        assert_eq!(late.follow_to_end(), source.at);
        assert_eq!(late.consumer.counts().lost, 0);
        figures.add("points checked", late.checked);
    }
    figures.add("points checked", own.checked + own_frames.checked);
    figures.add("points pushed meanwhile", source.at);
    let written = source.at;
    drop(source);
    assert!(steady.0.wait().unwrap().success(), "the reader that stayed saw something wrong");
    assert_eq!(steady_board.get(Word::Done), written);
    figures.add("points checked by a reader that stayed", steady_board.get(Word::Extra));
    for name in [POINTS, FRAMES] {
        place::assert_gone(name, &segments);
    }
    figures.tell()
}
