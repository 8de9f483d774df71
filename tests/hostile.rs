//! What other programs, other versions and accidents can put in a stream's way: an error each, and no panic.
#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    clippy::print_stdout,
    reason = "a test fails by panicking, compares exactly, and its children talk"
)]

#[path = "common/streams.rs"]
mod streams;

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use ringplot::stream::{Events, Snapshot, Timed, Uniform};
use ringplot::{AttachError, Batch, Consumer, CreateError, Point, Producer, StartAt};
use streams::Guard;

/// Overwrites bytes of a live segment.
fn scribble(name: &str, offset: u64, bytes: &[u8]) {
    let file = OpenOptions::new().write(true).open(streams::segment_file(name)).unwrap();
    file.write_all_at(bytes, offset).unwrap();
}

fn attach(name: &str) -> Result<Consumer, AttachError> {
    Consumer::attach(name, StartAt::Oldest)
}

#[track_caller]
fn refuses(name: &str, part: &str) {
    let error = attach(name).err().map(|error| error.to_string());
    assert!(error.as_ref().is_some_and(|text| text.contains(part)), "{error:?} does not say {part:?}");
}

#[test]
fn wrong_magic_version_and_checksum_are_told_apart() {
    streams::registry();
    let _producer = Producer::builder("damaged").capacity(1024).timed().unwrap();
    scribble("damaged", 0x0E, &[9]);
    refuses("damaged", "checksum");
    scribble("damaged", 0x08, &[1, 0]);
    refuses("damaged", "layout version 1.0, and this program reads 2.x: update the older of the two");
    scribble("damaged", 0, b"NOTRINGS");
    refuses("damaged", "magic");
    scribble("damaged", 0, &[0; 8]);
    refuses("damaged", "still initialising");
}

#[test]
fn a_truncated_segment_is_refused() {
    streams::registry();
    let _producer = Producer::builder("short").capacity(1024).timed().unwrap();
    let file = OpenOptions::new().write(true).open(streams::segment_file("short")).unwrap();
    let len = file.metadata().unwrap().len();
    file.set_len(len - 4096).unwrap();
    refuses("short", "damaged or truncated");
    file.set_len(100).unwrap();
    refuses("short", "damaged or truncated");
    file.set_len(0).unwrap();
    refuses("short", "still initialising");
    // The producer's own mapping needs its pages back before it closes.
    file.set_len(len).unwrap();
}

#[test]
fn a_segment_that_is_gone_is_told() {
    streams::registry();
    let _producer = Producer::builder("unlinked").capacity(1024).timed().unwrap();
    std::fs::remove_file(streams::segment_file("unlinked")).unwrap();
    refuses("unlinked", "is gone");
}

#[test]
fn an_unknown_stream_names_the_live_ones_and_how_to_start() {
    streams::registry();
    let _producer = Producer::builder("known").capacity(1024).timed().unwrap();
    refuses("unknown", "known");
    let begun = Instant::now();
    assert!(Consumer::attach_timeout("unknown", StartAt::Oldest, Duration::from_millis(50)).is_err());
    assert!(begun.elapsed() >= Duration::from_millis(50));
    refuses("../etc/passwd", "bad stream name");
}

#[test]
fn a_main_that_returns_an_error_prints_its_sentence() {
    streams::registry();
    let _first = Producer::builder("taken").capacity(1024).timed().unwrap();
    let build = |name: &str| Producer::builder(name).capacity(1024);
    let refused = [
        build("taken").timed().unwrap_err(),
        build("a//b").timed().unwrap_err(),
        build("x").capacity(1000).timed().unwrap_err(),
        build("x").uniform(0.0, 0.0).unwrap_err(),
        build("x").label(&"y".repeat(1 << 17)).timed().unwrap_err(),
    ];
    // `main` prints an error by Debug.
    for error in refused {
        assert_eq!(format!("Error: {error:?}"), format!("Error: {error}"));
    }
    let unknown = Consumer::attach("unknown", StartAt::Oldest).unwrap_err();
    assert_eq!(format!("{unknown:?}"), unknown.to_string());
    let barrier = ringplot::stream::wait_at_barrier("alone", 0, Duration::ZERO).unwrap_err();
    assert_eq!(format!("{barrier:?}"), barrier.to_string());
}

#[test]
fn bad_capacities_rates_and_frames_are_refused_with_what_would_do() {
    streams::registry();
    let build = || Producer::builder("never");
    for (capacity, nearest) in [(0, 1024), (1, 1024), (1000, 1024), (1025, 2048), (u64::MAX, 1 << 32)] {
        match build().capacity(capacity).timed() {
            Err(CreateError::Capacity { nearest: found, .. }) => assert_eq!(found, nearest),
            other => panic!("{capacity}: {other:?}"),
        }
    }
    match build().capacity(1 << 32).xy() {
        Err(error @ CreateError::Segment(_)) => {
            let text = error.to_string();
            assert!(text.contains("/dev/shm is too small") && text.contains("3449"), "{text}");
        }
        other => panic!("{other:?}"),
    }
    for (t0, rate) in [(0.0, 0.0), (0.0, -1.0), (0.0, f64::NAN), (0.0, f64::INFINITY), (f64::NAN, 1.0)] {
        assert!(matches!(build().uniform(t0, rate), Err(CreateError::Rate { .. })), "{t0} {rate}");
    }
    assert!(matches!(build().capacity(5000).snapshot(10), Err(CreateError::Capacity { capacity: 5000, .. })));
    assert!(matches!(build().snapshot(0), Err(CreateError::FrameLength { length: 0 })));
    assert!(matches!(build().snapshot(u32::MAX), Err(CreateError::FrameLength { .. })));
    assert!(matches!(build().label(&"x".repeat(70_000)).timed(), Err(CreateError::Meta { .. })));
    assert!(matches!(Producer::builder("a//b").timed(), Err(CreateError::Name(_))));
    assert!(streams::files_of("never").is_empty(), "a refused stream left files");
}

#[test]
fn counters_that_go_mad_are_survived() {
    streams::registry();
    let mut producer = Producer::builder("mad").capacity(1024).timed().unwrap();
    (0..5000).for_each(|p| producer.push(streams::t(p), streams::y(p)));
    let mut consumer = attach("mad").unwrap();
    let mut batch = Batch::with_limit(1 << 16);
    for value in [0, 1, u64::MAX, u64::MAX - 1, 1 << 63, 4999] {
        for offset in [0x100, 0x108, 0x188, 0x190, 0x198] {
            scribble("mad", offset, &u64::to_le_bytes(value));
            let drained = consumer.drain(&mut batch);
            assert!(batch.points.len() <= 1024 && drained.count <= 1024);
            assert_eq!(batch.iter().count(), batch.points.len());
            let _ = consumer.liveness();
            let _ = attach("mad").map(|mut late| late.drain(&mut batch));
        }
    }
}

/// Plays a part when this binary is run as a child; says nothing otherwise.
#[test]
fn role() {
    let Some((role, args)) = streams::role() else { return };
    let number = |i: usize| args[i].parse::<u64>().unwrap();
    match role.as_str() {
        "producer" => push_for_ever(&args[0], &args[1]),
        "scribbler" => scribble_for_ever(&args[0], number(1)..number(2), number(3)),
        other => panic!("no role {other}"),
    }
    std::process::exit(0);
}

/// Pushes until standard input ends, and asks for a viewer now and then; then closes.
fn push_for_ever(kind: &str, name: &str) {
    let leave = std::thread::spawn(|| std::io::stdin().lines().next());
    let builder = || Producer::builder(name).capacity(1024);
    let mut at = 0u64;
    macro_rules! push {
        ($producer:expr, $push:expr) => {{
            let mut producer = $producer.unwrap();
            println!("ready");
            while !leave.is_finished() {
                (0..200).for_each(|_| {
                    $push(&mut producer, at);
                    at += 1;
                });
                producer.wait_for_viewer(Duration::from_micros(100));
            }
            assert_eq!(producer.stats().written, at, "a scribbler changed what a producer counts");
            producer.close();
        }};
    }
    let curve = [Point::new(1.0, 2.0); 60];
    match kind {
        "timed" => {
            push!(builder().timed(), |p: &mut Producer<Timed>, at| p.push(streams::t(at), streams::y(at)));
        }
        "uniform" => {
            push!(builder().uniform(0.0, 1e6), |p: &mut Producer<Uniform>, at| p.push(streams::y(at)));
        }
        "snapshot" => {
            let push = |p: &mut Producer<Snapshot>, at| p.update(at as f64, &curve);
            push!(builder().snapshot(100), push);
        }
        "events" => {
            let push = |p: &mut Producer<Events>, at| p.emit(at as f64, "title=whatever\nlabel=x");
            push!(builder().events(), push);
        }
        other => panic!("no kind {other}"),
    }
    println!("closed");
}

/// Overwrites words of `range` of a segment, most of them with numbers on which arithmetic breaks, until it is killed.
fn scribble_for_ever(segment: &str, range: std::ops::Range<u64>, seed: u64) {
    let file = OpenOptions::new().write(true).open(format!("/dev/shm/{segment}")).unwrap();
    let mut rng = StdRng::seed_from_u64(seed);
    println!("ready");
    loop {
        for _ in 0..50 {
            let at = rng.gen_range(range.start / 8..range.end / 8) * 8;
            let edges = [0, 1, u64::MAX, u64::MAX - 1, 1 << 63, 1 << 32, rng.r#gen(), rng.gen_range(0..5000)];
            file.write_all_at(&edges[rng.gen_range(0..edges.len())].to_le_bytes(), at).unwrap();
        }
        std::thread::sleep(Duration::from_micros(50));
    }
}

#[test]
fn a_process_that_scribbles_over_a_live_stream_breaks_neither_side() {
    const SEED: u64 = 19_680_801;
    streams::registry();
    println!("seed {SEED}");
    let regions = [
        ("header", 0x00..0x100),
        ("counters", 0x100..0x200),
        ("metadata", 0x200..0x300),
        ("epochs and points", 0x300..0x300 + 8192),
        ("control", 12_288..12_288 + 64),
        ("everything", 0..16_384),
    ];
    for (round, kind) in ["timed", "uniform", "snapshot", "events"].into_iter().enumerate() {
        for (region, range) in regions.clone() {
            let name = format!("scribbled/{kind}");
            let mut producer = Guard::role("producer", &[kind, &name]);
            producer.line("ready");
            let mut attached: Vec<Consumer> = (0..2).map(|_| attach(&name).unwrap()).collect();
            let segment = streams::segment_file(&name);
            let file = segment.file_name().unwrap().to_str().unwrap();
            let args = [file, &range.start.to_string(), &range.end.to_string(), &round.to_string()];
            let mut scribbler = Guard::role("scribbler", &args);
            scribbler.line("ready");
            let (mut late, mut refused) = (0, 0);
            let (mut batch, mut frame) = (Batch::with_limit(1 << 16), ringplot::FrameData::default());
            let end = Instant::now() + Duration::from_millis(60);
            let mut look = |consumer: &mut Consumer| {
                let capacity = consumer.capacity();
                let drained = consumer.drain(&mut batch);
                assert!(drained.count <= capacity && batch.points.len() as u64 == drained.count);
                assert_eq!(batch.iter().count(), batch.points.len());
                consumer.newest_frame(&mut frame);
                consumer.each_frame(&mut frame, |frame| assert!(frame.words.len() as u64 <= capacity));
                let _ = (consumer.liveness(), consumer.counts(), consumer.written());
                consumer.announce_viewer();
            };
            let mut rounds = 0;
            while rounds < 20 || Instant::now() < end {
                rounds += 1;
                attached.iter_mut().for_each(&mut look);
                match Consumer::try_attach(&name, StartAt::Oldest) {
                    Ok(mut consumer) => {
                        late += 1;
                        look(&mut consumer);
                    }
                    Err(
                        AttachError::Header { .. }
                        | AttachError::Gone { .. }
                        | AttachError::Initialising { .. },
                    ) => refused += 1,
                    Err(other) => panic!("{kind}, {region}: {other}"),
                }
            }
            println!("{kind}, {region}: {rounds} rounds, {late} late readers, {refused} refused");
            scribbler.kill();
            writeln!(producer.0.stdin.as_mut().unwrap(), "leave").unwrap();
            producer.line("closed");
            assert!(producer.end().success());
            assert!(!segment.exists() && streams::files_of(&name).is_empty());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    /// Whatever a snapshot segment's words hold, reading frames neither panics nor reads outside.
    #[test]
    fn frames_of_a_scribbled_ring_are_survived(words in proptest::collection::vec((0u64..1100, any::<u64>()), 1..40)) {
        streams::registry();
        let name = "scribbled";
        let mut producer = Producer::builder(name).capacity(1024).snapshot(100).unwrap();
        let curve = vec![ringplot::Point::new(1.0, 2.0); 60];
        (0..30).for_each(|i| producer.update(f64::from(i), &curve));
        let mut consumer = attach(name).unwrap();
        let points = consumer.geometry().off_points;
        for (at, value) in words {
            // Mostly slots, sometimes the counters.
            let offset = if at < 1024 { points + at * 8 } else { 0x180 + (at % 4) * 8 };
            scribble(name, offset, &value.to_le_bytes());
        }
        let mut frame = ringplot::FrameData::default();
        let _ = consumer.newest_frame(&mut frame);
        consumer.each_frame(&mut frame, |frame| assert!(frame.words.len() <= 1024));
        let _ = (consumer.counts(), consumer.liveness());
    }
}
