//! From a push to the moment when another process has the point.
//!
//! `cargo bench --no-default-features --bench ring_latency`
//!
//! The producer's process pushes its clock (`CLOCK_MONOTONIC`, one for all processes of a machine); the consumer's drains, reads
//! its own and tells the difference. `echo` is a round trip: the other process spins, and pushes every point back through a
//! stream of its own, and the first one spins on that; there both are waiting when the point comes.

#![expect(clippy::print_stdout, reason = "tables are what a bench is for")]

use std::time::{Duration, Instant};

use ringplot::stream::Xy;
use ringplot::{Batch, Consumer, Point, Producer, StartAt};

mod ring_common;
use ring_common::{Guard, quick, registry, role, tell, tell_machine};

const THERE: &str = "bench/latency/there";
const BACK: &str = "bench/latency/back";
const SHARES: [f64; 5] = [0.5, 0.99, 0.999, 0.9999, 1.0];

/// How a consumer waits for the next point.
const WAYS: [(&str, &str); 4] = [
    ("spinning", "drains without a pause"),
    ("sleep_100us", "drains, sleeps 100 µs"),
    ("sleep_1ms", "drains, sleeps 1 ms"),
    ("wait_for_data", "drains, then `Consumer::wait_for_data`"),
];

fn pause(way: &str, consumer: &mut Consumer) {
    match way {
        "sleep_100us" => std::thread::sleep(Duration::from_micros(100)),
        "wait_for_data" => {
            consumer.wait_for_data(Duration::from_secs(10));
        }
        "sleep_1ms" => std::thread::sleep(Duration::from_millis(1)),
        _ => {}
    }
}

fn xy(name: &str) -> Producer<Xy> {
    Producer::builder(name).capacity(1 << 14).xy().expect("a free name")
}

#[expect(unsafe_code, reason = "std's clock has no number that another process understands")]
fn nanos() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the structure is ours.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// The role of a process that takes `count` points and tells how old each was, in nanoseconds.
fn receive(way: &str, count: usize) {
    let mut consumer = Consumer::attach(THERE, StartAt::Oldest).expect("a live stream");
    let mut batch = Batch::with_limit(1 << 12);
    let mut ages = Vec::with_capacity(count);
    tell("ready");
    while ages.len() < count {
        consumer.drain(&mut batch);
        let now = nanos();
        ages.extend(batch.points.iter().map(|point| now.saturating_sub(point.to_bits()).to_string()));
        if batch.points.is_empty() {
            pause(way, &mut consumer);
        }
    }
    tell(&ages.join(" "));
}

/// The role of a process that pushes back what it gets.
fn echo() {
    let mut consumer = Consumer::attach(THERE, StartAt::Oldest).expect("a live stream");
    let mut back = xy(BACK);
    let mut batch = Batch::with_limit(1 << 12);
    tell("ready");
    loop {
        consumer.drain(&mut batch);
        for point in &batch.points {
            back.push(*point);
        }
    }
}

/// Ages of `count` points, one every millisecond or so, in nanoseconds.
fn one_way(way: &str, count: usize) -> Vec<f64> {
    let mut producer = xy(THERE);
    let mut receiver = Guard::new(&format!("receive {way} {count}"));
    let mut random = 1u64;
    for _ in 0..count {
        // Between 0.5 and 1.5 ms, so that no rhythm of the consumer's is met.
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_nanos(500_000 + (random >> 44)));
        producer.push(Point::from_bits(nanos()));
    }
    let ages: Vec<f64> = receiver.line().split(' ').map(|age| age.parse().expect("a number")).collect();
    assert_eq!(ages.len(), count, "every point arrives");
    ages
}

/// Round trips, in nanoseconds.
fn round_trips(count: usize) -> Vec<f64> {
    let mut producer = xy(THERE);
    let echo = Guard::new("echo");
    let mut consumer = Consumer::attach(BACK, StartAt::Oldest).expect("a live stream");
    let mut batch = Batch::with_limit(1 << 12);
    let mut trips = Vec::with_capacity(count);
    for i in 0..count {
        let sent = Point::new(i as f32, -1.0);
        let begun = Instant::now();
        producer.push(sent);
        loop {
            consumer.drain(&mut batch);
            if !batch.points.is_empty() {
                break;
            }
        }
        trips.push(begun.elapsed().as_nanos() as f64);
        assert_eq!(batch.points, [sent], "what comes back is what was sent");
    }
    drop(echo);
    trips
}

fn row(way: &str, what: &str, mut nanos: Vec<f64>) {
    if quick() {
        return;
    }
    nanos.sort_by(f64::total_cmp);
    let at = |share: f64| nanos[((nanos.len() as f64 * share) as usize).min(nanos.len() - 1)] / 1000.0;
    let cells: Vec<String> = SHARES.iter().map(|share| format!("{:.2}", at(*share))).collect();
    println!("| {way} | {what} | {} | {} |", nanos.len(), cells.join(" | "));
}

fn main() {
    if let Some((role, arguments)) = role() {
        match role.as_str() {
            "echo" => echo(),
            _ => receive(&arguments[0], arguments[1].parse().expect("a count")),
        }
        return;
    }
    let _registry = registry();
    if !quick() {
        tell_machine("ring_latency");
        println!("Times in µs.\n");
        println!("| way | the other process | points | p50 | p99 | p99.9 | p99.99 | max |");
        println!("|---|---|---|---|---|---|---|---|");
    }
    let (points, trips) = if quick() { (20, 200) } else { (5_000, 200_000) };
    row("echo", "spins; there and back", round_trips(trips));
    for (way, what) in WAYS {
        row(way, what, one_way(way, points));
    }
}
