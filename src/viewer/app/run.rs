//! What the commands do.

use egui::Ui;

use super::super::command::{Command, Direction};
use super::super::plot::{Axes, Motion, PlotState};
use super::super::seen::SeenStream;
use super::App;

/// Share of the view that an arrow moves it by.
const STEP: f64 = 0.1;
/// How much a key zooms in.
const ZOOM: f64 = 1.25;

impl App {
    /// Runs the commands of this frame's key presses.
    pub(super) fn run_pressed(&mut self, ui: &Ui, streams: &[SeenStream]) {
        for command in self.keymap.pressed(ui.ctx()) {
            self.run(command, ui, streams);
        }
    }

    pub(super) fn run(&mut self, command: Command, ui: &Ui, streams: &[SeenStream]) {
        match command {
            Command::Quit => self.wants_quit = true,
            Command::Grid => self.has_grid = !self.has_grid,
            Command::Theme => self.chosen_dark = Some(!self.is_dark(ui.ctx())),
            Command::Keys => self.shows_keys = !self.shows_keys,
            Command::BoxMode => self.is_box_mode = !self.is_box_mode,
            Command::Escape => self.shows_keys = false,
            _ => self.run_on_plots(command, ui, streams),
        }
    }

    fn run_on_plots(&mut self, command: Command, ui: &Ui, streams: &[SeenStream]) {
        // A key that moves a view means the plot under the pointer; without one, all of them.
        let pointer = ui.input(|i| i.pointer.hover_pos());
        let target = pointer.and_then(|at| self.plot_rects.iter().position(|area| area.contains(at)));
        let any_live = self.plots.iter().any(|plot| plot.motion() == Motion::Live);
        for (index, plot) in self.plots.iter_mut().enumerate() {
            match command {
                Command::PauseOrResume if any_live => plot.hold(streams, Motion::Paused),
                Command::PauseOrResume | Command::Live => plot.go_live(),
                _ if target.is_none_or(|target| target == index) => plot.run(command, streams),
                _ => {}
            }
        }
    }
}

impl PlotState {
    /// Does what a command asks of one plot.
    fn run(&mut self, command: Command, streams: &[SeenStream]) {
        match command {
            Command::LogX => self.toggle_scale(Axes::X, streams),
            Command::LogY => self.toggle_scale(Axes::Y, streams),
            Command::Fit => self.fit(Axes::BOTH, streams),
            Command::FitY => self.fit(Axes::Y, streams),
            Command::Pan(direction) => {
                let (axes, by) = match direction {
                    Direction::Left => (Axes::X, [-STEP, 0.0]),
                    Direction::Right => (Axes::X, [STEP, 0.0]),
                    Direction::Down => (Axes::Y, [0.0, -STEP]),
                    Direction::Up => (Axes::Y, [0.0, STEP]),
                };
                let from = self.moving_from();
                self.pan(axes, from, by, streams);
            }
            Command::ZoomIn => self.zoom(self.wheel_axes(), [0.5, 0.5], ZOOM, streams),
            Command::ZoomOut => self.zoom(self.wheel_axes(), [0.5, 0.5], 1.0 / ZOOM, streams),
            _ => {}
        }
    }
}
