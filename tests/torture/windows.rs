//! Windows killed at random instants, their start included, and one that stays: it follows every producer that takes over
//! from a dead one, is stopped for seconds once, and has its counts right in the end.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use ringplot::stream::Timed;
use ringplot::{Consumer, Producer, StartAt};
use serde_json::Value;

use super::Settings;
use super::common::screen::Xvfb;
use super::figures::Figures;
use super::kills::Lane;
use super::place::{self, Killed};
use super::points::{is_pen_up, mix, t, y};
use super::streams;

/// Where windows are killed, and where one stays.
const SHOT: &str = "windows/shot";
const KEPT: &str = "windows/kept";
const WATCHDOG: Duration = Duration::from_mins(2);

/// A window on the stream `name`.
fn window(screen: &Xvfb, name: &str, args: &[&str]) -> Killed {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringplot"));
    command.args(["view", name]).args(args);
    command.env("RINGPLOT_DIR", streams::registry()).env("DISPLAY", &screen.display);
    command.env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET").env_remove("RINGPLOT_LOG");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    Killed::start(command)
}

/// A screen; `None`, and a line that says so, where there is none or no GPU to draw on it.
fn screen(folder: &Path) -> Option<Xvfb> {
    if super::common::gpu().is_none() {
        println!("    NOT DONE: there is no GPU, not even one in software, so no window");
        return None;
    }
    let screen = Xvfb::start(folder);
    if screen.is_none() {
        let is_required = std::env::var_os("RINGPLOT_REQUIRE_GPU").is_some_and(|value| value == "1");
        assert!(!is_required, "RINGPLOT_REQUIRE_GPU=1, but there is no Xvfb: install xvfb");
        println!("    NOT DONE: there is no Xvfb, so no window");
    }
    screen
}

/// Kills windows; gives all processes that were started.
pub fn all(settings: &Settings) -> BTreeSet<u32> {
    let mut figures = Figures::new("windows killed at random instants");
    let folder = tempfile::tempdir().unwrap();
    let Some(screen) = screen(folder.path()) else { return figures.tell() };
    let mut rng = StdRng::seed_from_u64(mix(settings.seed, 5));
    let summary = folder.path().join("stats.json");
    let mut lane = Lane::new(format!("{KEPT}/x"), 0);
    // A window closes once all that it shows has finished, and some of those that are killed have come so far.
    let anchor = Producer::builder(&format!("{KEPT}/anchor")).capacity(1024).timed().unwrap();
    lane.take_over(&mut rng, &mut figures);
    let mut kept = window(&screen, KEPT, &["--stats-json", summary.to_str().unwrap()]);
    lane.wait_for_viewer();
    let windows = settings.windows();
    let mut runs: BTreeMap<u64, Option<u64>> =
        lane.successor().into_iter().map(|(_, run)| (run, None)).collect();
    lane.give_up(&mut figures);
    for shot in 0..windows {
        shoot(&screen, &mut rng, &mut figures);
        // Meanwhile a producer was killed under the window that stays, or is now; the next one is followed.
        if shot == windows / 2 {
            stop(&kept, &mut lane, &mut rng, &mut figures);
        }
        if let Some(run) = lane.start(None, &mut rng, &mut figures).then(|| lane.meet(&mut figures)) {
            runs.insert(run, lane.kill_at_aim(&mut rng, &mut figures));
            figures.add("times the window that stays attached to a successor", 1);
        }
    }
    lane.take_over(&mut rng, &mut figures);
    lane.wait_for_viewer();
    runs.extend(lane.successor().map(|(_, run)| (run, None)));
    lane.finish();
    anchor.finish();
    let end = Instant::now() + WATCHDOG;
    let status = loop {
        if let Some(status) = kept.0.try_wait().unwrap() {
            break status;
        }
        assert!(Instant::now() < end, "the window that stays did not close");
        std::thread::sleep(Duration::from_millis(10));
    };
    assert!(status.success(), "the window that stays ended with {status}");
    counts_are_right(&std::fs::read_to_string(summary).unwrap(), &runs, &mut figures);
    lane.remove(&mut figures);
    figures.tell()
}

/// Opens a window and kills it, at any time from its start until it has shown its stream for a while.
fn shoot(screen: &Xvfb, rng: &mut StdRng, figures: &mut Figures) {
    let seed = rng.r#gen();
    let mut producer = Producer::builder(SHOT).capacity(1 << 16).timed().unwrap();
    let mut reader = Consumer::attach(SHOT, StartAt::Oldest).unwrap();
    let segments = place::segments_of(SHOT);
    let mut at = 0;
    push(&mut producer, seed, &mut at);
    let mut victim = window(screen, SHOT, &[]);
    figures.pids.insert(victim.0.id());
    let after_attach: bool = rng.r#gen();
    let end = Instant::now() + WATCHDOG;
    while after_attach && !producer.wait_for_viewer(Duration::from_millis(1)) {
        assert!(Instant::now() < end, "a window did not attach");
        push(&mut producer, seed, &mut at);
    }
    // A viewer attaches long before it has a window: some are killed before they have done either.
    let most_ms = if after_attach || rng.r#gen() { 800 } else { 20 };
    let until = Instant::now() + Duration::from_millis(rng.gen_range(0..most_ms));
    let mut batch = ringplot::Batch::with_limit(1 << 16);
    while Instant::now() < until {
        push(&mut producer, seed, &mut at);
        reader.drain(&mut batch);
        check(seed, &batch);
        std::thread::sleep(Duration::from_millis(1));
    }
    victim.kill();
    let is_attached = producer.wait_for_viewer(Duration::ZERO);
    figures.add("windows killed", 1);
    figures.add("of them before they had attached", (!is_attached).into());
    push(&mut producer, seed, &mut at);
    while reader.drain(&mut batch).count > 0 {
        check(seed, &batch);
    }
    let counts = reader.counts();
    assert_eq!((counts.position, counts.received + counts.lost, producer.stats().written), (at, at, at));
    figures.add("points checked", counts.received);
    producer.close();
    place::assert_gone(SHOT, &segments);
}

fn push(producer: &mut Producer<Timed>, seed: u64, at: &mut u64) {
    for p in *at..*at + 200 {
        producer.push(t(seed, p), if is_pen_up(seed, p) { f32::NAN } else { y(seed, p) });
    }
    *at += 200;
}

fn check(seed: u64, batch: &ringplot::Batch) {
    super::points::check_batch(ringplot::StreamKind::Timed, seed, batch);
}

/// Stops the window that stays for two seconds, in which its producer dies and is replaced.
fn stop(kept: &Killed, lane: &mut Lane, rng: &mut StdRng, figures: &mut Figures) {
    kept.signal(libc::SIGSTOP);
    lane.take_over(rng, figures);
    std::thread::sleep(Duration::from_secs(1));
    lane.give_up(figures);
    lane.take_over(rng, figures);
    std::thread::sleep(Duration::from_secs(1));
    lane.give_up(figures);
    kept.signal(libc::SIGCONT);
    figures.add("stops of the window that stays, for two seconds", 1);
}

/// The statistics of the window that stayed: every run that had a viewer is there, counted to the point.
fn counts_are_right(text: &str, runs: &BTreeMap<u64, Option<u64>>, figures: &mut Figures) {
    let stats: Value = serde_json::from_str(text).unwrap();
    let mut told = BTreeMap::new();
    for stream in stats["streams"].as_array().unwrap() {
        let number = |key: &str| stream[key].as_u64().unwrap();
        assert_eq!(number("received") + number("lost"), number("written") - number("start"), "{stream}");
        let run = u64::from_str_radix(stream["run"].as_str().unwrap(), 16).unwrap();
        assert_eq!(told.insert(run, number("written")), None, "a run is there twice: {stats}");
    }
    for (run, published) in runs {
        let Some(written) = told.get(run) else { panic!("run {run:016x} is missing: {stats}") };
        assert!(
            published.is_none_or(|published| published == *written),
            "{written} of {published:?}: {stats}"
        );
    }
    figures.add("runs in the statistics of the window that stayed, counted to the point", told.len() as u64);
}
