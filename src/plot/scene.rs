//! What the streams of a plot put into its [`Scene`]. What each kind of plot draws is in `kinds/`.
//!
//! Data coordinates are turned into pixels in f64; only pixels go on.
//!
//! [`Scene`]: crate::render::Scene

use egui::Color32;

use super::canvas::{Canvas, Pen, to_px};
use super::dash;
use super::polyline::{LEAST, Polyline};
use super::theme::{faded, srgba};
use crate::chart::{DensityNote, PictureNotes};
use crate::history::{Scale, Trace};
use crate::render::{GapBand, Layer, Shape};
use crate::stream::Dash;
use crate::stream::Style;

/// Points of a line at least this far apart get a mark each, points of the screen.
pub(crate) const MARK_GAP: f64 = 14.0;
/// How far the sweeps of the traces of a plot are drawn.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sweeps {
    /// The share of a trace, of that with the greatest, that its columns do not cover yet; 0 if all is there.
    pub(crate) missing: f64,
    /// Some column has more lines above each other than are told apart.
    pub(crate) are_joined: bool,
}

/// What the streams of a plot put into its scene, from back to front.
///
/// ```
/// use ringplot::history::Trace;
/// use ringplot::plot::{Canvas, Drawing};
/// use ringplot::render::PxRect;
/// use ringplot::viewer::egui::Color32;
/// use ringplot::{Batch, Point, XMode};
///
/// let x_mode = XMode::Uniform { t0: 0.0, rate: 1.0 };
/// let mut trace = Trace::new(x_mode, 1 << 20);
/// for first in [0, 6] {
///     trace.append(&Batch { x_mode, first, points: vec![Point::new(0.0, 1.0); 4], ..Batch::with_limit(4) });
/// }
/// let rect = PxRect { x: 0.0, y: 0.0, w: 640.0, h: 360.0 };
/// let mut drawing = Drawing::default();
/// drawing.losses(&Canvas::over(rect, [0.0, 10.0], [0.0, 2.0]), &trace, Color32::RED);
/// assert_eq!(drawing.gaps.len(), 1, "positions 4 and 5 were lost");
/// ```
#[derive(Debug, Default)]
pub struct Drawing {
    /// Lines, bands and markers.
    pub layers: Vec<Layer>,
    /// Stretches in which points were lost.
    pub gaps: Vec<GapBand>,
    /// Some stream is drawn as the extremes of each column.
    pub(crate) is_decimated: bool,
    /// Times of some stream are coarse where the view lies: they are this far apart at least, seconds.
    pub(crate) time_step: Option<f64>,
    /// Points of what is shown that have no place on a logarithmic axis.
    pub(crate) left_out: u64,
    /// Points of a curve are held that are not drawn: only the newest this many are.
    pub(crate) newest_only: Option<u64>,
    /// A state is drawn on from its last sample.
    pub(crate) has_held: bool,
    /// Columns of a trace cost at most so much in this drawing, see `ColumnCache::update_some`; `None` for all they take.
    pub(crate) most_visits: Option<u64>,
    /// How far the sweeps of traces are drawn.
    pub(crate) sweeps: Sweeps,
    /// A curve is drawn as the density of its points.
    pub(crate) density: Option<DensityNote>,
    /// The pen was lifted somewhere in the view.
    pub(crate) has_lifted_pen: bool,
    /// Streams with samples in the view that are no numbers.
    pub(crate) lines_of_ticks: usize,
    runs: Vec<crate::history::LostRun>,
}

impl Drawing {
    /// What drawing found out.
    pub(crate) fn notes(&self) -> PictureNotes {
        PictureNotes {
            has_ticks: self.lines_of_ticks > 0,
            has_lifted_pen: self.has_lifted_pen,
            missing_share: self.sweeps.missing,
            are_lines_joined: self.sweeps.are_joined,
            left_out: self.left_out,
            time_step: self.time_step,
            is_decimated: self.is_decimated,
            has_held: self.has_held,
            density: self.density,
            newest_only: self.newest_only,
        }
    }

    /// Counts the points of a trace that a logarithmic axis has no place for.
    pub(crate) fn count_left_out(&mut self, canvas: &Canvas, trace: &Trace) {
        let (x0, x1) = canvas.x_range();
        let (x_scale, y_scale) = (canvas.grid.scale, canvas.y_scale);
        if (x_scale, y_scale) != (Scale::Linear, Scale::Linear) {
            // What is not above 0 lies left of everything.
            let from = if x_scale == Scale::Linear { x0 } else { f64::NEG_INFINITY };
            self.left_out += trace.left_out(from, x1, x_scale, y_scale);
        }
    }

    /// Marks the stretches in which points of the trace were lost. Stretches that touch become one: streams that are
    /// drained together lose together.
    pub fn losses(&mut self, canvas: &Canvas, trace: &Trace, colour: Color32) {
        self.runs.clear();
        let (x0, x1) = canvas.x_range();
        trace.lost_runs_in(x0, x1, &mut self.runs);
        self.gaps.extend(self.runs.iter().map(|run| {
            let x0_px = to_px(canvas.x_px(run.x0)).max(canvas.rect.x);
            let x1_px = to_px(canvas.x_px(run.x1)).min(canvas.rect.x + canvas.rect.w);
            let x1_px = x1_px.max(x0_px + to_px(canvas.px(1.0).max(1.0)));
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

    pub(crate) fn finish_line(&mut self, line: Polyline<'_>, pen: Pen, is_sparse: bool) {
        let canvas = line.canvas;
        let Polyline { points, dots, specks, .. } = line.finish();
        let count = dots.len();
        if pen.style != Style::Points {
            self.lines(canvas, pen, points);
        }
        if pen.style == Style::Points || is_sparse {
            let radius = match pen.style {
                Style::Points if count < 2_000 => 3.5,
                Style::Points => 1.5,
                _ => 2.5,
            };
            let radius_px = radius * canvas.pixels_per_point;
            self.layers.push(layer(canvas, pen, Shape::Markers { points: dots, radius_px }));
        } else {
            self.specks(canvas, pen, specks);
        }
    }

    fn lines(&mut self, canvas: &Canvas, pen: Pen, points: Vec<[f32; 2]>) {
        if pen.dash == Dash::Solid || pen.style == Style::Stem {
            self.layers.push(layer(canvas, pen, Shape::Segments { points }));
            return;
        }
        let [dashes, gaps] =
            dash::split_lines(pen.dash, canvas, &points, pen.width * canvas.pixels_per_point);
        let faint = Pen { colour: faded(pen.colour, dash::FAINT), ..pen };
        self.layers.push(layer(canvas, faint, Shape::Segments { points: gaps }));
        self.layers.push(layer(canvas, pen, Shape::Segments { points: dashes }));
    }

    /// Discs at places where a stroke would be too small to be seen.
    pub(crate) fn specks(&mut self, canvas: &Canvas, pen: Pen, points: Vec<[f32; 2]>) {
        if !points.is_empty() {
            let radius_px = to_px(canvas.px(LEAST / 2.0));
            self.layers.push(layer(canvas, pen, Shape::Markers { points, radius_px }));
        }
    }
}

pub(crate) fn layer(canvas: &Canvas, pen: Pen, shape: Shape) -> Layer {
    Layer { colour: srgba(pen.colour), width_px: pen.width * canvas.pixels_per_point, shape }
}

/// What tests of drawings need.
#[cfg(test)]
pub(super) mod testing {
    use super::*;
    use crate::chart::{Interval, LINE_WIDTH, View};
    use crate::plot::Quality;
    use crate::render::PxRect;

    pub(in crate::plot) fn canvas(x: Interval, y: Interval) -> Canvas {
        let (x, grid) = x.snapped(100);
        Canvas {
            rect: PxRect { x: 10.0, y: 20.0, w: 100.0, h: 50.0 },
            view: View { x, y },
            grid,
            y_scale: Scale::Linear,
            gain: crate::chart::Gain::default(),
            pixels_per_point: 1.0,
            quality: Quality::Full,
        }
    }

    pub(in crate::plot) fn pen() -> Pen {
        Pen {
            colour: Color32::WHITE,
            breaks: Color32::RED,
            style: Style::Line,
            width: LINE_WIDTH,
            dash: Dash::Solid,
        }
    }

    pub(in crate::plot) fn segments(drawing: &Drawing) -> &[[f32; 2]] {
        match &drawing.layers[0].shape {
            Shape::Segments { points } => points,
            other => panic!("not segments: {other:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::float_cmp, reason = "these are exact by construction")]
    use super::testing::{canvas, pen, segments};
    use super::*;
    use crate::chart::Interval;
    use crate::history::ColumnCache;
    use crate::render::BREAK;
    use crate::ring::{Batch, Point, XMode};

    fn trace(points: &[(f32, f32)], first: u64) -> Trace {
        let mut trace = Trace::new(XMode::Xy, 1 << 20);
        append(&mut trace, points, first);
        trace
    }

    fn append(trace: &mut Trace, points: &[(f32, f32)], first: u64) {
        let mut batch = Batch::with_limit(points.len());
        batch.first = first;
        batch.points = points.iter().map(|(x, y)| Point { x: *x, y: *y }).collect();
        trace.append(&batch);
    }

    #[test]
    fn points_land_on_their_pixels() {
        let canvas = canvas(Interval::new(0.0, 100.0), Interval::new(0.0, 10.0));
        let mut drawing = Drawing::default();
        drawing.trace(
            &canvas,
            &trace(&[(0.0, 0.0), (50.0, 5.0), (100.0, 10.0)], 0),
            pen(),
            &mut ColumnCache::new(),
        );
        assert_eq!(segments(&drawing), [[10.0, 70.0], [60.0, 45.0], [110.0, 20.0]]);
        assert!(!drawing.is_decimated);
    }

    #[test]
    fn the_line_reaches_in_from_neighbours_outside_the_view() {
        let canvas = canvas(Interval::new(40.0, 60.0), Interval::new(0.0, 10.0));
        let mut drawing = Drawing::default();
        drawing.trace(&canvas, &trace(&[(0.0, 0.0), (100.0, 10.0)], 0), pen(), &mut ColumnCache::new());
        assert_eq!(segments(&drawing).len(), 2);
    }

    #[test]
    fn nan_and_losses_break_the_line() {
        let canvas = canvas(Interval::new(0.0, 10.0), Interval::new(0.0, 10.0));
        let mut history = trace(&[(0.0, 1.0), (1.0, 1.0), (2.0, f32::NAN), (3.0, 1.0), (4.0, 1.0)], 0);
        append(&mut history, &[(6.0, 1.0), (7.0, 1.0)], 9);
        let mut drawing = Drawing::default();
        drawing.trace(&canvas, &history, pen(), &mut ColumnCache::new());
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
        drawing.trace(&canvas, &trace(&points, 0), pen(), &mut ColumnCache::new());
        let Shape::Bands { first_px, halves } = &drawing.layers[0].shape else { panic!("no bands") };
        assert!((*first_px - 8.0).abs() < 1e-6 && halves.len() == 208);
        assert!(halves[4..204].iter().all(|c| *c == [20.0, 70.0]), "{halves:?}");
        assert!(drawing.is_decimated);
    }

    #[test]
    fn far_points_are_cut_and_keep_the_slope() {
        let canvas = canvas(Interval::new(-1e-9, 1e-9), Interval::new(-1e-9, 1e-9));
        let mut line = Polyline::new(&canvas);
        line.add(-1.0, -1.0);
        line.add(1.0, 1.0);
        let points = line.finish().points;
        let ends: Vec<&[f32; 2]> = points.iter().filter(|p| **p != BREAK).collect();
        assert_eq!(ends.len(), 2);
        // The line goes through the middle of the plot.
        let slope = (ends[1][1] - ends[0][1]) / (ends[1][0] - ends[0][0]);
        let at_middle = ends[0][1] + slope * (60.0 - ends[0][0]);
        assert!((at_middle - 45.0).abs() < 0.1, "{at_middle}");
    }
}
