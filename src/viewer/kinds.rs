//! How a trace over x is drawn: lines, steps, areas, stems, ranges, points; by its columns where it is dense, and by
//! its points where it is not.
//!
//! Dense is what has more than two points per pixel column of the view, or fewer while quality is reduced. Columns are exact for any number of points and
//! cost what pixels cost. Each is half a pixel wide: so a stroke is as wide and as far left or right, to a quarter of a
//! pixel, as one from point to point. What is filled is drawn by columns at every density.

use super::dash::{self, Dash};
use super::polyline::{LEAST, Polyline};
use super::scene::{Canvas, Drawing, MARK_GAP, Pen, layer, to_px};
use super::theme::faded;
use crate::history::{Column, ColumnCache, ColumnGrid, Join, Sample, Scale, Trace};
use crate::render::{BAND_EMPTY, HALVES, Shape};
use crate::ring::XMode;
use crate::stream::Style;

/// Columns beyond each edge of the plot area that strokes reach in from, points of the screen.
const MARGIN: f32 = 2.0;
/// Times of a stream are said to be coarse where a column is narrower than so many steps of f64.
const COARSE: f64 = 8.0;
/// Opacity of what is filled.
const FILL: f32 = 0.25;
/// No stroke and no mark reaches further than this, points.
const WIDEST: f32 = 5.0;
/// Stems at least this far apart get a mark each, points of the screen.
const STEM_GAP: f64 = 7.0;

/// What connects the points of a trace.
pub(super) fn join_of(style: Style) -> Join {
    match style {
        Style::StepPre => Join::StepPre,
        Style::StepMid => Join::StepMid,
        Style::StepPost => Join::StepPost,
        Style::Stem => Join::Stem,
        Style::Band => Join::Band,
        Style::Area => Join::Area,
        Style::Points => Join::Points,
        _ => Join::Line,
    }
}

impl Canvas {
    /// The columns to draw from, [`HALVES`] to a pixel, with a margin on both sides.
    pub fn halves(&self) -> ColumnGrid {
        let (halves, margin) = (HALVES as i64, self.margin());
        ColumnGrid {
            first: self.grid.first.saturating_sub(i64::from(margin)).saturating_mul(halves),
            dx: self.grid.dx / HALVES as f64,
            count: (self.grid.count + 2 * usize::from(margin)) * HALVES,
            scale: self.grid.scale,
        }
    }

    /// Pixel columns of the margin on each side.
    pub(super) fn margin(&self) -> u16 {
        (MARGIN * self.pixels_per_point).ceil().clamp(2.0, 64.0) as u16
    }

    /// A column in pixels down.
    fn band(&self, column: &Column) -> [f32; 2] {
        if column.is_empty() {
            return BAND_EMPTY;
        }
        [column.hi, column.lo].map(|y| to_px(self.y_px(y).min(f64::from(f32::MAX))))
    }
}

impl Drawing {
    /// Draws a trace over x.
    pub fn trace(&mut self, canvas: &Canvas, trace: &Trace, pen: Pen, cache: &mut ColumnCache) {
        if trace.x_mode() == XMode::Timed && canvas.grid.scale == Scale::Linear {
            let step = time_step(canvas.view.x.min.abs().max(canvas.view.x.max.abs()));
            self.time_step = self.time_step.or((canvas.grid.dx < COARSE * step).then_some(step));
        }
        let is_dense = per_column(canvas, trace) > canvas.quality.points_per_column();
        if is_dense || matches!(pen.style, Style::Area | Style::Band) {
            // An area is its line and what lies between that and zero.
            let join = if pen.style == Style::Area { Join::Line } else { join_of(pen.style) };
            let columns = cache.update(trace, &canvas.halves(), join, canvas.y_scale);
            self.fill(canvas, columns, pen);
            if is_dense {
                self.dense(canvas, columns, pen);
                self.marks_of_columns(canvas, trace, columns, pen);
            }
        }
        if !is_dense {
            self.sparse(canvas, trace, pen);
            self.marks_of_points(canvas, trace, around(canvas, trace, pen.style), pen);
        }
    }

    /// Fills what a trace of this style fills; `columns` are those of [`Canvas::halves`].
    pub fn fill(&mut self, canvas: &Canvas, columns: &[Column], pen: Pen) {
        let filled: Vec<_> = match pen.style {
            Style::Area => columns.iter().map(|column| canvas.band(&column.down_to_zero())).collect(),
            Style::Band => columns.iter().map(|column| canvas.band(column)).collect(),
            _ => return,
        };
        self.bands(canvas, Pen { colour: faded(pen.colour, FILL), ..pen }, filled, 0.0);
    }

    /// Draws the strokes of a trace by its columns, which are those of [`Canvas::halves`].
    pub fn dense(&mut self, canvas: &Canvas, columns: &[Column], pen: Pen) {
        self.is_decimated = true;
        let bands: Vec<_> = columns.iter().map(|column| canvas.band(column)).collect();
        if pen.style == Style::Band {
            let [upper, lower] = edges(&bands);
            self.strokes(canvas, pen, upper);
            self.strokes(canvas, pen, lower);
        } else {
            let specks = specks(canvas, &bands);
            self.strokes(canvas, pen, bands);
            self.specks(canvas, pen, specks);
        }
    }

    fn strokes(&mut self, canvas: &Canvas, pen: Pen, halves: Vec<[f32; 2]>) {
        if pen.dash == Dash::Solid || matches!(pen.style, Style::Stem | Style::Points) {
            return self.bands(canvas, pen, halves, 1.0);
        }
        let first = canvas.grid.first.saturating_sub(i64::from(canvas.margin()));
        let [dashes, gaps] = dash::split_columns(pen.dash, first, &halves, canvas.pixels_per_point);
        self.bands(canvas, Pen { colour: faded(pen.colour, dash::FAINT), ..pen }, gaps, 1.0);
        self.bands(canvas, pen, dashes, 1.0);
    }

    pub(super) fn bands(&mut self, canvas: &Canvas, pen: Pen, halves: Vec<[f32; 2]>, width: f32) {
        let shape = Shape::Bands { first_px: canvas.rect.x - f32::from(canvas.margin()), halves };
        let mut layer = layer(canvas, pen, shape);
        layer.width_px *= width;
        self.layers.push(layer);
    }

    /// Draws the strokes of a trace by its points.
    pub fn sparse(&mut self, canvas: &Canvas, trace: &Trace, pen: Pen) {
        let (x0, x1) = canvas.x_range();
        let inside = trace.positions_in(x0, x1);
        let points = inside.end.saturating_sub(inside.start);
        let around = around(canvas, trace, pen.style);
        let gap_px = f64::from(canvas.rect.w) / points.max(1) as f64;
        let is_marked =
            points > 0 && gap_px >= canvas.px(if pen.style == Style::Stem { STEM_GAP } else { MARK_GAP });
        if pen.style == Style::Band {
            for is_upper in [false, true] {
                let mut line = Polyline::new(canvas);
                let mut range = Range::new(canvas, trace);
                trace.for_each(around.clone(), |sample| range.add(sample, is_upper, &mut line));
                self.finish_line(line, pen, is_marked);
            }
        } else {
            let mut line = Polyline::new(canvas);
            let mut stroke = Stroke::new(canvas, trace, join_of(pen.style));
            trace.for_each(around, |sample| stroke.add(sample, &mut line));
            self.finish_line(line, pen, is_marked);
        }
    }
}

/// The positions whose strokes and marks are seen, also from beside the plot area; and the line comes in from the
/// neighbour on the left and leaves to the one on the right.
fn around(canvas: &Canvas, trace: &Trace, style: Style) -> std::ops::Range<u64> {
    let margin = (WIDEST * canvas.pixels_per_point).ceil() as u32;
    let wider = ColumnGrid {
        first: canvas.grid.first.saturating_sub(i64::from(margin)),
        count: canvas.grid.count + 2 * margin as usize,
        ..canvas.grid
    };
    let (x0, x1) = (wider.edge(0), wider.edge(wider.count));
    let inside = trace.positions_in(x0, x1);
    let inside = if inside.is_empty() { between(trace, x0) } else { inside };
    let (mut from, mut to) = (inside.start.saturating_sub(1), inside.end + 1);
    if style == Style::Band {
        (from, to) = (inside.start.saturating_sub(2) & !1, (inside.end + 2).next_multiple_of(2));
    }
    from.max(trace.start())..to.min(trace.end())
}

/// The middles of the pieces of a dense line that are too small to be seen: a lone sample between breaks. A piece that
/// goes on beside the columns has no end here.
fn specks(canvas: &Canvas, bands: &[[f32; 2]]) -> Vec<[f32; 2]> {
    /// Columns of one piece touch each other, but for rounding.
    const SLIT_PX: f32 = 0.01;
    let least = to_px(canvas.px(LEAST));
    let first_px = canvas.rect.x - f32::from(canvas.margin());
    let touch = |a: &[f32; 2], b: &[f32; 2]| {
        let is_empty = [a, b].map(|band| *band == BAND_EMPTY);
        is_empty == [true; 2] || is_empty == [false; 2] && a[0] <= b[1] + SLIT_PX && b[0] <= a[1] + SLIT_PX
    };
    let mut at = 0;
    let mut specks = Vec::new();
    for piece in bands.chunk_by(touch) {
        let (from, to) = (at, at + piece.len());
        at = to;
        let width = piece.len() as f32 / HALVES as f32;
        if piece[0] == BAND_EMPTY || width >= least || from == 0 || to == bands.len() {
            continue;
        }
        let top = piece.iter().map(|band| band[0]).fold(f32::INFINITY, f32::min);
        let bottom = piece.iter().map(|band| band[1]).fold(f32::NEG_INFINITY, f32::max);
        if bottom - top < least {
            let middle = first_px + from as f32 / HALVES as f32 + width / 2.0;
            specks.push([middle, top.midpoint(bottom)]);
        }
    }
    specks
}

/// How far apart two times are at least that f64 tells apart there: 0.24 µs at seconds since 1970, 0.5 ns after 30 days.
fn time_step(x: f64) -> f64 {
    x.next_up() - x
}

/// Points in a pixel column, on average over the view.
fn per_column(canvas: &Canvas, trace: &Trace) -> f64 {
    if let (XMode::Uniform { rate, .. }, Scale::Linear) = (trace.x_mode(), canvas.grid.scale) {
        // The same wherever the view is: counted, it would be one more or less from frame to frame.
        return canvas.grid.dx * rate;
    }
    let (x0, x1) = canvas.x_range();
    let points = trace.positions_in(x0, x1);
    points.end.saturating_sub(points.start) as f64 / canvas.grid.count as f64
}

/// The empty range of positions where `x` would be inserted.
pub(super) fn between(trace: &Trace, x: f64) -> std::ops::Range<u64> {
    let before = trace.x_bounds().map(|(first, _)| trace.positions_in(first, x)).filter(|r| !r.is_empty());
    let at = before.map_or(trace.start(), |before| before.end);
    at..at
}

/// The upper and the lower edge of bands as bands of their own: flat, and as high as the next one's edge lies away.
fn edges(bands: &[[f32; 2]]) -> [Vec<[f32; 2]>; 2] {
    let neighbours = |at: usize, edge: usize| {
        let around = [at.checked_sub(1), Some(at + 1)];
        around
            .into_iter()
            .flatten()
            .filter_map(move |at| bands.get(at))
            .filter(|b| **b != BAND_EMPTY)
            .map(move |b| b[edge])
    };
    let edge = |at: usize, edge: usize| {
        let [top, bottom] = bands[at];
        match edge {
            _ if bands[at] == BAND_EMPTY => BAND_EMPTY,
            0 => [top, neighbours(at, 0).fold(top, f32::max).min(bottom)],
            _ => [neighbours(at, 1).fold(bottom, f32::min).max(top), bottom],
        }
    };
    [0, 1].map(|which| (0..bands.len()).map(|at| edge(at, which)).collect())
}

/// Where the points of a trace lie on the x axis, pixels.
struct Places<'a> {
    canvas: &'a Canvas,
    /// In a uniform stream: samples in a column, and the sample number at the left edge.
    uniform: Option<(f64, [f64; 2])>,
}

impl<'a> Places<'a> {
    fn new(canvas: &'a Canvas, trace: &Trace) -> Self {
        let uniform = trace.samples_at_left(&canvas.grid);
        Self { canvas, uniform }
    }

    fn x_px(&self, position: u64, x: f64) -> f64 {
        match self.uniform {
            Some((per_column, [whole, part])) => {
                f64::from(self.canvas.rect.x) + ((position as f64 - whole) - part) / per_column
            }
            None => self.canvas.x_px(x),
        }
    }
}

/// Makes the strokes of a trace out of its samples, one by one.
struct Stroke<'a> {
    canvas: &'a Canvas,
    places: Places<'a>,
    join: Join,
    /// x, and where the last point lies in pixels; `None` after a break.
    last: Option<(f64, [f64; 2])>,
    last_x: f64,
}

impl<'a> Stroke<'a> {
    fn new(canvas: &'a Canvas, trace: &Trace, join: Join) -> Self {
        Self { canvas, places: Places::new(canvas, trace), join, last: None, last_x: f64::NEG_INFINITY }
    }

    fn lift(&mut self, line: &mut Polyline<'_>) {
        self.last = None;
        line.lift();
    }

    fn add(&mut self, sample: Sample, line: &mut Polyline<'_>) {
        let Sample::Point { position, x, y } = sample else { return self.lift(line) };
        let at = [self.places.x_px(position, x), self.canvas.y_px(y)];
        if !(at[0].is_finite() && at[1].is_finite()) {
            return self.lift(line);
        }
        if x < self.last_x {
            self.lift(line);
        }
        self.last_x = x;
        if self.join == Join::Stem {
            line.lift();
            line.stroke_px([at[0], self.canvas.zero_px()]);
        } else if let Some((before, last)) = self.last {
            let middle = match self.join {
                Join::StepPre => last[0],
                Join::StepPost => at[0],
                Join::StepMid if self.canvas.grid.scale == Scale::Linear => last[0].midpoint(at[0]),
                Join::StepMid => self.canvas.x_px(before.midpoint(x)),
                _ => f64::NAN,
            };
            if !middle.is_nan() {
                line.stroke_px([middle, last[1]]);
                line.stroke_px([middle, at[1]]);
            }
        }
        line.add_px(at);
        self.last = Some((x, at));
    }
}

/// Makes one edge of a range out of the samples of a trace, of which two in turn are its ends.
struct Range<'a> {
    canvas: &'a Canvas,
    places: Places<'a>,
    /// The first point of the pair: position, and where it lies in pixels.
    first: Option<(u64, [f64; 2])>,
    last_x: f64,
}

impl<'a> Range<'a> {
    fn new(canvas: &'a Canvas, trace: &Trace) -> Self {
        Self { canvas, places: Places::new(canvas, trace), first: None, last_x: f64::NEG_INFINITY }
    }

    fn add(&mut self, sample: Sample, is_upper: bool, line: &mut Polyline<'_>) {
        let Sample::Point { position, x, y } = sample else {
            self.first = None;
            return line.lift();
        };
        let mut at = [self.places.x_px(position, x), self.canvas.y_px(y)];
        let is_broken = !(at[0].is_finite() && at[1].is_finite());
        if position.is_multiple_of(2) {
            if x < self.last_x {
                line.lift();
            }
            if !is_broken {
                self.last_x = x;
            }
            self.first = Some((position, at));
            return;
        }
        let first = self.first.take().filter(|(before, at)| before + 1 == position && at[1].is_finite());
        if let (Some((_, first)), false) = (first, is_broken) {
            // Up is less in pixels.
            at = [first[0], if is_upper { first[1].min(at[1]) } else { first[1].max(at[1]) }];
            line.add_px(at);
            return;
        }
        // Half a pair stands alone.
        line.lift();
        if let Some((_, first)) = first {
            line.add_px(first);
        } else if !is_broken {
            line.add_px(at);
        }
        line.lift();
    }
}

#[cfg(test)]
mod tests {
    use egui::Color32;

    use super::super::theme::LINE_WIDTH;
    use super::*;
    use crate::render::PxRect;

    #[test]
    fn times_too_far_from_zero_for_the_zoom_are_said_to_be_coarse() {
        assert!((time_step(1.7e9) - 238e-9).abs() < 1e-9);
        let coarse_at = |x: f64, dx: f64| {
            let grid = ColumnGrid { first: (x / dx) as i64, dx, count: 100, scale: Scale::Linear };
            let canvas =
                Canvas::new(PxRect { x: 0.0, y: 0.0, w: 100.0, h: 50.0 }, grid, [0.0, 1.0], Scale::Linear);
            let pen = Pen {
                colour: Color32::WHITE,
                breaks: Color32::RED,
                style: Style::Line,
                width: LINE_WIDTH,
                dash: Dash::Solid,
            };
            let mut drawing = Drawing::default();
            drawing.trace(&canvas, &Trace::new(XMode::Timed, 10), pen, &mut ColumnCache::new());
            drawing.time_step
        };
        assert!(coarse_at(1.7e9, 1e-6).is_some_and(|step| (step - 238e-9).abs() < 1e-9));
        assert_eq!(coarse_at(1.7e9, 1e-5), None);
        assert_eq!(coarse_at(2_592_000.0, 1e-8), None);
        assert_eq!(coarse_at(3.0, 1e-9), None);
    }
}
