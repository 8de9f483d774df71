//! What a viewer takes from its system, and gives back: descriptors, mappings, time until it sees a stream.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and its children talk"
)]

#[path = "common/mod.rs"]
mod common;
#[path = "common/streams.rs"]
mod streams;

use std::os::unix::process::CommandExt;
use std::time::{Duration, Instant};

use common::driver::Driver;
use ringplot::store::{Data, Ingest, Selection, Store};
use ringplot::{Batch, Consumer, Liveness, Producer, StartAt};
use streams::{ROLE, role as played_role, t, y};

/// Nothing here takes this long.
const WATCHDOG: Duration = Duration::from_mins(1);

/// Plays a part when this binary is run as a child; says nothing otherwise. Parts that count what the process has are
/// alone in it.
#[test]
fn role() {
    let Some((role, _)) = played_role() else { return };
    match role.as_str() {
        "successors" => watch_ten_successors(),
        "exhausted" => run_out_of_descriptors(),
        other => panic!("no role {other}"),
    }
    println!("done");
    std::process::exit(0);
}

/// Plays a part in a process and a registry of its own.
fn play(role: &str) {
    let registry = tempfile::tempdir().unwrap();
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "role", "--nocapture", "--test-threads=1"]).env(ROLE, role);
    command.env("RINGPLOT_DIR", registry.path().join("registry")).process_group(0);
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[track_caller]
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + WATCHDOG;
    while !is_so() {
        assert!(Instant::now() < end, "waited in vain for {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Open descriptors of this process.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Bytes of shared memory that this process has mapped.
fn mapped_bytes() -> u64 {
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let range = |line: &str| {
        let (begin, end) = line.split_whitespace().next()?.split_once('-')?;
        Some(u64::from_str_radix(end, 16).ok()? - u64::from_str_radix(begin, 16).ok()?)
    };
    maps.lines().filter(|line| line.contains("/dev/shm/ringplot-")).filter_map(range).sum()
}

#[test]
fn runs_that_are_over_give_back_all_but_their_history() {
    play("successors");
}

fn watch_ten_successors() {
    let store = Store::new(1 << 28);
    let ingest = Ingest::start(store.clone(), Selection::Live).unwrap();
    let run = |name: &str, points: u64| {
        let mut producer = Producer::builder(name).capacity(1 << 14).timed().unwrap();
        assert!(producer.wait_for_viewer(WATCHDOG), "{name} is not seen");
        (0..points).for_each(|p| producer.push(t(p), y(p)));
        producer.close();
        let is_closed = |store: &Store| store.read(name, |s| s.liveness == Liveness::Closed && s.run != 0);
        wait_until("the end", || is_closed(&store) == Some(true));
    };
    run("s0", 100);
    let before = descriptors();
    (1..10).for_each(|i| run(&format!("s{i}"), 100));
    assert_eq!(mapped_bytes(), 0, "rings of streams that are over are still mapped");
    assert!(descriptors() <= before, "{} descriptors, and {before} after the first", descriptors());
    for i in 0..10 {
        let held = store.read(&format!("s{i}"), |state| match &state.data {
            Data::Trace(trace) => {
                (trace.end() - trace.start(), trace.point(99).unwrap().1, state.counts.received)
            }
            _ => panic!("no trace"),
        });
        assert_eq!(held, Some((100, y(99).into(), 100)), "the history of s{i}");
    }
    // A new run under an old name is noticed, and takes its place.
    let first_run = store.read("s3", |state| state.run).unwrap();
    let mut again = Producer::builder("s3").capacity(1 << 14).timed().unwrap();
    assert!(again.wait_for_viewer(WATCHDOG));
    again.push(0.0, 7.0);
    wait_until("the second run", || {
        store.read("s3", |state| state.run != first_run && state.counts.received == 1) == Some(true)
    });
    assert_eq!(store.streams().len(), 10);
    drop(again);
    let runs = ingest.stop();
    assert_eq!(runs.len(), 11);
    assert!(runs.iter().all(|run| run.counts.received + run.counts.lost == run.counts.position));
}

/// Sets how many descriptors this process may have; gives what it was before.
fn limit_descriptors(soft: u64) -> u64 {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    #[expect(unsafe_code, reason = "std sets no limits")]
    // SAFETY: the call fills `limit`.
    unsafe {
        libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit);
    }
    let before = limit.rlim_cur;
    limit.rlim_cur = soft;
    #[expect(unsafe_code, reason = "std sets no limits")]
    // SAFETY: `limit` is what getrlimit gave, with a lower soft limit.
    let rc = unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) };
    assert_eq!(rc, 0);
    before
}

#[test]
fn a_window_without_descriptors_says_so_and_tries_again() {
    play("exhausted");
}

fn run_out_of_descriptors() {
    let mut producer = Producer::builder("exhausted").capacity(1024).timed().unwrap();
    producer.push(0.0, 1.0);
    let store = Store::new(1 << 28);
    let mut window = Driver::new(store.clone());
    let before = limit_descriptors(3);
    let ingest = Ingest::start(store.clone(), Selection::Live).unwrap();
    wait_until("the complaint", || store.unreadable().is_some());
    assert!(store.unreadable().unwrap().contains("Too many open files"), "{:?}", store.unreadable());
    assert!(store.streams().is_empty());
    assert!(window.texts().iter().any(|text| text.contains("Too many open files")), "the window is silent");
    limit_descriptors(before);
    wait_until("the stream", || store.read("exhausted", |state| state.counts.received) == Some(1));
    wait_until("the end of the complaint", || store.unreadable().is_none());
    assert!(!window.texts().iter().any(|text| text.contains("Too many open files")));
    ingest.stop();
}

#[test]
fn most_streams_that_live_for_a_moment_are_seen() {
    streams::registry();
    let store = Store::new(1 << 28);
    // With one stream there already, the registry is looked at five times a second.
    let long = Producer::builder("watched/long").capacity(1024).timed().unwrap();
    let ingest = Ingest::start(store.clone(), Selection::Names(vec!["watched".to_owned()])).unwrap();
    assert!(long.wait_for_viewer(WATCHDOG));
    for _ in 0..30 {
        let mut brief = Producer::builder("watched/brief").capacity(1024).timed().unwrap();
        brief.push(0.0, 1.0);
        std::thread::sleep(Duration::from_millis(15));
    }
    let seen = ingest.stop().iter().filter(|run| run.name == "watched/brief").count();
    assert!(seen >= 20, "{seen} of 30");
}

#[test]
fn a_reader_of_a_ring_that_is_written_begins_inside_and_one_that_rests_at_its_oldest() {
    streams::registry();
    let (capacity, block) = (1u64 << 16, 256);
    let mut producer = Producer::builder("busy").capacity(capacity).uniform(0.0, 1e6).unwrap();
    producer.push_slice(&vec![0.0; 100_000]);
    let attach = || Consumer::attach("busy", StartAt::Oldest).unwrap();
    let oldest = |consumer: &Consumer| consumer.written().next_multiple_of(block).saturating_sub(capacity);
    let resting = attach();
    assert_eq!(resting.counts().start, oldest(&resting), "a live producer that rests");
    let stop = std::sync::atomic::AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                producer.push_slice(&[0.0; 200]);
                std::thread::sleep(Duration::from_micros(100));
            }
            producer
        });
        let first = attach();
        wait_until("the writer", || first.written() > 120_000);
        let (mut inside, mut whole) = (0, 0);
        let mut batch = Batch::with_limit(1 << 16);
        for _ in 0..20 {
            let mut consumer = attach();
            inside += u32::from(consumer.counts().start > oldest(&consumer));
            std::thread::sleep(Duration::from_millis(1));
            while consumer.drain(&mut batch).remaining > 0 {}
            let counts = consumer.counts();
            whole += u32::from(counts.lost == 0);
            assert_eq!(counts.received + counts.lost, counts.position - counts.start);
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
        // A machine that stops this thread for longer than the headroom makes a loss of it: that is one.
        assert!(inside >= 15 && whole >= 15, "of 20, {inside} began inside and {whole} lost nothing");
        drop(writer.join().unwrap());
    });
}
