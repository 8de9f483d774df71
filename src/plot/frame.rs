//! What every plot of a frame is given.

use super::canvas::DensityOptions;
use super::quality::Quality;
use super::theme::Theme;
use crate::chart::{Keymap, Options, PlotKind, StreamSnapshot, TimeLabels};

/// What the pointer does.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PointerModes {
    /// Left drags draw a box, and right ones move the view.
    pub(crate) draws_boxes: bool,
    /// The wheel zooms a plot that follows at its newest sample, and it goes on following.
    pub(crate) wheel_follows: bool,
}

/// What every plot of a frame is given.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FrameContext<'a> {
    pub(crate) streams: &'a [StreamSnapshot],
    pub(crate) options: &'a Options,
    pub(crate) theme: &'a Theme,
    pub(crate) now_secs: f64,
    pub(crate) has_grid: bool,
    /// What the labels of time say.
    pub(crate) time: TimeLabels,
    pub(crate) pointer: PointerModes,
    pub(crate) quality: Quality,
    pub(crate) density: DensityOptions,
    /// The key of the renderer that draws its scenes.
    pub(crate) renderer: u64,
    /// Which keys do what.
    pub(crate) keymap: &'a Keymap,
    /// This frame is a picture for readers.
    pub(crate) is_figure: bool,
    /// Keys and titles of the panels.
    pub(crate) panels: &'a [(String, String, PlotKind)],
}
