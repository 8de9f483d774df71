//! What keys and commands do.

use std::path::PathBuf;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::app::{App, Overlay};
use super::keys::{self, is_wish_here, works_here};
use super::panel::place_of_cell;
use crate::chart::cursors::Which;
use crate::chart::{Command, GroupKind, Layout, Severity, Wish, search};
use crate::errors::with_causes;
use crate::store::lock;

/// What cannot be undone is done when it is asked for twice within this time, seconds.
const CONFIRM_SECS: f64 = 5.0;
/// The file that a layout is saved in at first.
const FIRST_NAME: &str = "ringplot-layout.toml";

impl App {
    /// Does what a key asks for.
    pub(super) fn on_key(&mut self, event: KeyEvent) {
        if event.kind == KeyEventKind::Release {
            return;
        }
        self.touch();
        if self.overlay.is_some() && self.on_overlay_key(event) {
            return;
        }
        let mut commands = keys::commands(self.keymap(), event);
        if commands.contains(&Command::CursorB) && commands.contains(&Command::BoxMode) {
            // One key has both: it means the cursor once there is the other one.
            let has_a = self.aim().and_then(|(key, _)| self.panels.find(&key));
            let has_a = has_a.is_some_and(|plot| self.cursors.has_a(plot));
            let other = if has_a { Command::BoxMode } else { Command::CursorB };
            commands.retain(|command| *command != other);
        }
        if commands.is_empty() && event.modifiers.contains(KeyModifiers::SHIFT) {
            self.nudge(event.code);
        }
        for command in commands {
            self.run(command);
        }
    }

    /// Moves the cursor that was placed last by a column, with Shift and an arrow.
    fn nudge(&mut self, code: KeyCode) {
        let Some((key, _)) = self.aim() else { return };
        let Some(plot) = self.panels.list.iter().find(|plot| plot.key() == key) else { return };
        let Some(pair) = self.cursors.pair(plot) else { return };
        let which = if pair.get(Which::B).is_some() { Which::B } else { Which::A };
        let area = self.shown.iter().find(|shown| shown.key == key).map(|shown| shown.area);
        let step = area.map_or([0.01; 2], |area| {
            [1.0 / f64::from(area.width.max(1)), 1.0 / f64::from(area.height.max(1))]
        });
        let by = match code {
            KeyCode::Left => [-step[0], 0.0],
            KeyCode::Right => [step[0], 0.0],
            KeyCode::Up => [0.0, step[1]],
            KeyCode::Down => [0.0, -step[1]],
            _ => return,
        };
        self.cursors.nudge(which, plot, &self.streams, by);
    }

    /// Gives a key to what lies over the panels; false where that wants none of it.
    fn on_overlay_key(&mut self, event: KeyEvent) -> bool {
        let held = event.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
        let Some(overlay) = self.overlay.take() else { return false };
        if event.code == KeyCode::Esc {
            return true;
        }
        match overlay {
            Overlay::Keys { from } => {
                let to = match event.code {
                    KeyCode::Down => Some(from + 1),
                    KeyCode::Up => Some(from.saturating_sub(1)),
                    KeyCode::PageDown => Some(from + 10),
                    KeyCode::PageUp => Some(from.saturating_sub(10)),
                    _ => None,
                };
                self.overlay = to.map(|from| Overlay::Keys { from });
                // Any other key closes the list; the one that asked for it does nothing else.
                to.is_some() || keys::commands(self.keymap(), event).contains(&Command::Keys)
            }
            Overlay::Search { mut text, mut chosen } => {
                match event.code {
                    KeyCode::Char('p') if held => return true,
                    KeyCode::Enter => {
                        let found = search(&text, self.keymap(), self.panels.list.iter(), &self.streams);
                        let mut found = found.into_iter().filter(is_wish_here);
                        if let Some(found) = found.nth(chosen) {
                            self.grant(found.wish);
                        }
                        return true;
                    }
                    KeyCode::Down => chosen += 1,
                    KeyCode::Up => chosen = chosen.saturating_sub(1),
                    _ => {
                        type_into(&mut text, event);
                        chosen = 0;
                    }
                }
                self.overlay = Some(Overlay::Search { text, chosen });
                true
            }
            Overlay::Path { is_save, mut text, mut error } => {
                if event.code == KeyCode::Enter {
                    let path = PathBuf::from(text.trim());
                    match self.use_path(path, is_save) {
                        Ok(()) => return true,
                        Err(why) => error = why,
                    }
                } else {
                    type_into(&mut text, event);
                }
                self.overlay = Some(Overlay::Path { is_save, text, error });
                true
            }
        }
    }

    /// Saves the layout, or shows that of a file.
    fn use_path(&mut self, path: PathBuf, is_save: bool) -> Result<(), String> {
        let text = if is_save {
            self.layout().write(&path).map_err(|error| with_causes(&error))?;
            format!("Layout saved in {}", path.display())
        } else {
            let layout = Layout::read(&path).map_err(|error| with_causes(&error))?;
            self.set_layout(&layout);
            format!("Layout {} is shown", path.display())
        };
        self.layout.path = Some(path);
        self.say(Severity::Good, text);
        Ok(())
    }

    fn grant(&mut self, wish: Wish) {
        match wish {
            Wish::Run(command) => self.run(command),
            Wish::Panel(key) => self.show_panel(key),
            Wish::Stream(name) => {
                if self.offered().contains(&name) {
                    self.accept(&name);
                } else {
                    self.panels.list.iter_mut().for_each(|plot| plot.toggle_named(&name));
                }
            }
            Wish::View(view) => {
                let target = self.meant();
                let (labels, streams) = (self.time, &self.streams);
                let meant = self.panels.list.iter_mut();
                let meant = meant.filter(|plot| target.as_deref().is_none_or(|key| plot.key() == key));
                let shown = meant.filter(|plot| {
                    // What has no such view says so.
                    let plot: &&mut _ = plot;
                    !plot.members().is_empty()
                });
                let shown = shown.filter_map(|plot| plot.show_request(&view, labels, streams).then_some(()));
                if shown.count() == 0 {
                    self.say(Severity::Warn, format!("No panel can do that: {}", view.title()));
                }
                self.panels.follow_leader();
            }
        }
    }

    /// Shows a stream that is in no panel: in the one that is meant, or the first that takes it.
    fn accept(&mut self, name: &str) {
        let key = self.meant().or_else(|| self.panels.list.first().map(|plot| plot.key().to_owned()));
        if let Some(plot) = key.and_then(|key| self.panels.find_mut(&key)) {
            plot.sources_mut().push(name.to_owned());
        }
    }

    fn show_panel(&mut self, key: String) {
        if self.maximised.is_some() {
            self.maximised = Some(key.clone());
        }
        self.chosen = Some(key);
    }

    /// The panel that a key means: the one that was chosen by key, or that under the pointer.
    pub(super) fn meant(&self) -> Option<String> {
        let hovered = || {
            let at = self.pointer.at?;
            let shown = self.shown.iter().find(|shown| place_of_cell(at, shown.area).is_some());
            shown.map(|shown| shown.key.clone())
        };
        self.chosen.clone().or_else(hovered)
    }

    /// The panel that a command about a place means, and where the pointer is in it.
    fn aim(&self) -> Option<(String, Option<[f64; 2]>)> {
        let key = self.meant().or_else(|| self.shown.first().map(|shown| shown.key.clone()))?;
        let shown = self.shown.iter().find(|shown| shown.key == key)?;
        Some((key, self.pointer.at.and_then(|at| place_of_cell(at, shown.area))))
    }

    pub(super) fn run(&mut self, command: Command) {
        if !works_here(command) {
            let text = format!("{} needs a window: ringplot view", command.spec().title);
            return self.say(Severity::Quiet, text);
        }
        match command {
            Command::Quit => self.wants_quit = true,
            Command::Grid => self.switches.has_grid = !self.switches.has_grid,
            Command::Table => self.switches.has_table = !self.switches.has_table,
            Command::BoxMode => self.switches.draws_boxes = !self.switches.draws_boxes,
            Command::WheelFollows => {
                self.switches.wheel_follows = !self.switches.wheel_follows;
                let text = if self.switches.wheel_follows {
                    "The wheel zooms and the plot goes on following"
                } else {
                    "The wheel zooms at the pointer"
                };
                self.say(Severity::Quiet, text);
            }
            Command::Theme => {
                self.chosen_dark = match self.chosen_dark {
                    None => Some(!self.is_dark()),
                    Some(is_dark) if is_dark == self.look.is_dark => None,
                    Some(is_dark) => Some(!is_dark),
                };
            }
            Command::TimeLabels => match self.panels.next_labels(self.time, &self.streams) {
                Ok(next) => {
                    self.time = next;
                    self.say(Severity::Quiet, next.title());
                }
                Err(why) => self.say(Severity::Quiet, format!("Time stays in seconds: {why}")),
            },
            Command::Palette => {
                self.overlay = Some(Overlay::Search { text: String::new(), chosen: 0 });
            }
            Command::Keys => self.overlay = Some(Overlay::Keys { from: 0 }),
            Command::Escape => self.cursors.clear(),
            Command::CursorA => self.put_cursor(Which::A),
            Command::CursorB => self.put_cursor(Which::B),
            Command::CursorTo(target) => {
                let Some((key, place)) = self.aim() else { return };
                let Some(plot) = self.panels.list.iter().find(|plot| plot.key() == key) else { return };
                if let Err(why_not) = self.cursors.seek(target, plot, &self.streams, place) {
                    self.say(Severity::Quiet, why_not);
                }
            }
            Command::Clear => self.clear(),
            Command::SaveLayout => match self.layout.path.clone() {
                Some(path) => {
                    if let Err(why) = self.use_path(path, true) {
                        self.say(Severity::Bad, why);
                    }
                }
                None => self.ask_path(true),
            },
            Command::OpenLayout => self.ask_path(false),
            Command::NextPanel | Command::PreviousPanel => {
                let by = if command == Command::NextPanel { 1 } else { -1 };
                if let Some(key) = self.panels.beside(self.meant().as_deref(), by) {
                    self.show_panel(key);
                }
            }
            Command::SplitRight | Command::SplitDown => {
                let kind = if command == Command::SplitRight { GroupKind::Row } else { GroupKind::Column };
                if let Some((key, _)) = self.aim() {
                    self.split(&key, kind);
                }
            }
            Command::Maximise => {
                self.maximised = match self.maximised.take() {
                    None => self.aim().map(|(key, _)| key),
                    Some(_) => None,
                };
            }
            Command::ClosePanel => {
                if let Some((key, _)) = self.aim() {
                    self.close(&key);
                }
            }
            Command::LinkX => {
                if let Some((key, _)) = self.aim() {
                    self.panels.toggle_link(&key);
                }
            }
            Command::ResetLayout => {
                (self.node, self.chosen, self.maximised) = (None, None, None);
                self.panels.expected.clear();
            }
            _ => {
                let target = self.meant();
                self.panels.run(command, target.as_deref(), &self.streams);
            }
        }
    }

    fn ask_path(&mut self, is_save: bool) {
        let path = self.layout.path.as_ref().map_or(FIRST_NAME.into(), |path| path.display().to_string());
        self.overlay = Some(Overlay::Path { is_save, text: path, error: String::new() });
    }

    fn put_cursor(&mut self, which: Which) {
        let Some((key, place)) = self.aim() else { return };
        let Some(plot) = self.panels.list.iter().find(|plot| plot.key() == key) else { return };
        if which == Which::B && !self.cursors.has_a(plot) {
            self.say(Severity::Quiet, "Place cursor A first");
        } else if !self.cursors.put(which, plot, &self.streams, place) {
            self.say(Severity::Warn, "There is no value here for a cursor");
        }
    }

    /// Forgets what is held of the streams of the panel that is meant, or of all: when it is asked for a second time.
    fn clear(&mut self) {
        let target = self.meant();
        let now_secs = self.now_secs();
        if now_secs > self.clear_until_secs {
            self.clear_until_secs = now_secs + CONFIRM_SECS;
            let what = if target.is_some() { "this panel" } else { "all panels" };
            let keys = self.keymap().keys_of(Command::Clear);
            let again = if keys.is_empty() { "Ask again".to_owned() } else { format!("{keys} again") };
            let text = format!("{again} clears the history of {what}: it cannot be undone");
            return self.say(Severity::Warn, text);
        }
        self.clear_until_secs = f64::NEG_INFINITY;
        let meant = self.panels.list.iter();
        let meant = meant.filter(|plot| target.as_ref().is_none_or(|target| target == plot.key()));
        for (_, stream) in meant.flat_map(|plot| plot.shown(&self.streams)) {
            // Piece by piece: who fills it does not wait for all of it.
            while lock(&stream.shared).data.release(u64::MAX) > 0 {
                std::thread::yield_now();
            }
            lock(&stream.shared).data.clear();
        }
        self.say(Severity::Quiet, "The history is forgotten; counts go on");
    }
}

fn type_into(text: &mut String, event: KeyEvent) {
    let held = event.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    match event.code {
        KeyCode::Char('u') if held => text.clear(),
        KeyCode::Char(letter) if !held => text.push(letter),
        KeyCode::Backspace => {
            text.pop();
        }
        _ => {}
    }
}
