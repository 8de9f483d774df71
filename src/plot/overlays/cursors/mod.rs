//! The cursors of a plot on the screen, and the box with what they measure.

mod show;
mod table;

use std::collections::HashMap;

/// Where a box lies: shares of the room that it has, from the upper left.
#[derive(Clone, Copy, Debug, PartialEq)]
struct BoxPlace {
    share: [f32; 2],
}

/// The boxes of the plots, and the handle that is being dragged.
#[derive(Debug, Default)]
pub(crate) struct CursorBoxes {
    /// Where the box of a plot lies that somebody moved or that was given a corner.
    places: HashMap<String, BoxPlace>,
    /// Columns and rows of the box of a plot that are scrolled away.
    scrolled: HashMap<String, [f32; 2]>,
    /// How far from its cursor a handle was taken hold of, points.
    grab: egui::Vec2,
}

impl CursorBoxes {
    /// Lets every box find its corner anew.
    pub(super) fn clear(&mut self) {
        self.places.clear();
        self.scrolled.clear();
    }
}
