//! How long is a frame? Prepare, draw, submit and wait for a 1280 × 720 picture.
//!
//! `base` only clears. Ratios between rows mean something, rates only on the machine they were taken on. Runs on the
//! default adapter; `RINGPLOT_BENCH_SOFTWARE=1` takes the software one.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use ringplot::render::{AdapterChoice, Axis, Gpu, GridLine, Layer, PxRect, Renderer, Scene, Shape, Target};

const WIDTH: u16 = 1280;
const HEIGHT: u16 = 720;
const WHITE: [f32; 4] = [1.0; 4];

/// One frame, as a window draws it.
fn frame(gpu: &Gpu, target: &Target, renderer: &mut Renderer, scenes: &[Scene]) {
    target.draw(gpu, renderer, scenes);
    gpu.wait(Duration::from_mins(1)).expect("the frame is drawn");
}

fn scene(layers: Vec<Layer>) -> Scene {
    let rect = PxRect { x: 0.0, y: 0.0, w: f32::from(WIDTH), h: f32::from(HEIGHT) };
    Scene { rect, layers, ..Scene::default() }
}

/// `count` lines of a slow wave, each column `spread` pixels high.
fn bands(count: u8, spread: f32) -> Vec<Layer> {
    let column = |line: u8, x: u16| {
        let middle = 360.0 + 250.0 * (f32::from(x) * 0.01 + f32::from(line)).sin();
        [middle - spread / 2.0, middle + spread / 2.0]
    };
    let line = |line| Layer {
        colour: WHITE,
        width_px: 1.5,
        shape: Shape::Bands {
            first_px: 0.0,
            halves: (0..WIDTH).flat_map(|x| [column(line, x); 2]).collect(),
        },
    };
    (0..count).map(line).collect()
}

fn segments(count: u16) -> Vec<Layer> {
    let step = f32::from(WIDTH) / f32::from(count);
    let point = |i: u16| [f32::from(i) * step, 360.0 + 250.0 * (f32::from(i) * 0.7).sin()];
    let points = (0..=count).map(point).collect();
    vec![Layer { colour: WHITE, width_px: 1.5, shape: Shape::Segments { points } }]
}

fn markers(count: u16) -> Vec<Layer> {
    let step = f32::from(WIDTH) / f32::from(count);
    let point = |i: u16| [f32::from(i) * step, 360.0 + 250.0 * (f32::from(i) * 0.7).sin()];
    let points = (0..count).map(point).collect();
    vec![Layer { colour: WHITE, width_px: 1.0, shape: Shape::Markers { points, radius_px: 3.0 } }]
}

fn grid_lines() -> Scene {
    let colour = [0.3, 0.3, 0.3, 1.0];
    let line = |axis, at_px| GridLine { axis, at_px, colour, width_px: 1.0 };
    let vertical = (0..WIDTH).step_by(40).map(|x| line(Axis::X, f32::from(x)));
    let horizontal = (0..HEIGHT).step_by(40).map(|y| line(Axis::Y, f32::from(y)));
    let grid = vertical.chain(horizontal).collect();
    Scene { grid, ..scene(Vec::new()) }
}

#[expect(clippy::print_stderr, reason = "figures mean nothing without the adapter's name")]
fn frames(criterion: &mut Criterion) {
    let software = std::env::var_os("RINGPLOT_BENCH_SOFTWARE").is_some_and(|value| value == "1");
    let gpu = match Gpu::headless(AdapterChoice { software }) {
        Ok(gpu) => gpu,
        Err(error) => {
            eprintln!("skipped: {error}");
            return;
        }
    };
    eprintln!("adapter: {} ({})", gpu.info.name, gpu.info.driver_info);
    let target = Target::new(&gpu, u32::from(WIDTH), u32::from(HEIGHT)).expect("a usual size");
    let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
    let mut group = criterion.benchmark_group("frame_1280x720");
    let rows = [
        ("base", vec![]),
        ("background", vec![Scene { background: [0.1, 0.1, 0.1, 1.0], ..scene(Vec::new()) }]),
        ("grid_50_lines", vec![grid_lines()]),
        ("bands_1_flat", vec![scene(bands(1, 3.0))]),
        ("bands_8_flat", vec![scene(bands(8, 3.0))]),
        ("bands_1_noise", vec![scene(bands(1, 200.0))]),
        ("bands_8_noise", vec![scene(bands(8, 200.0))]),
        ("segments_2000", vec![scene(segments(2000))]),
        ("markers_2000", vec![scene(markers(2000))]),
    ];
    for (name, scenes) in rows {
        // Right before fast: a frame with data lights something.
        frame(&gpu, &target, &mut renderer, &scenes);
        let image = target.read(&gpu).expect("a picture");
        let lit = image.rgba.chunks_exact(4).any(|pixel| pixel[0] > 0);
        assert_eq!(lit, !scenes.is_empty(), "{name}");
        group.bench_function(name, |bencher| {
            bencher.iter(|| frame(&gpu, &target, &mut renderer, black_box(&scenes)));
        });
    }
    group.finish();
    assert_eq!(gpu.failure(), None, "the device refused a call");
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    targets = frames
}
criterion_main!(benches);
