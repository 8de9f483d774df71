//! Frames of the same growing signal, by ringplot and by `egui_plot`, and the signal itself. `run.py` drives them.
//!
//! ```text
//! ringplot-plot-peers data      FILE N              writes the signal
//! ringplot-plot-peers ringplot  FILE N FRAMES PNG   draws frames, prints their times, writes the last as a picture
//! ringplot-plot-peers egui_plot FILE N FRAMES PNG
//! ringplot-plot-peers render    FILE N PROGRAM PNG  times `PROGRAM render` of a stream that holds N points, start to end
//! ```
//!
//! `RINGPLOT_BENCH_SOFTWARE=1` takes the software adapter.
//!
//! The file holds N points and 64 thousandths of N more, as little-endian f32 at N / 10 samples a second. Frame *i* shows the
//! N points that begin *i* thousandths in, 10 s: in each, a thousandth of the span is new. A time is what passes from "there
//! is new data" to the picture's bytes in memory, in milliseconds.

mod egui_plot;
mod render;
mod ringplot;
mod signal;

use std::path::Path;
use std::time::Instant;

use ::ringplot::render::{AdapterChoice, Gpu, Image};

/// Width and height of a picture in pixels.
const SIZE: [u32; 2] = [1920, 1080];
/// Seconds that a picture shows.
const SPAN_SECS: f64 = 10.0;
/// Lowest and highest y that a picture shows.
const Y_RANGE: [f64; 2] = [-1.2, 1.2];

/// The adapter that was asked for.
fn gpu() -> Gpu {
    let software = std::env::var_os("RINGPLOT_BENCH_SOFTWARE").is_some_and(|value| value == "1");
    let gpu = Gpu::headless(AdapterChoice { software }).expect("a GPU, if only a software one");
    eprintln!("adapter: {} ({})", gpu.info.name, gpu.info.driver_info);
    gpu
}

/// What draws the frames, made for `points` a picture.
trait Peer {
    /// Draws the `points` that begin at `first`; how it gets at them is its own.
    fn frame(&mut self, first: usize) -> Image;
}

/// Times `frames` of a peer, each a thousandth of the span on, and keeps the last picture.
fn time(mut peer: impl Peer, points: usize, frames: usize, png: &Path) {
    let mut times = Vec::with_capacity(frames);
    let mut image = None;
    for frame in 0..frames {
        let begun = Instant::now();
        image = Some(peer.frame(frame * points / signal::STEPS_A_SPAN));
        times.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    println!("{times:?}");
    image.expect("at least one frame").write_png(png).expect("the picture is written");
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<usize>().expect("a number");
    match arguments[..] {
        ["data", file, points] => signal::write(Path::new(file), number(points)),
        [what, file, points, how, png] => {
            let (points, png) = (number(points), Path::new(png));
            let values = signal::read(Path::new(file));
            match what {
                "ringplot" => time(ringplot::Ringplot::new(&values, points), points, number(how), png),
                "egui_plot" => time(egui_plot::EguiPlot::new(&values, points), points, number(how), png),
                "render" => render::time(&values, points, Path::new(how), png),
                _ => panic!("no such peer: {what}"),
            }
        }
        _ => panic!("see the head of src/main.rs"),
    }
}
