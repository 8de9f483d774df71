//! The axes of a plot: which move, how values lie on them, whether x goes with the data.

use crate::history::Scale;

/// Whether a plot goes with the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FollowMode {
    /// It shows the newest.
    #[default]
    Live,
    /// It stands still since a gesture.
    Held,
    /// It stands still since the pause key.
    Paused,
}

impl FollowMode {
    /// What a gesture makes of it: what the pause key stopped stays paused.
    pub(crate) fn stopped(self) -> Self {
        if self == Self::Paused { Self::Paused } else { Self::Held }
    }
}

/// How values lie on the two axes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scales {
    pub(crate) x: Scale,
    pub(crate) y: Scale,
}

/// Which axes a gesture moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Axes {
    pub(crate) x: bool,
    pub(crate) y: bool,
}

impl Axes {
    pub(crate) const NONE: Self = Self { x: false, y: false };
    pub(crate) const BOTH: Self = Self { x: true, y: true };
    pub(crate) const X: Self = Self { x: true, y: false };
    pub(crate) const Y: Self = Self { x: false, y: true };
}
