//! Which keys ask for which commands: as the table of commands says, or as a file of the user's does.
//!
//! ```toml
//! pause = ["Space", "P"]
//! quit = []                # no key at all
//! ```

use egui::{Context, Event, Key, Modifiers};

use super::command::{ALL, Command};

/// A key with the modifiers that are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chord {
    modifiers: Modifiers,
    key: Key,
}

impl Chord {
    /// Reads `Ctrl+Shift+L`.
    fn parse(text: &str) -> Option<Self> {
        // The key may be a plus itself.
        let (modifiers, key) = match text.rfind('+') {
            Some(0) | None => ("", text),
            Some(at) if at + 1 == text.len() => (text[..at].strip_suffix('+').unwrap_or(""), "+"),
            Some(at) => (&text[..at], &text[at + 1..]),
        };
        let mut held = Modifiers::NONE;
        for name in modifiers.split('+').filter(|name| !name.is_empty()) {
            match name.trim().to_ascii_lowercase().as_str() {
                "ctrl" | "control" => held.ctrl = true,
                "shift" => held.shift = true,
                "alt" => held.alt = true,
                _ => return None,
            }
        }
        let key = key.trim();
        let upper = key.to_uppercase();
        let key = Key::from_name(key).or_else(|| Key::from_name(&upper))?;
        Some(Self { modifiers: held, key })
    }

    /// Whether an event presses it.
    fn fits(self, key: Key, modifiers: Modifiers) -> bool {
        // Where Shift only makes the sign, it is no part of the chord.
        let sign = self.key.symbol_or_name();
        let is_sign = sign.chars().count() == 1 && !sign.chars().all(char::is_alphanumeric);
        self.key == key
            && self.modifiers.ctrl == (modifiers.ctrl || modifiers.command)
            && self.modifiers.alt == modifiers.alt
            && (is_sign || self.modifiers.shift == modifiers.shift)
    }

    /// Whether a widget with the focus wants it: to be pressed, or to be moved.
    fn is_for_widgets(self) -> bool {
        use Key::{ArrowDown, ArrowLeft, ArrowRight, ArrowUp, Enter, Space};
        matches!(self.key, Space | Enter | ArrowLeft | ArrowRight | ArrowUp | ArrowDown)
    }

    /// As it is written for a person.
    pub(crate) fn text(self) -> String {
        let Modifiers { ctrl, shift, alt, .. } = self.modifiers;
        let held = [(ctrl, "Ctrl+"), (shift, "Shift+"), (alt, "Alt+")];
        let held: String = held.into_iter().filter(|(is_held, _)| *is_held).map(|(_, name)| name).collect();
        let key = match self.key {
            Key::Space => "Space",
            Key::Tab => "Tab",
            Key::Escape => "Esc",
            key => key.symbol_or_name(),
        };
        held + key
    }
}

/// The keys of every command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keymap {
    bindings: Vec<(Chord, Command)>,
}

impl Default for Keymap {
    fn default() -> Self {
        let bindings = ALL
            .iter()
            .flat_map(|spec| spec.keys.iter().filter_map(|text| Some((Chord::parse(text)?, spec.command))));
        Self { bindings: bindings.collect() }
    }
}

impl Keymap {
    /// The keys of a command, as they are written for a person.
    pub(crate) fn keys_of(&self, command: Command) -> String {
        let keys = self.bindings.iter().filter(|(_, c)| *c == command).map(|(chord, _)| chord.text());
        keys.collect::<Vec<_>>().join("  ")
    }

    /// The commands of this frame's key presses. Keys that a focused text field wants are left to it.
    pub(crate) fn pressed(&self, ctx: &Context) -> Vec<Command> {
        let (is_typing, is_focused) =
            (ctx.text_edit_focused(), ctx.memory(|memory| memory.focused()).is_some());
        ctx.input_mut(|input| {
            let mut commands: Vec<Command> = Vec::new();
            input.events.retain(|event| {
                let Event::Key { key, pressed: true, repeat, modifiers, .. } = event else { return true };
                let mut is_taken = false;
                for (chord, command) in &self.bindings {
                    // What is typed into a field, and what moves in it, is the field's.
                    let moves = chord.is_for_widgets() && is_focused;
                    if (moves || is_typing && !chord.modifiers.ctrl) && *command != Command::Escape {
                        continue;
                    }
                    if chord.fits(*key, *modifiers) && (!repeat || command.spec().repeats) {
                        commands.push(*command);
                        // Escape means more: it ends a drag and closes a menu.
                        is_taken |= *command != Command::Escape;
                    }
                }
                !is_taken
            });
            commands.dedup();
            commands
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a key does when it is pressed, and when it is then held down.
    fn commands_of(key: Key, modifiers: Modifiers) -> [Vec<Command>; 2] {
        let ctx = Context::default();
        [false, true].map(|repeat| {
            let mut commands = Vec::new();
            let events = vec![Event::Key { key, physical_key: None, pressed: true, repeat, modifiers }];
            let input = egui::RawInput { events, ..Default::default() };
            let output = ctx.run_ui(input, |ui| commands = Keymap::default().pressed(ui.ctx()));
            output.drop_without_applying_deltas();
            commands
        })
    }

    #[test]
    fn every_key_of_the_table_can_be_read() {
        for spec in ALL {
            for text in spec.keys {
                assert!(Chord::parse(text).is_some(), "{}: {text}", spec.id);
            }
        }
    }

    #[test]
    fn keys_mean_what_the_table_says() {
        let first = |key, modifiers| commands_of(key, modifiers)[0].clone();
        assert_eq!(first(Key::Space, Modifiers::NONE), [Command::PauseOrResume]);
        assert_eq!(first(Key::End, Modifiers::NONE), [Command::Live]);
        assert_eq!(first(Key::L, Modifiers::NONE), [Command::Live]);
        assert_eq!(first(Key::L, Modifiers::SHIFT), [Command::LogY]);
        assert_eq!(first(Key::W, Modifiers::CTRL | Modifiers::COMMAND), [Command::Quit]);
        assert_eq!(first(Key::W, Modifiers::NONE), []);
        assert_eq!(first(Key::P, Modifiers::CTRL), [Command::Palette]);
        assert_eq!(first(Key::F1, Modifiers::NONE), [Command::Keys]);
        assert_eq!(first(Key::Questionmark, Modifiers::SHIFT), [Command::Keys]);
        assert_eq!(first(Key::Plus, Modifiers::SHIFT), [Command::ZoomIn]);
        assert_eq!(first(Key::Tab, Modifiers::CTRL), [Command::NextPanel]);
    }

    #[test]
    fn a_held_space_pauses_once_and_a_held_arrow_goes_on() {
        let pan = Command::Pan(super::super::command::Direction::Left);
        assert_eq!(commands_of(Key::Space, Modifiers::NONE), [vec![Command::PauseOrResume], vec![]]);
        assert_eq!(commands_of(Key::ArrowLeft, Modifiers::NONE), [vec![pan], vec![pan]]);
    }
}
