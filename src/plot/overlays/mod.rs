//! What lies over the data of the plots to measure with: crosshair, cursors, markers.

pub(crate) mod crosshair;
mod cursors;
mod markers;
mod trigger;

use egui::Ui;

use self::crosshair::Crosshair;
pub(crate) use self::crosshair::Ground;
use self::cursors::Cursors;
pub(crate) use self::cursors::Which;
use self::markers::Markers;
pub(crate) use self::trigger::{marks, settings_box};
use crate::chart::{PlotKind, PlotState, StreamSnapshot};

/// All of it, for all plots of a window.
#[derive(Debug, Default)]
pub(crate) struct Measuring {
    pub(crate) crosshair: Crosshair,
    pub(crate) cursors: Cursors,
    pub(crate) markers: Markers,
    /// The values where a plot's menu was asked for.
    pub(crate) menu_at: Option<[f64; 2]>,
}

impl Measuring {
    /// What the menu of a plot offers.
    pub(crate) fn menu(&mut self, ui: &mut Ui, plot: &PlotState, streams: &[StreamSnapshot]) {
        let place = self.menu_at.and_then(|at| cursors::place_of(plot, at));
        for which in Which::BOTH {
            let is_enabled = which == Which::A || self.cursors.has_a(plot);
            let button = egui::Button::new(format!("Cursor {} here", which.name()));
            if ui.add_enabled(is_enabled, button).clicked() {
                self.cursors.put(which, plot, streams, place);
                ui.close();
            }
        }
        if plot.kind() == PlotKind::Time && ui.button("Marker here").clicked() {
            self.markers.begin(plot, streams, place);
            ui.close();
        }
        if ui.add_enabled(!self.cursors.is_empty(), egui::Button::new("Clear cursors")).clicked() {
            self.cursors.clear();
            ui.close();
        }
        let settings = &mut self.cursors.settings;
        let is_changed = ui.checkbox(&mut settings.snap, "Cursors snap to samples").clicked()
            | ui.checkbox(&mut settings.statistics, "Values of cursors").clicked();
        if is_changed {
            ui.close();
        }
    }
}
