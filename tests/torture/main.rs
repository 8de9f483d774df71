//! Fault injection with real processes: a kill at any instant harms nobody, and leaves nothing that `gc` does not remove.
//!
//! Not run by the test harness: it needs one thread alone where it makes a /dev/shm of its own, and its figures are to be
//! seen. `RINGPLOT_TORTURE` sets how many producers are killed at random (300), `RINGPLOT_SEED` what is drawn.
#![cfg_attr(not(loom), allow(clippy::unwrap_used, reason = "a test fails by panicking"))]
#![allow(
    clippy::print_stdout,
    clippy::float_cmp,
    unreachable_pub,
    reason = "its figures are printed, and values are compared exactly"
)]

#[cfg(loom)]
fn main() {}

#[cfg(not(loom))]
mod board;
#[cfg(not(loom))]
mod boundaries;
#[cfg(feature = "viewer")]
#[path = "../common/mod.rs"]
mod common;
#[cfg(not(loom))]
mod figures;
#[cfg(not(loom))]
mod interleavings;
#[cfg(not(loom))]
mod kills;
#[cfg(not(loom))]
mod lives;
#[cfg(not(loom))]
mod modes;
#[cfg(not(loom))]
mod place;
#[cfg(not(loom))]
mod points;
#[cfg(not(loom))]
mod readers;
#[cfg(not(loom))]
mod steps;
#[cfg(not(loom))]
mod stops;
#[cfg(not(loom))]
#[path = "../common/streams.rs"]
mod streams;
#[cfg(not(loom))]
mod trace;
#[cfg(feature = "viewer")]
mod watcher;
#[cfg(feature = "viewer")]
mod windows;

#[cfg(not(loom))]
fn main() {
    if let Some((role, args)) = streams::role() {
        return play(&role, &args);
    }
    // As with the test harness: words on the command line choose, options do nothing.
    let words: Vec<_> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let is_named = |part: &Part| words.iter().any(|word| part.name.contains(word.as_str()));
    // Where there is a viewer only that is done which takes one: the rest is done without, and need not be done twice.
    let is_meant =
        |part: &&Part| if words.is_empty() { part.has_viewer == HAS_VIEWER } else { is_named(part) };
    let parts: Vec<_> = PARTS.iter().filter(is_meant).collect();
    let others: Vec<_> = PARTS.iter().filter(|part| !is_meant(part)).map(|part| part.name).collect();
    if !others.is_empty() {
        println!("not done: {others:?}; they are when they are named, or with other features");
    }
    if parts.is_empty() {
        return;
    }
    let settings = Settings::new();
    println!(
        "seed {} (RINGPLOT_SEED), {} kills of producers (RINGPLOT_TORTURE)",
        settings.seed, settings.kills
    );
    place::prepare();
    let began = std::time::Instant::now();
    let mut pids = std::collections::BTreeSet::new();
    for part in parts {
        pids.extend((part.run)(&settings));
        place::assert_nothing_is_left(&pids);
    }
    place::tidy();
    println!("torture: all is well after {:.1} s", began.elapsed().as_secs_f64());
}

/// One part of this program.
#[cfg(not(loom))]
struct Part {
    name: &'static str,
    /// Whether it is a part of what is done where there is a viewer.
    has_viewer: bool,
    /// Gives all processes that it started.
    run: fn(&Settings) -> std::collections::BTreeSet<u32>,
}

#[cfg(not(loom))]
const HAS_VIEWER: bool = cfg!(feature = "viewer");

#[cfg(not(loom))]
const PARTS: &[Part] = &[
    Part { name: "boundaries", has_viewer: false, run: boundaries::all },
    Part { name: "interleavings", has_viewer: false, run: interleavings::all },
    Part { name: "steps", has_viewer: false, run: steps::all },
    Part { name: "producers", has_viewer: HAS_VIEWER, run: kills::producers },
    Part { name: "consumers", has_viewer: false, run: readers::consumers },
    Part { name: "stops", has_viewer: false, run: stops::all },
    #[cfg(feature = "viewer")]
    Part { name: "windows", has_viewer: true, run: windows::all },
];

/// Plays a part, as a child of this program.
#[cfg(not(loom))]
fn play(role: &str, args: &[String]) {
    place::end_with_parent();
    let board = place::board(place::own_page());
    match role {
        "boundary" => boundaries::play(&args[0], board),
        "lives" => lives::play(&lives::Orders::from_args(args), board),
        "reader" => readers::play(board),
        "stays" => readers::stay(board),
        "steps" => lives::play_by_steps(&lives::Orders::from_args(args), board),
        other => panic!("no role {other}"),
    }
}

/// How much is done, and what is drawn.
#[cfg(not(loom))]
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// What everything that is drawn begins with.
    pub seed: u64,
    /// Producers killed at random instants.
    pub kills: u64,
}

#[cfg(not(loom))]
impl Settings {
    fn new() -> Self {
        let number = |name| std::env::var(name).ok().map(|text| text.parse().expect("a number"));
        Self {
            seed: number("RINGPLOT_SEED").unwrap_or(19_680_801),
            kills: number("RINGPLOT_TORTURE").unwrap_or(300),
        }
    }

    /// Windows killed.
    #[cfg(feature = "viewer")]
    fn windows(&self) -> u64 {
        (self.kills / 100).max(3)
    }

    /// Whether this is the long version.
    fn is_long(&self) -> bool {
        self.kills >= 5000
    }
}
