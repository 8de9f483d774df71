//! The exports of a viewer: the dialog, what is being written, the pictures that the GPU is to draw.

use super::export_dialog::Dialog;
use crate::export::Job;
use egui::Vec2;
use std::path::PathBuf;

/// A picture that the host is to draw.
#[derive(Clone, Debug)]
pub(crate) struct PictureRequest {
    pub(crate) place: PathBuf,
    pub(crate) replaces: bool,
    /// The key of a plot; the whole window without one.
    pub(crate) plot: Option<String>,
    /// Pixels for each pixel of the window.
    pub(crate) scale: f32,
}

/// The exports of a viewer.
#[derive(Debug, Default)]
pub(crate) struct Export {
    pub(crate) dialog: Option<Dialog>,
    pub(crate) jobs: Vec<Job>,
    pub(crate) pictures: Vec<PictureRequest>,
    /// Size of the last frame in points, and its pixels per point.
    pub(crate) screen: (Vec2, f32),
}
