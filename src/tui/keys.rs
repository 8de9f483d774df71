//! Keys of a terminal as the file of keys calls them.
//!
//! A terminal tells less than a window system: Ctrl+Tab, Shift+Backspace and F11 may never come. So Tab and Shift+Tab go from
//! panel to panel, and Alt+Backspace shows the next view, where the file of keys says nothing else of them.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::chart::{Command, Found, Key, Keymap, Modifiers, Wish};

/// Whether a terminal can do what a command asks for; the others need a window.
pub(super) fn works_here(command: Command) -> bool {
    !matches!(
        command,
        Command::TriggerSettings
            | Command::Marker
            | Command::NextMarker
            | Command::PreviousMarker
            | Command::Derive
            | Command::SavePng
            | Command::Export
            | Command::FullScreen
    )
}

/// The same of whatever is found by name.
pub(super) fn is_wish_here(found: &Found) -> bool {
    !matches!(found.wish, Wish::Run(command) if !works_here(command))
}

/// The name of a key, and what is held.
fn named(event: KeyEvent) -> Option<(&'static str, Modifiers)> {
    let mut held = Modifiers {
        ctrl: event.modifiers.contains(KeyModifiers::CONTROL),
        shift: event.modifiers.contains(KeyModifiers::SHIFT),
        alt: event.modifiers.contains(KeyModifiers::ALT),
    };
    let key = |name: &str| Key::from_name(name).map(|key| key.name);
    let name = match event.code {
        KeyCode::Char(' ') => key("Space"),
        KeyCode::Char(letter) => {
            held.shift |= letter.is_uppercase();
            key(letter.to_string().as_str())
        }
        KeyCode::F(number) => key(&format!("F{number}")),
        KeyCode::BackTab => {
            held.shift = true;
            key("Tab")
        }
        KeyCode::Esc => key("Escape"),
        KeyCode::Backspace => key("Backspace"),
        KeyCode::Enter => key("Enter"),
        KeyCode::Left => key("Left"),
        KeyCode::Right => key("Right"),
        KeyCode::Up => key("Up"),
        KeyCode::Down => key("Down"),
        KeyCode::Home => key("Home"),
        KeyCode::End => key("End"),
        KeyCode::PageUp => key("PageUp"),
        KeyCode::PageDown => key("PageDown"),
        KeyCode::Tab => key("Tab"),
        KeyCode::Delete => key("Delete"),
        KeyCode::Insert => key("Insert"),
        _ => None,
    };
    name.map(|name| (name, held))
}

/// The commands that a key asks for, in the order of the table.
pub(super) fn commands(keymap: &Keymap, event: KeyEvent) -> Vec<Command> {
    if event.kind == KeyEventKind::Release {
        return Vec::new();
    }
    let Some((name, held)) = named(event) else { return Vec::new() };
    let is_repeat = event.kind == KeyEventKind::Repeat;
    let fits =
        keymap.bindings().iter().filter(|(chord, _)| chord.fits(name, held)).map(|(_, command)| *command);
    let mut asked: Vec<Command> = fits.filter(|command| !is_repeat || command.spec().repeats).collect();
    asked.dedup();
    if asked.is_empty() {
        asked.extend(match (name, held) {
            ("Tab", Modifiers { shift: true, .. }) => Some(Command::PreviousPanel),
            ("Tab", _) => Some(Command::NextPanel),
            ("Backspace", Modifiers { alt: true, .. }) => Some(Command::Forward),
            _ => None,
        });
    }
    asked
}

/// Whether a key means Ctrl and a letter, whatever the file of keys says.
pub(super) fn is_control(event: KeyEvent, letter: char) -> bool {
    event.kind == KeyEventKind::Press
        && event.modifiers.contains(KeyModifiers::CONTROL)
        && event.code == KeyCode::Char(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(code: KeyCode, modifiers: KeyModifiers) -> Vec<Command> {
        commands(&Keymap::default(), KeyEvent::new(code, modifiers))
    }

    #[test]
    fn keys_mean_what_they_mean_in_a_window() {
        let none = KeyModifiers::NONE;
        assert_eq!(asked(KeyCode::Char(' '), none), [Command::PauseOrResume]);
        assert_eq!(asked(KeyCode::Char('l'), none), [Command::Live]);
        assert_eq!(asked(KeyCode::Char('L'), KeyModifiers::SHIFT), [Command::LogY]);
        assert_eq!(asked(KeyCode::Char('L'), none), [Command::LogY], "some terminals leave Shift out");
        assert_eq!(asked(KeyCode::Char('+'), none), [Command::ZoomIn]);
        assert_eq!(asked(KeyCode::Char('?'), KeyModifiers::SHIFT), [Command::Keys]);
        assert_eq!(asked(KeyCode::Char('p'), KeyModifiers::CONTROL), [Command::Palette]);
        assert_eq!(asked(KeyCode::Char(':'), none), [Command::Palette]);
        assert_eq!(asked(KeyCode::Char('3'), none), [Command::ToggleStream(2)]);
        assert_eq!(asked(KeyCode::Backspace, none), [Command::Back]);
        assert_eq!(asked(KeyCode::Backspace, KeyModifiers::ALT), [Command::Forward]);
        assert_eq!(asked(KeyCode::Tab, none), [Command::NextPanel]);
        assert_eq!(asked(KeyCode::BackTab, KeyModifiers::SHIFT), [Command::PreviousPanel]);
        assert_eq!(asked(KeyCode::Char('ä'), none), []);
    }

    #[test]
    fn the_file_of_keys_comes_first() {
        let keymap = Keymap::parse("quit = \"Tab\"").expect("keys");
        let tab = KeyEvent::new(KeyCode::Tab, KeyModifiers::NONE);
        assert_eq!(commands(&keymap, tab), [Command::Quit]);
    }
}
