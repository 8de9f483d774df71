//! How a trace over x is drawn: lines, steps, areas, stems, ranges, points; by its columns where it is dense, and by
//! its points where it is not.
//!
//! Dense is what has more than two points per pixel column of the view, or fewer while quality is reduced. Columns are exact for any number of points and
//! cost what pixels cost. Each is half a pixel wide: so a stroke is as wide and as far left or right, to a quarter of a
//! pixel, as one from point to point. What is filled is drawn by columns at every density.

use std::ops::Range;

use super::super::canvas::{Canvas, Pen, to_px};
use super::super::dash;
use super::super::polyline::{LEAST, Polyline};
use super::super::scene::{Drawing, MARK_GAP, layer};
use super::super::theme::faded;
use crate::chart::interpolation_of;
use crate::history::{Column, ColumnCache, ColumnGrid, Columns, Interpolation, Sample, Scale, Trace};
use crate::render::{BAND_EMPTY, HALVES, Shape};
use crate::ring::XMode;
use crate::stream::Dash;
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
    pub(crate) fn margin(&self) -> u16 {
        (MARGIN * self.pixels_per_point).ceil().clamp(2.0, 64.0) as u16
    }

    /// A column in pixels down.
    fn band(&self, column: &Column) -> [f32; 2] {
        if column.is_empty() { BAND_EMPTY } else { self.span([column.lo, column.hi]) }
    }

    fn span(&self, [lo, hi]: [f64; 2]) -> [f32; 2] {
        let [top, bottom] = [hi, lo].map(|y| to_px(self.y_px(y).min(f64::from(f32::MAX))));
        // A gain below 0 turns it over.
        if top <= bottom { [top, bottom] } else { [bottom, top] }
    }
}

impl Drawing {
    /// Draws a trace over x.
    ///
    /// # Panics
    /// When the plot area is infinitely wide and the pen has dashes.
    pub fn trace(&mut self, canvas: &Canvas, trace: &Trace, pen: Pen, cache: &mut ColumnCache) {
        if trace.x_mode() == XMode::Timed && canvas.grid.scale == Scale::Linear {
            let step = time_step(canvas.view.x.min.abs().max(canvas.view.x.max.abs()));
            self.time_step = self.time_step.or((canvas.grid.dx < COARSE * step).then_some(step));
        }
        let is_dense = per_column(canvas, trace) > canvas.quality.points_per_column();
        if is_dense || matches!(pen.style, Style::Area | Style::Band) {
            // An area is its line and what lies between that and zero.
            let interpolation =
                if pen.style == Style::Area { Interpolation::Line } else { interpolation_of(pen.style) };
            let most = self.most_visits.unwrap_or(u64::MAX);
            cache.update_some(trace, &canvas.halves(), interpolation, canvas.y_scale, most);
            let columns = cache.columns();
            self.sweeps.missing = self.sweeps.missing.max(1.0 - cache.share());
            self.sweeps.are_joined |= columns.is_coarse();
            self.fill(canvas, columns, pen);
            if is_dense {
                self.dense(canvas, columns, pen);
                self.marks_of_columns(canvas, columns, pen);
            }
        }
        if !is_dense {
            let parts = self.sparse(canvas, trace, pen);
            self.marks_of_points(canvas, trace, &parts, pen);
        }
    }

    /// Fills what a trace of this style fills; `columns` are those of [`Canvas::halves`].
    pub fn fill(&mut self, canvas: &Canvas, columns: &Columns, pen: Pen) {
        let filled = match pen.style {
            Style::Area => vec![columns.iter().map(|column| canvas.band(&column.down_to_zero())).collect()],
            Style::Band => layers(canvas, columns, 0.0),
            _ => return,
        };
        for bands in filled {
            self.bands(canvas, Pen { colour: faded(pen.colour, FILL), ..pen }, bands, 0.0);
        }
    }

    /// Draws the strokes of a trace by its columns, which are those of [`Canvas::halves`].
    pub fn dense(&mut self, canvas: &Canvas, columns: &Columns, pen: Pen) {
        self.is_decimated = true;
        let layers = layers(canvas, columns, to_px(canvas.px(f64::from(pen.width))));
        if pen.style == Style::Band {
            for edge in layers.iter().flat_map(|bands| edges(bands)) {
                self.strokes(canvas, pen, edge);
            }
        } else {
            let specks = specks(canvas, &layers);
            for bands in layers {
                self.strokes(canvas, pen, bands);
            }
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

    pub(crate) fn bands(&mut self, canvas: &Canvas, pen: Pen, halves: Vec<[f32; 2]>, width: f32) {
        let shape = Shape::Bands { first_px: canvas.rect.x - f32::from(canvas.margin()), halves };
        let mut layer = layer(canvas, pen, shape);
        layer.width_px *= width;
        self.layers.push(layer);
    }

    /// Draws the strokes of a trace by its points; gives the runs of positions that it drew.
    ///
    /// # Panics
    /// As [`Drawing::trace`].
    pub fn sparse(&mut self, canvas: &Canvas, trace: &Trace, pen: Pen) -> Vec<Range<u64>> {
        let (x0, x1) = canvas.x_range();
        let mut points = 0;
        trace.stays_in(x0, x1, |stay| points += stay.end - stay.start);
        let parts = around(canvas, trace, pen.style);
        let gap_px = f64::from(canvas.rect.w) / points.max(1) as f64;
        let is_marked =
            points > 0 && gap_px >= canvas.px(if pen.style == Style::Stem { STEM_GAP } else { MARK_GAP });
        if pen.style == Style::Band {
            for is_upper in [false, true] {
                let mut line = Polyline::new(canvas);
                for part in &parts {
                    line.lift();
                    let mut pairs = Pairs::new(canvas, trace);
                    trace.for_each(part.clone(), |sample| pairs.add(sample, is_upper, &mut line));
                }
                self.finish_line(line, pen, is_marked);
            }
        } else {
            let mut line = Polyline::new(canvas);
            for part in &parts {
                line.lift();
                let mut stroke = Stroke::new(canvas, trace, interpolation_of(pen.style));
                trace.for_each(part.clone(), |sample| stroke.add(sample, &mut line));
            }
            self.finish_line(line, pen, is_marked);
        }
        parts
    }
}

/// The runs of positions whose strokes and marks are seen, also from beside the plot area; and the line comes in from the
/// neighbour on the left and leaves to the one on the right.
fn around(canvas: &Canvas, trace: &Trace, style: Style) -> Vec<Range<u64>> {
    let margin = (WIDEST * canvas.pixels_per_point).ceil() as u32;
    let wider = ColumnGrid {
        first: canvas.grid.first.saturating_sub(i64::from(margin)),
        count: canvas.grid.count + 2 * margin as usize,
        ..canvas.grid
    };
    let mut parts = Vec::<Range<u64>>::new();
    trace.stays_in(wider.edge(0), wider.edge(wider.count), |Range { start, end }| {
        let (from, to) = match style {
            Style::Band => (start.saturating_sub(2) & !1, (end + 2).next_multiple_of(2)),
            _ => (start.saturating_sub(1), end + 1),
        };
        let (from, to) = (from.max(trace.start()), to.min(trace.end()));
        match parts.last_mut() {
            Some(last) if from < last.end => last.end = to,
            _ => parts.push(from..to),
        }
    });
    parts
}

/// The middles of the pieces of a dense line that are too small to be seen: a lone sample between breaks. A piece that
/// goes on beside the columns has no end here, and one that touches another is seen with it.
fn specks(canvas: &Canvas, layers: &[Vec<[f32; 2]>]) -> Vec<[f32; 2]> {
    /// Columns of one piece touch each other, but for rounding.
    const SLIT_PX: f32 = 0.01;
    let least = to_px(canvas.px(LEAST));
    let first_px = canvas.rect.x - f32::from(canvas.margin());
    let touch = |a: &[f32; 2], b: &[f32; 2]| {
        let is_empty = [a, b].map(|band| *band == BAND_EMPTY);
        is_empty == [true; 2] || is_empty == [false; 2] && a[0] <= b[1] + SLIT_PX && b[0] <= a[1] + SLIT_PX
    };
    let mut specks = Vec::new();
    for bands in layers {
        let mut at = 0;
        for piece in bands.chunk_by(touch) {
            let (from, to) = (at, at + piece.len());
            at = to;
            let width = piece.len() as f32 / HALVES as f32;
            if piece[0] == BAND_EMPTY || width >= least || from == 0 || to == bands.len() {
                continue;
            }
            let top = piece.iter().map(|band| band[0]).fold(f32::INFINITY, f32::min);
            let bottom = piece.iter().map(|band| band[1]).fold(f32::NEG_INFINITY, f32::max);
            let meets = |layer: &Vec<[f32; 2]>| {
                touch(&layer[from - 1], &bands[from]) || touch(&layer[to], &bands[to - 1])
            };
            if bottom - top < least && !layers.iter().any(meets) {
                let middle = first_px + from as f32 / HALVES as f32 + width / 2.0;
                specks.push([middle, top.midpoint(bottom)]);
            }
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
    // A line that crosses the view is a stroke as well, but for the one that every picture has.
    let (mut points, mut stays) = (0, 0);
    trace.stays_in(x0, x1, |stay| {
        points += stay.end - stay.start;
        stays += 1;
    });
    (points + u64::saturating_sub(stays, 1)) as f64 / canvas.grid.count as f64
}

/// The spans of columns in pixels down, as bands that can be drawn over each other: one for each column in a layer. Spans
/// no farther from each other than the strokes are wide touch when drawn, and are one. What goes on from one column
/// to the next is in the same layer.
fn layers(canvas: &Canvas, columns: &Columns, width_px: f32) -> Vec<Vec<[f32; 2]>> {
    if columns.most_spans() <= 1 {
        return vec![columns.iter().map(|column| canvas.band(column)).collect()];
    }
    let mut layers: Vec<Vec<[f32; 2]>> = vec![vec![BAND_EMPTY; columns.len()]];
    // Of this column and the one before, from the top: each band and its layer.
    let (mut bands, mut before) = (Vec::<([f32; 2], usize)>::new(), Vec::<([f32; 2], usize)>::new());
    let mut is_used = Vec::new();
    for index in 0..columns.len() {
        bands.clear();
        for span in columns.spans(index).map(|span| canvas.span(span)).collect::<Vec<_>>().into_iter().rev() {
            match bands.last_mut() {
                Some((last, _)) if span[0] - last[1] <= width_px => last[1] = last[1].max(span[1]),
                _ => bands.push((span, usize::MAX)),
            }
        }
        is_used.clear();
        is_used.resize(layers.len(), false);
        let mut earlier = before.iter().peekable();
        for (band, layer) in &mut bands {
            while earlier.next_if(|(other, _)| other[1] + width_px < band[0]).is_some() {}
            if let Some((_, same)) = earlier.next_if(|(other, _)| other[0] <= band[1] + width_px) {
                *layer = *same;
                is_used[*same] = true;
            }
        }
        let mut free = 0;
        for (band, layer) in &mut bands {
            if *layer == usize::MAX {
                while is_used.get(free) == Some(&true) {
                    free += 1;
                }
                *layer = free;
                free += 1;
                if *layer == layers.len() {
                    layers.push(vec![BAND_EMPTY; columns.len()]);
                }
            }
            layers[*layer][index] = *band;
        }
        std::mem::swap(&mut bands, &mut before);
    }
    layers
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
    interpolation: Interpolation,
    /// x, and where the last point lies in pixels; `None` after a break.
    last: Option<(f64, [f64; 2])>,
    last_x: f64,
}

impl<'a> Stroke<'a> {
    fn new(canvas: &'a Canvas, trace: &Trace, interpolation: Interpolation) -> Self {
        Self {
            canvas,
            places: Places::new(canvas, trace),
            interpolation,
            last: None,
            last_x: f64::NEG_INFINITY,
        }
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
        if self.interpolation == Interpolation::Stem {
            line.lift();
            line.stroke_px([at[0], self.canvas.zero_px()]);
        } else if let Some((before, last)) = self.last {
            let middle = match self.interpolation {
                Interpolation::StepPre => last[0],
                Interpolation::StepPost => at[0],
                Interpolation::StepMid if self.canvas.grid.scale == Scale::Linear => last[0].midpoint(at[0]),
                Interpolation::StepMid => self.canvas.x_px(before.midpoint(x)),
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
struct Pairs<'a> {
    canvas: &'a Canvas,
    places: Places<'a>,
    /// The first point of the pair: position, and where it lies in pixels.
    first: Option<(u64, [f64; 2])>,
    last_x: f64,
}

impl<'a> Pairs<'a> {
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

    use super::*;
    use crate::chart::LINE_WIDTH;
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
