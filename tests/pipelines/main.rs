//! The pipelines light the pixels they should, by as much as they should: on the software adapter, by pixels.

#[path = "../common/mod.rs"]
mod common;

mod scenes;
mod shapes;

use std::sync::Arc;

use ringplot::render::{
    Axis, BAND_EMPTY, BREAK, GapBand, Gpu, GridLine, Image, Layer, Levels, PxRect, Renderer, Scene, Shape,
    Target,
};

const WIDTH: u32 = 64;
const HEIGHT: u32 = 48;
const WHITE: [f32; 4] = [1.0; 4];
const RED: [f32; 4] = [1.0, 0.0, 0.0, 1.0];
const GROUND: [f32; 4] = [0.0, 0.0, 0.2, 1.0];
const GROUND_BYTES: [u8; 4] = [0, 0, 51, 255];
const WHOLE: PxRect = PxRect { x: 0.0, y: 0.0, w: WIDTH as f32, h: HEIGHT as f32 };

fn render(gpu: &Gpu, renderer: &mut Renderer, scenes: &[Scene]) -> Image {
    let target = Target::new(gpu, WIDTH, HEIGHT).expect("a small target");
    target.draw(gpu, renderer, scenes);
    target.read(gpu).expect("a picture")
}

fn draw(gpu: &Gpu, scene: Scene) -> Image {
    render(gpu, &mut Renderer::new(&gpu.device, Target::FORMAT), &[scene])
}

fn scene(layers: Vec<Layer>) -> Scene {
    Scene { rect: WHOLE, background: GROUND, layers, ..Scene::default() }
}

fn bands(first_px: f32, columns: &[[f32; 2]]) -> Layer {
    // Two columns to a pixel.
    let halves = columns.iter().flat_map(|column| [*column; 2]).collect();
    Layer { colour: WHITE, width_px: 1.0, shape: Shape::Bands { first_px, halves } }
}

fn segments(points: &[[f32; 2]], width_px: f32) -> Layer {
    Layer { colour: WHITE, width_px, shape: Shape::Segments { points: points.to_vec() } }
}

#[track_caller]
fn at(image: &Image, x: u32, y: u32) -> [u8; 4] {
    image.pixel(x, y).expect("inside the picture")
}

/// Red channel as coverage of white on a ground without red.
#[track_caller]
fn lit(image: &Image, x: u32, y: u32) -> f32 {
    f32::from(at(image, x, y)[0]) / 255.0
}

/// The coverage that plot.md promises for the pixel in row `y` of a column lit from `lo` to `hi`.
fn coverage(y: u32, lo: f32, hi: f32, width_px: f32) -> f32 {
    let centre = y as f32 + 0.5;
    ((centre + 0.5).min(hi + width_px / 2.0) - (centre - 0.5).max(lo - width_px / 2.0)).clamp(0.0, 1.0)
}

/// The same where strokes reach in from the sides: each half of a pixel is lit by its own column, or by those beside it,
/// less the further away they are. Both halves of a pixel have one column here.
fn band_coverage(x: usize, y: u32, columns: &[[f32; 2]], width_px: f32) -> f32 {
    let half = |half: i32| {
        let column = |at: i32| usize::try_from(at.div_euclid(2)).ok().and_then(|at| columns.get(at));
        let own = column(half).map_or(0.0, |[lo, hi]| coverage(y, *lo, *hi, width_px));
        let beside = (1..10).flat_map(|away| [(away, half - away), (away, half + away)]);
        beside.fold(own, |most, (away, at)| {
            let share = (width_px + 0.5 - away as f32).clamp(0.0, 1.0);
            most.max(column(at).map_or(0.0, |[lo, hi]| share * coverage(y, *lo, *hi, 0.0)))
        })
    };
    let left = 2 * (x as i32 - 8);
    f32::midpoint(half(left), half(left + 1))
}

/// Half a step of the eight-bit target, and the rounding of the blend.
const STEP: f32 = 1.0 / 255.0;
