//! What drawing a panel keeps from frame to frame.

use std::collections::HashMap;

use egui::Rect;

use super::kinds::density::Density;
use crate::chart::MOST_Y_AXES;
use crate::history::ColumnCache;

/// Edges this near to each other are one, points.
const SAME_PX: f32 = 1.0;

/// What drawing a panel keeps from frame to frame. All of it can be made anew.
#[derive(Debug)]
pub(crate) struct PanelCache {
    /// Columns of its traces, by name.
    pub(super) columns: HashMap<String, ColumnCache>,
    pub(super) density: Density,
    /// Widest labels of each y axis so far, points; a strip never gets narrower.
    pub(super) strip_widths: [f32; MOST_Y_AXES],
    /// The panel in the last frame, and what it needs left and right of its plot area, points.
    pub(super) rect: Rect,
    pub(super) margins: [f32; 2],
    /// The same of the widest of the panels above and below it: their plot areas begin and end on one line.
    pub(super) column_margins: [f32; 2],
    /// Rows of the legend in the last frame.
    pub(super) legend_rows: usize,
}

impl Default for PanelCache {
    fn default() -> Self {
        Self {
            columns: HashMap::new(),
            density: Density::default(),
            strip_widths: [0.0; MOST_Y_AXES],
            rect: Rect::NOTHING,
            margins: [0.0; 2],
            column_margins: [0.0; 2],
            legend_rows: 1,
        }
    }
}

impl PanelCache {
    /// Lines up the plot areas of the panels shown that lie above each other, from the next pass on. Returns whether any is
    /// to move.
    pub(crate) fn line_up<'a>(caches: impl Iterator<Item = &'a mut Self>) -> bool {
        let caches: Vec<&mut Self> = caches.collect();
        let is_above = |a: Rect, b: Rect| {
            (a.left() - b.left()).abs() < SAME_PX && (a.right() - b.right()).abs() < SAME_PX
        };
        let all: Vec<(Rect, [f32; 2])> = caches.iter().map(|cache| (cache.rect, cache.margins)).collect();
        let mut is_moved = false;
        for cache in caches {
            let column = all.iter().filter(|(rect, _)| is_above(*rect, cache.rect));
            let widest = |a: [f32; 2], b: [f32; 2]| [a[0].max(b[0]), a[1].max(b[1])];
            let margins = column.fold([0.0; 2], |all, (_, margins)| widest(all, *margins));
            is_moved |= [0, 1]
                .iter()
                .any(|side| (margins[*side] - cache.column_margins[*side]).abs() > SAME_PX / 2.0);
            cache.column_margins = margins;
        }
        is_moved
    }

    /// Memory of the counts of a density, in bytes.
    pub(crate) fn memory_bytes(&self) -> u64 {
        self.density.memory_bytes()
    }
}
