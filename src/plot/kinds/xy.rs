//! Curves in the plane: as points and lines while there are few, as a density where there are many.

use std::ops::Range;

use super::super::cache::PanelCache;
use super::super::canvas::{Canvas, Pen};
use super::super::polyline::Polyline;
use super::super::scene::Drawing;
use super::density::DensityFrame;
use super::painter::{KindPainter, Subject};
use crate::chart::PlanePoints;
use crate::history::{Sample, Trace};
use crate::stream::Style;

/// Curves in the plane.
pub(super) struct Xy;

impl KindPainter for Xy {
    fn draw(&self, drawing: &mut Drawing, cache: &mut PanelCache, of: &Subject<'_>) -> bool {
        let max_points = of.options().max_xy_points;
        let mut wants_frame = false;
        for (member, stream) in of.shown() {
            of.plot.with_points(stream, max_points, |points| {
                if let PlanePoints::Trace(trace, positions) = points {
                    if positions.start > trace.start() {
                        drawing.newest_only = Some(max_points);
                    }
                    drawing.count_left_out(of.canvas, trace);
                }
            });
            let frame = DensityFrame {
                options: of.frame.density,
                now_secs: of.frame.now_secs,
                choice: member.colours.unwrap_or(of.options().colours),
                theme: of.frame.theme,
                most_points: max_points,
            };
            let pen = of.pen(member);
            wants_frame |= cache.density.draw(drawing, of.canvas, of.plot, stream, pen, &frame);
        }
        wants_frame
    }
}

impl Drawing {
    /// Draws the points of a trace at `positions` as curves in the plane, one for each range.
    pub(crate) fn curve(
        &mut self,
        canvas: &Canvas,
        trace: &Trace,
        positions: impl Iterator<Item = Range<u64>>,
        pen: Pen,
    ) {
        let mut line = Polyline::new(canvas);
        line.skips_near = pen.style != Style::Points;
        for range in positions {
            line.lift();
            trace.for_each(range, |sample| match sample {
                Sample::Point { x, y, .. } if x.is_finite() && y.is_finite() => line.add(x, y),
                Sample::Point { .. } | Sample::Lost { .. } => line.lift(),
            });
        }
        self.finish_line(line, pen, false);
    }
}
