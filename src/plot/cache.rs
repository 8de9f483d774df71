//! What drawing a panel keeps from frame to frame.

use std::collections::HashMap;

use super::kinds::Density;
use crate::history::ColumnCache;

/// What drawing a panel keeps from frame to frame. All of it can be made anew.
#[derive(Debug, Default)]
pub(crate) struct PanelCache {
    /// Columns of its traces, by name.
    pub(super) columns: HashMap<String, ColumnCache>,
    pub(super) density: Density,
    /// Widest y labels so far, points; the strip never gets narrower.
    pub(crate) strip_width: f32,
    /// Rows of the legend in the last frame.
    pub(super) legend_rows: usize,
}

impl PanelCache {
    /// Memory of the counts of a density, in bytes.
    pub(crate) fn memory_bytes(&self) -> u64 {
        self.density.memory_bytes()
    }
}
