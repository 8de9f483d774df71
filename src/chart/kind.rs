//! The kinds of plots.

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

    /// Whether a panel can show several streams of this kind.
    pub(crate) fn is_shared(self) -> bool {
        matches!(self, Self::Time | Self::Snapshot)
    }

    /// What a key of such a panel begins with.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Xy => "xy",
            Self::Snapshot => "snapshot",
            Self::Waterfall => "waterfall",
        }
    }
}
