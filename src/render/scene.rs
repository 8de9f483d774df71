//! What to draw, in pixels: plain data that needs no GPU.
//!
//! All coordinates are pixels of the target, x right, y down: pixel (i, j) covers `[i, i+1) × [j, j+1)` and its
//! centre is at (i+½, j+½). The caller goes from data to pixels in f64 and rounds once, at the end.
//! Colours are sRGB with straight alpha, each 0..=1. Any value may be non-finite or absurd: it is left out
//! or clamped before the GPU sees it.

use std::sync::Arc;

use crate::chart::ColourMap;

/// A column of [`Shape::Bands`] in which nothing is drawn.
pub const BAND_EMPTY: [f32; 2] = [1e9, -1e9];

/// Columns of [`Shape::Bands`] in the width of a pixel.
pub const HALVES: usize = 2;

/// A point of [`Shape::Segments`] that separates two lines. Every non-finite point does the same.
pub const BREAK: [f32; 2] = [f32::MAX, f32::MAX];

/// A rectangle in target pixels.
///
/// ```
/// use ringplot::render::PxRect;
///
/// // The left half of a picture of 640 × 360 pixels.
/// let rect = PxRect { w: 320.0, h: 360.0, ..PxRect::default() };
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PxRect {
    /// Left edge, pixels.
    pub x: f32,
    /// Top edge, pixels.
    pub y: f32,
    /// Width, pixels.
    pub w: f32,
    /// Height, pixels.
    pub h: f32,
}

/// One plot of a frame: its ground and its data. Nothing is drawn outside `rect`.
///
/// Drawn from back to front: background, grid, gaps, then the layers in their order.
///
/// ```
/// use ringplot::render::{Layer, PxRect, Scene, Shape};
///
/// let rect = PxRect { x: 20.0, y: 20.0, w: 600.0, h: 320.0 };
/// let shape = Shape::Segments { points: vec![[20.0, 340.0], [620.0, 20.0]] }; // from corner to corner
/// let line = Layer { colour: [1.0, 0.8, 0.0, 1.0], width_px: 1.5, shape };
/// let scene = Scene { rect, background: [0.1, 0.1, 0.1, 1.0], layers: vec![line], ..Scene::default() };
/// ```
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// The plot area in target pixels, rounded to whole ones and cut to the target.
    pub rect: PxRect,
    /// Draws a quarter of the pixels, each two wide and two high, where time is short: all coordinates but `rect`'s then
    /// count such pixels. Needs [`Renderer::draw_coarse`](super::Renderer::draw_coarse).
    pub is_coarse: bool,
    /// Colour of the plot area. With alpha 0 no background is drawn, which saves a fill where the caller
    /// has cleared the target already.
    pub background: [f32; 4],
    /// Grid lines.
    pub grid: Vec<GridLine>,
    /// Stretches of x without data.
    pub gaps: Vec<GapBand>,
    /// The data.
    pub layers: Vec<Layer>,
}

/// The axis on which a grid line marks a value.
///
/// ```
/// use ringplot::render::{Axis, GridLine};
///
/// let colour = [1.0, 1.0, 1.0, 0.2];
/// let cross = [Axis::X, Axis::Y].map(|axis| GridLine { axis, at_px: 100.5, colour, width_px: 1.0 });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// A vertical line at an x.
    X,
    /// A horizontal line at a y.
    Y,
}

/// A line across the whole plot area, on whole pixels.
///
/// ```
/// use ringplot::render::{Axis, GridLine};
///
/// // A vertical line every 50 pixels.
/// let line = |n: u8| {
///     let at_px = f32::from(n) * 50.0 + 0.5; // the middle of a pixel
///     GridLine { axis: Axis::X, at_px, colour: [1.0, 1.0, 1.0, 0.2], width_px: 1.0 }
/// };
/// let grid: Vec<GridLine> = (0..12).map(line).collect();
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GridLine {
    /// Which way: [`Axis::X`] is a vertical line.
    pub axis: Axis,
    /// Middle of the line on its axis, pixels. A line one pixel wide lights the pixel that holds this place.
    pub at_px: f32,
    /// Colour.
    pub colour: [f32; 4],
    /// Width, rounded to whole pixels, at least one.
    pub width_px: f32,
}

/// A stretch of x without data, as high as the plot area: hatched, or plain where it is narrow; never
/// narrower than one pixel.
///
/// ```
/// use ringplot::render::{GapBand, Scene};
///
/// let lost = GapBand { x0_px: 200.0, x1_px: 240.0, colour: [1.0, 0.3, 0.2, 0.5] };
/// let scene = Scene { gaps: vec![lost], ..Scene::default() };
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GapBand {
    /// Left edge, pixels.
    pub x0_px: f32,
    /// Right edge, pixels.
    pub x1_px: f32,
    /// Colour.
    pub colour: [f32; 4],
}

/// One line or one set of markers.
///
/// ```
/// use ringplot::render::{Layer, Shape};
///
/// let shape = Shape::Markers { points: vec![[100.0, 80.0]], radius_px: 3.0 };
/// let dot = Layer { colour: [0.3, 0.7, 0.9, 1.0], width_px: 1.0, shape };
/// ```
#[derive(Clone, Debug)]
pub struct Layer {
    /// Colour.
    pub colour: [f32; 4],
    /// Line width, pixels; markers ignore it.
    pub width_px: f32,
    /// The data.
    pub shape: Shape,
}

/// How a layer's data is given.
///
/// ```
/// use ringplot::render::{BAND_EMPTY, BREAK, HALVES, Shape};
///
/// // Two lines, and a band over one pixel with nothing in the one beside it.
/// let points = vec![[0.0, 0.0], [10.0, 5.0], BREAK, [20.0, 5.0], [30.0, 0.0]];
/// let lines = Shape::Segments { points };
/// let halves = [[[40.0, 60.0]; HALVES], [BAND_EMPTY; HALVES]].concat();
/// let band = Shape::Bands { first_px: 100.0, halves };
/// ```
#[derive(Clone, Debug)]
pub enum Shape {
    /// A line as the set of y that it covers in each column of half a pixel. It is as wide as [`Layer::width_px`]
    /// across as well as up and down; columns beside the plot area reach in.
    Bands {
        /// Left edge of column 0, pixels; rounded to a whole pixel.
        first_px: f32,
        /// `[lo, hi]` of each column in pixels **down**, so `lo <= hi`; [`BAND_EMPTY`] for none.
        halves: Vec<[f32; 2]>,
    },
    /// Lines as their points.
    Segments {
        /// `[x, y]` in pixels; [`BREAK`] separates lines. A point between two breaks is drawn as a dot.
        points: Vec<[f32; 2]>,
    },
    /// Rows of values as colours. The layer's colour marks what is missing; its width is of no account.
    Rows(Rows),
    /// Discs.
    Markers {
        /// `[x, y]` of the centres in pixels; [`BREAK`] and non-finite points are left out.
        points: Vec<[f32; 2]>,
        /// Radius, pixels.
        radius_px: f32,
    },
    /// A picture that fills the plot area, a colour for each level; the layer's own colour and width do not matter.
    Density {
        /// The cells. Uploaded when the version is another than in the last frame.
        levels: Arc<Levels>,
        /// By level, straight alpha, sRGB; levels beyond them have the last one.
        colours: Arc<[[u8; 4]]>,
    },
}

/// Values in rows and columns, drawn as colours: a waterfall.
///
/// ```
/// use ringplot::chart::ColourMap;
/// use ringplot::render::{Layer, Row, Rows, Shape};
///
/// let newest = Row::Values { number: 7, values: vec![0.1, 0.5, 0.9].into() };
/// let rows = vec![newest, Row::Missing];
/// let (corner_px, range) = ([20.0, 20.0], [0.0, 1.0]);
/// let waterfall = Rows { corner_px, columns: 3, row_px: 2, rows, range, colours: ColourMap::Viridis };
/// let layer = Layer { colour: [0.5, 0.5, 0.5, 1.0], width_px: 1.0, shape: Shape::Rows(waterfall) };
/// ```
#[derive(Clone, Debug)]
pub struct Rows {
    /// Left and top edge of the first value, pixels; rounded to whole ones.
    pub corner_px: [f32; 2],
    /// Values of each row, each one pixel wide.
    pub columns: usize,
    /// Height of a row, whole pixels, at least one.
    pub row_px: u32,
    /// The rows, downwards. What is beyond 64 MiB of values is left out.
    pub rows: Vec<Row>,
    /// The values that have the first and the last colour.
    pub range: [f32; 2],
    /// The colours.
    pub colours: ColourMap,
}

/// One row of [`Rows`].
///
/// ```
/// use std::sync::Arc;
///
/// use ringplot::render::Row;
///
/// /// The row of a curve, or what shows that it was skipped.
/// fn row(number: i64, values: Option<&Arc<[f32]>>) -> Row {
///     values.map_or(Row::Missing, |values| Row::Values { number, values: Arc::clone(values) })
/// }
/// assert!(matches!(row(3, None), Row::Missing));
/// ```
#[derive(Clone, Debug)]
pub enum Row {
    /// Nothing is drawn.
    Nothing,
    /// There should be one: hatched.
    Missing,
    /// Values.
    Values {
        /// The row's number: neighbours count up or down by one. A renderer keeps a row at its number modulo the count
        /// of rows, so a row whose number and memory stay is not uploaded again.
        number: i64,
        /// A value for each column; NaN is drawn nowhere. Values that change need new memory.
        values: Arc<[f32]>,
    },
}

/// Levels of the cells of a picture.
///
/// ```
/// use ringplot::render::{Levels, push_levels};
///
/// let mut cells = Levels { id: 1, version: 1, size: [2, 2], ..Levels::default() };
/// push_levels(&[0.0, 1.0, 2.0, 4.0], &mut cells.levels); // densities, from the upper left
/// assert_eq!(cells.levels[0], 0, "nothing is shown there");
/// assert!(cells.levels.is_sorted());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Levels {
    /// Which picture: the same number in frame after frame, and no other picture's.
    pub id: u64,
    /// Changes whenever something else does.
    pub version: u64,
    /// Cells across and down.
    pub size: [u32; 2],
    /// A level for each cell, a row after the other from the top; 0 shows nothing.
    pub levels: Vec<u16>,
}

impl Levels {
    pub(crate) fn bytes(&self) -> Option<usize> {
        let cells = (self.size[0] as usize).checked_mul(self.size[1] as usize)?;
        let bytes = cells.checked_mul(2)?.next_multiple_of(4);
        (cells > 0 && self.levels.len() == cells && bytes <= MAX_BYTES).then_some(bytes)
    }
}

/// The most bytes of a picture's levels.
pub(crate) const MAX_BYTES: usize = 64 << 20;
