//! Whole curves, each in place of the one before: the newest, and faded what is kept of those before it.

use egui::Color32;

use super::super::cache::PanelCache;
use super::super::canvas::{Canvas, Pen};
use super::super::polyline::{ColumnPoints, Polyline};
use super::super::scene::{Drawing, MARK_GAP};
use super::painter::{KindPainter, Subject};
use crate::chart::PlanePoints;
use crate::history::{Curve, Frames, Scale};
use crate::stream::Style;

/// Share of its colour that the curve before the newest has; those before it have less.
const FADED: f32 = 0.55;

/// Whole curves.
pub(super) struct Snapshot;

impl KindPainter for Snapshot {
    fn draw(&self, drawing: &mut Drawing, _cache: &mut PanelCache, of: &Subject<'_>) -> bool {
        for (member, stream) in of.shown() {
            of.plot.with_points(stream, 0, |points| {
                if let PlanePoints::Frames(frames) = points {
                    drawing.frames(&of.canvas_of(member), frames, of.pen(member), of.frame.theme.plot);
                }
            });
        }
        false
    }
}

impl Drawing {
    /// Draws whole curves: the newest, behind it what is held of those before it, the older the nearer to the colour of
    /// the ground. Opaque: where pieces of a line meet, they would show twice.
    pub(crate) fn frames(&mut self, canvas: &Canvas, frames: &Frames, pen: Pen, ground: Color32) {
        let before = frames.len().saturating_sub(1);
        for (age, curve) in (1..=before).rev().zip(frames.range(0..before)) {
            let share = FADED * (1.0 - age as f32 / frames.len() as f32);
            self.frame(canvas, curve, Pen { colour: ground.lerp_to_gamma(pen.colour, share), ..pen });
        }
        if let Some(newest) = frames.newest() {
            let left_out = newest.points().filter(|(x, y)| {
                let has_no_place =
                    |scale: Scale, value: f64| value.is_finite() && scale.checked_transform(value).is_none();
                has_no_place(canvas.grid.scale, *x) || has_no_place(canvas.y_scale, *y)
            });
            self.left_out += left_out.count() as u64;
            self.frame(canvas, newest, pen);
        }
    }

    /// Draws a whole curve. One that is dense and goes from left to right is drawn as its first, lowest, highest and
    /// last point in each column.
    fn frame(&mut self, canvas: &Canvas, curve: &Curve, pen: Pen) {
        let mut line = Polyline::new(canvas);
        let is_dense = pen.style != Style::Points
            && curve.x.len() > 4 * canvas.grid.count
            && curve.x.is_sorted_by(|a, b| a <= b || a.is_nan() || b.is_nan());
        self.is_decimated |= is_dense;
        let mut column = ColumnPoints::default();
        for (x, y) in curve.points() {
            let has_place = canvas.grid.scale.checked_transform(x).is_some()
                && canvas.y_scale.checked_transform(y).is_some();
            if !has_place {
                column.flush(&mut line);
                line.lift();
            } else if is_dense {
                column.add(canvas.x_px(x).floor(), [x, y], &mut line);
            } else {
                line.add(x, y);
            }
        }
        column.flush(&mut line);
        let gap_px = f64::from(canvas.rect.w) / curve.x.len().max(1) as f64;
        let is_sparse = gap_px >= canvas.px(MARK_GAP);
        self.finish_line(line, pen, is_sparse);
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::scene::testing::{canvas, pen, segments};
    use super::*;
    use crate::chart::Interval;
    use crate::ring::{FrameData, Point};

    fn curve(points: &[Point]) -> Curve {
        let words = points.iter().map(|point| point.to_bits()).collect();
        let mut frames = Frames::new();
        frames.push(&FrameData { words, ..FrameData::default() });
        frames.newest().unwrap().clone()
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
