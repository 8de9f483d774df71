//! The cursors A and B: where they are, what they snap to, how they move.
//!
//! 1. A cursor stays at its data, whatever view and data do; it may lie out of sight.
//! 2. Plots over time that are linked share one pair, which is two x. Every other plot has its own. Linked are those on
//!    one clock.
//! 3. Over time and on the curve of a snapshot a cursor snaps to the sample at or before the pointer: of the stream
//!    whose sample there is nearest to the pointer, and of that stream from then on. Where that sample lies left of the
//!    view, or is none, the cursor stays where it was put. In the plane it snaps to the nearest of the newest points.

mod place;
mod report;
mod show;
mod table;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use self::place::Place;
use crate::chart::{PlanePoints, PlotKind, PlotState, StreamSnapshot};
use crate::history::{Curve, Sample};
use crate::store::Clock;

/// The newest points of a curve in the plane that a cursor snaps to.
const SNAPPED_POINTS: u64 = 1 << 16;

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Which {
    A,
    B,
}

impl Which {
    pub(crate) const BOTH: [Self; 2] = [Self::A, Self::B];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
        }
    }
}

/// How cursors behave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct CursorSettings {
    /// Whether they go to samples.
    pub(crate) snap: bool,
    /// Whether values and statistics are shown in the plot.
    pub(crate) statistics: bool,
}

impl Default for CursorSettings {
    fn default() -> Self {
        Self { snap: true, statistics: true }
    }
}

/// A cursor that was placed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cursor {
    /// x and y; what is over time needs only x.
    pub(crate) at: [f64; 2],
    /// The stream that it snaps to.
    stream: Option<String>,
}

/// The cursors of a plot, or of plots that are linked.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Pair {
    list: [Option<Cursor>; 2],
}

impl Pair {
    pub(crate) fn get(&self, which: Which) -> Option<&Cursor> {
        self.list[which as usize].as_ref()
    }

    /// Both, once there are both.
    pub(crate) fn both(&self) -> Option<[&Cursor; 2]> {
        Some([self.list[0].as_ref()?, self.list[1].as_ref()?])
    }
}

/// Every cursor of a window.
#[derive(Debug, Default)]
pub(crate) struct Cursors {
    pub(crate) settings: CursorSettings,
    pairs: HashMap<Group, Pair>,
    /// Where the box of a plot lies that somebody moved or that was given a corner.
    places: HashMap<String, Place>,
    /// How far from its cursor a handle was taken hold of, points.
    grab: egui::Vec2,
    /// The plot that a cursor was last placed or moved in.
    active: Option<String>,
}

/// Whom a plot shares its cursors with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Group {
    /// Those that are linked by this clock.
    Linked(Clock),
    /// Nobody: it has this key.
    Alone(String),
}

fn group(plot: &PlotState) -> Group {
    plot.link().map_or_else(|| Group::Alone(plot.key().to_owned()), Group::Linked)
}

impl Cursors {
    /// The cursors that a plot shows.
    pub(crate) fn pair(&self, plot: &PlotState) -> Option<&Pair> {
        self.pairs.get(&group(plot))
    }

    /// Whether a plot has a cursor A.
    pub(crate) fn has_a(&self, plot: &PlotState) -> bool {
        self.pair(plot).is_some_and(|pair| pair.get(Which::A).is_some())
    }

    /// Whether there is any cursor.
    pub(crate) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Takes all cursors away.
    pub(crate) fn clear(&mut self) {
        self.pairs.clear();
        self.places.clear();
        self.active = None;
    }

    /// Shows what is measured in another plot, where the one that showed it is gone.
    pub(crate) fn keep_active<'a>(&mut self, plots: impl Iterator<Item = &'a PlotState>) {
        if self.active.is_none() {
            return;
        }
        let mut other = None;
        for plot in plots {
            if self.active.as_deref() == Some(plot.key()) {
                return;
            }
            other = other.or_else(|| self.pair(plot).is_some().then(|| plot.key().to_owned()));
        }
        self.active = other;
    }

    /// Puts a cursor at a place of the plot, given as shares of its width and height from the lower left; without one
    /// somewhere in the middle. False if there is no such place.
    pub(crate) fn put(
        &mut self,
        which: Which,
        plot: &PlotState,
        streams: &[StreamSnapshot],
        place: Option<[f64; 2]>,
    ) -> bool {
        let aimed = place.unwrap_or([if which == Which::A { 0.5 } else { 0.75 }, 0.5]);
        let choice = if place.is_some() { Choice::Nearest } else { Choice::First };
        self.set(which, plot, streams, aimed, choice)
    }

    fn set(
        &mut self,
        which: Which,
        plot: &PlotState,
        streams: &[StreamSnapshot],
        place: [f64; 2],
        choice: Choice<'_>,
    ) -> bool {
        let at = plot.values_at(place);
        if !at.iter().all(|v| v.is_finite()) {
            return false;
        }
        let snapped = self.settings.snap.then(|| snapped(plot, streams, place, choice)).flatten();
        let kept = match choice {
            Choice::Of(name) => Some(name.to_owned()),
            Choice::First | Choice::Nearest => None,
        };
        let cursor = snapped.unwrap_or(Cursor { at, stream: kept });
        let pair = self.pairs.entry(group(plot)).or_default();
        pair.list[which as usize] = Some(cursor);
        self.active = Some(plot.key().to_owned());
        true
    }

    /// Moves a cursor to a place, with the stream that it had.
    fn drag(&mut self, which: Which, plot: &PlotState, streams: &[StreamSnapshot], place: [f64; 2]) {
        let stream =
            self.pair(plot).and_then(|pair| pair.get(which)).and_then(|cursor| cursor.stream.clone());
        let choice = match &stream {
            _ if plot.kind() == PlotKind::Xy => Choice::Nearest,
            Some(name) if plot.shown(streams).any(|(member, _)| member.name == *name) => Choice::Of(name),
            _ => Choice::First,
        };
        self.set(which, plot, streams, place, choice);
    }

    /// Moves a cursor by pixels of a plot; to the next sample if none lies there.
    fn nudge(
        &mut self,
        which: Which,
        plot: &PlotState,
        streams: &[StreamSnapshot],
        by: [f64; 2],
        size: egui::Vec2,
    ) {
        let Some(before) = self.pair(plot).and_then(|pair| pair.get(which)).cloned() else { return };
        let Some(from) = place_of(plot, before.at) else { return };
        let share = |by: f64, points: f32| by / f64::from(points.max(1.0));
        let place = [from[0] + share(by[0], size.x), from[1] + share(by[1], size.y)];
        self.drag(which, plot, streams, place);
        let pair = self.pairs.entry(group(plot)).or_default();
        let Some(after) = &mut pair.list[which as usize] else { return };
        if self.settings.snap && by[0] > 0.0 && after.at[0] <= before.at[0] && is_read_at_x(plot) {
            let stream = plot.shown(streams).find(|(member, _)| Some(&member.name) == before.stream.as_ref());
            let next = stream.and_then(|(_, stream)| sample_after(plot, stream, before.at[0]));
            *after = next.map_or(before.clone(), |(x, y)| Cursor { at: [x, y], stream: before.stream });
        }
    }
}

/// Which stream a cursor snaps to.
#[derive(Clone, Copy, Debug)]
enum Choice<'a> {
    /// The first that has a sample there.
    First,
    /// The one nearest to the place.
    Nearest,
    /// This one.
    Of(&'a str),
}

/// Whether a cursor reads the streams of a plot at its x, and is a line.
pub(crate) fn is_read_at_x(plot: &PlotState) -> bool {
    matches!(plot.kind(), PlotKind::Time | PlotKind::Snapshot)
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
fn sample_after(plot: &PlotState, stream: &StreamSnapshot, x: f64) -> Option<(f64, f64)> {
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

/// What a cursor at a place snaps to.
fn snapped(
    plot: &PlotState,
    streams: &[StreamSnapshot],
    place: [f64; 2],
    choice: Choice<'_>,
) -> Option<Cursor> {
    let shown = plot.shown(streams).filter(|(member, _)| match choice {
        Choice::Of(name) => member.name == name,
        Choice::First | Choice::Nearest => true,
    });
    let candidates = shown.filter_map(|(member, stream)| {
        let (at, distance) = match plot.kind() {
            PlotKind::Time | PlotKind::Snapshot => {
                let x = plot.values_at(place)[0];
                let (x, y) = sample_at(plot, stream, x)?;
                let there = place_of(plot, [x, y])?;
                // What is too far left to be seen is no sample that anybody points at; but who points there means it.
                (there[0] >= 0.0 || place[0] < 0.0).then_some(())?;
                ([x, y], (there[1] - place[1]).abs())
            }
            PlotKind::Xy => nearest_in_plane(plot, stream, place)?,
            PlotKind::Waterfall => return None,
        };
        Some((Cursor { at, stream: Some(member.name.clone()) }, distance))
    });
    let nearest = |a: (Cursor, f64), b: (Cursor, f64)| match choice {
        Choice::Nearest if b.1 < a.1 => b,
        _ => a,
    };
    candidates.reduce(nearest).map(|(cursor, _)| cursor)
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
