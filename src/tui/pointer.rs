//! Where the mouse is, and what it drags.

use std::time::Instant;

use ratatui::layout::Rect;

use crate::chart::DragKind;

/// The mouse.
#[derive(Clone, Debug, Default)]
pub(super) struct Pointer {
    /// The cell that it is in.
    pub(super) at: Option<[u16; 2]>,
    /// The panel in which a button went down, where, and what that does.
    pub(super) drag: Option<(String, [u16; 2], DragKind)>,
    pub(super) last_click: Option<(Instant, [u16; 2])>,
}

impl Pointer {
    /// The box that is being drawn, in cells.
    pub(super) fn band(&self) -> Option<Rect> {
        let (_, from, DragKind::Box) = self.drag.as_ref()? else { return None };
        Some(spanned(*from, self.at?))
    }
}

/// The cells between two, both included.
pub(super) fn spanned(a: [u16; 2], b: [u16; 2]) -> Rect {
    let [x0, y0] = [0, 1].map(|axis| a[axis].min(b[axis]));
    let [x1, y1] = [0, 1].map(|axis| a[axis].max(b[axis]));
    Rect::new(x0, y0, x1 - x0 + 1, y1 - y0 + 1)
}
