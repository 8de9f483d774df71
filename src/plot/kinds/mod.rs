//! The kinds of plots: how each draws what it shows. A module each, and a line each in [`painter`].
//!
//! How a kind behaves without being drawn (which axis follows, what a cursor reads) is a row of `chart/kind.rs`.

pub(super) mod density;
mod painter;
mod snapshot;
mod spread;
mod time;
mod trace;
mod waterfall;
mod xy;

pub(super) use self::painter::{KindPainter, LegendValue, PointedAt, Subject};
use crate::chart::PlotKind;

/// What draws plots of a kind.
pub(super) fn painter(kind: PlotKind) -> &'static dyn KindPainter {
    match kind {
        PlotKind::Time => &time::Time,
        PlotKind::Xy => &xy::Xy,
        PlotKind::Snapshot => &snapshot::Snapshot,
        PlotKind::Waterfall => &waterfall::Waterfall,
    }
}
