//! The cursors of a plot on the screen, and the box with what they measure.

mod dock;
mod show;
mod table;

use std::collections::HashMap;

use egui::{Rect, Ui};

use super::super::theme::Theme;
use crate::chart::cursors::CursorSettings;

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
    /// What they measure, beside the plots.
    dock: dock::Dock,
    /// The values of this frame go there.
    is_docked: bool,
    /// How far from its cursor a handle was taken hold of, points.
    grab: egui::Vec2,
}

impl CursorBoxes {
    /// The room of the plots, and that of the values where they are docked.
    pub(super) fn split(&mut self, area: Rect, is_docked: bool) -> (Rect, Option<Rect>) {
        self.is_docked = is_docked;
        self.dock.docked.clear();
        if !is_docked {
            return (area, None);
        }
        let (plots, dock) = self.dock.split(area);
        (plots, Some(dock))
    }

    /// Shows the values that are docked. Given are the room of the plots and the dock, and that of the dock.
    pub(super) fn show_dock(
        &mut self,
        ui: &mut Ui,
        all_and_dock: (Rect, Rect),
        settings: &mut CursorSettings,
        theme: &Theme,
    ) {
        self.dock.show(ui, all_and_dock, settings, theme);
    }

    /// Lets every box find its corner anew.
    pub(super) fn clear(&mut self) {
        self.places.clear();
        self.scrolled.clear();
    }
}
