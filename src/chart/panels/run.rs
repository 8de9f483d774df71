//! What the commands that move plots do.

use super::super::axes::{Axes, FollowMode};
use super::super::command::{Command, Direction};
use super::super::snapshot::StreamSnapshot;
use super::super::state::PlotState;
use super::PanelList;

/// Share of the view that an arrow moves it by.
const STEP: f64 = 0.1;
/// How much a key zooms in.
const ZOOM: f64 = 1.25;

impl PanelList {
    /// Does what a command asks of one panel; without one, of all.
    pub(crate) fn run(&mut self, command: Command, target: Option<&str>, streams: &[StreamSnapshot]) {
        if let Command::Back | Command::Forward = command {
            self.step(command == Command::Back, target, streams);
            return;
        }
        let any_live = self.list.iter().any(|plot| plot.motion() == FollowMode::Live);
        let mut moved = Vec::new();
        for plot in &mut self.list {
            // What moves the x of one linked panel moves that of all.
            let link = plot.link();
            let moves_x = matches!(
                command,
                Command::ZoomIn
                    | Command::ZoomOut
                    | Command::LogX
                    | Command::Pan(Direction::Left | Direction::Right)
            );
            let is_x_moved_before = link.is_some() && moved.contains(&link);
            moved.push(link);
            if target.is_none() && is_x_moved_before && moves_x {
                continue;
            }
            match command {
                Command::PauseOrResume if any_live => plot.hold(streams, FollowMode::Paused),
                Command::PauseOrResume | Command::Live => plot.go_live(),
                Command::Fit if target.is_none() && is_x_moved_before => {
                    plot.fit(Axes::Y, streams);
                }
                _ if target.is_none_or(|target| target == plot.key()) => {
                    run_on_plot(plot, command, streams);
                }
                _ => {}
            }
        }
        self.follow_leader();
    }
}

/// Does what a command asks of one plot.
fn run_on_plot(plot: &mut PlotState, command: Command, streams: &[StreamSnapshot]) {
    let y = Axes { x: false, y: plot.meant_axes() };
    match command {
        Command::LogX => plot.toggle_scale(Axes::X, streams),
        Command::LogY => plot.toggle_scale(y, streams),
        Command::Fit => plot.fit(Axes::BOTH, streams),
        Command::FitY => plot.fit(y, streams),
        Command::Trigger => plot.toggle_trigger(),
        Command::TriggerSettings => plot.open_trigger(!plot.trigger().is_open),
        Command::Autoscale => {
            let mode = plot.autoscale(plot.pointed_axis.unwrap_or(0)).next();
            plot.set_autoscale(y.y, mode);
        }
        Command::Normalise => plot.toggle_normalised(streams),
        Command::Pan(direction) => {
            plot.is_notch = true;
            let (axes, by) = match direction {
                Direction::Left => (Axes::X, [-STEP, 0.0]),
                Direction::Right => (Axes::X, [STEP, 0.0]),
                Direction::Down => (y, [0.0, -STEP]),
                Direction::Up => (y, [0.0, STEP]),
            };
            let from = plot.moving_from();
            plot.pan(axes, from, by, streams);
        }
        Command::ToggleStream(place) => plot.toggle(usize::from(place)),
        Command::ZoomIn | Command::ZoomOut => {
            plot.is_notch = true;
            let factor = if command == Command::ZoomIn { ZOOM } else { 1.0 / ZOOM };
            let axes = plot.pointed_axis.map_or(plot.wheel_axes(), Axes::y);
            plot.zoom(axes, [0.5, 0.5], factor, streams);
        }
        _ => {}
    }
}
