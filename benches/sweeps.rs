//! What do columns and answers cost where time steps back: in sweeps, and with late samples?
//!
//! `cargo bench --bench sweeps`
//!
//! 10^7 timed points in each row, 3,840 columns: the half pixels of a view 1,920 wide. `RINGPLOT_BENCH_QUICK` makes
//! everything a hundred times smaller.
#![allow(clippy::print_stdout, reason = "tables are what a bench is for")]

use std::hint::black_box;
use std::time::Instant;

use ringplot::history::{ColumnCache, ColumnGrid, Columns, Interpolation, Scale, Trace};
use ringplot::{Batch, Point, XMode};

const COLUMNS: usize = 3840;
/// What a window lets the columns of a trace cost in a frame.
const MOST: u64 = 1 << 18;

fn is_quick() -> bool {
    std::env::var_os("RINGPLOT_BENCH_QUICK").is_some()
}

fn count() -> u64 {
    if is_quick() { 100_000 } else { 10_000_000 }
}

fn trace(time: impl Fn(u64) -> f64, value: impl Fn(u64) -> f64) -> Trace {
    let mut trace = Trace::new(XMode::Timed, count());
    let mut batch = Batch::with_limit(65_536);
    batch.x_mode = XMode::Timed;
    while batch.first < count() {
        batch.points.clear();
        batch.epochs.clear();
        let end = (batch.first + 65_536).min(count());
        for position in batch.first..end {
            let epoch = time(position / 256 * 256);
            if position % 256 == 0 {
                batch.epochs.push(epoch);
            }
            batch.points.push(Point::new((time(position) - epoch) as f32, value(position) as f32));
        }
        trace.append(&batch);
        batch.first = end;
    }
    trace
}

/// The shortest of some runs, as text.
fn shortest<R>(mut f: impl FnMut() -> R) -> String {
    let mut least = f64::INFINITY;
    let mut spent = 0.0;
    for _ in 0..if is_quick() { 1 } else { 50 } {
        let begun = Instant::now();
        black_box(f());
        let took = begun.elapsed().as_secs_f64();
        least = least.min(took);
        spent += took;
        if spent > 2.0 {
            break;
        }
    }
    let milliseconds = least * 1e3;
    if milliseconds < 0.1 {
        format!("{:.1} µs", milliseconds * 1e3)
    } else {
        format!("{milliseconds:.1} ms")
    }
}

fn row(name: &str, trace: &Trace) {
    let (x0, x1) = trace.x_bounds().expect("it holds points");
    let grid = |share: f64| {
        let dx = (x1 - x0) * share / COLUMNS as f64;
        let first = if share < 1.0 { x0 + (x1 - x0) * 0.3 } else { x0 };
        ColumnGrid { first: (first / dx).floor() as i64, dx, count: COLUMNS, scale: Scale::Linear }
    };
    let (whole, near) = (grid(1.0), grid(0.01));
    // All columns of 10^5 sweeps take a minute: those are drawn frame by frame, see the last cells.
    let is_slow = trace.steps_back() > 10_000 && x1 - x0 < 1e-3;
    let mut out = Columns::new();
    let mut columns = |grid: &ColumnGrid| {
        if is_slow {
            "-".to_owned()
        } else {
            shortest(|| trace.columns(grid, Interpolation::Line, Scale::Linear, &mut out))
        }
    };
    let (all, part) = (columns(&whole), columns(&near));
    let bounds = |grid: &ColumnGrid| {
        let (x0, x1) = (grid.edge(0), grid.edge(COLUMNS));
        shortest(|| trace.y_bounds(x0, x1, Interpolation::Line, Scale::Linear, Scale::Linear))
    };
    let bounds = (bounds(&whole), bounds(&near));
    let cursor = shortest(|| trace.value_at(x0 + (x1 - x0) * 0.37));
    let mut cache = ColumnCache::new();
    let (mut frames, mut longest, mut first_share) = (0_u32, 0_f64, 0.0);
    let begun = Instant::now();
    while frames == 0 || cache.share() < 1.0 {
        let frame = Instant::now();
        cache.update_some(trace, &whole, Interpolation::Line, Scale::Linear, MOST);
        longest = longest.max(frame.elapsed().as_secs_f64());
        first_share = if frames == 0 { cache.share() } else { first_share };
        frames += 1;
    }
    let secs = begun.elapsed().as_secs_f64();
    println!(
        "| {name} | {} | {all} | {part} | {} | {} | {cursor} | {frames} | {:.0} ms | {secs:.2} s | {:.2} % | {:.2} |",
        trace.steps_back(),
        bounds.0,
        bounds.1,
        longest * 1e3,
        first_share * 100.0,
        trace.memory_bytes() as f64 / count() as f64,
    );
}

fn main() {
    let noise =
        |position: u64| (position.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64 / f64::from(1 << 24);
    let wave = |position: u64| (position as f64 * 1e-6).sin() + 0.1 * noise(position);
    let late = |position: u64, each: u64| {
        position as f64 * 1e-6 - if position % each == each - 1 { 1.5e-6 } else { 0.0 }
    };
    println!(
        "| points | steps back | columns, whole | a hundredth | y bounds, whole | a hundredth | value at x \
        | frames | longest | all | in the first | bytes a point |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    row("time only rises", &trace(|position| position as f64 * 1e-6, wave));
    row("one in 1,000 late", &trace(|position| late(position, 1000), wave));
    row("every second late", &trace(|position| late(position, 2), wave));
    for sweeps in [100, 100_000] {
        let each = (count() / sweeps).max(2);
        let time = |position: u64| (position % each) as f64 * 1e-6;
        let value = |position: u64| {
            (position % each) as f64 / each as f64
                + if sweeps == 100 { 3.0 } else { 1e-4 } * (position / each) as f64
        };
        row(&format!("{sweeps} sweeps"), &trace(time, value));
    }
}
