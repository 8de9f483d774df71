//! What the window tells the app of the GPU, and the remarks on it in the title bar.

use crate::chart::{Badge, Severity};
use crate::plot::Quality;

/// The GPU's side of a frame. A picture file is drawn by the default: in full, and never lost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct GpuStatus {
    /// What this frame may leave out.
    pub(crate) quality: Quality,
    /// Whether the last frame left something out: what stands still does not.
    pub(crate) is_reduced: bool,
    /// What a frame took of late, milliseconds.
    pub(crate) frame_ms: Option<f64>,
    /// How often the GPU was lost so far.
    pub(crate) device_losses: u32,
    /// The GPU refused a call: something may be missing.
    pub(crate) has_refused_call: bool,
}

impl GpuStatus {
    /// The remarks, the most important first.
    pub(crate) fn badges(self) -> Vec<Badge> {
        let mut badges = Vec::new();
        if self.has_refused_call {
            let explanation =
                "The GPU refused a call: part of the picture may be missing. RINGPLOT_LOG=error says which";
            badges.push(Badge::new("GPU error", Severity::Bad, explanation));
        }
        if self.is_reduced && self.quality != Quality::Full {
            let explanation = match self.quality {
                Quality::Full | Quality::Lean => {
                    "Frames took longer than 33 ms, so dense lines are drawn as the extremes of each column; \
                     what stands still is drawn in full"
                }
                Quality::Coarse => {
                    "Frames took longer than 33 ms, so the plots are drawn with pixels of twice the size; extremes are \
                     still exact, and what stands still is drawn in full"
                }
            };
            badges.push(Badge::new("reduced quality", Severity::Warn, explanation));
        }
        if self.device_losses > 0 {
            let times = match self.device_losses {
                1 => "once".to_owned(),
                2 => "twice".to_owned(),
                n => format!("{n} times"),
            };
            let explanation = "The GPU was lost and has been opened again; no data were lost by that";
            badges.push(Badge::new(format!("GPU reopened {times}"), Severity::Quiet, explanation));
        }
        badges
    }
}
