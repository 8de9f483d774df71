//! The kinds of plots: how each behaves, as a row of a table. How each is drawn is in `plot/kinds/`.

use super::snapshot::StreamSnapshot;
use crate::stream::{StreamKind, Style};

/// What a plot shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PlotKind {
    /// Streams over seconds, all on one axis.
    Time,
    /// Streams, y over x.
    Xy,
    /// The newest curves of streams.
    Snapshot,
    /// The curves of one stream as rows of colours over time.
    Waterfall,
}

/// Along which axis a plot moves as data come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    /// x is seconds, and the newest sample stays at the right edge. Such plots can be linked, have triggers and markers.
    X,
    /// y counts curves or seconds, and the newest curve stays at the upper edge.
    Y,
    /// Neither: both axes fit what is shown, and a plot that stands still keeps the points it had.
    InPlace,
}

/// What a cursor reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CursorReads {
    /// Every stream at the cursor's x: the cursor is a line.
    Streams,
    /// The point of a curve that is nearest to it.
    Point,
    /// The value of the cell that it lies in.
    Cell,
}

/// What a kind of plot does differently from others.
#[derive(Debug)]
pub(crate) struct KindSpec {
    /// What a key of such a panel begins with.
    pub(crate) word: &'static str,
    /// What a screen reader calls such a plot.
    pub(crate) spoken: &'static str,
    pub(crate) flow: Flow,
    pub(crate) cursor: CursorReads,
    /// A panel can show several streams.
    pub(crate) is_shared: bool,
    /// The x of what is shown are fixed by its producer, as the frequencies of a spectrum: x fits them without a margin.
    pub(crate) has_own_x: bool,
    /// Cells of its pixels are counted or kept from frame to frame and coloured by a map: they cannot be made coarser for
    /// a while.
    pub(crate) has_cells: bool,
    /// Styles that make sense for its streams.
    pub(crate) styles: &'static [Style],
}

impl PlotKind {
    /// How a stream is shown.
    pub(crate) fn of(stream: &StreamSnapshot) -> Self {
        match stream.info.kind {
            StreamKind::Events | StreamKind::Timed | StreamKind::Uniform => Self::Time,
            StreamKind::Xy => Self::Xy,
            StreamKind::Snapshot if stream.style == Style::Waterfall => Self::Waterfall,
            StreamKind::Snapshot => Self::Snapshot,
        }
    }

    /// What it does differently from others.
    pub(crate) fn spec(self) -> &'static KindSpec {
        match self {
            Self::Time => &KindSpec {
                word: "time",
                spoken: "time plot",
                flow: Flow::X,
                cursor: CursorReads::Streams,
                is_shared: true,
                has_own_x: false,
                has_cells: false,
                styles: &[
                    Style::Line,
                    Style::Points,
                    Style::StepPost,
                    Style::StepPre,
                    Style::StepMid,
                    Style::Area,
                    Style::Stem,
                    Style::Band,
                ],
            },
            Self::Xy => &KindSpec {
                word: "xy",
                spoken: "curve in the plane",
                flow: Flow::InPlace,
                cursor: CursorReads::Point,
                is_shared: false,
                has_own_x: false,
                has_cells: true,
                styles: &[Style::Line, Style::Points, Style::Persistence],
            },
            Self::Snapshot => &KindSpec {
                word: "snapshot",
                spoken: "curve",
                flow: Flow::InPlace,
                cursor: CursorReads::Streams,
                is_shared: true,
                has_own_x: true,
                has_cells: false,
                styles: OF_CURVES,
            },
            Self::Waterfall => &KindSpec {
                word: "waterfall",
                spoken: "waterfall",
                flow: Flow::Y,
                cursor: CursorReads::Cell,
                is_shared: false,
                has_own_x: true,
                has_cells: true,
                styles: OF_CURVES,
            },
        }
    }

    /// Along which axis it moves as data come.
    pub(crate) fn flow(self) -> Flow {
        self.spec().flow
    }

    /// Whether x is seconds.
    pub(crate) fn is_over_time(self) -> bool {
        self.flow() == Flow::X
    }

    /// Whether y is what the streams measure: it can be logarithmic and be scaled in several ways.
    pub(crate) fn has_values_on_y(self) -> bool {
        self.flow() != Flow::Y
    }
}

const OF_CURVES: &[Style] = &[Style::Line, Style::Points, Style::Fading, Style::Waterfall];
