//! Where a plot is drawn and how: from places to pixels, pens, what a frame grants.

use super::quality::Quality;
use crate::chart::{Gain, Interval, View};
use crate::history::{ColumnGrid, Scale};
use crate::render::PxRect;
use crate::stream::Dash;
use crate::stream::Style;
use egui::Color32;
use std::time::Duration;

/// Beyond an edge of the plot area by more than half of any stroke, pixels.
pub(crate) const OUT_OF_SIGHT_PX: f64 = 300.0;

/// The plot area in pixels and the data it shows: for programs that draw streams into a pass of their own
/// ([`Renderer`](crate::render::Renderer)).
///
/// ```
/// use ringplot::history::{ColumnCache, Trace};
/// use ringplot::render::{PxRect, Scene};
/// use ringplot::viewer::egui::Color32;
/// use ringplot::plot::{Canvas, Drawing, Pen};
/// use ringplot::{Dash, Style, XMode};
///
/// let trace = Trace::new(XMode::Timed, 1 << 20);
/// let rect = PxRect { x: 20.0, y: 20.0, w: 600.0, h: 400.0 };
/// let canvas = Canvas::over(rect, [0.0, 10.0], [-1.0, 1.0]);
/// let (colour, breaks) = (Color32::YELLOW, Color32::GRAY);
/// let pen = Pen { colour, breaks, style: Style::Line, width: 1.5, dash: Dash::Solid };
/// let mut drawing = Drawing::default();
/// drawing.trace(&canvas, &trace, pen, &mut ColumnCache::new());
/// let scene = Scene { rect, gaps: drawing.gaps, layers: drawing.layers, ..Scene::default() };
/// # drop(scene);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Canvas {
    /// The plot area, whole pixels.
    pub(crate) rect: PxRect,
    /// The places that it shows; x snapped to the columns of `grid`.
    pub(crate) view: View,
    /// One column for each pixel of the width.
    pub(crate) grid: ColumnGrid,
    /// The scale of the y axis; that of the x axis is the grid's.
    pub(crate) y_scale: Scale,
    /// Where values lie on the y axis.
    pub(crate) gain: Gain,
    /// Pixels per point, for widths.
    pub(crate) pixels_per_point: f32,
    /// What may be left out.
    pub(crate) quality: Quality,
}

impl Canvas {
    /// A plot area with linear axes from `x[0]` to `x[1]` and from `y[0]` at its bottom to `y[1]` at its top. The edges of
    /// x are moved to whole columns, by a pixel at most.
    pub fn over(rect: PxRect, x: [f64; 2], y: [f64; 2]) -> Self {
        let width = rect.w.round().clamp(1.0, 65_536.0) as usize;
        let (x, grid) = Interval::new(x[0], x[1]).snapped(width);
        let view = View { x, y: Interval::new(y[0], y[1]) };
        let (y_scale, gain) = (Scale::Linear, Gain::default());
        Self { rect, view, grid, y_scale, gain, pixels_per_point: 1.0, quality: Quality::Full }
    }

    /// A plot area at one pixel a point, with a column for each of its pixels, and places of y from `y[0]` at its
    /// bottom to `y[1]` at its top.
    ///
    /// # Panics
    /// With checks of overflow, when the number of the last column does not fit an i64.
    pub fn new(rect: PxRect, grid: ColumnGrid, y: [f64; 2], y_scale: Scale) -> Self {
        let x = Interval {
            min: grid.first as f64 * grid.dx,
            max: (grid.first + grid.count as i64) as f64 * grid.dx,
        };
        let view = View { x, y: Interval { min: y[0], max: y[1] } };
        let gain = Gain::default();
        Self { rect, view, grid, y_scale, gain, pixels_per_point: 1.0, quality: Quality::Full }
    }

    /// A length in points of the screen, in pixels.
    pub(super) fn px(&self, points: f64) -> f64 {
        points * f64::from(self.pixels_per_point)
    }

    /// Where a value of the x axis lies, target pixels; not finite where it has no place.
    pub(super) fn x_px(&self, x: f64) -> f64 {
        let place = self.view.x.fraction(self.grid.scale.transform(x));
        f64::from(self.rect.x) + place * f64::from(self.rect.w)
    }

    /// Where a value of the y axis lies, target pixels; not finite where it has no place.
    pub(super) fn y_px(&self, y: f64) -> f64 {
        let place = self.view.y.fraction(self.y_scale.transform(self.gain.of(y)));
        f64::from(self.rect.y) + (1.0 - place) * f64::from(self.rect.h)
    }

    /// Where zero lies on the y axis, target pixels; below the plot area where it has no place.
    pub(super) fn zero_px(&self) -> f64 {
        let bottom = f64::from(self.rect.y + self.rect.h) + OUT_OF_SIGHT_PX;
        let zero = self.y_px(0.0);
        if zero.is_finite() { zero } else { bottom }
    }

    /// The lowest and the highest x in view.
    pub(super) fn x_range(&self) -> (f64, f64) {
        (self.grid.edge(0), self.grid.edge(self.grid.count))
    }
}

/// Rounds a pixel coordinate to f32, once; far and non-finite ones end up far outside every target.
///
/// To whole 1/1024 pixels, which f32 has up to 16,384: so what is the same is drawn the same so many pixels on.
#[expect(clippy::cast_possible_truncation, reason = "the one rounding from f64 to pixels")]
pub(super) fn to_px(v: f64) -> f32 {
    const STEPS: f64 = 1024.0;
    if v.is_nan() { f32::MIN / 4.0 } else { ((v * STEPS).round() / STEPS).clamp(-1e7, 1e7) as f32 }
}

/// How one stream is drawn.
///
/// ```
/// use ringplot::{Dash, Style};
/// use ringplot::plot::Pen;
/// use ringplot::viewer::egui::Color32;
///
/// let (colour, breaks) = (Color32::YELLOW, Color32::GRAY);
/// let measured = Pen { colour, breaks, style: Style::Line, width: 1.5, dash: Dash::Solid };
/// let expected = Pen { dash: Dash::Dashed, ..measured };
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Pen {
    /// Its colour.
    pub colour: Color32,
    /// Colour of the marks where the pen was lifted.
    pub breaks: Color32,
    /// What is drawn of the points.
    pub style: Style,
    /// Width of its line, points.
    pub width: f32,
    /// Its pattern.
    pub dash: Dash,
}

/// What a frame grants to densities.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DensityOptions {
    /// Time to count in a frame; `None` for as long as it takes.
    pub(crate) budget: Option<Duration>,
    /// The most points that are drawn one by one.
    pub(crate) most_markers: usize,
}
