//! From points to pixels: what one stream puts into a plot's [`Scene`].
//!
//! A dense trace becomes exact bands, one per pixel column, from the history's pyramid; below about two points per
//! pixel the points themselves are drawn. So a trace costs at most what its pixels cost. Data coordinates are
//! turned into pixels in f64 here; only pixels go on.
//!
//! [`Scene`]: crate::render::Scene

use std::ops::Range;

use egui::Color32;

use super::quality::Quality;
use super::theme::{LINE_WIDTH, srgba};
use super::view::View;
use crate::history::{Column, ColumnGrid, Curve, Frames, Join, Sample, Scale, Trace};
use crate::render::{BAND_EMPTY, BREAK, GapBand, Layer, PxRect, Shape};
use crate::stream::Style;

/// Points at least this far apart get a mark each, pixels.
const MARK_GAP_PX: f64 = 14.0;
/// Points of a curve that are nearer than this to the last one are not worth a segment, pixels.
const NEAR_PX: f64 = 0.35;
/// Share of its colour that the curve before the newest has; those before it have less.
const FADED: f32 = 0.55;
/// Beyond this, a segment is cut in f64: f32 pixels are too coarse out there.
const FAR_PX: f64 = 50_000.0;

/// The plot area in pixels and the data it shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Canvas {
    /// The plot area, whole pixels.
    pub(crate) rect: PxRect,
    /// What it shows; x snapped to the columns of `grid`.
    pub(crate) view: View,
    /// One column for each pixel of the width.
    pub(crate) grid: ColumnGrid,
    /// Pixels per point, for widths.
    pub(crate) pixels_per_point: f32,
    /// What may be left out.
    pub(crate) quality: Quality,
}

impl Canvas {
    fn x_px(&self, x: f64) -> f64 {
        f64::from(self.rect.x) + self.view.x.fraction(x) * f64::from(self.rect.w)
    }

    fn y_px(&self, y: f64) -> f64 {
        f64::from(self.rect.y) + (1.0 - self.view.y.fraction(y)) * f64::from(self.rect.h)
    }

    /// Where a value of the x axis lies, target pixels.
    pub(crate) fn column_px(&self, x: f64) -> f32 {
        to_px(self.x_px(x))
    }

    /// Where a value of the y axis lies, target pixels.
    pub(crate) fn row_px(&self, y: f64) -> f32 {
        to_px(self.y_px(y))
    }
}

/// Rounds a pixel coordinate to f32, once; far and non-finite ones end up far outside every target.
#[expect(clippy::cast_possible_truncation, reason = "the one rounding from f64 to pixels")]
fn to_px(v: f64) -> f32 {
    if v.is_nan() { f32::MIN / 4.0 } else { v.clamp(-1e7, 1e7) as f32 }
}

/// How one stream is drawn.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pen {
    pub(crate) colour: Color32,
    pub(crate) style: Style,
}

/// What the streams of a plot put into its scene, from back to front.
#[derive(Debug, Default)]
pub(crate) struct Drawing {
    pub(crate) layers: Vec<Layer>,
    pub(crate) gaps: Vec<GapBand>,
    /// Some stream is drawn as the extremes of each column.
    pub(crate) is_decimated: bool,
    /// Points of a curve are held that are not drawn: only the newest this many are.
    pub(crate) newest_only: Option<u64>,
    columns: Vec<Column>,
    runs: Vec<crate::history::LostRun>,
}

impl Drawing {
    /// Draws a trace over x.
    pub(crate) fn trace(&mut self, canvas: &Canvas, trace: &Trace, pen: Pen) {
        let (x0, x1) = (canvas.view.x.min, canvas.view.x.max);
        let inside = trace.positions_in(x0, x1);
        let points = inside.end.saturating_sub(inside.start);
        if points as f64 > canvas.quality.points_per_column() * canvas.grid.count as f64 {
            self.bands(canvas, trace, pen);
            return;
        }
        // The line comes in from the neighbour on the left and leaves to the one on the right.
        let inside = if inside.is_empty() { between(trace, x0) } else { inside };
        let around = inside.start.saturating_sub(1).max(trace.start())..(inside.end + 1).min(trace.end());
        let mut line = Polyline::new(canvas);
        let mut last_x = f64::NEG_INFINITY;
        trace.for_each(around, |sample| match sample {
            Sample::Point { x, y, .. } if x.is_finite() && y.is_finite() => {
                if x < last_x {
                    line.lift();
                }
                last_x = x;
                line.add(x, f64::from(y));
            }
            Sample::Point { .. } | Sample::Lost { .. } => line.lift(),
        });
        let is_sparse = points > 0 && f64::from(canvas.rect.w) / points as f64 >= MARK_GAP_PX;
        self.finish_line(line, pen, is_sparse);
    }

    fn bands(&mut self, canvas: &Canvas, trace: &Trace, pen: Pen) {
        self.is_decimated = true;
        trace.columns(&canvas.grid, Join::Line, Scale::Linear, &mut self.columns);
        let columns = self.columns.iter().map(|column| {
            if column.is_empty() {
                return BAND_EMPTY;
            }
            // Down is greater in pixels.
            [canvas.row_px(f64::from(column.hi)), canvas.row_px(f64::from(column.lo))]
        });
        let shape = Shape::Bands { first_px: canvas.rect.x, columns: columns.collect() };
        self.layers.push(layer(canvas, pen, shape));
    }

    /// Marks the stretches in which points of the trace were lost. Stretches that touch become one: streams that are
    /// drained together lose together.
    pub(crate) fn losses(&mut self, canvas: &Canvas, trace: &Trace, colour: Color32) {
        self.runs.clear();
        trace.lost_runs_in(canvas.view.x.min, canvas.view.x.max, &mut self.runs);
        self.gaps.extend(self.runs.iter().map(|run| {
            let x0_px = canvas.column_px(run.x0).max(canvas.rect.x);
            let x1_px = canvas.column_px(run.x1).min(canvas.rect.x + canvas.rect.w).max(x0_px + 1.0);
            GapBand { x0_px, x1_px, colour: srgba(colour) }
        }));
        self.gaps.sort_by(|a, b| a.x0_px.total_cmp(&b.x0_px));
        self.gaps.dedup_by(|next, band| {
            let touches = next.x0_px <= band.x1_px;
            if touches {
                band.x1_px = band.x1_px.max(next.x1_px);
            }
            touches
        });
    }

    /// Draws the points of a trace at `positions` as a curve in the plane.
    pub(crate) fn curve(&mut self, canvas: &Canvas, trace: &Trace, positions: Range<u64>, pen: Pen) {
        let mut line = Polyline::new(canvas);
        line.skips_near = pen.style != Style::Points;
        trace.for_each(positions, |sample| match sample {
            Sample::Point { x, y, .. } if x.is_finite() && y.is_finite() => line.add(x, f64::from(y)),
            Sample::Point { .. } | Sample::Lost { .. } => line.lift(),
        });
        self.finish_line(line, pen, false);
    }

    /// Draws whole curves: the newest, behind it what is held of those before it, the older the nearer to the colour of
    /// the ground. Opaque: where pieces of a line meet, they would show twice.
    pub(crate) fn frames(&mut self, canvas: &Canvas, frames: &Frames, pen: Pen, ground: Color32) {
        let before = frames.len().saturating_sub(1);
        for (age, curve) in (1..=before).rev().zip(frames.range(0..before)) {
            let share = FADED * (1.0 - age as f32 / frames.len() as f32);
            self.frame(canvas, curve, Pen { colour: ground.lerp_to_gamma(pen.colour, share), ..pen });
        }
        if let Some(newest) = frames.newest() {
            self.frame(canvas, newest, pen);
        }
    }

    /// Draws a whole curve. One that is dense and goes from left to right is drawn as its first, lowest, highest and
    /// last point in each column.
    fn frame(&mut self, canvas: &Canvas, curve: &Curve, pen: Pen) {
        let mut line = Polyline::new(canvas);
        let is_dense = curve.x.len() > 4 * canvas.grid.count
            && curve.x.is_sorted_by(|a, b| a <= b || a.is_nan() || b.is_nan());
        self.is_decimated |= is_dense;
        let mut column = ColumnPoints::default();
        for point in curve.points() {
            let (x, y) = (f64::from(point.x), f64::from(point.y));
            if !(x.is_finite() && y.is_finite()) {
                column.flush(&mut line);
                line.lift();
            } else if is_dense {
                column.add(canvas.x_px(x).floor(), [x, y], &mut line);
            } else {
                line.add(x, y);
            }
        }
        column.flush(&mut line);
        let is_sparse = f64::from(canvas.rect.w) / curve.x.len().max(1) as f64 >= MARK_GAP_PX;
        self.finish_line(line, pen, is_sparse);
    }

    fn finish_line(&mut self, line: Polyline<'_>, pen: Pen, is_sparse: bool) {
        let canvas = line.canvas;
        let count = line.dots.len();
        let (points, dots) = line.finish();
        if pen.style != Style::Points {
            self.layers.push(layer(canvas, pen, Shape::Segments { points }));
        }
        if pen.style == Style::Points || is_sparse {
            let radius = match pen.style {
                Style::Points if count < 2_000 => 3.5,
                Style::Points => 1.5,
                _ => 2.5,
            };
            let radius_px = radius * canvas.pixels_per_point;
            self.layers.push(layer(canvas, pen, Shape::Markers { points: dots, radius_px }));
        }
    }
}

/// The empty range of positions where `x` would be inserted.
fn between(trace: &Trace, x: f64) -> Range<u64> {
    let before = trace.x_bounds().map(|(first, _)| trace.positions_in(first, x)).filter(|r| !r.is_empty());
    let at = before.map_or(trace.start(), |before| before.end);
    at..at
}

fn layer(canvas: &Canvas, pen: Pen, shape: Shape) -> Layer {
    Layer { colour: srgba(pen.colour), width_px: LINE_WIDTH * canvas.pixels_per_point, shape }
}

/// Lowest and highest x and y of the points of a trace at `positions`.
pub(crate) fn bounds_of(trace: &Trace, positions: Range<u64>) -> Option<[(f64, f64); 2]> {
    let mut bounds = None;
    trace.for_each(positions, |sample| {
        if let Sample::Point { x, y, .. } = sample {
            include(&mut bounds, x, f64::from(y));
        }
    });
    bounds
}

fn include(bounds: &mut Option<[(f64, f64); 2]>, x: f64, y: f64) {
    if !(x.is_finite() && y.is_finite()) {
        return;
    }
    let [xs, ys] = bounds.get_or_insert([(x, x), (y, y)]);
    *xs = (xs.0.min(x), xs.1.max(x));
    *ys = (ys.0.min(y), ys.1.max(y));
}

/// A line being drawn, in pixels.
struct Polyline<'a> {
    canvas: &'a Canvas,
    points: Vec<[f32; 2]>,
    dots: Vec<[f32; 2]>,
    /// The last vertex, and whether it is the last of `points` too.
    last: Option<([f64; 2], bool)>,
    /// Leaves out points that make no difference to a line.
    skips_near: bool,
}

impl<'a> Polyline<'a> {
    fn new(canvas: &'a Canvas) -> Self {
        Self { canvas, points: Vec::new(), dots: Vec::new(), last: None, skips_near: false }
    }

    fn add(&mut self, x: f64, y: f64) {
        let p = [self.canvas.x_px(x), self.canvas.y_px(y)];
        let is_far = |p: &[f64; 2]| !(p[0].abs() < FAR_PX && p[1].abs() < FAR_PX);
        let Some((q, is_open)) = self.last else {
            self.last = Some((p, false));
            if !is_far(&p) {
                self.dots.push(p.map(to_px));
                self.points.push(p.map(to_px));
                self.last = Some((p, true));
            }
            return;
        };
        if self.skips_near && (p[0] - q[0]).abs() < NEAR_PX && (p[1] - q[1]).abs() < NEAR_PX {
            return;
        }
        if !is_far(&p) {
            self.dots.push(p.map(to_px));
        }
        if is_far(&p) || is_far(&q) {
            if let Some((a, b)) = cut(q, p) {
                self.points.extend([BREAK, a.map(to_px), b.map(to_px)]);
            }
            self.points.push(BREAK);
            self.last = Some((p, false));
            return;
        }
        if !is_open {
            self.points.push(q.map(to_px));
        }
        self.points.push(p.map(to_px));
        self.last = Some((p, true));
    }

    fn lift(&mut self) {
        if self.last.take().is_some() {
            self.points.push(BREAK);
        }
    }

    fn finish(self) -> (Vec<[f32; 2]>, Vec<[f32; 2]>) {
        (self.points, self.dots)
    }
}

/// The part of a segment within [`FAR_PX`] of the origin (Liang and Barsky, 1984).
fn cut(p: [f64; 2], q: [f64; 2]) -> Option<([f64; 2], [f64; 2])> {
    let d = [q[0] - p[0], q[1] - p[1]];
    let (mut t0, mut t1) = (0f64, 1f64);
    for axis in 0..2 {
        for (delta, room) in [(-d[axis], p[axis] + FAR_PX), (d[axis], FAR_PX - p[axis])] {
            if delta == 0.0 {
                if room < 0.0 {
                    return None;
                }
            } else if delta < 0.0 {
                t0 = t0.max(room / delta);
            } else {
                t1 = t1.min(room / delta);
            }
        }
    }
    // False too where something is not a number.
    if t0 <= t1 {
        let at = |t: f64| [p[0] + t * d[0], p[1] + t * d[1]];
        Some((at(t0), at(t1)))
    } else {
        None
    }
}

/// The points of one column that matter, while going through a dense curve.
#[derive(Default)]
struct ColumnPoints {
    column: f64,
    count: usize,
    first: [f64; 2],
    last: [f64; 2],
    lowest: (usize, [f64; 2]),
    highest: (usize, [f64; 2]),
}

impl ColumnPoints {
    fn add(&mut self, column: f64, point: [f64; 2], line: &mut Polyline<'_>) {
        // Two computed columns of the same pixel are the same whole number.
        if self.count > 0 && (column - self.column).abs() > 0.5 {
            self.flush(line);
        }
        if self.count == 0 {
            self.column = column;
            self.first = point;
            self.lowest = (0, point);
            self.highest = (0, point);
        }
        if point[1] < self.lowest.1[1] {
            self.lowest = (self.count, point);
        }
        if point[1] > self.highest.1[1] {
            self.highest = (self.count, point);
        }
        self.last = point;
        self.count += 1;
    }

    fn flush(&mut self, line: &mut Polyline<'_>) {
        if self.count == 0 {
            return;
        }
        let (early, late) = if self.lowest.0 < self.highest.0 {
            (self.lowest, self.highest)
        } else {
            (self.highest, self.lowest)
        };
        for point in [self.first, early.1, late.1, self.last].into_iter().take(self.count) {
            line.add(point[0], point[1]);
        }
        self.count = 0;
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::float_cmp, reason = "these are exact by construction")]
    use super::*;
    use crate::ring::{Batch, Frame, Point, XMode};
    use crate::viewer::view::Interval;

    fn canvas(x: Interval, y: Interval) -> Canvas {
        let (x, grid) = x.snapped(100);
        Canvas {
            rect: PxRect { x: 10.0, y: 20.0, w: 100.0, h: 50.0 },
            view: View { x, y },
            grid,
            pixels_per_point: 1.0,
            quality: Quality::Full,
        }
    }

    fn pen() -> Pen {
        Pen { colour: Color32::WHITE, style: Style::Line }
    }

    fn trace(points: &[(f32, f32)], first: u64) -> Trace {
        let mut trace = Trace::new(XMode::Xy, 1 << 20);
        append(&mut trace, points, first);
        trace
    }

    fn curve(points: &[Point]) -> Curve {
        let words = points.iter().map(|point| point.to_bits()).collect();
        let mut frames = Frames::new();
        frames.push(&Frame { words, ..Frame::default() });
        frames.newest().unwrap().clone()
    }

    fn append(trace: &mut Trace, points: &[(f32, f32)], first: u64) {
        let mut batch = Batch::with_limit(points.len());
        batch.first = first;
        batch.points = points.iter().map(|(x, y)| Point { x: *x, y: *y }).collect();
        trace.append(&batch);
    }

    fn segments(drawing: &Drawing) -> &[[f32; 2]] {
        match &drawing.layers[0].shape {
            Shape::Segments { points } => points,
            other => panic!("not segments: {other:?}"),
        }
    }

    #[test]
    fn points_land_on_their_pixels() {
        let canvas = canvas(Interval::new(0.0, 100.0), Interval::new(0.0, 10.0));
        let mut drawing = Drawing::default();
        drawing.trace(&canvas, &trace(&[(0.0, 0.0), (50.0, 5.0), (100.0, 10.0)], 0), pen());
        assert_eq!(segments(&drawing), [[10.0, 70.0], [60.0, 45.0], [110.0, 20.0]]);
        assert!(!drawing.is_decimated);
    }

    #[test]
    fn the_line_reaches_in_from_neighbours_outside_the_view() {
        let canvas = canvas(Interval::new(40.0, 60.0), Interval::new(0.0, 10.0));
        let mut drawing = Drawing::default();
        drawing.trace(&canvas, &trace(&[(0.0, 0.0), (100.0, 10.0)], 0), pen());
        assert_eq!(segments(&drawing).len(), 2);
    }

    #[test]
    fn nan_and_losses_break_the_line() {
        let canvas = canvas(Interval::new(0.0, 10.0), Interval::new(0.0, 10.0));
        let mut history = trace(&[(0.0, 1.0), (1.0, 1.0), (2.0, f32::NAN), (3.0, 1.0), (4.0, 1.0)], 0);
        append(&mut history, &[(6.0, 1.0), (7.0, 1.0)], 9);
        let mut drawing = Drawing::default();
        drawing.trace(&canvas, &history, pen());
        let breaks = segments(&drawing).iter().filter(|p| **p == BREAK).count();
        assert_eq!(breaks, 2);
        drawing.losses(&canvas, &history, Color32::RED);
        assert_eq!(drawing.gaps.len(), 1);
        assert!((drawing.gaps[0].x0_px - 50.0).abs() < 0.01 && (drawing.gaps[0].x1_px - 70.0).abs() < 0.01);
    }

    #[test]
    fn many_points_per_pixel_become_bands() {
        let canvas = canvas(Interval::new(0.0, 100.0), Interval::new(-1.0, 1.0));
        let points: Vec<(f32, f32)> =
            (0u16..10_000).map(|i| (f32::from(i) / 100.0, if i % 2 == 0 { -1.0 } else { 1.0 })).collect();
        let mut drawing = Drawing::default();
        drawing.trace(&canvas, &trace(&points, 0), pen());
        let Shape::Bands { first_px, columns } = &drawing.layers[0].shape else { panic!("no bands") };
        assert!((*first_px - 10.0).abs() < 1e-6 && columns.len() == 100);
        assert!(columns.iter().all(|c| *c == [20.0, 70.0]), "{columns:?}");
        assert!(drawing.is_decimated);
    }

    #[test]
    fn far_points_are_cut_and_keep_the_slope() {
        let canvas = canvas(Interval::new(-1e-9, 1e-9), Interval::new(-1e-9, 1e-9));
        let mut line = Polyline::new(&canvas);
        line.add(-1.0, -1.0);
        line.add(1.0, 1.0);
        let (points, _) = line.finish();
        let ends: Vec<&[f32; 2]> = points.iter().filter(|p| **p != BREAK).collect();
        assert_eq!(ends.len(), 2);
        // The line goes through the middle of the plot.
        let slope = (ends[1][1] - ends[0][1]) / (ends[1][0] - ends[0][0]);
        let at_middle = ends[0][1] + slope * (60.0 - ends[0][0]);
        assert!((at_middle - 45.0).abs() < 0.1, "{at_middle}");
    }

    #[test]
    fn a_dense_curve_keeps_its_extremes() {
        let canvas = canvas(Interval::new(0.0, 10_000.0), Interval::new(-1.0, 1.0));
        let mut points: Vec<Point> = (0u16..10_000).map(|i| Point { x: f32::from(i), y: 0.0 }).collect();
        points[5_050].y = 1.0;
        let mut drawing = Drawing::default();
        drawing.frame(&canvas, &curve(&points), pen());
        assert!(segments(&drawing).len() <= 401);
        assert!(segments(&drawing).iter().any(|p| (p[1] - 20.0).abs() < 1e-3), "the spike is gone");
    }

    #[test]
    fn absurd_values_are_no_panic() {
        let canvas = canvas(Interval::new(0.0, 1.0), Interval::new(0.0, 1.0));
        let points: Vec<Point> = [f32::MAX, f32::MIN, f32::INFINITY, f32::NAN, 0.0]
            .iter()
            .flat_map(|a| [0.5, f32::MAX, f32::NEG_INFINITY].map(|b| Point { x: *a, y: b }))
            .collect();
        let mut drawing = Drawing::default();
        drawing.frame(&canvas, &curve(&points), pen());
        assert!(segments(&drawing).iter().flatten().all(|v| v.is_finite()));
    }
}
