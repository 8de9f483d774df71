//! What a viewer's thread does with each point: copy out of the ring, keep, build the pyramid.
//!
//! `cargo bench --bench ingest`
//!
//! Beside it, in turns, a memcpy of the same points into memory of the same age: the history is full and evicts, and
//! the copy goes round in as much memory. `RINGPLOT_BENCH_QUICK` runs once, on little.
#![allow(clippy::print_stdout, reason = "tables are what a bench is for")]

#[path = "ring_common/mod.rs"]
mod common;

use std::hint::black_box;

use common::{median, quick, registry, tell_machine, thread_secs};
use ringplot::history::Trace;
use ringplot::{Batch, Consumer, Point, Producer, StartAt};

/// Points of one round: half a ring, so that nothing is lost.
const ROUND: usize = 1 << 19;
/// Points that a viewer drains at a time.
const BATCH: usize = 1 << 15;
const NAME: &str = "bench/ingest";

/// Measures draining what `push` pushes and appending it to a history, and checks that nothing was lost.
fn row(kind: &str, points: &[Point], mut push: impl FnMut(u64)) {
    let held = if quick() { 2 * ROUND } else { 1 << 24 };
    let mut consumer = Consumer::attach(NAME, StartAt::Oldest).expect("a live stream");
    let mut trace = Trace::new(consumer.x_mode(), held as u64);
    let mut batch = Batch::with_limit(BATCH);
    let (mut target, mut at) = (vec![Point::new(1.0, 1.0); held], 0);
    let (mut copying, mut keeping, mut shares) = (Vec::new(), Vec::new(), Vec::new());
    let until_full = 2 * held / ROUND;
    for round in 0..until_full + if quick() { 1 } else { 100 } {
        push(round as u64);
        let begun = thread_secs();
        target[at..at + ROUND].copy_from_slice(black_box(points));
        black_box(&target);
        let copied = thread_secs();
        at = (at + ROUND) % held;
        loop {
            let drained = consumer.drain(&mut batch);
            trace.append(&batch);
            if drained.remaining == 0 {
                break;
            }
        }
        let kept = thread_secs();
        if round >= until_full {
            let ns = 1e9 / ROUND as f64;
            copying.push((copied - begun) * ns);
            keeping.push((kept - copied) * ns);
            shares.push((copied - begun) / (kept - copied) * 100.0);
        }
    }
    let counts = consumer.counts();
    assert_eq!((counts.received, counts.lost), (counts.position, 0), "points were lost");
    assert_eq!(trace.end(), counts.position, "points were not kept");
    assert_eq!(trace.end() - trace.start(), held as u64);
    let (copying, keeping, share) = (median(&mut copying), median(&mut keeping), median(&mut shares));
    println!("| {kind} | {copying:.3} | {keeping:.3} | {:.0} | {share:.0} % | ≥ 60 % |", 1e3 / keeping);
}

fn main() {
    let _registry = registry();
    let y: Vec<f32> = (0..ROUND).map(|i| (i as f32 * 1e-3).sin()).collect();
    let t: Vec<f64> = (0..ROUND).map(|i| i as f64 * 1e-6).collect();
    let points: Vec<Point> = (0..ROUND).map(|i| Point::new(i as f32, y[i])).collect();
    tell_machine("ingest");
    println!("| stream | memcpy, ns a point | ring to history, ns a point | Mpt/s | of memcpy | wanted |");
    println!("|---|---|---|---|---|---|");
    let mut producer = Producer::builder(NAME).uniform(0.0, 1e6).expect("a free name");
    row("uniform", &points, |_| producer.push_slice(&y));
    drop(producer);
    let mut producer = Producer::builder(NAME).timed().expect("a free name");
    let mut later = t.clone();
    row("timed", &points, |round| {
        let first = (round * ROUND as u64) as f64 * 1e-6;
        later.iter_mut().zip(&t).for_each(|(later, t)| *later = first + t);
        producer.push_slice(&later, &y);
    });
    drop(producer);
    let mut producer = Producer::builder(NAME).xy().expect("a free name");
    row("xy", &points, |_| producer.push_slice(&points));
}
