//! Sending a cursor to an extreme or to a crossing of the stream that it reads.

use super::super::command::CursorTarget;
use super::super::snapshot::StreamSnapshot;
use super::super::state::{PlanePoints, PlotState};
use super::reading::{Choice, is_read_at_x, sample_at, snapped};
use super::{Cursor, Cursors, Which};
use crate::history::{Curve, Trace};
use crate::stream::StreamKind;

impl Cursors {
    /// Sends the cursor that was touched last to its target within the view, over all samples; a plot without one gets its A. Of
    /// a cursor that reads no stream of this plot, it is the one nearest to the place, given as shares of width and height.
    /// The error says why there is no such target.
    pub(crate) fn seek(
        &mut self,
        target: CursorTarget,
        plot: &PlotState,
        streams: &[StreamSnapshot],
        place: Option<[f64; 2]>,
    ) -> Result<(), &'static str> {
        if !is_read_at_x(plot) {
            return Err("A cursor goes to extremes and crossings in plots over time and on curves");
        }
        let pair = self.pair(plot);
        let cursor =
            |which: Which| pair.and_then(|pair| pair.get(which)).map(|cursor| (which, cursor.clone()));
        let touched = self.touched.and_then(cursor).or_else(|| cursor(Which::A));
        if touched.is_none() && target == CursorTarget::Crossing {
            return Err("Place cursor A first: its value is the level");
        }
        let which = touched.as_ref().map_or(Which::A, |(which, _)| *which);
        let is_read = |name: &String| plot.shown(streams).any(|(member, _)| member.name == *name);
        let own = touched.as_ref().and_then(|(_, cursor)| cursor.stream.clone()).filter(is_read);
        let (at, choice) = place.map_or(([0.5, 0.5], Choice::First), |place| (place, Choice::Nearest));
        let nearest = || snapped(plot, streams, at, choice).map(|(_, name)| name);
        let mut values = plot.shown(streams).filter(|(_, stream)| stream.info.kind != StreamKind::Events);
        let is_own = own.is_some();
        let Some((member, stream)) = (match own.or_else(nearest) {
            Some(name) => values.find(|(member, _)| member.name == name),
            None => values.next(),
        }) else {
            return Err("There is no stream with values in view");
        };
        let [x0, x1] = [0.0, 1.0].map(|share| plot.values_at([share, 0.0])[0]);
        let (found, level) = match (target, touched) {
            (CursorTarget::Crossing, Some((_, cursor))) => {
                let from = cursor.at[0].max(x0.next_down());
                let level = cursor.level.filter(|_| is_own);
                let level = level.or_else(|| sample_at(plot, stream, cursor.at[0]).map(|(_, y)| y));
                let Some(level) = level else { return Err("The cursor reads no value") };
                (next_crossing(plot, stream, [from, x1.next_up()], level), Some(level))
            }
            _ => (extreme(plot, stream, [x0, x1.next_up()], target), None),
        };
        let Some((x, y)) = found else {
            return Err(match target {
                CursorTarget::Crossing => "No further crossing of the cursor's level in view",
                _ => "There is no value in view",
            });
        };
        self.keep(which, plot, Cursor { at: [x, y], stream: Some(member.name.clone()), level });
        Ok(())
    }
}

fn extreme(
    plot: &PlotState,
    stream: &StreamSnapshot,
    [x0, x1]: [f64; 2],
    target: CursorTarget,
) -> Option<(f64, f64)> {
    let of_trace = |trace: &Trace| {
        let [least, greatest] = trace.extremes(x0, x1)?;
        Some(if target == CursorTarget::Minimum { least } else { greatest })
    };
    let of_curve = |curve: &Curve| {
        let inside = finite(curve).into_iter().filter(|(x, _)| (x0..x1).contains(x));
        inside.reduce(|best, next| {
            let is_beyond = if target == CursorTarget::Minimum { next.1 < best.1 } else { next.1 > best.1 };
            if is_beyond { next } else { best }
        })
    };
    plot.with_points(stream, u64::MAX, |points| match points {
        PlanePoints::Trace(trace, _) => of_trace(trace),
        PlanePoints::Frames(frames) => frames.newest().and_then(of_curve),
    })
    .flatten()
}

fn next_crossing(
    plot: &PlotState,
    stream: &StreamSnapshot,
    [x0, x1]: [f64; 2],
    level: f64,
) -> Option<(f64, f64)> {
    let of_curve = |curve: &Curve| {
        let points = finite(curve);
        let is_above = points.iter().rev().find(|(x, _)| *x <= x0)?.1 >= level;
        let mut after = points.into_iter().filter(|(x, _)| *x > x0 && *x < x1);
        after.find(|(_, y)| (*y >= level) != is_above)
    };
    plot.with_points(stream, u64::MAX, |points| match points {
        PlanePoints::Trace(trace, _) => trace.next_crossing(x0, x1, level),
        PlanePoints::Frames(frames) => frames.newest().and_then(of_curve),
    })
    .flatten()
}

/// The finite points of a curve in the order of x.
fn finite(curve: &Curve) -> Vec<(f64, f64)> {
    let mut points: Vec<_> = curve.points().filter(|(x, y)| x.is_finite() && y.is_finite()).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0));
    points
}
