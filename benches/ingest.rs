//! What a plotter's thread does with each point: copy out of the ring, keep, build the pyramid.
//!
//! `cargo bench --bench ingest`
//!
//! The base is a memcpy of the same points into memory of the same age.

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{
    BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime,
};
use ringplot::history::Trace;
use ringplot::{Batch, Consumer, Point, Producer, StartAt};

/// Points of one round: half a ring, so that nothing is lost.
const ROUND: usize = 1 << 19;
/// Points that a plotter drains at a time.
const BATCH: usize = 1 << 15;

fn settings(group: &mut BenchmarkGroup<'_, WallTime>) {
    if std::env::var_os("RINGPLOT_BENCH_QUICK").is_some() {
        group
            .sample_size(10)
            .warm_up_time(Duration::from_millis(10))
            .measurement_time(Duration::from_millis(100));
    } else {
        group.sample_size(30).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(4));
    }
    group.throughput(Throughput::Elements(ROUND as u64));
}

/// Times draining what `push` pushes and appending it to a history, and checks that nothing was lost.
fn drain_and_keep(rounds: u64, name: &str, mut push: impl FnMut(u64)) -> Duration {
    let mut consumer = Consumer::attach(name, StartAt::Oldest).expect("a live stream");
    let mut trace = Trace::new(consumer.x_mode(), 1 << 24);
    let mut batch = Batch::with_limit(BATCH);
    let mut spent = Duration::ZERO;
    for round in 0..rounds {
        push(round);
        let begun = Instant::now();
        loop {
            let drained = consumer.drain(&mut batch);
            trace.append(&batch);
            if drained.remaining == 0 {
                break;
            }
        }
        spent += begun.elapsed();
    }
    let counts = consumer.counts();
    assert_eq!((counts.received, counts.lost), (rounds * ROUND as u64, 0), "points were lost");
    assert_eq!(trace.end(), counts.written, "points were not kept");
    spent
}

fn ingest(c: &mut Criterion) {
    let mut group = c.benchmark_group("ingest");
    settings(&mut group);
    let y: Vec<f32> = (0..ROUND).map(|i| (i as f32 * 1e-3).sin()).collect();
    let t: Vec<f64> = (0..ROUND).map(|i| i as f64 * 1e-6).collect();
    let points: Vec<Point> = (0..ROUND).map(|i| Point::new(i as f32, y[i])).collect();
    group.bench_function("base_memcpy", |b| {
        let mut to = vec![Point::default(); 1 << 24];
        let mut at = 0;
        b.iter(|| {
            to[at..at + ROUND].copy_from_slice(black_box(&points));
            at = (at + ROUND) % to.len();
        });
    });
    group.bench_function("uniform", |b| {
        b.iter_custom(|rounds| {
            let mut producer = Producer::builder("bench/ingest").uniform(0.0, 1e6).expect("a free name");
            drain_and_keep(rounds, "bench/ingest", |_| producer.push_values(&y))
        });
    });
    group.bench_function("timed", |b| {
        b.iter_custom(|rounds| {
            let mut producer = Producer::builder("bench/ingest").timed().expect("a free name");
            let mut later = t.clone();
            drain_and_keep(rounds, "bench/ingest", |round| {
                let first = (round * ROUND as u64) as f64 * 1e-6;
                later.iter_mut().zip(&t).for_each(|(later, t)| *later = first + t);
                producer.push_times(&later, &y);
            })
        });
    });
    group.bench_function("xy", |b| {
        b.iter_custom(|rounds| {
            let mut producer = Producer::builder("bench/ingest").xy().expect("a free name");
            drain_and_keep(rounds, "bench/ingest", |_| producer.push_slice(&points))
        });
    });
    group.finish();
}

criterion_group!(benches, ingest);
criterion_main!(benches);
