//! The cursors A and B: where they are, what they snap to, how they move.
//!
//! 1. A cursor stays at its data, whatever view and data do; it may lie out of sight.
//! 2. Plots over time that are linked share one pair, which is two x. Every other plot has its own. Linked are those on
//!    one clock.
//! 3. Over time and on the curve of a snapshot a cursor snaps to the sample at or before the pointer: of the stream
//!    whose sample there is nearest to the pointer, and of that stream from then on. Where that sample lies left of the
//!    view, or is none, the cursor stays where it was put. In the plane it snaps to the nearest of the newest points.
//! 4. A command moves the cursor that was touched last, along the stream that it reads: to an extreme, or to where that
//!    crosses the level of the cursor. The level is the value that it read when it was put there by hand.

mod reading;
mod report;
mod seek;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use self::reading::{Choice, sample_after, snapped};
pub(crate) use self::reading::{is_read_at_x, nearest, place_of, sample_at};
pub(crate) use self::report::{Column, CursorAxes, Quantity, Report};
use super::kind::CursorReads;
use super::snapshot::StreamSnapshot;
use super::state::PlotState;
use crate::store::Clock;

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
    /// They are shown in a panel beside the plots, of all of them.
    pub(crate) docked: bool,
}

impl Default for CursorSettings {
    fn default() -> Self {
        Self { snap: true, statistics: true, docked: false }
    }
}

/// A cursor that was placed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Cursor {
    /// x and y; what is over time needs only x.
    pub(crate) at: [f64; 2],
    /// The stream that it snaps to.
    stream: Option<String>,
    /// The value whose crossings it was sent along.
    level: Option<f64>,
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

/// All cursors as they were at some time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct KeptCursors(HashMap<Group, Pair>);

/// Every cursor of a window.
#[derive(Debug, Default)]
pub(crate) struct Cursors {
    pub(crate) settings: CursorSettings,
    pairs: HashMap<Group, Pair>,
    /// The plot that a cursor was last placed or moved in.
    active: Option<String>,
    /// The cursor that was last placed or moved.
    touched: Option<Which>,
}

/// Whom a plot shares its cursors with.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Group {
    /// Those that are linked by this clock.
    Linked(Clock),
    /// Nobody: it has this key.
    Alone(String),
}

pub(crate) fn group(plot: &PlotState) -> Group {
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

    /// Whether a plot is the one that shows what is measured: a cursor was placed or touched there last.
    pub(crate) fn is_active(&self, plot: &PlotState) -> bool {
        self.active.as_deref() == Some(plot.key())
    }

    /// Shows what is measured in this plot.
    pub(crate) fn activate(&mut self, plot: &PlotState) {
        self.active = Some(plot.key().to_owned());
    }

    /// All of them, to put them back.
    pub(crate) fn kept(&self) -> KeptCursors {
        KeptCursors(self.pairs.clone())
    }

    /// Puts them where they were. What is measured is shown in the plot that showed it last, or in any.
    pub(crate) fn restore(&mut self, kept: KeptCursors) {
        self.pairs = kept.0;
        self.active.get_or_insert_default();
    }

    /// Whether there is any cursor.
    pub(crate) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Takes all cursors away.
    pub(crate) fn clear(&mut self) {
        self.pairs.clear();
        self.active = None;
        self.touched = None;
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
        let (at, stream) = snapped.map_or((at, kept), |(at, name)| (at, Some(name)));
        self.keep(which, plot, Cursor { at, stream, level: None });
        true
    }

    fn keep(&mut self, which: Which, plot: &PlotState, cursor: Cursor) {
        let pair = self.pairs.entry(group(plot)).or_default();
        pair.list[which as usize] = Some(cursor);
        self.touched = Some(which);
        self.activate(plot);
    }

    /// Moves a cursor to a place, with the stream that it had.
    pub(crate) fn drag(
        &mut self,
        which: Which,
        plot: &PlotState,
        streams: &[StreamSnapshot],
        place: [f64; 2],
    ) {
        let stream =
            self.pair(plot).and_then(|pair| pair.get(which)).and_then(|cursor| cursor.stream.clone());
        let choice = match &stream {
            _ if plot.kind().spec().cursor == CursorReads::Point => Choice::Nearest,
            Some(name) if plot.shown(streams).any(|(member, _)| member.name == *name) => Choice::Of(name),
            _ => Choice::First,
        };
        self.set(which, plot, streams, place, choice);
    }

    /// Moves a cursor by shares of the width and height of a plot; to the next sample if none lies there.
    pub(crate) fn nudge(&mut self, which: Which, plot: &PlotState, streams: &[StreamSnapshot], by: [f64; 2]) {
        let Some(before) = self.pair(plot).and_then(|pair| pair.get(which)).cloned() else { return };
        let Some(from) = place_of(plot, before.at) else { return };
        self.drag(which, plot, streams, [from[0] + by[0], from[1] + by[1]]);
        let pair = self.pairs.entry(group(plot)).or_default();
        let Some(after) = &mut pair.list[which as usize] else { return };
        if self.settings.snap && by[0] > 0.0 && after.at[0] <= before.at[0] && is_read_at_x(plot) {
            let stream = plot.shown(streams).find(|(member, _)| Some(&member.name) == before.stream.as_ref());
            let next = stream.and_then(|(_, stream)| sample_after(plot, stream, before.at[0]));
            *after = next.map_or(before.clone(), |(x, y)| Cursor {
                at: [x, y],
                stream: before.stream,
                level: None,
            });
        }
    }
}
