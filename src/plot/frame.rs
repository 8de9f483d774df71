//! What every plot of a frame is given.

use super::canvas::DensityOptions;
use super::quality::Quality;
use super::theme::Theme;
use crate::chart::{Keymap, Options, PlotKind, StreamSnapshot, TimeLabels};

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
    /// Left drags draw a box, and right ones move the view.
    pub(crate) is_box_mode: bool,
    pub(crate) quality: Quality,
    pub(crate) density: DensityOptions,
    /// Which keys do what.
    pub(crate) keymap: &'a Keymap,
    /// This frame is a picture for readers.
    pub(crate) is_figure: bool,
    /// Keys and titles of the panels.
    pub(crate) panels: &'a [(String, String, PlotKind)],
}
