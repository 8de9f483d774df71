//! Every instant of creating, closing, collecting and attaching that another process can tell apart, one after the other.
//!
//! A child is traced through the call and killed at the first begin or end of a system call, then another one at the
//! second, and so on until one gets through: between lock and rename, between unlink and unlock, and everywhere else.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ringplot::stream::Timed;
use ringplot::{AttachError, Consumer, CreateError, Liveness, Producer, StartAt};

use super::Settings;
use super::board::{Board, Word};
use super::figures::Figures;
use super::place;
use super::points::{Follower, is_pen_up, t, y};
use super::streams;
use super::trace::{Stop, Traced, mark, name as call_name};

pub const NAME: &str = "boundary/x";
/// Points that a producer has pushed when it is to end.
pub const POINTS: u64 = 700;
pub const SEED: u64 = 0x5EED;
/// What a child tells that was refused the name.
pub const REFUSED: u64 = 7;
/// Age at which a passer-by may remove a dead stream: long enough that it only marks it.
const QUIET: Duration = Duration::from_mins(10);

pub fn create(seed: u64) -> Producer<Timed> {
    Producer::builder(NAME).capacity(1024).label(&format!("{seed:016x}")).timed().unwrap()
}

pub fn push(producer: &mut Producer<Timed>, seed: u64, range: std::ops::Range<u64>) {
    for p in range {
        producer.push(t(seed, p), if is_pen_up(seed, p) { f32::NAN } else { y(seed, p) });
    }
}

/// The child: does one thing between two marks.
pub fn play(what: &str, board: Board) {
    match what {
        "create" => {
            mark();
            let producer = create(SEED + 1);
            mark();
            drop(producer);
        }
        "try" => {
            mark();
            let created = Producer::builder(NAME).capacity(1024).label(&format!("{:016x}", SEED + 1)).timed();
            match &created {
                Ok(producer) => board.set(Word::Run, producer.stats().run),
                Err(CreateError::NameInUse { .. }) => board.set(Word::Extra, REFUSED),
                Err(error) => panic!("{error}"),
            }
            mark();
            drop(created);
        }
        "close" | "finish" | "leave" => {
            let mut producer = create(SEED);
            push(&mut producer, SEED, 0..POINTS);
            mark();
            match what {
                "close" => producer.close(),
                "finish" => producer.finish(),
                _ => {}
            }
            mark();
        }
        "gc" => {
            mark();
            let _ = ringplot::stream::gc(Duration::ZERO).unwrap();
            mark();
        }
        "attach" => {
            mark();
            let mut reader = Follower::new(Consumer::attach(NAME, StartAt::Oldest).unwrap());
            reader.consumer.announce_viewer();
            reader.follow(usize::MAX);
            assert_eq!(reader.consumer.liveness(), Liveness::Live);
            drop(reader);
            mark();
        }
        other => panic!("no child does {other}"),
    }
}

/// What a kill has left of the stream: the contents of its files, and its segments'.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Remains {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Remains {
    pub fn save() -> Self {
        let mut files = BTreeMap::new();
        let segments = place::segments_of(NAME).into_iter().map(|id| Path::new("/dev/shm").join(id));
        for path in streams::files_of(NAME).into_iter().chain(segments) {
            if let Ok(bytes) = fs::read(&path) {
                files.insert(path, bytes);
            }
        }
        Self { files }
    }

    pub fn restore(&self) {
        for (path, bytes) in &self.files {
            fs::write(path, bytes).unwrap();
        }
    }

    pub fn segments(&self) -> BTreeSet<String> {
        let names = self.files.keys().filter(|path| path.starts_with("/dev/shm"));
        names.map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect()
    }

    /// What distinguishes it from others, whatever the names and numbers in it are.
    fn shape(&self) -> String {
        let mut parts = Vec::new();
        for (path, bytes) in &self.files {
            let text = String::from_utf8_lossy(bytes);
            let word = |at: usize| bytes.get(at..at + 8).map(|b| u64::from_le_bytes(b.try_into().unwrap()));
            parts.push(if path.starts_with("/dev/shm") {
                format!(
                    "segment(empty {}, magic {}, state {:?})",
                    bytes.is_empty(),
                    word(0) > Some(0),
                    word(0x180)
                )
            } else {
                let kind = path.extension().unwrap().to_string_lossy().into_owned();
                let has_segment = self.segments().iter().any(|id| text.contains(id));
                format!("{kind}({} lines, segment {has_segment})", text.lines().count())
            });
        }
        parts.sort();
        parts.join(" ")
    }
}

/// One sweep: before each child there is `before`, and `what` is done.
struct Sweep<'s> {
    title: String,
    what: &'static str,
    before: &'s Remains,
    /// Every how manieth instant; all: 1.
    every: u64,
    is_told: bool,
}

impl Sweep<'_> {
    /// Kills a child at every instant; gives what was left, one of each shape.
    fn run(&self, figures: &mut Figures) -> BTreeMap<String, Remains> {
        let (mut shapes, mut calls) = (BTreeMap::new(), Vec::new());
        let mut instants = 0;
        for at in (1..).step_by(self.every as usize) {
            self.before.restore();
            // A dead predecessor's reader, if there is one to be read.
            let mut reader = Consumer::try_attach(NAME, StartAt::Oldest).ok().map(Follower::new);
            let mut traced = Traced::start(place::role("boundary", 0, &[self.what.to_owned()])).unwrap();
            figures.pids.insert(traced.child.0.id());
            if reader.is_none() && self.what != "create" {
                reader = Consumer::try_attach(NAME, StartAt::Oldest).ok().map(Follower::new);
            }
            if !lead(&traced, at, &mut calls) {
                traced.child.kill();
                let _ = ringplot::stream::gc(Duration::ZERO).unwrap();
                break;
            }
            traced.child.kill();
            instants += 1;
            figures.add("kills at the begin or end of a system call", 1);
            let left = Remains::save();
            self.check(reader, &left, figures);
            shapes.entry(left.shape()).or_insert(left);
        }
        if self.is_told {
            let shapes = shapes.len();
            println!(
                "    {}: {instants} instants, {shapes} shapes of remains; {}",
                self.title,
                calls.join(" ")
            );
        }
        figures.add("sweeps", 1);
        shapes
    }

    /// The child is dead: what its readers see, and its successors.
    fn check(&self, reader: Option<Follower>, left: &Remains, figures: &mut Figures) {
        place::assert_no_segment_is_lost(&figures.pids);
        let segments: BTreeSet<_> = left.segments().into_iter().chain(self.before.segments()).collect();
        let mut reader = reader;
        if let Some(reader) = &mut reader {
            let liveness = reader.consumer.liveness();
            assert!(liveness.is_over(), "{liveness:?}");
            let published = reader.follow_to_end();
            assert!(published == POINTS || (published == 0 && !self.before.files.is_empty()), "{published}");
        }
        self.late_reader(left, figures);
        // The next producer takes the name at once.
        let seed = SEED + 2;
        let mut successor = create(seed);
        push(&mut successor, seed, 0..POINTS);
        figures.add("take-overs", 1);
        if let Some(reader) = &mut reader {
            let liveness = reader.consumer.liveness();
            let is_known = matches!(liveness, Liveness::Replaced | Liveness::Closed | Liveness::Finished);
            assert!(is_known, "taken over, and {liveness:?}");
            reader.follow_to_end();
            figures.add("readers that saw the end and the successor", 1);
        }
        let mut again = Follower::new(Consumer::try_attach(NAME, StartAt::Oldest).unwrap());
        assert_eq!((again.follow_to_end(), again.consumer.run()), (POINTS, successor.stats().run));
        figures.add("points checked", again.checked + reader.map_or(0, |reader| reader.checked));
        let own = place::segments_of(NAME);
        place::assert_unlinked(segments.difference(&own));
        successor.close();
        place::assert_gone(NAME, &segments.union(&own).cloned().collect());
        self.assert_shared_memory_is_empty();
        // And once more, with gc in the successor's place.
        left.restore();
        let _ = ringplot::stream::gc(Duration::ZERO).unwrap();
        place::assert_gone(NAME, &segments);
        self.assert_shared_memory_is_empty();
        figures.add("times gc removed all", 1);
    }

    fn late_reader(&self, left: &Remains, figures: &mut Figures) {
        let announced = left.files.iter().find(|(path, _)| path.extension().is_some_and(|e| e == "stream"));
        let has_segment = announced.is_some_and(|(_, text)| {
            let text = String::from_utf8_lossy(text);
            left.segments().iter().any(|id| text.contains(id.as_str()))
        });
        match Consumer::try_attach(NAME, StartAt::Oldest) {
            Ok(consumer) => {
                let mut dead = Follower::new(consumer);
                assert!(dead.consumer.liveness().is_over());
                let published = dead.follow_to_end();
                // A run that was just created, or one that had all its points.
                let can_be_empty = self.what == "create" || !self.before.files.is_empty();
                assert!(published == POINTS || (published == 0 && can_be_empty), "{published}");
                figures.add("points checked", dead.checked);
                figures.add("dead streams opened", 1);
            }
            Err(AttachError::Unknown { .. } | AttachError::Gone { .. }) if !has_segment => {}
            Err(error) => panic!("{}: {error}; {}", self.title, left.shape()),
        }
    }

    fn assert_shared_memory_is_empty(&self) {
        if place::is_own_shm() {
            let left = place::all_segments();
            assert!(left.is_empty(), "{}: left in /dev/shm: {left:?}", self.title);
        }
    }
}

/// Leads a child to instant number `at`; `false` when it is through before that. Notes the calls.
pub fn lead(traced: &Traced, at: u64, calls: &mut Vec<String>) -> bool {
    let mut seen = 0;
    for instant in 1..=at {
        match traced.to_system_call() {
            Stop::Entry(number, _) => {
                seen += 1;
                if calls.len() < seen {
                    calls.push(call_name(number));
                }
            }
            Stop::Exit(_) => {}
            Stop::Mark => return false,
            other => panic!("{other:?} at instant {instant}"),
        }
    }
    true
}

/// What a producer leaves that is killed at work; it is removed.
pub fn killed_at_work() -> Remains {
    let mut traced = Traced::start(place::role("boundary", 0, &["leave".to_owned()])).unwrap();
    traced.child.kill();
    let dead = Remains::save();
    let _ = ringplot::stream::gc(Duration::ZERO).unwrap();
    dead
}

/// All of them; gives all processes that were started.
pub fn all(settings: &Settings) -> BTreeSet<u32> {
    let mut figures = Figures::new("kills at every begin and end of a system call");
    let probe = Traced::start(place::role("boundary", 0, &["gc".to_owned()]));
    if let Err(error) = probe.and_then(|traced| traced.information()) {
        println!("    NOT DONE: the system lets us trace no child's system calls ({error})");
        return figures.tell();
    }
    let (often, seldom) = if settings.is_long() { (1, 1) } else { (5, 17) };
    println!("    over every shape of remains: every instant of {seldom}");
    let nothing = Remains::default();
    let sweep = |title: &str, what, before: &Remains, every, figures: &mut Figures| {
        let is_told = title.len() < 40;
        Sweep { title: title.to_owned(), what, before, every, is_told }.run(figures)
    };
    let mut shapes = sweep("create", "create", &nothing, 1, &mut figures);
    for what in ["close", "finish"] {
        shapes.extend(sweep(what, what, &nothing, 1, &mut figures));
    }
    // A producer that was killed at work, and the same once a passer-by has seen it dead.
    let dead = killed_at_work();
    dead.restore();
    let _ = ringplot::stream::gc(QUIET).unwrap();
    let marked = Remains::save();
    assert_ne!(dead, marked);
    let _ = ringplot::stream::gc(Duration::ZERO).unwrap();
    let both = [("a producer killed at work", &dead, 1), ("the same, seen dead", &marked, often)];
    for (title, before, every) in both {
        shapes.extend(sweep(&format!("create over {title}"), "create", before, every, &mut figures));
        shapes.extend(sweep(&format!("gc of {title}"), "gc", before, every, &mut figures));
    }
    figures.add("shapes of remains", shapes.len() as u64);
    // Whatever any of these kills left, a successor is killed over it, at all instants.
    for (shape, before) in shapes.iter().filter(|(shape, _)| !shape.is_empty()) {
        for what in ["create", "gc"] {
            sweep(&format!("{what} over what a kill left: {shape}"), what, before, seldom, &mut figures);
        }
    }
    consumers(&mut figures);
    figures.tell()
}

/// A reader killed at every instant of its life, while the producer goes on.
fn consumers(figures: &mut Figures) {
    let mut producer = create(SEED);
    let mut at = 0;
    let mut reader = Follower::new(Consumer::attach(NAME, StartAt::Oldest).unwrap());
    let mut calls = Vec::new();
    for instant in 1.. {
        push(&mut producer, SEED, at..at + 100);
        at += 100;
        let mut traced = Traced::start(place::role("boundary", 0, &["attach".to_owned()])).unwrap();
        figures.pids.insert(traced.child.0.id());
        let is_killed = lead(&traced, instant, &mut calls);
        traced.child.kill();
        reader.follow(usize::MAX);
        let counts = reader.consumer.counts();
        assert_eq!((counts.position, counts.lost), (at, 0));
        assert_eq!((producer.stats().written, reader.consumer.liveness()), (at, Liveness::Live));
        if !is_killed {
            break;
        }
        figures.add("kills of a reader at the begin or end of a system call", 1);
    }
    figures.add("points checked", reader.checked);
    let segments = place::segments_of(NAME);
    producer.close();
    place::assert_gone(NAME, &segments);
}
