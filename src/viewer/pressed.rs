//! The commands that are asked for by key.

use egui::{Context, Event};

use crate::chart::{Command, Keymap, Modifiers};

/// The commands of this frame's key presses. Keys that a focused text field wants are left to it.
pub(crate) fn pressed(keymap: &Keymap, ctx: &Context) -> Vec<Command> {
    let (is_typing, is_focused) = (ctx.text_edit_focused(), ctx.memory(egui::Memory::focused).is_some());
    ctx.input_mut(|input| {
        let mut commands: Vec<Command> = Vec::new();
        input.events.retain(|event| {
            let Event::Key { key, pressed: true, repeat, modifiers, .. } = event else { return true };
            let held = Modifiers {
                ctrl: modifiers.ctrl || modifiers.command,
                shift: modifiers.shift,
                alt: modifiers.alt,
            };
            let mut is_taken = false;
            for (chord, command) in keymap.bindings() {
                // What is typed into a field, and what moves in it, is the field's.
                let moves = chord.is_for_widgets() && is_focused;
                if (moves || is_typing && !chord.modifiers.ctrl) && *command != Command::Escape {
                    continue;
                }
                if chord.fits(key.name(), held) && (!repeat || command.spec().repeats) {
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

#[cfg(test)]
mod tests {
    use egui::{Key, Modifiers};

    use super::*;
    use crate::chart::Direction;

    /// What a key does when it is pressed, and when it is then held down.
    fn commands_of(key: Key, modifiers: Modifiers) -> [Vec<Command>; 2] {
        let ctx = Context::default();
        [false, true].map(|repeat| {
            let mut commands = Vec::new();
            let events = vec![Event::Key { key, physical_key: None, pressed: true, repeat, modifiers }];
            let input = egui::RawInput { events, ..Default::default() };
            let output = ctx.run_ui(input, |ui| commands = pressed(&Keymap::default(), ui.ctx()));
            output.drop_without_applying_deltas();
            commands
        })
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
        let pan = Command::Pan(Direction::Left);
        assert_eq!(commands_of(Key::Space, Modifiers::NONE), [vec![Command::PauseOrResume], vec![]]);
        assert_eq!(commands_of(Key::ArrowLeft, Modifiers::NONE), [vec![pan], vec![pan]]);
    }
}
