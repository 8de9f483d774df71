//! The producer that is killed: creates, pushes in every way there is, closes, creates again. Its page tells where it is.

use std::io::Read;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use ringplot::stream::{Events, Snapshot, Timed, Uniform, Xy};
use ringplot::{Producer, StreamKind};

use super::board::{Board, Phase, Word};
use super::modes::Pushes;
use super::points::{KINDS, end, is_pen_up, mix};
use super::trace::mark;

/// What a child is to do.
#[derive(Clone, Debug)]
pub struct Orders {
    pub name: String,
    pub kind: StreamKind,
    pub seed: u64,
    /// What it repeats for ever after a prelude; `Between`: everything, in turns.
    pub aim: Phase,
    /// Whether it waits for a byte from its parent once it has a stream with [`FIRST`] points.
    pub is_held: bool,
    /// Whether it waits until a viewer is attached before that.
    pub wants_viewer: bool,
}

/// Points (frames) that a held child pushes first.
pub const FIRST: u64 = 300;

impl Orders {
    pub fn to_args(&self) -> Vec<String> {
        let kind = KINDS.iter().position(|kind| *kind == self.kind).unwrap();
        let words = [self.aim as u64, self.is_held.into(), self.wants_viewer.into()];
        let numbers = [kind as u64, self.seed].into_iter().chain(words);
        std::iter::once(self.name.clone()).chain(numbers.map(|n| n.to_string())).collect()
    }

    pub fn from_args(args: &[String]) -> Self {
        let number = |i: usize| args[i].parse::<u64>().unwrap();
        Self {
            name: args[0].clone(),
            kind: KINDS[number(1) as usize],
            seed: number(2),
            aim: Phase::ALL[number(3) as usize],
            is_held: number(4) == 1,
            wants_viewer: number(5) == 1,
        }
    }

    /// The seed of the child's life number `life`.
    pub fn life_seed(&self, life: u64) -> u64 {
        mix(self.seed, life)
    }
}

/// Lives until it is killed.
pub fn play(orders: &Orders, board: Board) {
    match orders.kind {
        StreamKind::Timed => lives::<Producer<Timed>>(orders, board),
        StreamKind::Uniform => lives::<Producer<Uniform>>(orders, board),
        StreamKind::Xy => lives::<Producer<Xy>>(orders, board),
        StreamKind::Snapshot => lives::<Producer<Snapshot>>(orders, board),
        StreamKind::Events => lives::<Producer<Events>>(orders, board),
        other => panic!("a kind that is not tortured: {other}"),
    }
}

fn lives<P: Pushes>(orders: &Orders, board: Board) {
    for life in 0.. {
        let seed = orders.life_seed(life);
        let mut rng = StdRng::seed_from_u64(seed);
        let capacity = 1024 << (mix(seed, 7) % 3);
        board.set(Word::Life, life);
        board.enter(if life == 0 { Phase::Create } else { Phase::Recreate });
        let mut life_ = Life::<P>::create(&orders.name, seed, capacity, board);
        if orders.is_held && life == 0 {
            life_.hold(orders.wants_viewer);
        }
        for _ in 0..rng.gen_range(0..12) {
            life_.act(any_act::<P>(&mut rng), &mut rng);
        }
        if is_act_of::<P>(orders.aim) {
            life_.longest_slice = 64 * capacity;
            loop {
                life_.act(orders.aim, &mut rng);
            }
        }
        board.enter(Phase::Close);
        life_.producer.end(end(seed));
    }
}

/// Fills its ring, and then makes each of its calls between two marks.
pub fn play_by_steps(orders: &Orders, board: Board) {
    match orders.kind {
        StreamKind::Timed => steps::<Producer<Timed>>(orders, board),
        StreamKind::Uniform => steps::<Producer<Uniform>>(orders, board),
        StreamKind::Xy => steps::<Producer<Xy>>(orders, board),
        StreamKind::Snapshot => steps::<Producer<Snapshot>>(orders, board),
        StreamKind::Events => steps::<Producer<Events>>(orders, board),
        other => panic!("a kind that is not tortured: {other}"),
    }
}

fn steps<P: Pushes>(orders: &Orders, board: Board) {
    let seed = orders.life_seed(0);
    let mut rng = StdRng::seed_from_u64(seed);
    let mut life = Life::<P>::create(&orders.name, seed, 1024, board);
    while life.at < 2500 {
        life.step();
    }
    (life.longest_slice, life.repeats) = (700, 4);
    for act in acts(P::KIND) {
        // Breaks come where they belong, everything else over the border of two blocks.
        let is_there = |at| {
            if *act == Phase::Break { is_pen_up(seed, at) } else { at % 256 == 254 && !is_pen_up(seed, at) }
        };
        while !P::KIND.is_frames() && !is_there(life.at) {
            life.step();
        }
        life.is_stepped = true;
        life.act(*act, &mut rng);
        life.is_stepped = false;
    }
    board.enter(Phase::Close);
    mark();
    drop(life.producer);
    mark();
}

/// The calls that streams of this mode have.
pub fn acts(kind: StreamKind) -> &'static [Phase] {
    use Phase::{Abort, Break, Clear, Commit, Emit, Push, PushSlice, Reserve, Update};
    match kind {
        StreamKind::Snapshot => &[Update, Clear],
        StreamKind::Events => &[Emit, Clear],
        StreamKind::Timed | StreamKind::Uniform | StreamKind::Xy => {
            &[Push, PushSlice, Reserve, Commit, Abort, Break, Clear]
        }
        other => panic!("a kind that is not tortured: {other}"),
    }
}

fn is_act_of<P: Pushes>(phase: Phase) -> bool {
    acts(P::KIND).contains(&phase)
}

fn any_act<P: Pushes>(rng: &mut StdRng) -> Phase {
    let acts = acts(P::KIND);
    acts[rng.gen_range(0..acts.len())]
}

/// One run.
struct Life<P> {
    producer: P,
    board: Board,
    seed: u64,
    capacity: u64,
    longest_slice: u64,
    /// The most pushes, or clears, that go together.
    repeats: u64,
    is_stepped: bool,
    at: u64,
    /// Where the last break ended.
    broken_at: u64,
}

impl<P: Pushes> Life<P> {
    fn create(name: &str, seed: u64, capacity: u64, board: Board) -> Self {
        let producer = P::create(name, seed, capacity);
        for word in [Word::Done, Word::Intent, Word::ClearDone, Word::ClearIntent] {
            board.set(word, 0);
        }
        board.set(Word::Run, producer.run());
        board.enter(Phase::Between);
        Self {
            producer,
            board,
            seed,
            capacity,
            longest_slice: 3 * capacity,
            repeats: 100,
            is_stepped: false,
            at: 0,
            broken_at: 0,
        }
    }

    /// Where a call begins and where it has ended, for who leads this process through it step by step.
    fn mark(&self) {
        if self.is_stepped {
            mark();
        }
    }

    fn hold(&mut self, wants_viewer: bool) {
        let mut rng = StdRng::seed_from_u64(self.seed);
        while self.at < FIRST {
            self.act(acts(P::KIND)[0], &mut rng);
        }
        assert!(!wants_viewer || self.producer.is_plotted(), "no viewer came");
        self.board.enter(Phase::Waiting);
        let _ = std::io::stdin().read(&mut [0]);
        self.board.enter(Phase::Between);
    }

    /// Makes `call`, which publishes up to `end`, as `phase`.
    fn publish(&mut self, phase: Phase, end: u64, call: impl FnOnce(&mut P, &dyn Fn())) {
        let (board, is_stepped) = (self.board, self.is_stepped);
        call(&mut self.producer, &|| {
            board.set(Word::Intent, end);
            board.enter(phase);
            if is_stepped {
                mark();
            }
        });
        self.mark();
        self.board.set(Word::Done, end);
        self.board.enter(Phase::Between);
        self.at = end;
    }

    /// Whether the next step is a break, which takes nothing at the start and right after another.
    fn is_break_next(&self) -> bool {
        is_pen_up(self.seed, self.at) && (P::KIND == StreamKind::Uniform || self.at != self.broken_at)
    }

    /// One push, or the break that belongs here.
    fn step(&mut self) {
        let (seed, at) = (self.seed, self.at);
        match P::KIND {
            StreamKind::Snapshot => {
                self.publish(Phase::Update, at + 1, |producer, begin| producer.one(seed, at, begin));
            }
            StreamKind::Events => {
                self.publish(Phase::Emit, at + 1, |producer, begin| producer.one(seed, at, begin));
            }
            _ if !is_pen_up(seed, at) => {
                self.publish(Phase::Push, at + 1, |producer, begin| producer.one(seed, at, begin));
            }
            // A break here would take nothing.
            _ if !self.is_break_next() => {
                self.publish(Phase::PushSlice, at + 1, |producer, begin| producer.slice(seed, at, 1, begin));
            }
            kind => {
                let end = if kind == StreamKind::Timed { (at + 1).next_multiple_of(256) } else { at + 1 };
                self.publish(Phase::Break, end, |producer, begin| {
                    begin();
                    producer.pen_up();
                });
                self.broken_at = end;
            }
        }
    }

    fn act(&mut self, act: Phase, rng: &mut StdRng) {
        let (seed, at, most) = (self.seed, self.at, self.capacity / 4);
        match act {
            Phase::Push | Phase::Update | Phase::Emit => {
                (0..rng.gen_range(1..self.repeats)).for_each(|_| self.step());
            }
            Phase::Break => {
                while !self.is_break_next() {
                    self.step();
                }
                self.step();
            }
            Phase::PushSlice => {
                let count = rng.gen_range(1..self.longest_slice);
                self.publish(act, at + count, |producer, begin| producer.slice(seed, at, count, begin));
            }
            Phase::Clear => {
                for _ in 0..rng.gen_range(1..self.repeats) {
                    self.step();
                    self.board.set(Word::ClearIntent, self.at);
                    self.board.enter(Phase::Clear);
                    self.mark();
                    self.producer.forget();
                    self.mark();
                    self.board.set(Word::ClearDone, self.at);
                    self.board.enter(Phase::Between);
                }
            }
            Phase::Reserve | Phase::Commit | Phase::Abort => {
                let count = if act == Phase::Commit { 2 } else { rng.gen_range(1..=most) };
                let used = rng.gen_range(0..=count);
                let board = self.board;
                let is_kept = act != Phase::Abort;
                board.enter(if is_kept { Phase::Reserve } else { Phase::Abort });
                // What is dropped is of another run's making, and must never be seen.
                let source = if is_kept { seed } else { !seed };
                self.mark();
                self.producer.chunk(source, at, count, used, || {
                    if is_kept {
                        board.set(Word::Intent, at + used);
                        board.enter(Phase::Commit);
                    }
                    is_kept
                });
                self.mark();
                if is_kept {
                    self.at = at + used;
                    board.set(Word::Done, self.at);
                }
                board.enter(Phase::Between);
            }
            other => unreachable!("{other:?} is no act"),
        }
    }
}
