//! What the commands do.

use egui::Ui;

use super::super::pressed::pressed;
use super::App;
use crate::chart::cursors::{Which, nearest};
use crate::chart::{Command, CursorTarget, PlotState, Severity, StreamSnapshot};
use crate::plot::gestures;
use crate::store::lock;

/// What cannot be undone is done when it is asked for twice within this time, seconds.
const CONFIRM_SECS: f64 = 5.0;

impl App {
    /// Runs the commands of this frame's key presses.
    pub(super) fn run_pressed(&mut self, ui: &Ui, streams: &[StreamSnapshot]) {
        // Whatever was done last says which panel is meant: the pointer was moved, or a key was pressed.
        let is_moved =
            ui.input(|i| i.events.iter().any(|event| matches!(event, egui::Event::PointerMoved(_))));
        if is_moved && self.hovered(ui).is_some() {
            self.plots.chosen = None;
        }
        let mut commands = pressed(&self.keymap, ui.ctx());
        if commands.contains(&Command::CursorB) && commands.contains(&Command::BoxMode) {
            // One key has both: it means the cursor once there is the other one.
            let other = if self.has_cursor_a(ui) { Command::BoxMode } else { Command::CursorB };
            commands.retain(|command| *command != other);
        }
        if self.has_dialog() {
            commands.retain(|command| command.reaches_past_dialogs());
        }
        // They are for whoever has the window.
        let is_hosts = |command: &Command| matches!(command, Command::Quit | Command::FullScreen);
        commands.retain(|command| self.embedding.is_none() || !is_hosts(command));
        for command in commands {
            self.run(command, ui, streams);
        }
    }

    /// Whether a dialog is open, which takes the keys.
    fn has_dialog(&self) -> bool {
        self.layout.asked_path.is_some()
            || self.palette.is_some()
            || self.derive_dialog.is_open()
            || self.export.dialog.is_some()
            || self.plots.iter().any(|plot| plot.trigger().is_open)
    }

    pub(super) fn run(&mut self, command: Command, ui: &Ui, streams: &[StreamSnapshot]) {
        match command {
            Command::Quit => self.asks.quit = true,
            Command::FullScreen => self.asks.full_screen = true,
            Command::Grid => self.switches.has_grid = !self.switches.has_grid,
            Command::Theme => {
                self.theme.chosen_dark = match self.theme.chosen_dark {
                    None => Some(!self.is_dark(ui.ctx())),
                    Some(is_dark) if is_dark == Self::is_dark_by_system(ui.ctx()) => None,
                    Some(is_dark) => Some(!is_dark),
                };
            }
            Command::TimeLabels => self.step_time_labels(streams),
            Command::Table => self.switches.has_table = !self.switches.has_table,
            Command::Palette => self.toggle_palette(),
            Command::Clear => self.clear(ui, streams),
            Command::Keys => self.switches.shows_keys = !self.switches.shows_keys,
            Command::BoxMode => self.switches.pointer.draws_boxes = !self.switches.pointer.draws_boxes,
            Command::WheelFollows => {
                self.switches.pointer.wheel_follows = !self.switches.pointer.wheel_follows;
                let text = if self.switches.pointer.wheel_follows {
                    "The wheel zooms and the plot goes on following"
                } else {
                    "The wheel zooms at the pointer"
                };
                self.notices.say(Severity::Quiet, text);
            }
            Command::CursorA => self.put_cursor(Which::A, ui, streams),
            Command::CursorB => self.put_cursor(Which::B, ui, streams),
            Command::CursorTo(target) => self.send_cursor(target, ui, streams),
            Command::Undo => self.undo(true),
            Command::Redo => self.undo(false),
            Command::NextAxis => self.change_axis(ui, streams),
            Command::SaveLayout => self.ask_path(true),
            Command::OpenLayout => self.ask_path(false),
            Command::NextPanel | Command::PreviousPanel => {
                let now = self.meant(ui);
                self.plots.choose(now.as_deref(), if command == Command::NextPanel { 1 } else { -1 });
            }
            Command::SplitRight
            | Command::SplitDown
            | Command::Maximise
            | Command::ClosePanel
            | Command::LinkX
            | Command::ResetLayout => self.run_on_panels(command, ui),
            Command::SavePng => self.save_png(),
            Command::Export => self.toggle_export_dialog(),
            Command::Derive => self.derive_dialog.toggle(),
            Command::Escape if self.derive_dialog.close() || self.close_export_dialog() => {}
            Command::Marker => self.set_marker(ui, streams),
            Command::NextMarker => self.jump(ui, streams, true),
            Command::PreviousMarker => self.jump(ui, streams, false),
            Command::Escape => self.escape(ui),
            // All are named: the compiler asks where a new command belongs.
            Command::PauseOrResume
            | Command::Live
            | Command::Fit
            | Command::FitY
            | Command::Back
            | Command::Forward
            | Command::Pan(_)
            | Command::ZoomIn
            | Command::ZoomOut
            | Command::LogX
            | Command::LogY
            | Command::Autoscale
            | Command::Normalise
            | Command::Trigger
            | Command::TriggerSettings
            | Command::ToggleStream(_) => self.run_on_plots(command, ui, streams),
        }
    }

    /// Forgets what is held of the streams of the panel that is meant, or of all: when it is asked for a second time, since
    /// nothing brings it back.
    fn clear(&mut self, ui: &Ui, streams: &[StreamSnapshot]) {
        let target = self.meant(ui);
        let now_secs = ui.input(|i| i.time);
        let asked = self.asks.clear.replace((target.clone(), now_secs));
        if !asked.is_some_and(|(of, at)| of == target && now_secs - at < CONFIRM_SECS) {
            let what = if target.is_some() { "this panel" } else { "all panels" };
            let keys = self.keymap.keys_of(Command::Clear);
            let again = if keys.is_empty() { "Ask again".to_owned() } else { format!("{keys} again") };
            let text = format!("{again} clears the history of {what}: it cannot be undone");
            self.notices.say(Severity::Warn, text);
            return;
        }
        self.asks.clear = None;
        let is_meant = |plot: &&PlotState| target.as_ref().is_none_or(|target| target == plot.key());
        let mut cleared = 0;
        for (_, stream) in self.plots.iter().filter(is_meant).flat_map(|plot| plot.shown(streams)) {
            // Piece by piece: who fills it does not wait for all of it.
            while lock(&stream.shared).data.release(u64::MAX) > 0 {
                std::thread::yield_now();
            }
            lock(&stream.shared).data.clear();
            cleared += 1;
        }
        if cleared > 0 {
            self.notices.say(Severity::Quiet, "The history is forgotten; counts go on");
        }
    }

    /// The panel that a key means: the one that was chosen by key, or that under the pointer.
    pub(super) fn meant(&self, ui: &Ui) -> Option<String> {
        self.plots.chosen.clone().or_else(|| self.hovered(ui))
    }

    fn hovered(&self, ui: &Ui) -> Option<String> {
        let pointer = ui.input(|i| i.pointer.hover_pos())?;
        let is_over = |key: &str, rect: &egui::Rect, area: &egui::Rect| {
            let is_on_axis = || self.plots.find(key).is_some_and(|plot| plot.pointed_axis.is_some());
            area.contains(pointer) || rect.contains(pointer) && is_on_axis()
        };
        let mut shown = self.last.shown.iter();
        shown.find(|(key, rect, area)| is_over(key, rect, area)).map(|(key, ..)| key.clone())
    }

    /// The panel that a command about a place means, without a key or a pointer the first, and where the pointer is in it
    /// as shares of its width and height from the lower left.
    fn aim(&self, ui: &Ui) -> Option<(String, Option<[f64; 2]>)> {
        let meant = self.meant(ui);
        let key = meant.or_else(|| self.last.shown.first().map(|(key, ..)| key.clone()))?;
        let (_, _, area) = self.last.shown.iter().find(|(other, ..)| *other == key)?;
        let pointer = ui.input(|i| i.pointer.hover_pos()).filter(|at| area.contains(*at));
        Some((key, pointer.map(|at| gestures::place(at, *area))))
    }

    fn has_cursor_a(&self, ui: &Ui) -> bool {
        let plot = self.aim(ui).and_then(|(key, _)| self.plots.find(&key));
        plot.is_some_and(|plot| self.measuring.cursors.has_a(plot))
    }

    fn put_cursor(&mut self, which: Which, ui: &Ui, streams: &[StreamSnapshot]) {
        let Some((key, place)) = self.aim(ui) else { return };
        let Some(plot) = self.plots.find(&key) else { return };
        if which == Which::B && !self.measuring.cursors.has_a(plot) {
            self.notices.say(Severity::Quiet, "Place cursor A first");
        } else if !self.measuring.cursors.put(which, plot, streams, place) {
            self.notices.say(Severity::Warn, "There is no value here for a cursor");
        }
    }

    fn send_cursor(&mut self, target: CursorTarget, ui: &Ui, streams: &[StreamSnapshot]) {
        let Some((key, place)) = self.aim(ui) else { return };
        let Some(plot) = self.plots.find(&key) else { return };
        if let Err(why_not) = self.measuring.cursors.seek(target, plot, streams, place) {
            self.notices.say(Severity::Quiet, why_not);
        }
    }

    /// Moves the stream nearest to the pointer to the y axis after its own; without a pointer the first that is shown.
    fn change_axis(&mut self, ui: &Ui, streams: &[StreamSnapshot]) {
        let Some((key, place)) = self.aim(ui) else { return };
        let Some(plot) = self.plots.find_mut(&key) else { return };
        if !plot.can_have_axes() {
            self.notices.say(Severity::Quiet, "This panel has one y axis");
        } else if let Some(name) = nearest(plot, streams, place) {
            plot.move_to_next_axis(&name, streams);
        }
    }

    fn set_marker(&mut self, ui: &Ui, streams: &[StreamSnapshot]) {
        let Some((key, place)) = self.aim(ui) else { return };
        let plot = self.plots.find(&key);
        if !plot.is_some_and(|plot| self.measuring.markers.begin(plot, streams, place)) {
            self.notices.say(Severity::Quiet, "Markers belong to plots over time that have data");
        }
    }

    fn jump(&mut self, ui: &Ui, streams: &[StreamSnapshot], is_next: bool) {
        let Some((key, _)) = self.aim(ui) else { return };
        let plot = self.plots.find_mut(&key);
        if !plot.is_some_and(|plot| self.measuring.markers.jump(plot, streams, is_next)) {
            self.notices.say(Severity::Quiet, "No further marker that way");
        }
        self.plots.follow_leader();
    }

    /// Closes what lies above; only when nothing does, the cursors go.
    fn escape(&mut self, ui: &Ui) {
        let mut is_busy = egui::Popup::is_any_open(ui.ctx())
            || self.layout.asked_path.is_some()
            || self.palette.is_some()
            || self.measuring.markers.is_editing();
        for plot in self.plots.iter_mut() {
            is_busy |= plot.drag.is_some() || plot.trigger().is_open;
            plot.open_trigger(false);
        }
        if std::mem::take(&mut self.switches.shows_keys) || is_busy {
            return;
        }
        self.measuring.clear_cursors();
    }

    fn run_on_plots(&mut self, command: Command, ui: &Ui, streams: &[StreamSnapshot]) {
        // A key that moves a view means one plot; without one under the pointer or chosen, all of them.
        let target = self.meant(ui);
        self.plots.run(command, target.as_deref(), streams);
    }
}

#[cfg(test)]
mod tests {
    use egui::{Event, Key, Modifiers, Pos2, Rect, vec2};

    use super::*;
    use crate::chart::Options;
    use crate::history::Trace;
    use crate::ring::{Batch, Point, XMode};
    use crate::store::{Data, Store, StreamInfo, StreamState};
    use crate::stream::{Counts, Liveness, Meta, StreamKind};

    fn press(app: &mut App, ctx: &egui::Context, key: Key, modifiers: Modifiers) {
        let event = |pressed| Event::Key { key, physical_key: None, pressed, repeat: false, modifiers };
        let input = egui::RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(800.0, 600.0))),
            events: vec![event(true), event(false)],
            ..Default::default()
        };
        ctx.run_ui(input, |ui| app.ui(ui)).drop_without_applying_deltas();
    }

    #[test]
    fn b_draws_boxes_until_there_is_a_cursor_and_shift_b_always_does() {
        let mut trace = Trace::new(XMode::Uniform { t0: 0.0, rate: 10.0 }, 1000);
        let mut batch = Batch::with_limit(1);
        batch.x_mode = trace.x_mode();
        batch.points = vec![Point { x: 0.0, y: 1.0 }; 100];
        trace.append(&batch);
        let store = Store::new(1 << 20);
        let meta = Meta { name: "a".to_owned(), ..Meta::default() };
        store.add(StreamState {
            info: StreamInfo {
                meta,
                kind: StreamKind::Uniform,
                x_mode: trace.x_mode(),
                derived: None,
                capacity: None,
            },
            run: 1,
            liveness: Liveness::Live,
            counts: Counts::default(),
            rate_hz: None,
            data: Data::Trace(trace),
        });
        let (mut app, ctx) = (App::new(store, Options::default()), egui::Context::default());
        press(&mut app, &ctx, Key::F24, Modifiers::NONE);
        press(&mut app, &ctx, Key::B, Modifiers::NONE);
        assert!(app.switches.pointer.draws_boxes, "B without A");
        press(&mut app, &ctx, Key::A, Modifiers::NONE);
        press(&mut app, &ctx, Key::B, Modifiers::NONE);
        assert!(app.switches.pointer.draws_boxes, "B with A");
        press(&mut app, &ctx, Key::B, Modifiers::SHIFT);
        assert!(!app.switches.pointer.draws_boxes, "Shift+B with A");
        press(&mut app, &ctx, Key::Escape, Modifiers::NONE);
        press(&mut app, &ctx, Key::B, Modifiers::NONE);
        assert!(app.switches.pointer.draws_boxes, "B after the cursors were cleared");
    }
}
