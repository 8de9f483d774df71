//! A drag of the pointer in a plot.

use super::axes::Axes;
use super::view::View;

/// A drag in progress.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Drag {
    pub(crate) kind: DragKind,
    /// Where the button went down.
    pub(crate) origin: [f32; 2],
    /// The view at that moment.
    pub(crate) from: View,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum DragKind {
    Pan(Axes),
    Box,
    Strip(Axes),
}
