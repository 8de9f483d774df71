//! How fast does the history take in what was drained, beside a memcpy of the same batch?
//!
//! `cargo bench --bench history`
//!
//! Both take turns, and the median of the ratios is told: `full` copies into memory that was written before, and the
//! history evicts as it grows; `growing` begins with nothing, and both have every page of memory from the system.
//! `RINGPLOT_BENCH_QUICK` runs once, on little.
#![allow(clippy::print_stdout, reason = "tables are what a bench is for")]

#[path = "ring_common/mod.rs"]
mod common;

use std::hint::black_box;

use common::{median, quick, tell_machine, thread_secs};
use ringplot::history::Trace;
use ringplot::{Batch, Point, XMode};

/// As many as a viewer drains at a time.
const BATCH: usize = 1 << 15;

fn batch(x_mode: XMode) -> Batch {
    let mut batch = Batch { x_mode, ..Batch::with_limit(BATCH) };
    for i in 0..BATCH {
        let x = if x_mode == XMode::Timed { (i % 256) as f32 } else { i as f32 };
        batch.points.push(Point::new(x * 1e-6, (i as f32 * 0.01).sin()));
    }
    batch.epochs.resize(BATCH / 256, 0.0);
    batch
}

/// A history and the batch that it is fed.
struct Feed {
    trace: Trace,
    batch: Batch,
}

impl Feed {
    fn new(x_mode: XMode, held: usize) -> Self {
        Self { trace: Trace::new(x_mode, held as u64), batch: batch(x_mode) }
    }

    fn append(&mut self) {
        for (block, epoch) in (self.batch.first / 256..).zip(&mut self.batch.epochs) {
            *epoch = block as f64 * 256e-6;
        }
        self.trace.append(black_box(&self.batch));
        self.batch.first += BATCH as u64;
    }

    fn check(&self, held: usize) {
        assert_eq!(self.trace.end() - self.trace.start(), held as u64);
        assert_eq!(self.trace.statistics(f64::NEG_INFINITY, f64::INFINITY).count, held as u64);
    }
}

/// Seconds of this thread that `work` takes.
fn secs(work: impl FnOnce()) -> f64 {
    let begun = thread_secs();
    work();
    thread_secs() - begun
}

fn row(name: &str, age: &str, points: usize, turns: &mut dyn FnMut() -> (f64, f64)) {
    let rounds: Vec<_> = (0..if quick() { 1 } else { 60 }).map(|_| turns()).collect();
    let of = |f: fn(&(f64, f64)) -> f64| median(&mut rounds.iter().map(f).collect::<Vec<_>>());
    let (memcpy, append, share) = (of(|r| r.0), of(|r| r.1), of(|r| r.0 / r.1));
    let ns = 1e9 / points as f64;
    println!(
        "| {name} | {age} | {:.3} | {:.3} | {:.0} % | ≥ 60 % |",
        memcpy * ns,
        append * ns,
        share * 100.0
    );
}

fn main() {
    let held: usize = if quick() { 1 << 17 } else { 1 << 24 };
    tell_machine("history");
    println!("| stream | memory | memcpy, ns a point | append, ns a point | of memcpy | wanted |");
    println!("|---|---|---|---|---|---|");
    for (name, x_mode) in
        [("uniform", XMode::Uniform { t0: 0.0, rate: 1e6 }), ("timed", XMode::Timed), ("xy", XMode::Xy)]
    {
        let source = batch(XMode::Xy).points;
        let (mut target, mut at) = (vec![Point::new(1.0, 1.0); held], 0);
        let mut feed = Feed::new(x_mode, held);
        while feed.batch.first < 2 * held as u64 {
            feed.append();
        }
        let batches = if quick() { 1 } else { 64 };
        row(name, "full", batches * BATCH, &mut || {
            let copied = secs(|| {
                for _ in 0..batches {
                    target[at..at + BATCH].copy_from_slice(black_box(&source));
                    at = (at + BATCH) % held;
                }
                black_box(&target);
            });
            (copied, secs(|| (0..batches).for_each(|_| feed.append())))
        });
        feed.check(held);
        drop((target, feed));
        // More than malloc keeps for the next round.
        let batches = if quick() { 1 } else { 160 };
        row(name, "growing", batches * BATCH, &mut || {
            let mut fresh: Vec<Point> = Vec::with_capacity(batches * BATCH);
            let mut feed = Feed::new(x_mode, held);
            let copied = secs(|| {
                (0..batches).for_each(|_| fresh.extend_from_slice(black_box(&source)));
                black_box(&fresh);
            });
            let kept = secs(|| (0..batches).for_each(|_| feed.append()));
            feed.check(batches * BATCH);
            (copied, kept)
        });
    }
}
