//! How fast does the history take in what was drained?
//!
//! `base/memcpy` copies the same batch into as many bytes as the history holds; `append/*` keep it, build the
//! pyramid and the sums, and evict. `RINGPLOT_BENCH_QUICK` makes the history a hundred times smaller.

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ringplot::history::Trace;
use ringplot::{Batch, Point, XMode};

const BATCH: usize = 65_536;

fn batch(x_mode: XMode) -> Batch {
    let mut batch = Batch::with_limit(BATCH);
    batch.x_mode = x_mode;
    for i in 0..BATCH {
        let delta = if x_mode == XMode::Timed { (i % 256) as f32 } else { i as f32 };
        batch.points.push(Point::new(delta * 1e-6, (i as f32 * 0.01).sin()));
    }
    batch.epochs.resize(BATCH / 256, 0.0);
    batch
}

fn history(c: &mut Criterion) {
    let quick = std::env::var_os("RINGPLOT_BENCH_QUICK").is_some();
    let held = if quick { 1 << 18 } else { 1 << 25 };
    let mut group = c.benchmark_group("history");
    group.throughput(Throughput::Elements(BATCH as u64));

    let source = batch(XMode::Xy).points;
    let mut target = vec![Point::default(); held];
    let mut at = 0;
    group.bench_function("base/memcpy", |b| {
        b.iter(|| {
            target[at..at + BATCH].copy_from_slice(black_box(&source));
            at = (at + BATCH) % held;
        });
    });
    drop(target);

    for (name, x_mode) in
        [("uniform", XMode::Uniform { t0: 0.0, rate: 1e6 }), ("timed", XMode::Timed), ("xy", XMode::Xy)]
    {
        let mut batch = batch(x_mode);
        let mut trace = Trace::new(x_mode, held as u64);
        let mut feed = || {
            for (block, epoch) in (batch.first / 256..).zip(&mut batch.epochs) {
                *epoch = block as f64 * 256e-6;
            }
            trace.append(black_box(&batch));
            batch.first += BATCH as u64;
            trace.end()
        };
        // As a viewer after a while: full, and evicting.
        while feed() < 2 * held as u64 {}
        group.bench_function(format!("append/{name}"), |b| b.iter(&mut feed));
        assert_eq!(trace.end() - trace.start(), held as u64);
        assert_eq!(trace.statistics(f64::NEG_INFINITY, f64::INFINITY).count, held as u64);
    }
    group.finish();
}

criterion_group!(benches, history);
criterion_main!(benches);
