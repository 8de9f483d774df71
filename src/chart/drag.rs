//! A drag of the pointer in a plot.

use super::axes::Axes;
use super::view::Views;

/// A drag in progress.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Drag {
    pub(crate) kind: DragKind,
    /// Where the button went down.
    pub(crate) origin: [f32; 2],
    /// The view at that moment.
    pub(crate) from: Views,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum DragKind {
    Pan(Axes),
    Box,
    Strip(Axes),
}
