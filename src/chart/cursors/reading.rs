//! What a cursor reads: the sample at its x, the nearest point, or the cell that it lies in.

use super::super::kind::CursorReads;
use super::super::snapshot::StreamSnapshot;
use super::super::state::{PlanePoints, PlotState};
use crate::history::{Curve, Sample};

/// The newest points of a curve in the plane that a cursor snaps to.
const SNAPPED_POINTS: u64 = 1 << 16;

/// Which stream a cursor snaps to.
#[derive(Clone, Copy, Debug)]
pub(super) enum Choice<'a> {
    /// The first that has a sample there.
    First,
    /// The one nearest to the place.
    Nearest,
    /// This one.
    Of(&'a str),
}

/// Whether a cursor reads the streams of a plot at its x, and is a line.
pub(crate) fn is_read_at_x(plot: &PlotState) -> bool {
    plot.kind().spec().cursor == CursorReads::Streams
}

/// Where values lie, as shares of width and height from the lower left.
pub(crate) fn place_of(plot: &PlotState, [x, y]: [f64; 2]) -> Option<[f64; 2]> {
    let (view, scales) = (plot.drawn(), plot.scales());
    let x = view.x.fraction(scales.x.checked_transform(x)?);
    // Over time y does not matter.
    let y = scales.y.checked_transform(y).map_or(0.5, |y| view.y.fraction(y));
    Some([x, y])
}

/// The sample of a stream at or before an x, as the plot shows it.
pub(crate) fn sample_at(plot: &PlotState, stream: &StreamSnapshot, x: f64) -> Option<(f64, f64)> {
    plot.with_points(stream, u64::MAX, |points| match points {
        PlanePoints::Trace(trace, _) => trace.value_at(x),
        PlanePoints::Frames(frames) => frames.newest().and_then(|curve| on_curve(curve, |at| at <= x, false)),
    })
    .flatten()
}

/// The sample of a stream after an x.
pub(super) fn sample_after(plot: &PlotState, stream: &StreamSnapshot, x: f64) -> Option<(f64, f64)> {
    plot.with_points(stream, u64::MAX, |points| match points {
        PlanePoints::Trace(trace, _) => trace.value_after(x),
        PlanePoints::Frames(frames) => frames.newest().and_then(|curve| on_curve(curve, |at| at > x, true)),
    })
    .flatten()
}

/// The point of a curve with the greatest x that fits, or the least; curves need not be in the order of x.
fn on_curve(curve: &Curve, fits: impl Fn(f64) -> bool, is_least: bool) -> Option<(f64, f64)> {
    let finite = curve.points().filter(|(x, y)| x.is_finite() && y.is_finite() && fits(*x));
    finite.reduce(|best, next| {
        let is_nearer = if is_least { next.0 < best.0 } else { next.0 >= best.0 };
        if is_nearer { next } else { best }
    })
}

/// What a cursor at a place snaps to: its x and y, and the stream.
pub(super) fn snapped(
    plot: &PlotState,
    streams: &[StreamSnapshot],
    place: [f64; 2],
    choice: Choice<'_>,
) -> Option<([f64; 2], String)> {
    let shown = plot.shown(streams).filter(|(member, _)| match choice {
        Choice::Of(name) => member.name == name,
        Choice::First | Choice::Nearest => true,
    });
    let candidates = shown.filter_map(|(member, stream)| {
        let (at, distance) = match plot.kind().spec().cursor {
            CursorReads::Streams => {
                let x = plot.values_at(place)[0];
                let (x, y) = sample_at(plot, stream, x)?;
                let there = place_of(plot, [x, y])?;
                // What is too far left to be seen is no sample that anybody points at; but who points there means it.
                (there[0] >= 0.0 || place[0] < 0.0).then_some(())?;
                ([x, y], (plot.y_share(member, y).unwrap_or(0.5) - place[1]).abs())
            }
            CursorReads::Point => nearest_in_plane(plot, stream, place)?,
            CursorReads::Cell => return None,
        };
        Some(((at, member.name.clone()), distance))
    });
    let nearest = |a: (_, f64), b: (_, f64)| match choice {
        Choice::Nearest if b.1 < a.1 => b,
        _ => a,
    };
    candidates.reduce(nearest).map(|(found, _)| found)
}

/// The name of the stream that is meant by a place: the one nearest to it, or without a place the first that is shown.
pub(crate) fn nearest(
    plot: &PlotState,
    streams: &[StreamSnapshot],
    place: Option<[f64; 2]>,
) -> Option<String> {
    let pointed = place.and_then(|place| snapped(plot, streams, place, Choice::Nearest));
    let first = || plot.shown(streams).find(|(member, _)| !member.is_events);
    pointed.map(|(_, name)| name).or_else(|| first().map(|(member, _)| member.name.clone()))
}

/// The nearest of the newest points of a curve in the plane, and how far away it is.
fn nearest_in_plane(plot: &PlotState, stream: &StreamSnapshot, place: [f64; 2]) -> Option<([f64; 2], f64)> {
    let mut best = None::<([f64; 2], f64)>;
    let mut look = |at: [f64; 2]| {
        let (view, scales) = (plot.drawn(), plot.scales());
        let [Some(x), Some(y)] = [scales.x.checked_transform(at[0]), scales.y.checked_transform(at[1])]
        else {
            return;
        };
        let distance = (view.x.fraction(x) - place[0]).hypot(view.y.fraction(y) - place[1]);
        if distance.is_finite() && best.is_none_or(|(_, least)| distance < least) {
            best = Some((at, distance));
        }
    };
    plot.with_points(stream, SNAPPED_POINTS, |points| {
        if let PlanePoints::Trace(trace, positions) = points {
            trace.for_each(positions, |sample| {
                if let Sample::Point { x, y, .. } = sample {
                    look([x, y]);
                }
            });
        }
    });
    best
}
