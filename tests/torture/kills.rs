//! Producers killed at random instants, and what comes after: readers see it, every point that was published is there, the
//! next producer takes the name at once, viewers follow, and nothing stays that `gc` does not remove.
//!
//! In rounds over some names: a child streams under each; it is killed in a call that was aimed at, or as soon as it
//! starts; then the parent takes the name over, or the next round's child, or `gc` comes.

use std::collections::BTreeSet;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use ringplot::stream::Timed;
use ringplot::{AttachError, Consumer, CreateError, Liveness, Producer, StartAt, StreamKind};

use super::Settings;
use super::board::{Board, Phase, Word};
use super::figures::Figures;
use super::lives::{Orders, acts};
use super::place::{self, Killed};
use super::points::{Follower, KINDS, PASSING_BY, end, mix, t, y};
use super::streams;
#[cfg(feature = "viewer")]
use super::watcher::Watcher;
#[cfg(not(feature = "viewer"))]
use NoWatcher as Watcher;

/// Names at a time.
const LANES: u64 = 32;
/// Points that the parent pushes when it takes over.
const POINTS: u64 = 500;
/// Nothing here takes this long.
const WATCHDOG: Duration = Duration::from_mins(2);

/// Where a producer of any kind can be killed.
const EVERYWHERE: [Phase; 14] = [
    Phase::StartUp,
    Phase::Create,
    Phase::Push,
    Phase::PushSlice,
    Phase::Reserve,
    Phase::Commit,
    Phase::Abort,
    Phase::Break,
    Phase::Clear,
    Phase::Update,
    Phase::Emit,
    Phase::Between,
    Phase::Close,
    Phase::Recreate,
];

/// Without a viewer nobody watches but the readers.
#[cfg(not(feature = "viewer"))]
#[derive(Debug)]
struct NoWatcher;

#[cfg(not(feature = "viewer"))]
#[expect(clippy::unused_self, reason = "it stands where a viewer would")]
impl NoWatcher {
    fn start(_: &[String]) -> Self {
        Self
    }
    fn wait_for_runs(&self, _: &[(String, u64)], _: &mut Figures) {}
    fn wait_for_ends(&self, _: &[(String, u64, u64)], _: &mut Figures) {}
    fn wait_for_points(&self, _: &[(String, u64)], _: u64) {}
    fn stop(self, _: &mut Figures) {}
}

/// Kills producers; gives all processes that were started.
pub fn producers(settings: &Settings) -> BTreeSet<u32> {
    let mut figures = Figures::new("producers killed at random instants");
    let mut rng = StdRng::seed_from_u64(mix(settings.seed, 1));
    let mut lanes: Vec<_> =
        (0..LANES.min(settings.kills)).map(|index| Lane::new(format!("kills/{index:02}"), index)).collect();
    let names: Vec<_> = lanes.iter().map(|lane| lane.name.clone()).collect();
    let watcher = Watcher::start(&names);
    let missed = |figures: &Figures| EVERYWHERE.into_iter().find(|phase| !figures.kills.contains_key(phase));
    while figures.all_kills() < settings.kills || missed(&figures).is_some() {
        // Where nothing has fallen yet is aimed at until something does.
        let wanted = missed(&figures).filter(|_| figures.all_kills() >= settings.kills);
        assert!(figures.all_kills() < 2 * settings.kills + 5000, "no kill ever fell in {wanted:?}");
        round(&mut lanes, &watcher, wanted, &mut rng, &mut figures);
        figures.add("rounds", 1);
        place::assert_no_segment_is_lost(&figures.pids);
    }
    watcher.stop(&mut figures);
    for lane in &mut lanes {
        lane.remove(&mut figures);
    }
    figures.tell()
}

fn round(
    lanes: &mut [Lane],
    watcher: &Watcher,
    wanted: Option<Phase>,
    rng: &mut StdRng,
    figures: &mut Figures,
) {
    for lane in lanes.iter_mut() {
        lane.start(wanted, rng, figures);
    }
    for lane in lanes.iter_mut().filter(|lane| lane.child.is_some()) {
        lane.meet(figures);
    }
    let alive = |lanes: &[Lane]| -> Vec<_> {
        let alive = lanes.iter().filter(|lane| lane.child.is_some());
        alive.map(|lane| (lane.name.clone(), lane.board.get(Word::Run))).collect()
    };
    watcher.wait_for_runs(&alive(lanes), figures);
    let mut ends = Vec::new();
    for lane in lanes.iter_mut().filter(|lane| lane.child.is_some()) {
        if let Some(published) = lane.kill_at_aim(rng, figures) {
            ends.push((lane.name.clone(), lane.board.get(Word::Run), published));
        }
    }
    watcher.wait_for_ends(&ends, figures);
    for lane in lanes.iter_mut() {
        match rng.gen_range(0..10) {
            0 => lane.remove(figures),
            1..5 => lane.take_over(rng, figures),
            _ => {}
        }
    }
    let successors: Vec<_> = lanes.iter().filter_map(Lane::successor).collect();
    watcher.wait_for_runs(&successors, figures);
    watcher.wait_for_points(&successors, POINTS);
    for lane in lanes.iter_mut() {
        lane.give_up(figures);
    }
}

/// What is known of a name.
pub struct Lane {
    name: String,
    index: u64,
    board: Board,
    orders: Option<Orders>,
    child: Option<Killed>,
    /// Attached to the run that was seen last.
    reader: Option<Follower>,
    /// Segments that dead producers of the name have left.
    left: BTreeSet<String>,
    /// The dead run that was opened last, and what it had published.
    opened: Option<(u64, u64)>,
    producer: Option<Producer<Timed>>,
}

impl Lane {
    pub fn new(name: String, index: u64) -> Self {
        Self {
            name,
            index,
            board: place::board(index),
            orders: None,
            child: None,
            reader: None,
            left: BTreeSet::new(),
            opened: None,
            producer: None,
        }
    }

    /// Starts the next child; `false` when it was aimed at before it streams, and so is killed already.
    pub fn start(&mut self, wanted: Option<Phase>, rng: &mut StdRng, figures: &mut Figures) -> bool {
        let is_of = |kind: &StreamKind| {
            wanted.is_none_or(|phase| {
                phase < Phase::Push || phase > Phase::Emit || acts(*kind).contains(&phase)
            })
        };
        let kinds: Vec<_> = KINDS.into_iter().filter(is_of).collect();
        let kind = kinds[rng.gen_range(0..kinds.len())];
        let others = [Phase::StartUp, Phase::Create, Phase::Close, Phase::Recreate, Phase::Between];
        // Twice those that are over in a moment.
        let short = [Phase::Commit, Phase::Break, Phase::Clear, Phase::PushSlice, Phase::Close];
        let short = short.into_iter().filter(|phase| acts(kind).contains(phase) || *phase == Phase::Close);
        let aims: Vec<_> = acts(kind).iter().copied().chain(others).chain(short).collect();
        let aim = wanted.unwrap_or_else(|| aims[rng.gen_range(0..aims.len())]);
        let is_held = !matches!(aim, Phase::StartUp | Phase::Create);
        let orders = Orders {
            name: self.name.clone(),
            kind,
            seed: rng.r#gen(),
            aim,
            is_held,
            wants_viewer: is_held && cfg!(feature = "viewer"),
        };
        self.board.reset();
        let mut command = place::role("lives", self.index, &orders.to_args());
        command.stdin(Stdio::piped());
        let child = Killed::start(command);
        figures.pids.insert(child.0.id());
        (self.child, self.orders) = (Some(child), Some(orders));
        if !is_held {
            if aim == Phase::Create {
                self.wait_for(Phase::Create);
            }
            let most = if aim == Phase::Create { 600 } else { 3000 };
            spin(Duration::from_micros(rng.gen_range(0..most)));
            self.kill(figures);
        }
        is_held
    }

    /// Waits until the child is in `phase`, or has been.
    fn wait_for(&mut self, phase: Phase) {
        let began = Instant::now();
        while self.board.phase() < phase {
            assert!(began.elapsed() < WATCHDOG, "{:?} hangs in {:?}", self.orders, self.board.phase());
            if began.elapsed() > Duration::from_millis(1) {
                std::thread::sleep(Duration::from_micros(100));
                let status = self.child.as_mut().and_then(|child| child.0.try_wait().unwrap());
                assert_eq!(status, None, "{:?} ended by itself", self.orders);
            }
        }
    }

    /// The child has its stream: it took the name over from whoever was dead; its run.
    pub fn meet(&mut self, figures: &mut Figures) -> u64 {
        let began = Instant::now();
        while self.board.phase() != Phase::Waiting {
            assert!(began.elapsed() < WATCHDOG, "{:?} hangs in {:?}", self.orders, self.board.phase());
            let status = self.child.as_mut().and_then(|child| child.0.try_wait().unwrap());
            assert_eq!(status, None, "{:?} ended by itself", self.orders);
            std::thread::sleep(Duration::from_micros(200));
        }
        let run = self.board.get(Word::Run);
        self.is_taken_over(run, figures);
        // Dear: a create waits a while for somebody who holds the name.
        if !mix(figures.all_kills(), self.index).is_multiple_of(32) {
            return run;
        }
        figures.add("times a second producer was refused", 1);
        let Err(CreateError::NameInUse { pid, .. }) = Producer::builder(&self.name).capacity(1024).timed()
        else {
            panic!("{} is live, and was created again", self.name);
        };
        assert_eq!(pid, self.child.as_ref().map(|child| child.0.id()));
        run
    }

    /// Somebody else, or we, have the name now as `run`.
    fn is_taken_over(&mut self, run: u64, figures: &mut Figures) {
        place::assert_unlinked(&self.left);
        if let Some(mut before) = self.reader.take() {
            let liveness = before.how_it_ended();
            let is_known = matches!(liveness, Liveness::Replaced | Liveness::Closed | Liveness::Finished);
            assert!(is_known, "{} was taken over, and is {liveness:?}", self.name);
            // What is mapped stays readable.
            before.follow_to_end();
            figures.add("times a reader saw that it was replaced", (liveness == Liveness::Replaced).into());
        }
        if !self.left.is_empty() {
            figures.add("take-overs from a dead producer", 1);
            self.left.clear();
        }
        let consumer = Consumer::try_attach(&self.name, StartAt::Oldest).unwrap();
        assert_eq!(consumer.run(), run);
        let mut reader = Follower::new(consumer);
        reader.follow(usize::MAX);
        assert!(matches!(reader.consumer.liveness(), Liveness::Live), "{:?}", reader.consumer.liveness());
        figures.add("times a reader attached again", 1);
        self.reader = Some(reader);
    }

    /// Lets the child go on and kills it in what was aimed at; what its first run had published, if that is dead.
    pub fn kill_at_aim(&mut self, rng: &mut StdRng, figures: &mut Figures) -> Option<u64> {
        use std::io::Write;
        let aim = self.orders.as_ref().map(|orders| orders.aim)?;
        let mut stdin = self.child.as_mut()?.0.stdin.take()?;
        stdin.write_all(&[1]).unwrap();
        // A third of the readers read while it goes on.
        let is_read = rng.gen_range(0..3) == 0;
        let began = Instant::now();
        while self.board.phase() != aim && began.elapsed() < Duration::from_millis(20) {
            std::hint::spin_loop();
        }
        // About as long as the call lasts; those that are aimed at are repeated, but for these.
        let most = match aim {
            Phase::PushSlice => 50,
            Phase::Close => 100,
            _ => 500,
        };
        let until = Instant::now() + Duration::from_micros(rng.gen_range(0..most));
        while Instant::now() < until {
            if let Some(reader) = self.reader.as_mut().filter(|_| is_read) {
                reader.follow(1);
            }
        }
        self.kill(figures)
    }

    /// Kills the child and checks what is left; what its first run had published, if that is dead.
    fn kill(&mut self, figures: &mut Figures) -> Option<u64> {
        self.child.take()?.kill();
        let phase = self.board.phase();
        figures.killed_in(phase);
        self.left.extend(place::segments_of(&self.name));
        let orders = self.orders.take()?;
        let published = self.reader_sees_the_end(phase, &orders, figures);
        self.dead_can_be_opened(phase, &orders, figures);
        published
    }

    fn reader_sees_the_end(&mut self, phase: Phase, orders: &Orders, figures: &mut Figures) -> Option<u64> {
        let is_first = self.board.get(Word::Life) == 0;
        let reader = self.reader.as_mut()?;
        if !orders.is_held {
            // It is attached to a run before the child's: that was, and stays, over.
            reader.how_it_ended();
            return None;
        }
        let liveness = reader.how_it_ended();
        let ended = end(orders.life_seed(0));
        match phase {
            _ if !is_first => assert_eq!(liveness, ended, "killed in a later life, in {phase:?}"),
            Phase::Close => assert!(liveness == Liveness::Dead || liveness == ended, "{liveness:?}"),
            _ => assert_eq!(liveness, Liveness::Dead, "killed in {phase:?}"),
        }
        let published = reader.follow_to_end();
        figures.add("points checked", std::mem::take(&mut reader.checked));
        if is_first {
            let (done, intent) = (self.board.get(Word::Done), self.board.get(Word::Intent));
            assert!(
                (done..=intent).contains(&published),
                "killed in {phase:?}: {published} of {done} to {intent}"
            );
        }
        (liveness == Liveness::Dead).then_some(published)
    }

    /// A dead stream can be opened as it was left.
    fn dead_can_be_opened(&mut self, phase: Phase, orders: &Orders, figures: &mut Figures) {
        let run = self.board.get(Word::Run);
        // Not `try_attach`: it may take who passes by for a producer that creates.
        let mut dead = match Consumer::attach(&self.name, StartAt::Oldest) {
            Ok(consumer) => Follower::new(consumer),
            Err(AttachError::Unknown { .. } | AttachError::Gone { .. }) if !phase.is_streaming() => return,
            Err(error) => panic!("killed in {phase:?}, and then: {error}"),
        };
        let liveness = dead.how_it_ended();
        let (done, intent) = (self.board.get(Word::Done), self.board.get(Word::Intent));
        let published = dead.follow_to_end();
        if dead.consumer.run() == run && run != 0 {
            assert_eq!(dead.consumer.kind(), orders.kind);
            assert!(
                (done..=intent).contains(&published),
                "killed in {phase:?}: {published} of {done} to {intent}"
            );
            let cleared = self.board.get(Word::ClearDone)..=self.board.get(Word::ClearIntent);
            let mark = dead.consumer.cleared_before();
            assert!(orders.kind.is_frames() || cleared.contains(&mark), "{mark} of {cleared:?}");
            assert!(liveness == Liveness::Dead || phase == Phase::Close, "{liveness:?} in {phase:?}");
        } else {
            assert!(!phase.is_streaming(), "killed in {phase:?}, and the run is another");
            // Of the child's, and then just created; or the predecessor's, not yet removed.
            let is_before = self.opened == Some((dead.consumer.run(), published))
                || self.reader.as_ref().is_some_and(|reader| reader.consumer.run() == dead.consumer.run());
            assert!(published == 0 || is_before, "killed in {phase:?}: {published} points of nobody");
        }
        self.opened = Some((dead.consumer.run(), published));
        figures.add("points checked", dead.checked);
        figures.add("dead streams opened", 1);
    }

    /// The parent is the successor.
    pub fn take_over(&mut self, rng: &mut StdRng, figures: &mut Figures) {
        let seed = rng.r#gen();
        let builder = Producer::builder(&self.name).capacity(1024).label(&format!("{seed:016x}"));
        let mut producer = builder.timed().unwrap();
        for position in 0..POINTS {
            if super::points::is_pen_up(seed, position) {
                producer.push(t(seed, position), f32::NAN);
            } else {
                producer.push(t(seed, position), y(seed, position));
            }
        }
        self.is_taken_over(producer.stats().run, figures);
        let reader = self.reader.as_ref().unwrap();
        assert_eq!(reader.consumer.counts().received, POINTS);
        self.producer = Some(producer);
    }

    pub fn successor(&self) -> Option<(String, u64)> {
        self.producer.as_ref().map(|producer| (self.name.clone(), producer.stats().run))
    }

    /// Waits until a viewer has attached to the parent's stream.
    #[cfg(feature = "viewer")]
    pub fn wait_for_viewer(&self) {
        let producer = self.producer.as_ref().unwrap();
        assert!(producer.wait_for_viewer(WATCHDOG), "no viewer came to {}", self.name);
    }

    /// The parent's stream is at its end, and so is who shows it.
    #[cfg(feature = "viewer")]
    pub fn finish(&mut self) {
        self.producer.take().unwrap().finish();
    }

    /// The parent closes its stream, if it has one: nothing is left then.
    pub fn give_up(&mut self, figures: &mut Figures) {
        let Some(producer) = self.producer.take() else { return };
        let segments = place::segments_of(&self.name);
        assert_eq!(segments.len(), 1, "{segments:?}");
        producer.close();
        place::assert_gone(&self.name, &segments);
        figures.add("times nothing was left when the successor closed", 1);
    }

    /// `gc` removes whatever dead producers have left.
    pub fn remove(&mut self, figures: &mut Figures) {
        let was = streams::files_of(&self.name).len();
        let until = Instant::now() + PASSING_BY;
        let _ = ringplot::stream::gc_below(&self.name).unwrap();
        // Again, where somebody who passed by held the lock.
        while !streams::files_of(&self.name).is_empty() && Instant::now() < until {
            let _ = ringplot::stream::gc_below(&self.name).unwrap();
        }
        place::assert_gone(&self.name, &self.left);
        figures.add("times gc removed what was left", (was > 0).into());
        self.left.clear();
        if let Some(reader) = &mut self.reader {
            reader.how_it_ended();
            reader.follow_to_end();
        }
    }
}

fn spin(time: Duration) {
    let until = Instant::now() + time;
    while Instant::now() < until {
        std::hint::spin_loop();
    }
}
