//! Which keys ask for which commands: as the table of commands says, or as a file of the user's does.
//!
//! ```toml
//! pause = ["Space", "P"]
//! quit = []                # no key at all
//! ```

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::command::{ALL, Command};
use super::config;
use super::keys::Key;

/// A key with the modifiers that are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chord {
    pub(crate) modifiers: Modifiers,
    pub(crate) key: Key,
}

/// What is held while a key is pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Modifiers {
    pub(crate) ctrl: bool,
    pub(crate) shift: bool,
    pub(crate) alt: bool,
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
        let mut held = Modifiers::default();
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

    /// Whether a key that is pressed while these are held is this one.
    pub(crate) fn fits(self, key: &str, modifiers: Modifiers) -> bool {
        // Where Shift only makes the sign, it is no part of the chord.
        let sign = self.key.shown;
        let is_sign = sign.chars().count() == 1 && !sign.chars().all(char::is_alphanumeric);
        self.key.name == key
            && self.modifiers.ctrl == modifiers.ctrl
            && self.modifiers.alt == modifiers.alt
            && (is_sign || self.modifiers.shift == modifiers.shift)
    }

    /// Whether a widget with the focus wants it: to be pressed, or to be moved.
    pub(crate) fn is_for_widgets(self) -> bool {
        matches!(self.key.name, "Space" | "Enter" | "Left" | "Right" | "Up" | "Down")
    }

    /// As it is written for a person.
    pub(crate) fn text(self) -> String {
        let Modifiers { ctrl, shift, alt, .. } = self.modifiers;
        let held = [(ctrl, "Ctrl+"), (shift, "Shift+"), (alt, "Alt+")];
        let held: String = held.into_iter().filter(|(is_held, _)| *is_held).map(|(_, name)| name).collect();
        let key = match self.key.name {
            "Escape" => "Esc",
            name @ ("Space" | "Tab" | "Plus" | "Left" | "Right" | "Up" | "Down") => name,
            _ => self.key.shown,
        };
        held + key
    }
}

/// Why a file of keys cannot be had.
///
/// ```
/// use std::path::Path;
///
/// use ringplot::chart::{Keymap, KeymapError};
///
/// let error = Keymap::read(Path::new("/no/such/keys.toml")).unwrap_err();
/// assert!(matches!(error, KeymapError::Read { .. }));
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum KeymapError {
    /// The file cannot be read.
    #[error("cannot read the keys in {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The text makes no sense.
    #[error("{reason}: correct it, or see `ringplot keys` for how they are written, in {}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
}

debug_as_sentence!(KeymapError);

/// The keys of every command.
///
/// ```
/// use ringplot::chart::Keymap;
///
/// let keymap = Keymap::parse("pause = [\"P\", \"Ctrl+Space\"]\nquit = []\n")?;
/// assert!(keymap.text().contains("quit = []"), "no key at all");
/// assert_eq!(Keymap::parse("paws = \"P\"").unwrap_err(), "there is no command `paws`");
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
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
    /// Reads a file; what it does not name keeps its keys, but for those that the file gives to others.
    ///
    /// # Errors
    /// [`KeymapError::Read`] when the file is not there, may not be read, is no regular file, has more than 1 MiB or is not
    /// in UTF-8; [`KeymapError::Invalid`] when [`parse`](Self::parse) refuses its text.
    pub fn read(path: &Path) -> Result<Self, KeymapError> {
        let text =
            config::read(path).map_err(|source| KeymapError::Read { path: path.to_owned(), source })?;
        Self::parse(&text).map_err(|reason| KeymapError::Invalid { path: path.to_owned(), reason })
    }

    /// The user's file, if it is there: `$RINGPLOT_KEYS`, or `$XDG_CONFIG_HOME/ringplot/keys.toml`, or
    /// `~/.config/ringplot/keys.toml`.
    pub fn default_path() -> Option<PathBuf> {
        let user = || config::user_folder("XDG_CONFIG_HOME", ".config");
        let path = config::set("RINGPLOT_KEYS")
            .or_else(|| user().map(|folder| folder.join("ringplot/keys.toml")))?;
        path.exists().then_some(path)
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// A sentence that says what is wrong: the text is no TOML, there is no such command or no such key, or a key is given
    /// to two commands.
    pub fn parse(text: &str) -> Result<Self, String> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| error.message().to_owned())?;
        let mut asked: Vec<(Chord, Command)> = Vec::new();
        let mut named = Vec::new();
        for (id, value) in &table {
            let spec = ALL.iter().find(|spec| spec.id == id);
            let command = spec.ok_or_else(|| format!("there is no command `{id}`"))?.command;
            named.push(command);
            let one = std::slice::from_ref(value);
            for key in value.as_array().map_or(one, Vec::as_slice) {
                let text =
                    key.as_str().ok_or_else(|| format!("{id}: `{key}` is no text such as \"Ctrl+S\""))?;
                let chord = Chord::parse(text).ok_or_else(|| format!("{id}: `{text}` is no key"))?;
                let is_pair = |other: Command| {
                    let pair = [Command::CursorB, Command::BoxMode];
                    pair.contains(&other) && pair.contains(&command)
                };
                let taken = asked.iter().find(|(other, command)| *other == chord && !is_pair(*command));
                if let Some((_, other)) = taken {
                    return Err(format!("`{text}` is given to both {} and {id}", other.spec().id));
                }
                asked.push((chord, command));
            }
        }
        let mut keymap = Self::default();
        keymap.bindings.retain(|(chord, command)| {
            !named.contains(command) && !asked.iter().any(|(asked, _)| asked == chord)
        });
        keymap.bindings.extend(asked);
        Ok(keymap)
    }

    /// The text of a file that says what these keys are, with what each command does.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut group = "";
        for spec in ALL {
            if spec.group != group {
                group = spec.group;
                let _ = writeln!(text, "{}# {group}", if text.is_empty() { "" } else { "\n" });
            }
            let keys = self.bindings.iter().filter(|(_, command)| *command == spec.command);
            let keys: Vec<String> = keys.map(|(chord, _)| format!("{:?}", chord.text())).collect();
            let line = format!("{} = [{}]", spec.id, keys.join(", "));
            let _ = writeln!(text, "{line:<40} # {}", spec.title);
        }
        text
    }

    /// The keys of a command, as they are written for a person.
    pub(crate) fn keys_of(&self, command: Command) -> String {
        let keys = self.bindings.iter().filter(|(_, c)| *c == command).map(|(chord, _)| chord.text());
        keys.collect::<Vec<_>>().join("  ")
    }

    /// Every key with its command.
    pub(crate) fn bindings(&self) -> &[(Chord, Command)] {
        &self.bindings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_table_can_be_read() {
        for spec in ALL {
            for text in spec.keys {
                assert!(Chord::parse(text).is_some(), "{}: {text}", spec.id);
            }
        }
    }

    #[test]
    fn a_file_of_keys_says_which_keys_do_what() {
        let keymap = Keymap::parse("pause = [\"P\", \"Ctrl+Space\"]\nquit = []\nlive = \"G\"\n").unwrap();
        assert_eq!(keymap.keys_of(Command::PauseOrResume), "P  Ctrl+Space");
        assert_eq!(keymap.keys_of(Command::Quit), "");
        assert_eq!(keymap.keys_of(Command::Live), "G");
        assert_eq!(keymap.keys_of(Command::Grid), "", "a key that was given to another command");
        assert_eq!(keymap.keys_of(Command::Fit), "F  Home");
    }

    #[test]
    fn what_the_program_prints_it_reads() {
        let default = Keymap::default();
        let read = Keymap::parse(&default.text()).unwrap();
        for spec in ALL {
            assert_eq!(read.keys_of(spec.command), default.keys_of(spec.command), "{}", spec.id);
        }
    }

    #[test]
    fn what_is_wrong_with_a_file_of_keys_is_said() {
        let error = |text: &str| Keymap::parse(text).unwrap_err();
        assert_eq!(error("paws = \"P\""), "there is no command `paws`");
        assert_eq!(error("pause = \"Hyper+P\""), "pause: `Hyper+P` is no key");
        assert_eq!(error("pause = 3"), "pause: `3` is no text such as \"Ctrl+S\"");
        assert_eq!(error("live = \"P\"\npause = \"P\""), "`P` is given to both live and pause");
        assert!(!error("pause = ").is_empty());
    }
}
