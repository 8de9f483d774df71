//! What does a density cost, and does a frame of it depend on how much there is?
//!
//! `base/read` is the least and the greatest of the same points from a plain table. `whole/*` counts all points anew,
//! `steady/*` adds new points and takes out as many old ones, `frame/*` is all of a frame: new points in, old ones out,
//! levels, upload and drawing at 1080p on the software adapter, for three lengths of history.
//! `RINGPLOT_BENCH_QUICK` makes everything a hundred times smaller.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ringplot::chart::ColourMap;
use ringplot::history::{DensityGrid, DensityMode, DensityView, Scale, Trace};
use ringplot::render::{
    AdapterChoice, Exposure, Gpu, Layer, Levels, PxRect, Renderer, Scene, Shape, Target, ToneMap, histogram,
    push_levels,
};
use ringplot::{Batch, Point, XMode};

const SIZE: [u32; 2] = [1920, 1080];
/// New points in a frame: a million a second.
const NEW: u64 = 16_384;

fn scaled(points: u64) -> u64 {
    if std::env::var_os("RINGPLOT_BENCH_QUICK").is_some() { points / 100 } else { points }
}

fn unit(position: u64, salt: u64) -> f32 {
    let mixed = (position ^ salt).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 40) as f32 / (1 << 24) as f32
}

/// Anywhere, more often in the middle.
fn cloud(position: u64) -> Point {
    let around = |salt| unit(position, salt) + unit(position, salt + 1) - 1.0;
    Point::new(around(11), around(77))
}

/// A path that fills a disc slowly.
fn spiral(position: u64) -> Point {
    let turn = position as f64 * 1e-3;
    let radius = 0.5 + 0.45 * (turn * 1e-4).sin();
    Point::new((radius * turn.cos()) as f32, (radius * turn.sin()) as f32)
}

/// A trace and where it goes on.
struct Source {
    trace: Trace,
    batch: Batch,
    point: fn(u64) -> Point,
}

impl Source {
    fn new(count: u64, point: fn(u64) -> Point) -> Self {
        let mut batch = Batch::with_limit(65_536);
        batch.x_mode = XMode::Xy;
        let mut source = Self { trace: Trace::new(XMode::Xy, count), batch, point };
        while source.batch.first < count {
            source.push((count - source.batch.first).min(65_536));
        }
        source
    }

    fn push(&mut self, count: u64) {
        self.make(count);
        self.append();
    }

    fn make(&mut self, count: u64) {
        let from = self.batch.first;
        self.batch.points.clear();
        self.batch.points.extend((from..from + count).map(self.point));
    }

    fn append(&mut self) {
        self.trace.append(&self.batch);
        self.batch.first += self.batch.points.len() as u64;
    }
}

fn view(zoom: f64) -> DensityView {
    let size = SIZE.map(|px| px as usize);
    DensityView { x: [-zoom, zoom], y: [-zoom, zoom], scales: [Scale::Linear; 2], size }
}

fn finish(grid: &mut DensityGrid, trace: &Trace) {
    grid.update(trace, u64::MAX, u64::MAX, 0.0);
    assert!(grid.is_done());
}

fn density(c: &mut Criterion) {
    let mut group = c.benchmark_group("density");
    group.sample_size(10).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3));
    let count = scaled(10_000_000);
    let modes = [("scatter", DensityMode::Scatter), ("connected", DensityMode::Connected)];
    for (name, point) in [("cloud", cloud as fn(u64) -> Point), ("spiral", spiral)] {
        let source = Source::new(count, point);
        group.throughput(Throughput::Elements(count));
        let points: Vec<Point> = (0..count).map(point).collect();
        group.bench_function(format!("base/read/{name}"), |b| {
            b.iter(|| {
                let bounds =
                    |a: [f32; 4], p: &Point| [a[0].min(p.x), a[1].max(p.x), a[2].min(p.y), a[3].max(p.y)];
                black_box(black_box(&points).iter().fold([0.0; 4], bounds))
            });
        });
        drop(points);
        for (mode_name, mode) in modes {
            if (mode_name, name) == ("connected", "cloud") {
                continue;
            }
            let mut grid = DensityGrid::new(mode, view(1.0), 0);
            finish(&mut grid, &source.trace);
            let kept = count - count / 16;
            assert!(grid.points().abs_diff(kept) <= 1, "{} of {kept}", grid.points());
            group.throughput(Throughput::Elements(kept));
            let mut zoom = 1.0;
            group.bench_function(format!("whole/{mode_name}/{name}"), |b| {
                b.iter(|| {
                    zoom = 2.001 - zoom;
                    grid.set_view(view(zoom), 0);
                    finish(&mut grid, &source.trace);
                });
            });
        }
    }
    for (mode_name, mode) in modes {
        let mut source = Source::new(count, spiral);
        let mut grid = DensityGrid::new(mode, view(1.0), 0);
        finish(&mut grid, &source.trace);
        group.throughput(Throughput::Elements(2 * NEW));
        group.bench_function(format!("steady/{mode_name}"), |b| {
            b.iter_custom(|times| {
                let mut all = Duration::ZERO;
                for _ in 0..times {
                    source.push(NEW);
                    let begun = std::time::Instant::now();
                    finish(&mut grid, &source.trace);
                    all += begun.elapsed();
                }
                all
            });
        });
    }
    frames(&mut group);
    group.finish();
}

fn frames(group: &mut criterion::BenchmarkGroup<'_, criterion::measurement::WallTime>) {
    let Ok(gpu) = Gpu::headless(AdapterChoice { software: true }) else { return };
    let target = Target::new(&gpu, SIZE[0], SIZE[1]).expect("a target");
    group.throughput(Throughput::Elements(NEW));
    for (name, count) in [("1e5", 100_000), ("1e7", 10_000_000), ("1e8", 100_000_000)] {
        let mut source = Source::new(scaled(count), cloud);
        let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
        let mut grid = DensityGrid::new(DensityMode::Scatter, view(1.0), 0);
        finish(&mut grid, &source.trace);
        let mut picture = Picture::default();
        group.bench_function(format!("frame/{name}"), |b| {
            b.iter_custom(|times| {
                let mut all = Duration::ZERO;
                for _ in 0..times {
                    source.make(NEW);
                    let begun = std::time::Instant::now();
                    source.append();
                    finish(&mut grid, &source.trace);
                    picture.draw(&gpu, &target, &mut renderer, &grid);
                    all += begun.elapsed();
                }
                all
            });
        });
    }
}

#[derive(Default)]
struct Picture {
    levels: Arc<Levels>,
    exposure: Exposure,
    row: Vec<f32>,
}

impl Picture {
    fn draw(&mut self, gpu: &Gpu, target: &Target, renderer: &mut Renderer, grid: &DensityGrid) {
        let mut next = Arc::try_unwrap(std::mem::take(&mut self.levels)).unwrap_or_default();
        next.levels.clear();
        for row in 0..SIZE[1] as usize {
            grid.row(row, &mut self.row);
            push_levels(&self.row, &mut next.levels);
        }
        next.version += 1;
        next.size = SIZE;
        self.exposure.follow(&histogram(&next.levels), ToneMap::Equalised, 0.016);
        self.levels = Arc::new(next);
        let colours = self.exposure.colours(&ColourMap::Inferno.table(), ToneMap::Equalised).into();
        let shape = Shape::Density { levels: Arc::clone(&self.levels), colours };
        let rect = PxRect { x: 0.0, y: 0.0, w: SIZE[0] as f32, h: SIZE[1] as f32 };
        let layers = vec![Layer { colour: [1.0; 4], width_px: 1.0, shape }];
        target.draw(gpu, renderer, &[Scene { rect, layers, ..Scene::default() }]);
        gpu.wait(Duration::from_mins(1)).expect("drawn");
    }
}

criterion_group!(benches, density);
criterion_main!(benches);
