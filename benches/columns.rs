//! What do the columns of a picture cost, against reading every point once?
//!
//! `base/argminmax` is a SIMD minimum and maximum over all the points, `base/loop` a plain loop that finds them;
//! the rest are 1920 exact columns over the same points, of a line where nothing else is said. `cached` are those
//! kept from frame to frame, and `eight` those of eight streams that have as many points together, all asked for
//! anew. `RINGPLOT_BENCH_QUICK` makes everything a hundred times smaller.

use std::hint::black_box;

use argminmax::ArgMinMax as _;
use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use ringplot::history::{Column, ColumnCache, ColumnGrid, Columns, Interpolation, Scale, Trace};
use ringplot::{Batch, Point, XMode};

const COLUMNS: usize = 1920;

fn points() -> u64 {
    if std::env::var_os("RINGPLOT_BENCH_QUICK").is_some() { 1_000_000 } else { 100_000_000 }
}

/// A slow wave with noise and a few spikes.
#[expect(clippy::cast_possible_truncation, reason = "y is f32")]
fn value(position: u64) -> f32 {
    let noise = (position.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f32 / (1 << 24) as f32;
    let wave = (position as f64 * 1e-6).sin() as f32;
    if position % 9_999_991 == 77 { 40.0 } else { wave + 0.1 * noise }
}

/// A trace at 1 MHz, its x by position or, with `timed`, with a jitter below one sample.
fn trace(timed: bool, count: u64) -> Trace {
    let x_mode = if timed { XMode::Timed } else { XMode::Uniform { t0: 0.0, rate: 1e6 } };
    let mut trace = Trace::new(x_mode, count);
    let mut batch = Batch::with_limit(65_536);
    batch.x_mode = x_mode;
    while batch.first < count {
        batch.points.clear();
        batch.epochs.clear();
        let end = (batch.first + 65_536).min(count);
        for position in batch.first..end {
            if position % 256 == 0 {
                batch.epochs.push(position as f64 * 1e-6);
            }
            let jitter = (position.wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 40) as f32 / (1 << 25) as f32;
            let delta = if position % 256 == 0 { 0.0 } else { ((position % 256) as f32 + jitter) * 1e-6 };
            batch.points.push(Point::new(delta, value(position)));
        }
        trace.append(&batch);
        batch.first = end;
    }
    trace
}

/// What a view costs that shows nine tenths: unchanged, and scrolled by one column.
fn cached(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, trace: &Trace, grid: &ColumnGrid) {
    let mut cache = ColumnCache::new();
    let mut view = ColumnGrid { dx: grid.dx * 0.9, ..*grid };
    group.bench_function(format!("{name}/cached_unchanged"), |b| {
        b.iter(|| cache.update(trace, black_box(&view), Interpolation::Line, Scale::Linear).len());
    });
    group.bench_function(format!("{name}/cached_scroll"), |b| {
        b.iter(|| {
            view.first = (view.first + 1) % (COLUMNS / 10) as i64;
            cache.update(trace, black_box(&view), Interpolation::Line, Scale::Linear).len()
        });
    });
}

fn columns(c: &mut Criterion) {
    let count = points();
    let grid = ColumnGrid {
        first: 0,
        dx: count as f64 * 1e-6 / COLUMNS as f64,
        count: COLUMNS,
        scale: Scale::Linear,
    };
    let mut group = c.benchmark_group("columns");
    let mut out = Columns::new();

    let values = (0..count).map(value).collect::<Vec<f32>>();
    let (least, greatest) = values.argminmax();
    let bounds = (values[least], values[greatest]);
    group.bench_function("base/argminmax", |b| b.iter(|| black_box(black_box(&values).argminmax())));
    let wider =
        |(lo, hi): (f32, f32), y: &f32| (if *y < lo { *y } else { lo }, if *y > hi { *y } else { hi });
    group.bench_function("base/loop", |b| {
        b.iter(|| black_box(&values).iter().fold((f32::INFINITY, f32::NEG_INFINITY), wider));
    });
    drop(values);

    for (name, timed) in [("uniform", false), ("timed", true)] {
        let trace = trace(timed, count);
        trace.columns(&grid, Interpolation::Line, Scale::Linear, &mut out);
        let hull = |f: fn(f64, f64) -> f64, y: fn(&Column) -> f64| out.iter().map(y).reduce(f);
        assert_eq!(hull(f64::min, |column| column.lo), Some(bounds.0.into()));
        assert_eq!(hull(f64::max, |column| column.hi), Some(bounds.1.into()));
        assert!(out.iter().all(|column| !column.gap));
        group.bench_function(format!("{name}/whole"), |b| {
            b.iter(|| trace.columns(black_box(&grid), Interpolation::Line, Scale::Linear, &mut out));
        });
        let near = ColumnGrid { first: 1_000_000, dx: grid.dx / 1000.0, ..grid };
        group.bench_function(format!("{name}/thousandth"), |b| {
            b.iter(|| trace.columns(black_box(&near), Interpolation::Line, Scale::Linear, &mut out));
        });
        let kinds = [
            ("step_pre", Interpolation::StepPre, Scale::Linear),
            ("step_mid", Interpolation::StepMid, Scale::Linear),
            ("step_post", Interpolation::StepPost, Scale::Linear),
            ("area", Interpolation::Area, Scale::Linear),
            ("stem", Interpolation::Stem, Scale::Linear),
            ("band", Interpolation::Band, Scale::Linear),
            ("log_y", Interpolation::Line, Scale::Log10),
        ];
        for (kind, interpolation, y_scale) in kinds {
            group.bench_function(format!("{name}/{kind}"), |b| {
                b.iter(|| trace.columns(black_box(&grid), interpolation, y_scale, &mut out));
            });
        }
        cached(&mut group, name, &trace, &grid);
        let (x0, x1) = (grid.edge(1), grid.edge(COLUMNS - 1));
        group
            .bench_function(format!("{name}/statistics"), |b| b.iter(|| trace.statistics(black_box(x0), x1)));
    }
    for (name, timed) in [("uniform", false), ("timed", true)] {
        let traces = (0..8).map(|_| trace(timed, count / 8)).collect::<Vec<_>>();
        let grid = ColumnGrid { dx: grid.dx / 8.0, ..grid };
        group.bench_function(format!("{name}/eight"), |b| {
            b.iter(|| {
                for trace in &traces {
                    trace.columns(black_box(&grid), Interpolation::Line, Scale::Linear, &mut out);
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, columns);
criterion_main!(benches);
