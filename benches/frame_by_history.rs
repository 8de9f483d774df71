//! How much longer is a frame of a long history than one of a short history?
//!
//! `RINGPLOT_BENCH_SOFTWARE=1 cargo bench --bench frame_by_history`
//!
//! Whole frames without text and axes: get each stream's columns, make the scene, upload it, draw, and wait until it is
//! drawn; then, apart, read the picture back. `queries` asks the history for all columns anew, as while zooming; `kept` is
//! the same where those are kept that cannot have changed, as while nothing moves. The points of a long history are those
//! of the short one, each repeated, so both light as many pixels (within a tenth, checked) and differ in nothing but the
//! number of points. Short and long take turns; figures are medians, and the ratio is the median of neighbours. `gpu` is
//! what the pass took by the GPU's own clock.
//!
//! Takes the default adapter; `RINGPLOT_BENCH_SOFTWARE=1` takes the software one. `RINGPLOT_BENCH_POINTS=1e6,1e8,1e9` sets the
//! histories (1e9 takes 5 GB). `RINGPLOT_BENCH_QUICK` makes the longest ten times the shortest, and runs once.

#![expect(clippy::print_stdout, reason = "tables are what a bench is for")]

use std::time::{Duration, Instant};

use ringplot::history::{ColumnCache, ColumnGrid, Columns, Interpolation, Scale, Trace};
use ringplot::render::{AdapterChoice, Gpu, HALVES, Image, Layer, PxRect, Renderer, Scene, Shape, Target};
use ringplot::{Batch, Point, XMode};

/// Different points a stream has at least and at most; the rest are repetitions.
const SHORTEST: u64 = 1_000_000;
const WHITE: [f32; 4] = [1.0, 1.0, 1.0, 0.8];

/// What a frame took, milliseconds.
#[derive(Clone, Copy, Debug, Default)]
struct Times {
    queries: f64,
    kept: f64,
    scene: f64,
    prepare: f64,
    draw: f64,
    gpu: f64,
    read: f64,
}

impl Times {
    fn drawn(&self) -> f64 {
        self.scene + self.prepare + self.draw
    }

    /// A frame in which all columns are asked for anew, as while zooming.
    fn anew(&self) -> f64 {
        self.queries + self.drawn()
    }

    /// A frame in which they are kept, as while nothing moves.
    fn with_kept(&self) -> f64 {
        self.kept + self.drawn()
    }
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1e3
}

fn main() {
    let is_quick = std::env::var_os("RINGPLOT_BENCH_QUICK").is_some();
    let software = std::env::var_os("RINGPLOT_BENCH_SOFTWARE").is_some_and(|value| value == "1");
    let gpu = match Gpu::headless(AdapterChoice { software }) {
        Ok(gpu) => gpu,
        Err(error) => {
            println!("skipped: {error}");
            return;
        }
    };
    println!("adapter: {} ({})", gpu.info.name, gpu.info.driver_info);
    let lengths = lengths(is_quick);
    let streams: &[u64] = if is_quick { &[4] } else { &[1, 64] };
    let sizes: &[[u16; 2]] =
        if is_quick { &[[1280, 720]] } else { &[[1280, 720], [1920, 1080], [3840, 2160]] };
    println!();
    println!(
        "| streams | size | points | queries | kept | scene, upload | draw and wait | frame, anew | × short | frame, kept | \
         × short | gpu | read |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    for count in streams {
        let histories: Vec<Vec<Trace>> = lengths.iter().map(|points| traces(*count, *points)).collect();
        for size in sizes {
            compare(&gpu, &histories, *size, if is_quick { 1 } else { 30 });
        }
    }
    assert_eq!(gpu.failure(), None, "the device refused a call");
}

fn lengths(is_quick: bool) -> Vec<u64> {
    let text = std::env::var("RINGPLOT_BENCH_POINTS").unwrap_or_else(|_| "1e6,1e8".to_owned());
    let all = text.split(',').map(|n| n.trim().parse::<f64>().expect("numbers and commas") as u64);
    if is_quick { vec![SHORTEST, 10 * SHORTEST] } else { all.map(|n| n.max(SHORTEST)).collect() }
}

/// One row a history: they take turns, and are compared with the first.
fn compare(gpu: &Gpu, histories: &[Vec<Trace>], [width, height]: [u16; 2], rounds: usize) {
    let target = Target::new(gpu, u32::from(width), u32::from(height)).expect("a usual size");
    let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
    let clock = Clock::new(gpu);
    let mut times: Vec<Vec<Times>> = histories.iter().map(|_| Vec::new()).collect();
    let mut caches: Vec<Vec<ColumnCache>> =
        histories.iter().map(|traces| traces.iter().map(|_| ColumnCache::default()).collect()).collect();
    let mut first: Option<Image> = None;
    for _ in 0..rounds {
        for ((traces, times), caches) in histories.iter().zip(&mut times).zip(&mut caches) {
            // The first brings into the caches what the other one's turn took out of them.
            for is_counted in [false, true] {
                let (time, image) = frame(gpu, clock.as_ref(), &target, &mut renderer, traces, caches);
                if is_counted {
                    times.push(time);
                }
                let first = first.get_or_insert_with(|| image.clone());
                assert!(alike(first, &image), "the histories are drawn differently");
            }
        }
    }
    for (traces, all) in histories.iter().zip(&times) {
        let of = |part: fn(&Times) -> f64| median(all.iter().map(part).collect());
        let ratio = |frame: fn(&Times) -> f64| {
            median(all.iter().zip(&times[0]).map(|(this, short)| frame(this) / frame(short)).collect())
        };
        let points: u64 = traces.iter().map(Trace::end).sum();
        println!(
            "| {} | {width} × {height} | {points:.0e} | {:.3} | {:.3} | {:.3} | {:.3} | {:.2} | {:.2} | {:.2} | {:.2} | {} | {:.2} |",
            traces.len(),
            of(|t| t.queries),
            of(|t| t.kept),
            of(|t| t.scene + t.prepare),
            of(|t| t.draw),
            of(Times::anew),
            ratio(Times::anew),
            of(Times::with_kept),
            ratio(Times::with_kept),
            if clock.is_some() { format!("{:.3}", of(|t| t.gpu)) } else { "–".to_owned() },
            of(|t| t.read),
            points = points as f64,
        );
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Whether as many pixels are lit, within a tenth. Not all the same: where a line crosses a column's edge between two different points,
/// the one that has them repeated crosses it on one of them.
fn alike(a: &Image, b: &Image) -> bool {
    let lit = |image: &Image| image.rgba.chunks_exact(4).filter(|pixel| pixel[0] > 0).count();
    lit(a) > 1000 && lit(a).abs_diff(lit(b)) * 10 <= lit(a)
}

fn frame(
    gpu: &Gpu,
    clock: Option<&Clock>,
    target: &Target,
    renderer: &mut Renderer,
    traces: &[Trace],
    caches: &mut [ColumnCache],
) -> (Times, Image) {
    let [width, height] = target.size();
    let mut times = Times::default();
    let grid = |trace: &Trace| ColumnGrid {
        first: 0,
        dx: trace.end() as f64 / f64::from(width) / HALVES as f64,
        count: width as usize * HALVES,
        scale: Scale::Linear,
    };
    let began = Instant::now();
    for (trace, cache) in traces.iter().zip(caches) {
        cache.update(trace, &grid(trace), Interpolation::Line, Scale::Linear);
    }
    times.kept = ms(began);

    let began = Instant::now();
    let mut asked: Vec<Columns> = traces.iter().map(|_| Columns::new()).collect();
    for (trace, columns) in traces.iter().zip(&mut asked) {
        trace.columns(&grid(trace), Interpolation::Line, Scale::Linear, columns);
    }
    times.queries = ms(began);

    let began = Instant::now();
    let high = f64::from(height) / traces.len() as f64;
    let layers = (0u32..).zip(&asked).map(|(index, columns)| {
        let to_px = |y: f64| (high * (f64::from(index) + 0.5 - 0.45 * y)) as f32;
        let halves = columns.iter().map(|column| [to_px(column.hi), to_px(column.lo)]).collect();
        Layer { colour: WHITE, width_px: 1.5, shape: Shape::Bands { first_px: 0.0, halves } }
    });
    let layers = layers.collect();
    let rect = PxRect { x: 0.0, y: 0.0, w: width as f32, h: height as f32 };
    let scenes = [Scene { rect, layers, ..Scene::default() }];
    times.scene = ms(began);

    let began = Instant::now();
    renderer.prepare(&gpu.device, &gpu.queue, target.size(), &scenes);
    times.prepare = ms(began);

    let began = Instant::now();
    let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view: target.view(),
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations {
                load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                store: wgpu::StoreOp::Store,
            },
        })],
        timestamp_writes: clock.map(Clock::writes),
        ..Default::default()
    });
    renderer.draw(&mut pass, 0);
    drop(pass);
    gpu.queue.submit([encoder.finish()]);
    gpu.wait(Duration::from_mins(1)).expect("the frame is drawn");
    times.draw = ms(began);
    times.gpu = clock.map_or(0.0, |clock| clock.read(gpu));

    let began = Instant::now();
    let image = target.read(gpu).expect("a picture");
    times.read = ms(began);
    (times, image)
}

/// The GPU's own clock at the start and the end of a pass.
struct Clock {
    set: wgpu::QuerySet,
    ticks: wgpu::Buffer,
    mapped: wgpu::Buffer,
}

impl Clock {
    /// `None` where the adapter has none.
    fn new(gpu: &Gpu) -> Option<Self> {
        if !gpu.device.features().contains(wgpu::Features::TIMESTAMP_QUERY) {
            return None;
        }
        let set = gpu.device.create_query_set(&wgpu::QuerySetDescriptor {
            label: None,
            ty: wgpu::QueryType::Timestamp,
            count: 2,
        });
        let buffer = |usage| {
            let size = 16;
            gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: None,
                size,
                usage,
                mapped_at_creation: false,
            })
        };
        let ticks = buffer(wgpu::BufferUsages::QUERY_RESOLVE | wgpu::BufferUsages::COPY_SRC);
        Some(Self { set, ticks, mapped: buffer(wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ) })
    }

    fn writes(&self) -> wgpu::RenderPassTimestampWrites<'_> {
        wgpu::RenderPassTimestampWrites {
            query_set: &self.set,
            beginning_of_pass_write_index: Some(0),
            end_of_pass_write_index: Some(1),
        }
    }

    /// Milliseconds of the last pass.
    fn read(&self, gpu: &Gpu) -> f64 {
        let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        encoder.resolve_query_set(&self.set, 0..2, &self.ticks, 0);
        encoder.copy_buffer_to_buffer(&self.ticks, 0, &self.mapped, 0, 16);
        gpu.queue.submit([encoder.finish()]);
        self.mapped.map_async(wgpu::MapMode::Read, .., |mapped| mapped.expect("sixteen bytes"));
        gpu.wait(Duration::from_mins(1)).expect("the clock is read");
        let view = self.mapped.get_mapped_range(..).expect("mapped");
        let ticks: Vec<u64> =
            view.chunks_exact(8).map(|t| u64::from_le_bytes(t.try_into().expect("eight"))).collect();
        drop(view);
        self.mapped.unmap();
        ticks[1].wrapping_sub(ticks[0]) as f64 * f64::from(gpu.queue.get_timestamp_period()) / 1e6
    }
}

/// Streams that have so many points together: ten waves with noise over them, the same whatever the number.
fn traces(count: u64, points: u64) -> Vec<Trace> {
    (0..count).map(|stream| history(SHORTEST / count, points / SHORTEST, stream)).collect()
}

fn history(different: u64, repeated: u64, stream: u64) -> Trace {
    let points = different * repeated;
    let mut trace = Trace::new(XMode::Uniform { t0: 0.0, rate: 1.0 }, points);
    let mut batch = Batch::with_limit(1 << 16);
    batch.x_mode = trace.x_mode();
    let mut noise = 1u32;
    let mut y = 0.0;
    let (mut place, mut left) = (0u64, 0u64);
    while batch.first < points {
        let count = (points - batch.first).min(1 << 16);
        batch.points.clear();
        for _ in 0..count {
            if left == 0 {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let wave = (place as f64 / different as f64 * 62.8 + stream as f64).sin() as f32;
                y = 0.8 * wave + 0.2 * (noise >> 8) as f32 / 16_777_216.0;
                (place, left) = (place + 1, repeated);
            }
            left -= 1;
            batch.points.push(Point::new(0.0, y));
        }
        trace.append(&batch);
        batch.first += count;
    }
    trace
}
