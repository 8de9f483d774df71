//! How long single pushes take, one by one, beside the limit loop under the same load: what the machine takes from both is
//! told apart from what the ring adds.
//!
//! `cargo bench --no-default-features --bench ring_stall`
//!
//! A clock is read after each push; the time between two readings holds one push, one reading and one count in a table.
//! The limit is the same loop with one relaxed store and one release store in the place of the push, in the same segment and
//! with the same consumers (see `ring_common`). Five runs of each, in turns. What is asked: the medians of the five differ by
//! no more than the five runs of one of the two among themselves (`spread`, the larger of the two). `by one tick` says that
//! they do by up to one tick of the clock more: less cannot be told from nothing.

#![expect(clippy::print_stdout, reason = "tables are what a bench is for")]
#![expect(clippy::inline_always, reason = "as in a simulation that is compiled with the ring")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use ringplot::ring::sync::Ordering;
use ringplot::ring::whole;
use ringplot::stream::Xy;
use ringplot::{Batch, Consumer, Point, Producer, StartAt};

mod ring_common;
use ring_common::{Bare, Load, consume, median, quick, registry, role, tell_machine};

const NAME: &str = "bench/stall";
const LOG2_CAPACITY: u32 = 20;
const RUNS: usize = 5;
const SHARES: [(f64, &str); 5] =
    [(0.5, "p50"), (0.99, "p99"), (0.999, "p99.9"), (0.9999, "p99.99"), (1.0, "max")];

/// Ticks of a clock that is read in a few nanoseconds.
#[inline(always)]
#[cfg(target_arch = "x86_64")]
#[expect(unsafe_code, reason = "the time stamp counter")]
fn ticks() -> u64 {
    // SAFETY: it reads a counter.
    unsafe { std::arch::x86_64::_rdtsc() }
}

#[inline(always)]
#[cfg(not(target_arch = "x86_64"))]
fn ticks() -> u64 {
    use std::sync::LazyLock;
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGUN.elapsed().as_nanos() as u64
}

/// Nanoseconds a tick, and the fewest ticks between two different readings.
fn calibrate() -> (f64, u64) {
    let (begun, first) = (Instant::now(), ticks());
    std::thread::sleep(Duration::from_millis(if quick() { 5 } else { 200 }));
    let nanos = begun.elapsed().as_nanos() as f64 / (ticks() - first) as f64;
    let mut step = u64::MAX;
    let mut before = ticks();
    for _ in 0..100_000 {
        let now = ticks();
        if now > before {
            step = step.min(now - before);
        }
        before = now;
    }
    // The fewest between two readings may be many steps: the greatest common divisor of some is the step.
    let mut divisor = step;
    for _ in 0..1000 {
        let (mut a, mut b) = (divisor, ticks() - before);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        divisor = a;
    }
    (nanos, divisor.max(1))
}

/// Counts of times: to the tick below 4,096, and 64 to a power of two above.
struct Histogram {
    counts: Vec<u32>,
    max: u64,
}

impl Histogram {
    const LINEAR: u64 = 4096;

    fn new() -> Self {
        Self { counts: vec![0; (Self::LINEAR + 64 * 52) as usize], max: 0 }
    }

    #[inline(always)]
    fn add(&mut self, ticks: u64) {
        if ticks < Self::LINEAR {
            self.counts[ticks as usize] += 1;
        } else {
            self.add_long(ticks);
        }
    }

    #[cold]
    #[inline(never)]
    fn add_long(&mut self, ticks: u64) {
        self.max = self.max.max(ticks);
        let power = u64::from(ticks.ilog2());
        let bucket = Self::LINEAR + (power - 12) * 64 + ((ticks >> (power - 6)) & 63);
        self.counts[bucket as usize] += 1;
    }

    /// The time that `share` of all do not exceed, in ticks.
    fn at(&self, share: f64) -> u64 {
        let total: u64 = self.counts.iter().map(|count| u64::from(*count)).sum();
        let wanted = ((total as f64 * share).ceil() as u64).clamp(1, total);
        let mut seen = 0;
        let bucket = self.counts.iter().position(|count| {
            seen += u64::from(*count);
            seen >= wanted
        });
        let bucket = bucket.unwrap_or_default() as u64;
        if share >= 1.0 && self.max > 0 {
            return self.max;
        }
        if bucket < Self::LINEAR {
            return bucket;
        }
        let (power, part) = ((bucket - Self::LINEAR) / 64 + 12, (bucket - Self::LINEAR) % 64);
        (64 + part) << (power - 6)
    }
}

fn xy() -> Producer<Xy> {
    Producer::builder(NAME).capacity(1 << LOG2_CAPACITY).xy().expect("a free name")
}

#[inline(always)]
fn timed(count: u64, mut push: impl FnMut(u64)) -> Histogram {
    let mut histogram = Histogram::new();
    let mut before = ticks();
    for i in 0..count {
        push(i);
        let now = ticks();
        histogram.add(now - before);
        before = now;
    }
    histogram
}

fn point(i: u64) -> Point {
    Point::new(i as f32, -1.0)
}

#[inline(never)]
fn pushes(count: u64, load: Load) -> Histogram {
    let mut producer = xy();
    let consumers = load.start(NAME);
    let histogram = timed(black_box(count), |i| producer.push(point(i)));
    drop(consumers);
    histogram
}

#[inline(never)]
#[expect(unsafe_code, reason = "no bounds check: this is the limit")]
fn limit(count: u64, load: Load) -> Histogram {
    let producer = xy();
    let bare = Bare::open(NAME);
    let consumers = load.start(NAME);
    let (counter, slots) = (bare.counter(), bare.slots());
    let histogram = timed(black_box(count), |i| {
        // SAFETY: the slots are a power of two.
        let slot = unsafe { slots.get_unchecked(i as usize & (slots.len() - 1)) };
        slot.store(whole(point(i).to_bits()), Ordering::Relaxed);
        counter.store(i + 1, Ordering::Release);
    });
    drop(consumers);
    drop(producer);
    histogram
}

fn rows(load: Load, nanos: f64, step: u64) {
    let count = if quick() { 10_000 } else { 20_000_000 };
    let runs = if quick() { 1 } else { RUNS };
    let (mut limits, mut taken) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        limits.push(limit(count, load));
        taken.push(pushes(count, load));
    }
    if quick() {
        return;
    }
    for (share, name) in SHARES {
        let times = |runs: &[Histogram]| -> Vec<f64> {
            let mut times: Vec<f64> = runs.iter().map(|run| run.at(share) as f64 * nanos).collect();
            median(&mut times);
            times
        };
        let (limits, taken) = (times(&limits), times(&taken));
        let (a, b) = (limits[runs / 2], taken[runs / 2]);
        let spread = (limits[runs - 1] - limits[0]).max(taken[runs - 1] - taken[0]);
        let difference = b - a;
        let verdict = match difference - spread {
            _ if share >= 1.0 => "",
            over if over <= 0.0 => "yes",
            over if over <= step as f64 * nanos * 1.01 => "by one tick",
            _ => "NO",
        };
        println!(
            "| {} | {name} | {a:.1} ({:.1} to {:.1}) | {b:.1} ({:.1} to {:.1}) | {difference:+.1} | {spread:.1} | {verdict} |",
            load.name(),
            limits[0],
            limits[runs - 1],
            taken[0],
            taken[runs - 1],
        );
    }
}

/// Before anything is timed: what the timed loop pushes is what arrives.
fn check() {
    let mut producer = xy();
    let histogram = timed(5000, |i| producer.push(point(i)));
    assert_eq!(histogram.counts.iter().sum::<u32>(), 5000);
    assert!(histogram.at(0.5) <= histogram.at(0.99) && histogram.at(0.99) <= histogram.at(1.0));
    let mut consumer = Consumer::attach(NAME, StartAt::Oldest).expect("a live stream");
    let mut batch = Batch::with_limit(8192);
    consumer.drain(&mut batch);
    assert!(batch.points.iter().copied().eq((0..5000).map(point)), "what arrived is not what was pushed");
}

fn main() {
    if let Some((_, arguments)) = role() {
        consume(&arguments);
    }
    let _registry = registry();
    check();
    let (nanos, step) = calibrate();
    if !quick() {
        tell_machine("ring_stall");
        println!(
            "Times in ns, clock included; one tick is {:.2} ns. Medians of {RUNS} runs of 20,000,000 pushes, and their extremes.\n",
            step as f64 * nanos
        );
        println!("| who reads | | limit | push | difference | spread | no more than the spread |");
        println!("|---|---|---|---|---|---|---|");
    }
    for load in
        [Load::Alone, Load::Hz60, Load::BackToBack, Load::Spinning, Load::Four, Load::Stopped, Load::Killed]
    {
        rows(load, nanos, step);
    }
}
