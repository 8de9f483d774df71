//! How fast are derived traces computed, beside the append of the same samples to a history?
//!
//! `cargo bench --bench derived`
//!
//! `append` is what the source itself costs; each formula copies the samples out of the source, computes, and appends
//! what it computed. All take turns, and the median of the ratios is told. `RINGPLOT_BENCH_QUICK` runs once, on little.
#![allow(clippy::print_stdout, reason = "tables are what a bench is for")]

#[path = "ring_common/mod.rs"]
mod common;

use common::{median, quick, tell_machine, thread_secs};
use ringplot::history::Trace;
use ringplot::store::{Data, DerivedSpec, Store, StreamInfo, StreamState};
use ringplot::{Batch, Counts, Liveness, Meta, Point, StreamKind, XMode};

/// As many as a viewer drains at a time.
const BATCH: usize = 1 << 15;
const FORMULAS: [&str; 6] = [
    "derivative(a)",
    "mean(a, 1000)",
    "mean(a, 1000000)",
    "rms(a, 1000)",
    "difference(a, a)",
    "psd(a, 4096, hann)",
];

fn empty(x_mode: XMode, kind: StreamKind) -> StreamState {
    let meta = Meta { name: "a".to_owned(), ..Meta::default() };
    StreamState {
        info: StreamInfo { meta, kind, x_mode, derived: None, capacity: None },
        run: 1,
        liveness: Liveness::Live,
        counts: Counts::default(),
        rate_hz: None,
        data: Data::Trace(Trace::new(x_mode, u64::MAX)),
    }
}

/// Appends `count` samples in batches.
fn fill(state: &mut StreamState, count: usize) {
    let mut batch = Batch { x_mode: state.info.x_mode, ..Batch::with_limit(BATCH) };
    batch.points.extend((0..BATCH).map(|i| Point::new((i % 256) as f32 * 1e-6, (i as f32 * 0.01).sin())));
    for _ in 0..count / BATCH {
        batch.epochs.clear();
        batch.epochs.extend((0..BATCH / 256).map(|block| (batch.first / 256 + block as u64) as f64 * 256e-6));
        if let Data::Trace(trace) = &mut state.data {
            trace.append(&batch);
        }
        batch.first += BATCH as u64;
    }
}

/// Seconds that the append took, and each formula.
fn turn(x_mode: XMode, kind: StreamKind, count: usize) -> Vec<f64> {
    let mut state = empty(x_mode, kind);
    let begun = thread_secs();
    fill(&mut state, count);
    let mut secs = vec![thread_secs() - begun];
    let store = Store::new(1 << 32);
    store.add(state);
    for formula in FORMULAS {
        let derived = store.derived();
        let begun = thread_secs();
        derived.compute_alone(DerivedSpec::parse(formula).expect("it is a formula"));
        secs.push(thread_secs() - begun);
        assert!(derived.remove(formula), "{formula}");
    }
    secs
}

fn main() {
    tell_machine("derived");
    let (count, turns) = if quick() { (1 << 18, 1) } else { (1 << 23, 7) };
    for (name, x_mode, kind) in [
        ("uniform", XMode::Uniform { t0: 0.0, rate: 1e6 }, StreamKind::Uniform),
        ("timed", XMode::Timed, StreamKind::Timed),
    ] {
        let turns: Vec<Vec<f64>> = (0..turns).map(|_| turn(x_mode, kind, count)).collect();
        let per_point = |index: usize| {
            let mut secs: Vec<f64> = turns.iter().map(|secs| secs[index] * 1e9 / count as f64).collect();
            median(&mut secs)
        };
        println!("{name}: append {:.2} ns a point", per_point(0));
        for (index, formula) in (1..).zip(FORMULAS) {
            let mut ratios: Vec<f64> = turns.iter().map(|secs| secs[index] / secs[0]).collect();
            let ratio = median(&mut ratios);
            println!("  {formula:22} {:6.2} ns a point, {ratio:5.1} x the append", per_point(index));
        }
    }
}
