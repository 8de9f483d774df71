//! Real processes over real shared memory: what is read is exactly what was written. What kills do: tests/torture.
#![cfg(not(loom))]
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and its children talk"
)]

#[path = "common/streams.rs"]
mod streams;

use std::io::{BufRead, BufReader, Write};
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use ringplot::{Batch, Consumer, Counts, CreateError, Liveness, Producer, StartAt};
use streams::{Guard, check, role as played_role, t, y};

const SEED: u64 = 19_680_801;

/// Plays a part when this binary is run as a child; says nothing otherwise.
#[test]
fn role() {
    let Some((role, args)) = played_role() else { return };
    let number = |i: usize| args[i].parse::<u64>().unwrap();
    match role.as_str() {
        "producer" => produce(&args[0], number(1), number(2)),
        "consumer" => consume(&args[0], number(1)),
        other => panic!("no role {other}"),
    }
}

/// Pushes `count` points in every way there is, then closes.
fn produce(name: &str, capacity: u64, count: u64) {
    let mut producer = Producer::builder(name).capacity(capacity).timed().unwrap();
    println!("ready");
    let mut rng = StdRng::seed_from_u64(SEED);
    let mut at = 0;
    while at < count {
        match rng.gen_range(0..4) {
            0 => {
                let n = rng.gen_range(1..600).min(count - at);
                (at..at + n).for_each(|p| producer.push(t(p), y(p)));
                at += n;
            }
            1 => {
                let n = rng.gen_range(1..3 * capacity).min(count - at);
                let times: Vec<_> = (at..at + n).map(t).collect();
                let values: Vec<_> = (at..at + n).map(y).collect();
                producer.push_slice(&times, &values);
                at += n;
            }
            2 => {
                let n = rng.gen_range(1..=capacity / 4).min(count - at);
                let used = rng.gen_range(0..=n);
                let mut chunk = producer.reserve(n).unwrap();
                (at..at + used).for_each(|p| assert!(chunk.push(t(p), y(p))));
                assert_eq!(chunk.commit(), used);
                at += used;
            }
            _ => {
                let mut chunk = producer.reserve(capacity / 4).unwrap();
                (0..capacity / 8).for_each(|_| assert!(chunk.push(-1.0, -1.0)));
                drop(chunk);
            }
        }
    }
    assert_eq!(producer.stats().written, count);
}

/// Reads until the producer closes or this process is told to leave, with a pause after each drain; prints its counts.
fn consume(name: &str, pause_micros: u64) {
    let mut consumer = Consumer::attach_timeout(name, StartAt::Oldest, Duration::from_secs(10)).unwrap();
    println!("ready");
    let leave = std::thread::spawn(|| std::io::stdin().lines().next());
    let mut batch = Batch::with_limit(1 << 14);
    loop {
        let is_over = consumer.liveness().is_over();
        while drain(&mut consumer, &mut batch) > 0 {}
        if is_over || leave.is_finished() {
            break;
        }
        std::thread::sleep(Duration::from_micros(pause_micros));
    }
    let Counts { start, position, received, lost, .. } = consumer.counts();
    println!("counts {start} {position} {received} {lost}");
    std::process::exit(0);
}

/// One checked drain; how many positions it accounted for.
fn drain(consumer: &mut Consumer, batch: &mut Batch) -> u64 {
    let before = consumer.counts().position;
    let drained = consumer.drain(batch);
    check(batch);
    assert_eq!(drained.run, consumer.run());
    assert_eq!(before + drained.lost, drained.first);
    assert_eq!(drained.first + drained.count, consumer.counts().position);
    drained.lost + drained.count
}

fn wait_for(child: &mut Guard, word: &str) -> String {
    let mut lines = BufReader::new(child.0.stdout.as_mut().unwrap()).lines();
    lines
        .find_map(|line| line.ok().filter(|line| line.contains(word)))
        .unwrap_or_else(|| panic!("no {word:?}"))
}

fn counts(child: &mut Guard) -> Counts {
    let line = wait_for(child, "counts");
    let mut numbers = line.split_whitespace().filter_map(|word| word.parse().ok());
    let mut next = || numbers.next().unwrap();
    let mut counts = Counts::default();
    for count in [&mut counts.start, &mut counts.position, &mut counts.received, &mut counts.lost] {
        *count = next();
    }
    assert_eq!(counts.received + counts.lost, counts.position - counts.start, "{counts:?}");
    counts
}

/// Follows a stream to its end; the counts then.
fn follow(name: &str, pause: Duration) -> Counts {
    let mut consumer = Consumer::attach_timeout(name, StartAt::Oldest, Duration::from_secs(10)).unwrap();
    let mut batch = Batch::with_limit(1 << 16);
    let watchdog = Instant::now() + Duration::from_mins(2);
    loop {
        let is_over = consumer.liveness().is_over();
        while drain(&mut consumer, &mut batch) > 0 {}
        if is_over {
            break;
        }
        assert!(Instant::now() < watchdog, "hung: {:?}", consumer.counts());
        std::thread::sleep(pause);
    }
    assert_eq!(consumer.liveness(), Liveness::Closed);
    let counts = consumer.counts();
    assert_eq!(counts.received + counts.lost, counts.position - counts.start);
    counts
}

#[test]
fn counts_and_values_are_exact_across_processes_and_laps() {
    streams::registry();
    for (name, capacity, pause) in [("exact/tiny", 1 << 10, 300), ("exact/large", 1 << 20, 0)] {
        let _producer = Guard::role("producer", &[name, &capacity.to_string(), "3000000"]);
        let counts = follow(name, Duration::from_micros(pause));
        assert_eq!(counts.position, 3_000_000);
        if capacity == 1 << 10 {
            assert!(counts.lost > 0, "a ring of 1,024 was never lapped: {counts:?}");
        }
    }
}

#[test]
fn three_readers_do_not_disturb_each_other() {
    streams::registry();
    let mut producer = Producer::builder("readers").capacity(1 << 12).timed().unwrap();
    let mut children = [(); 3].map(|()| Guard::role("consumer", &["readers", "200"]));
    for child in &mut children {
        wait_for(child, "ready");
    }
    let [steady, leaving, stopped] = &mut children;
    let mut at = 0;
    let mut push = |n: u64| {
        for _ in 0..n {
            producer.push(t(at), y(at));
            at += 1;
            if at % 1000 == 0 {
                std::thread::sleep(Duration::from_micros(100));
            }
        }
    };
    push(50_000);
    stopped.signal(libc::SIGSTOP);
    push(50_000);
    writeln!(leaving.0.stdin.as_mut().unwrap(), "leave").unwrap();
    let left = counts(leaving);
    assert!(left.position <= 100_000);
    push(100_000);
    stopped.signal(libc::SIGCONT);
    producer.close();
    assert_eq!(counts(steady).position, 200_000);
    let woken = counts(stopped);
    assert_eq!(woken.position, 200_000);
    assert!(woken.lost > 0, "a stopped reader of a ring of 4,096 lost nothing of 150,000: {woken:?}");
}

#[test]
fn a_second_producer_is_refused_and_a_dead_one_is_replaced() {
    streams::registry();
    let mut first = Guard::role("producer", &["taken", "1024", "1000000000000"]);
    wait_for(&mut first, "ready");
    match Producer::builder("taken").capacity(1024).timed() {
        Err(error @ CreateError::NameInUse { .. }) => {
            let text = error.to_string();
            assert!(text.contains(&first.0.id().to_string()) && text.contains("taken"), "{text}");
        }
        other => panic!("{other:?}"),
    }
    let mut attached = Consumer::attach("taken", StartAt::Oldest).unwrap();
    first.kill();
    assert_eq!(attached.liveness(), Liveness::Dead);
    let second = Producer::builder("taken").capacity(1024).timed().unwrap();
    assert_eq!(attached.liveness(), Liveness::Replaced);
    let fresh = Consumer::attach("taken", StartAt::Oldest).unwrap();
    assert_eq!(fresh.run(), second.stats().run);
    assert_ne!(fresh.run(), attached.run());
    // What is mapped stays readable.
    drain(&mut attached, &mut Batch::with_limit(1 << 12));
}
