//! How long is a frame of a window full of panels? 16 linked panels of 8 streams each, 1280 × 720.
//!
//! `layout` lays the frame out: everything that is not drawing. `frame` lays out, uploads, draws, and reads the picture
//! back, about as a software adapter hands it to a screen. `live` takes 1/60 s of new samples into every stream before each
//! frame, which is not measured; `still` has nothing new. Every stream has 10^6 samples, all of them in view. `base` clears
//! a picture and reads it back; `one` has a single panel with a single stream. The throughput is frames a second. Ratios
//! between rows mean something, rates only on the machine they were taken on. Runs on the default adapter;
//! `RINGPLOT_BENCH_SOFTWARE=1` takes the software one.

use std::time::{Duration, Instant};

use criterion::{
    BenchmarkGroup, Criterion, Throughput, criterion_group, criterion_main, measurement::WallTime,
};
use ringplot::chart::Options;
use ringplot::history::Trace;
use ringplot::render::{AdapterChoice, Gpu, Renderer, Target};
use ringplot::ring::{Batch, Point, XMode};
use ringplot::store::{Data, SharedStream, Store, StreamInfo, StreamState};
use ringplot::viewer::{App, Pictures};
use ringplot::{Counts, Liveness, Meta, StreamKind};

const SIZE: [u32; 2] = [1280, 720];
const PANELS: usize = 16;
const STREAMS: usize = 8;
/// Samples shown of a stream, in ten seconds.
const POINTS: u64 = 1_000_000;
const QUICK_POINTS: u64 = 10_000;

/// A viewer and what fills its streams.
struct Bench {
    app: App,
    streams: Vec<SharedStream>,
    batch: Batch,
    /// Samples in 1/60 s.
    step: u64,
    context: egui::Context,
}

impl Bench {
    fn new(panels: usize, streams: usize, points: u64) -> Self {
        let store = Store::new(1 << 32);
        let x_mode = XMode::Uniform { t0: 0.0, rate: points as f64 / Options::DEFAULT_SPAN_SECS };
        let each = (0..panels).flat_map(|panel| (0..streams).map(move |stream| (panel, stream)));
        let add = |(panel, stream): (usize, usize)| {
            let meta = Meta {
                name: format!("bench{panel}/s{stream}"),
                group: format!("bench{panel}"),
                y_unit: "V".to_owned(),
                ..Meta::default()
            };
            store.add(StreamState {
                info: StreamInfo { meta, kind: StreamKind::Uniform, x_mode, derived: None, capacity: None },
                run: 1,
                liveness: Liveness::Live,
                counts: Counts::default(),
                rate_hz: Some(points as f64 / Options::DEFAULT_SPAN_SECS),
                data: Data::Trace(Trace::new(x_mode, 2 * points)),
            })
        };
        let streams = each.map(add).collect();
        let mut batch = Batch::with_limit(1 << 16);
        batch.x_mode = x_mode;
        let app = App::new(store, Options::default());
        let mut bench = Self { app, streams, batch, step: points / 600, context: egui::Context::default() };
        while bench.batch.first < points {
            bench.push((points - bench.batch.first).min(1 << 16));
        }
        bench
    }

    /// So many samples more for every stream: a wave of its own with noise on it.
    fn push(&mut self, count: u64) {
        let (first, wavelength) = (self.batch.first, 200.0 * self.step as f32);
        for (index, stream) in self.streams.iter().enumerate() {
            let value = |position: u64| {
                let noise = (position.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as f32 / 16_777_216.0;
                (position as f32 / wavelength + index as f32).sin() + 0.3 * noise + index as f32 * 0.2
            };
            self.batch.points.clear();
            self.batch.points.extend((first..first + count).map(|n| Point::new(0.0, value(n))));
            let mut state = stream.lock().expect("nobody panicked");
            if let Data::Trace(trace) = &mut state.data {
                trace.append(&self.batch);
            }
            state.counts.received += count;
            state.counts.position += count;
        }
        self.batch.first += count;
    }

    fn lay_out(&mut self) {
        let size = egui::vec2(SIZE[0] as f32, SIZE[1] as f32);
        let screen_rect = Some(egui::Rect::from_min_size(egui::Pos2::ZERO, size));
        let input = egui::RawInput { screen_rect, ..Default::default() };
        let app = &mut self.app;
        self.context.run_ui(input, |ui| app.ui(ui)).drop_without_applying_deltas();
    }

    fn check(&self) {
        let scenes = self.app.scenes();
        let lines = scenes.iter().filter(|scene| scene.rect.h > 0.0).map(|scene| scene.layers.len());
        assert!(lines.sum::<usize>() >= self.streams.len(), "not every line is drawn");
    }

    /// Measures layouts and whole frames, with samples before each and without.
    fn measure(&mut self, group: &mut BenchmarkGroup<'_, WallTime>, name: &str, gpu: &Gpu) {
        let mut pictures = Pictures::new(gpu, SIZE).expect("a usual size");
        for is_live in [true, false] {
            let motion = if is_live { "live" } else { "still" };
            self.lay_out();
            self.lay_out();
            self.check();
            group.bench_function(format!("{name}/{motion}/layout"), |bencher| {
                bencher.iter_custom(|times| self.timed(times, is_live, Self::lay_out));
            });
            self.check();
            let mut draw = |bench: &mut Self| drop(pictures.draw(gpu, &mut bench.app).expect("a picture"));
            draw(self);
            group.bench_function(format!("{name}/{motion}/frame"), |bencher| {
                bencher.iter_custom(|times| self.timed(times, is_live, &mut draw));
            });
            self.check();
        }
    }

    fn timed(&mut self, times: u64, is_live: bool, mut work: impl FnMut(&mut Self)) -> Duration {
        let mut all = Duration::ZERO;
        for _ in 0..times {
            if is_live {
                self.push(self.step);
            }
            let began = Instant::now();
            work(self);
            all += began.elapsed();
        }
        all
    }
}

#[expect(clippy::print_stderr, reason = "figures mean nothing without the adapter's name")]
fn panels(criterion: &mut Criterion) {
    let software = std::env::var_os("RINGPLOT_BENCH_SOFTWARE").is_some_and(|value| value == "1");
    let is_quick = std::env::var_os("RINGPLOT_BENCH_QUICK").is_some();
    let gpu = match Gpu::headless(AdapterChoice { software }) {
        Ok(gpu) => gpu,
        Err(error) => {
            eprintln!("skipped: {error}");
            return;
        }
    };
    eprintln!("adapter: {} ({})", gpu.info.name, gpu.info.driver_info);
    let points = if is_quick { QUICK_POINTS } else { POINTS };
    let mut group = criterion.benchmark_group("panels");
    group.throughput(Throughput::Elements(1)).sample_size(20);
    let target = Target::new(&gpu, SIZE[0], SIZE[1]).expect("a usual size");
    let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
    group.bench_function("base", |bencher| {
        bencher.iter(|| {
            target.draw(&gpu, &mut renderer, &[]);
            target.read(&gpu).expect("a picture")
        });
    });
    Bench::new(1, 1, points).measure(&mut group, "one", &gpu);
    Bench::new(PANELS, STREAMS, points).measure(&mut group, "16x8", &gpu);
    group.finish();
    assert_eq!(gpu.failure(), None, "the device refused a call");
}

criterion_group!(benches, panels);
criterion_main!(benches);
