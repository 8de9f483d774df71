//! What does a frame of a waterfall cost? Lay out, upload, draw and wait for a 1280 × 720 picture of curves of 1,024 bins.
//!
//! `base` draws the same picture again, `one_curve` after one more curve: of a short and of a long history, which must
//! not matter. `rebuilt` computes all rows anew, as after a change of the scale. Ratios between rows mean something,
//! rates only on the machine they were taken on. Runs on the default adapter; `RINGPLOT_BENCH_SOFTWARE=1` takes the
//! software one.

use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use ringplot::chart::Options;
use ringplot::history::{Bins, ColumnGrid, Frames, Scale};
use ringplot::render::{AdapterChoice, Gpu, Renderer, Target};
use ringplot::ring::{FrameData, Point, XMode};
use ringplot::store::{Data, SharedStream, Store, StreamInfo, StreamState};
use ringplot::viewer::App;
use ringplot::{Counts, Liveness, Meta, StreamKind};

const SIZE: [u32; 2] = [1280, 720];
const BINS: u32 = 1024;
/// Curves a second: ten seconds are seen.
const RATE: f64 = 100.0;

struct Viewer {
    gpu: Gpu,
    target: Target,
    renderer: Renderer,
    context: egui::Context,
}

impl Viewer {
    fn frame(&mut self, app: &mut App) {
        let size = egui::vec2(SIZE[0] as f32, SIZE[1] as f32);
        let input = egui::RawInput {
            screen_rect: Some(egui::Rect::from_min_size(egui::Pos2::ZERO, size)),
            ..Default::default()
        };
        self.context.run_ui(input, |ui| app.ui(ui)).drop_without_applying_deltas();
        let Self { gpu, target, renderer, .. } = self;
        target.draw(gpu, renderer, app.scenes());
        gpu.wait(Duration::from_mins(1)).expect("the frame is drawn");
    }
}

fn curve(number: u64) -> FrameData {
    let value = |bin: u32| (bin as f32 * 0.05 + number as f32 * 0.01).sin();
    let words = (0..BINS).map(|bin| Point::new(bin as f32, value(bin)).to_bits()).collect();
    FrameData { number, position: number * 1026, t: number as f64 / RATE, length: BINS, words }
}

fn push(stream: &SharedStream, number: u64) {
    if let Data::Frames(frames) = &mut stream.lock().expect("nobody panicked").data {
        frames.push(&curve(number));
    }
}

/// A waterfall of so many curves.
fn waterfall(curves: u64) -> (App, SharedStream) {
    let mut frames = Frames::keeping(usize::MAX);
    (0..curves).for_each(|number| assert!(frames.push(&curve(number))));
    let store = Store::new(0);
    let meta = Meta {
        name: "falls".to_owned(),
        style: ringplot::stream::Style::Waterfall,
        y_range: Some([-1.0, 1.0]),
        ..Meta::default()
    };
    let stream = store.add(StreamState {
        info: StreamInfo {
            meta,
            kind: StreamKind::Snapshot,
            x_mode: XMode::Xy,
            derived: None,
            capacity: None,
        },
        run: 1,
        liveness: Liveness::Live,
        counts: Counts::default(),
        rate_hz: None,
        data: Data::Frames(frames),
    });
    (App::new(store, Options::default()), stream)
}

#[expect(clippy::print_stderr, reason = "figures mean nothing without the adapter's name")]
fn frames(criterion: &mut Criterion) {
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
    let target = Target::new(&gpu, SIZE[0], SIZE[1]).expect("a usual size");
    let renderer = Renderer::new(&gpu.device, Target::FORMAT);
    let mut viewer = Viewer { gpu, target, renderer, context: egui::Context::default() };
    let mut group = criterion.benchmark_group("waterfall_1280x720");
    for (name, held) in [("1e3_held", 1000), ("1e5_held", if is_quick { 5000 } else { 100_000 })] {
        let (mut app, stream) = waterfall(held);
        (0..3).for_each(|_| viewer.frame(&mut app));
        let mut number = held;
        push(&stream, number);
        viewer.frame(&mut app);
        let uploaded = viewer.renderer.uploaded_row_bytes();
        assert!(uploaded < 32 << 10, "{uploaded} bytes for one curve");
        group.bench_function(format!("base/{name}"), |bencher| bencher.iter(|| viewer.frame(&mut app)));
        group.bench_function(format!("one_curve/{name}"), |bencher| {
            bencher.iter(|| {
                number += 1;
                push(&stream, number);
                viewer.frame(&mut app);
            });
        });
    }
    let (mut app, stream) = waterfall(1000);
    group.bench_function("rebuilt/1e3_curves", |bencher| {
        bencher.iter(|| {
            // Another run: nothing of the one before may be used.
            stream.lock().expect("nobody panicked").run += 1;
            viewer.frame(&mut app);
        });
    });
    group.finish();
    assert_eq!(viewer.gpu.failure(), None, "the device refused a call");
}

/// One curve into 1,280 columns.
fn decimation(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("bins_to_1280_columns");
    for (name, bins) in [("1e3", 1000u32), ("1e6", 1_000_000)] {
        let x: Vec<f32> = (0..bins).map(|bin| bin as f32).collect();
        let y: Vec<f32> = x.iter().map(|x| (x * 0.05).sin()).collect();
        let grid = ColumnGrid { first: 0, dx: f64::from(bins) / 1280.0, count: 1280, scale: Scale::Linear };
        let sorted = Bins::new(&x, &grid);
        let mut columns = vec![f32::NAN; 1280];
        sorted.raise(&y, &mut columns);
        // Half a bin right of the last one there is none.
        assert!(columns[..1279].iter().all(|column| (-1.0..=1.0).contains(column)));
        group.throughput(Throughput::Elements(u64::from(bins)));
        group.bench_function(name, |bencher| bencher.iter(|| sorted.raise(&y, &mut columns)));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    targets = decimation, frames
}
criterion_main!(benches);
