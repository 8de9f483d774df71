//! What a push costs, as a ratio to the least that it could cost.
//!
//! `cargo bench --no-default-features --bench ring`
//!
//! The limit is a loop over the same inputs (an array of 4,096) with one relaxed 8-byte store and one release store of a
//! counter, into a mapping of the same size made the same way: everything else that a push does is its overhead.
//! `black_box` stands around the loops only; inside it would cost 3 ns and hide everything.

use std::hint::black_box;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use criterion::{
    BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime,
};
use ringplot::ring::sync::{AtomicU64, Ordering};
use ringplot::stream::{Timed, Xy};
use ringplot::{Batch, Consumer, Point, Producer, StartAt};

const INPUTS: usize = 4096;
const CAPACITY: u64 = 1 << 20;

fn quick() -> bool {
    std::env::var_os("RINGPLOT_BENCH_QUICK").is_some()
}

fn settings(group: &mut BenchmarkGroup<'_, WallTime>) {
    if quick() {
        group
            .sample_size(10)
            .warm_up_time(Duration::from_millis(10))
            .measurement_time(Duration::from_millis(100));
    } else {
        group.sample_size(60).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    }
    group.throughput(Throughput::Elements(INPUTS as u64));
}

/// Word of the counter, and of the first slot, as in a segment of this capacity: where stores fall in a page matters.
const COUNTER: usize = 0x100 / 8;
const SLOTS: usize = 0x10000 / 8;

/// The words of a shared mapping like a ring's, with a counter on a line of its own.
struct Limit {
    shmem: shared_memory::Shmem,
}

impl Limit {
    fn new() -> Self {
        let shmem = shared_memory::ShmemConf::new()
            .size((CAPACITY as usize + SLOTS) * 8)
            .create()
            .expect("shared memory");
        Self { shmem }
    }

    #[expect(unsafe_code, reason = "the limit is measured on a raw mapping")]
    fn words(&self) -> (&AtomicU64, &[AtomicU64]) {
        // SAFETY: the mapping is page-aligned and as long as it says; any bytes are a valid AtomicU64.
        let words: &[AtomicU64] =
            unsafe { std::slice::from_raw_parts(self.shmem.as_ptr().cast(), self.shmem.len() / 8) };
        (&words[COUNTER], &words[SLOTS..][..CAPACITY as usize])
    }

    #[expect(unsafe_code, reason = "memcpy into a raw mapping")]
    fn memcpy(&self, at: usize, points: &[Point]) {
        let to = self.words().1[at..at + points.len()].as_ptr().cast::<Point>().cast_mut();
        // SAFETY: the range is inside the mapping, which is writable, and nobody else touches it.
        unsafe { std::ptr::copy_nonoverlapping(points.as_ptr(), to, points.len()) };
    }
}

#[inline(always)]
#[expect(unsafe_code, clippy::inline_always, reason = "no bounds check: this is the limit")]
fn limit_store(counter: &AtomicU64, slots: &[AtomicU64], position: u64, word: u64) {
    // SAFETY: the slots are a power of two.
    unsafe { slots.get_unchecked((position & (CAPACITY - 1)) as usize) }.store(word, Ordering::Relaxed);
    counter.store(position + 1, Ordering::Release);
}

fn points() -> Vec<Point> {
    (0..INPUTS).map(|i| Point::new(i as f32, -(i as f32))).collect()
}

fn xy(name: &str) -> Producer<Xy> {
    Producer::builder(name).capacity(CAPACITY).xy().expect("a free name")
}

fn timed(name: &str) -> Producer<Timed> {
    Producer::builder(name).capacity(CAPACITY).timed().expect("a free name")
}

/// A consumer that drains 60 times a second in a thread of its own, until it is dropped.
struct Consumer60 {
    stop: Arc<AtomicU64>,
    thread: Option<JoinHandle<()>>,
}

impl Consumer60 {
    fn new(name: &str) -> Self {
        let mut consumer = Consumer::attach(name, StartAt::Oldest).expect("a live stream");
        let stop = Arc::new(AtomicU64::new(0));
        let is_stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut batch = Batch::with_limit(1 << 16);
            while is_stopped.load(Ordering::Relaxed) == 0 {
                while consumer.drain(&mut batch).remaining > 0 {}
                std::thread::sleep(Duration::from_micros(16_667));
            }
        });
        Self { stop, thread: Some(thread) }
    }
}

impl Drop for Consumer60 {
    fn drop(&mut self) {
        self.stop.store(1, Ordering::Relaxed);
        self.thread.take().map(JoinHandle::join);
    }
}

#[inline(never)]
fn push_not_inlined(producer: &mut Producer<Xy>, point: Point) {
    producer.push_point(point);
}

fn push_point(c: &mut Criterion) {
    let mut group = c.benchmark_group("push_point");
    settings(&mut group);
    let points = points();
    let limit = Limit::new();
    group.bench_function("base_store_loop", |b| {
        b.iter_custom(|rounds| {
            let (counter, slots) = limit.words();
            let mut position = 0;
            let points = black_box(&points[..]);
            let begun = Instant::now();
            for _ in 0..rounds {
                for point in points {
                    limit_store(counter, slots, position, point.to_bits());
                    position += 1;
                }
            }
            begun.elapsed()
        });
    });
    // A stopped consumer has mapped the ring and never reads on; to the producer a killed one is the same.
    for name in ["alone", "consumer_60hz", "consumer_stopped"] {
        group.bench_function(name, |b| {
            b.iter_custom(|rounds| {
                // Local to the loop, as it would be in a simulation: only then can its position live in a register.
                let mut producer = xy("bench/point");
                let consumer = (name == "consumer_60hz").then(|| Consumer60::new("bench/point"));
                let stopped =
                    (name == "consumer_stopped").then(|| Consumer::attach("bench/point", StartAt::Oldest));
                let points = black_box(&points[..]);
                let begun = Instant::now();
                for _ in 0..rounds {
                    for point in points {
                        producer.push_point(*point);
                    }
                }
                let elapsed = begun.elapsed();
                drop((consumer, stopped));
                elapsed
            });
        });
    }
    group.bench_function("alone_not_inlined", |b| {
        let mut producer = xy("bench/point");
        b.iter(|| {
            for point in black_box(&points[..]) {
                push_not_inlined(&mut producer, *point);
            }
        });
    });
    group.finish();
}

fn push_timed(c: &mut Criterion) {
    let mut group = c.benchmark_group("push");
    settings(&mut group);
    let inputs: Vec<(f64, f32)> = (0..INPUTS).map(|i| (i as f64 * 1e-6, i as f32)).collect();
    let limit = Limit::new();
    group.bench_function("base_load_t_y_and_store_loop", |b| {
        b.iter_custom(|rounds| {
            let (counter, slots) = limit.words();
            let mut position = 0;
            let inputs = black_box(&inputs[..]);
            let begun = Instant::now();
            for _ in 0..rounds {
                for (t, y) in inputs {
                    limit_store(counter, slots, position, Point::new(*t as f32, *y).to_bits());
                    position += 1;
                }
            }
            begun.elapsed()
        });
    });
    group.bench_function("alone", |b| {
        b.iter_custom(|rounds| {
            let mut producer = timed("bench/timed");
            let inputs = black_box(&inputs[..]);
            let begun = Instant::now();
            for _ in 0..rounds {
                for (t, y) in inputs {
                    producer.push(*t, *y);
                }
            }
            begun.elapsed()
        });
    });
    group.finish();
}

fn push_slice(c: &mut Criterion) {
    let mut group = c.benchmark_group("push_slice_4096");
    settings(&mut group);
    let points = points();
    let limit = Limit::new();
    group.bench_function("base_memcpy", |b| {
        b.iter_custom(|rounds| {
            let begun = Instant::now();
            let mut at = 0;
            for _ in 0..rounds {
                limit.memcpy(at, black_box(&points));
                at = (at + INPUTS) & (CAPACITY as usize - 1);
            }
            begun.elapsed()
        });
    });
    group.bench_function("alone", |b| {
        let mut producer = xy("bench/slice");
        b.iter(|| producer.push_slice(black_box(&points)));
    });
    group.finish();
}

/// Before anything is timed: what is pushed is what arrives.
fn check() {
    let mut producer = xy("bench/check");
    let points = points();
    for point in &points {
        producer.push_point(*point);
    }
    producer.push_slice(&points);
    let mut consumer = Consumer::attach("bench/check", StartAt::Oldest).expect("a live stream");
    let mut batch = Batch::with_limit(3 * INPUTS);
    consumer.drain(&mut batch);
    assert!(batch.points.iter().eq(points.iter().chain(&points)), "what arrived is not what was pushed");
}

fn all(c: &mut Criterion) {
    check();
    push_point(c);
    push_timed(c);
    push_slice(c);
}

criterion_group!(benches, all);
criterion_main!(benches);
