//! What lies over the data of the plots to measure with: crosshair, cursors, markers.

pub(crate) mod crosshair;
mod cursors;
mod markers;
mod trigger;

use egui::{Rect, Ui};

use self::crosshair::Crosshair;
pub(crate) use self::crosshair::Ground;
pub(crate) use self::cursors::CursorBoxes;
use self::markers::Markers;
pub(crate) use self::markers::SeenMarks;
pub(crate) use self::trigger::{marks, settings_box};
use super::theme::Theme;
use crate::chart::cursors::{Cursors, Which, place_of};
use crate::chart::{Command, PlotState, StreamSnapshot};

/// All of it, for all plots of a window.
#[derive(Debug, Default)]
pub(crate) struct Measuring {
    pub(crate) crosshair: Crosshair,
    pub(crate) cursors: Cursors,
    pub(crate) boxes: CursorBoxes,
    pub(crate) markers: Markers,
    /// The values where a plot's menu was asked for.
    pub(crate) menu_at: Option<[f64; 2]>,
}

impl Measuring {
    /// Takes all cursors away.
    pub(crate) fn clear_cursors(&mut self) {
        self.cursors.clear();
        self.boxes.clear();
    }

    /// The room of the plots, and that of the values beside them where they are docked. A picture for readers has them in the
    /// plots.
    pub(crate) fn dock(&mut self, area: Rect, is_figure: bool) -> (Rect, Option<Rect>) {
        let settings = &self.cursors.settings;
        let is_docked = settings.docked && settings.statistics && !is_figure && !self.cursors.is_empty();
        self.boxes.split(area, is_docked)
    }

    /// Shows the values that are docked.
    pub(crate) fn show_dock(&mut self, ui: &mut Ui, all_and_dock: (Rect, Rect), theme: &Theme) {
        self.boxes.show_dock(ui, all_and_dock, &mut self.cursors.settings, theme);
    }

    /// What the menu of a plot offers; `key_of` is what it names beside a command.
    pub(crate) fn menu(
        &mut self,
        ui: &mut Ui,
        plot: &PlotState,
        streams: &[StreamSnapshot],
        key_of: &dyn Fn(Command) -> String,
    ) {
        let place = self.menu_at.and_then(|at| place_of(plot, at));
        for which in Which::BOTH {
            let is_enabled = which == Which::A || self.cursors.has_a(plot);
            let command = if which == Which::A { Command::CursorA } else { Command::CursorB };
            let button =
                egui::Button::new(format!("Cursor {} here", which.name())).shortcut_text(key_of(command));
            if ui.add_enabled(is_enabled, button).clicked() {
                self.cursors.put(which, plot, streams, place);
                ui.close();
            }
        }
        let marker = egui::Button::new("Marker here").shortcut_text(key_of(Command::Marker));
        if plot.kind().is_over_time() && ui.add(marker).clicked() {
            self.markers.begin(plot, streams, place);
            ui.close();
        }
        let clear = egui::Button::new("Clear cursors").shortcut_text(key_of(Command::Escape));
        if ui.add_enabled(!self.cursors.is_empty(), clear).clicked() {
            self.clear_cursors();
            ui.close();
        }
        let settings = &mut self.cursors.settings;
        let is_changed = ui.checkbox(&mut settings.snap, "Cursors snap to samples").clicked()
            | ui.checkbox(&mut settings.statistics, "Values of cursors").clicked()
            | ui.checkbox(&mut settings.docked, "Values beside the plots").clicked();
        if is_changed {
            ui.close();
        }
    }
}
