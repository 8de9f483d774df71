//! What the keyboard does, and the list of it that F1 shows.

use egui::{Context, Key, Modifiers};

/// A command of the keyboard or a menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Stops all plots, or lets them all follow again.
    PauseOrResume,
    /// All plots follow.
    Live,
    /// Shows all data.
    Fit,
    /// Shows all of y.
    FitY,
    /// x logarithmic or even.
    LogX,
    /// y logarithmic or even.
    LogY,
    /// Grid on or off.
    Grid,
    /// Light or dark.
    Theme,
    /// The list of keys on or off.
    Keys,
    /// Closes whatever lies over the plots.
    Escape,
    /// Leaves the program.
    Quit,
    /// Moves the view by hundredths of its size.
    Pan {
        /// To the right.
        x: i8,
        /// Upwards.
        y: i8,
    },
    /// Zooms in or out around the middle.
    Zoom {
        /// In, not out.
        is_in: bool,
    },
}

/// With Shift before without: a binding without modifiers also fits presses with Shift.
const BINDINGS: [(Modifiers, Key, Command); 24] = [
    (Modifiers::SHIFT, Key::L, Command::LogY),
    (Modifiers::SHIFT, Key::X, Command::LogX),
    (Modifiers::CTRL, Key::W, Command::Quit),
    (Modifiers::CTRL, Key::Q, Command::Quit),
    (Modifiers::NONE, Key::Q, Command::Quit),
    (Modifiers::NONE, Key::Space, Command::PauseOrResume),
    (Modifiers::NONE, Key::L, Command::Live),
    (Modifiers::NONE, Key::End, Command::Live),
    (Modifiers::NONE, Key::F, Command::Fit),
    (Modifiers::NONE, Key::Home, Command::Fit),
    (Modifiers::NONE, Key::Y, Command::FitY),
    (Modifiers::NONE, Key::G, Command::Grid),
    (Modifiers::NONE, Key::D, Command::Theme),
    (Modifiers::NONE, Key::F1, Command::Keys),
    (Modifiers::NONE, Key::Questionmark, Command::Keys),
    (Modifiers::SHIFT, Key::Slash, Command::Keys),
    (Modifiers::NONE, Key::Escape, Command::Escape),
    (Modifiers::NONE, Key::ArrowLeft, Command::Pan { x: -10, y: 0 }),
    (Modifiers::NONE, Key::ArrowRight, Command::Pan { x: 10, y: 0 }),
    (Modifiers::NONE, Key::ArrowUp, Command::Pan { x: 0, y: 10 }),
    (Modifiers::NONE, Key::ArrowDown, Command::Pan { x: 0, y: -10 }),
    (Modifiers::NONE, Key::Plus, Command::Zoom { is_in: true }),
    (Modifiers::NONE, Key::Equals, Command::Zoom { is_in: true }),
    (Modifiers::NONE, Key::Minus, Command::Zoom { is_in: false }),
];

/// What the list of keys says, in groups.
pub(crate) const LIST: [(&str, &[(&str, &str)]); 4] = [
    (
        "Follow",
        &[("Space", "pause, resume"), ("L  End", "back to live"), ("click on a badge", "back to live")],
    ),
    (
        "View",
        &[
            ("F  Home", "fit all"),
            ("Y", "fit y"),
            ("arrows", "move"),
            ("+  −", "zoom"),
            ("Shift+L", "logarithmic y"),
            ("Shift+X", "logarithmic x"),
            ("G", "grid"),
            ("D", "light, dark"),
        ],
    ),
    (
        "Pointer",
        &[
            ("wheel", "zoom at the pointer"),
            ("drag", "move"),
            ("right drag", "zoom to a box"),
            ("double click", "fit all"),
            ("on an axis", "that axis alone"),
            ("legend click", "hide, show"),
            ("legend Alt+click", "show alone"),
        ],
    ),
    ("Window", &[("F1  ?", "this list"), ("F11", "full screen"), ("Q  Ctrl+W", "quit")]),
];

/// The commands of this frame's key presses. Keys that a focused text field wants are left to it.
pub(crate) fn pressed(ctx: &Context) -> Vec<Command> {
    if ctx.egui_wants_keyboard_input() {
        return Vec::new();
    }
    ctx.input_mut(|input| {
        let mut commands: Vec<Command> = Vec::new();
        for (modifiers, key, command) in BINDINGS {
            // Repeats of the arrows count; a held Space is one press.
            let repeats = matches!(command, Command::Pan { .. } | Command::Zoom { .. });
            let fits = |event: &egui::Event| {
                matches!(event, egui::Event::Key { key: k, pressed: true, repeat, modifiers: m, .. }
                    if *k == key && m.matches_logically(modifiers) && (repeats || !repeat))
            };
            if input.events.iter().any(fits) && !commands.contains(&command) {
                // Escape means more: it ends a drag and closes a menu.
                if command != Command::Escape {
                    input.events.retain(|event| !fits(event));
                }
                commands.push(command);
            }
        }
        commands
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a key does when it is pressed, and when it is then held down.
    fn commands_of(key: Key, modifiers: Modifiers) -> [Vec<Command>; 2] {
        let ctx = Context::default();
        [false, true].map(|repeat| {
            let mut commands = Vec::new();
            let events = vec![egui::Event::Key { key, physical_key: None, pressed: true, repeat, modifiers }];
            let input = egui::RawInput { events, ..Default::default() };
            let output = ctx.run_ui(input, |ui| commands = pressed(ui.ctx()));
            output.drop_without_applying_deltas();
            commands
        })
    }

    #[test]
    fn keys_mean_what_the_list_says() {
        let first = |key, modifiers| commands_of(key, modifiers)[0].clone();
        assert_eq!(first(Key::Space, Modifiers::NONE), [Command::PauseOrResume]);
        assert_eq!(first(Key::End, Modifiers::NONE), [Command::Live]);
        assert_eq!(first(Key::L, Modifiers::NONE), [Command::Live]);
        assert_eq!(first(Key::L, Modifiers::SHIFT), [Command::LogY]);
        assert_eq!(first(Key::W, Modifiers::CTRL | Modifiers::COMMAND), [Command::Quit]);
        assert_eq!(first(Key::W, Modifiers::NONE), []);
        assert_eq!(first(Key::F1, Modifiers::NONE), [Command::Keys]);
        assert_eq!(first(Key::Questionmark, Modifiers::SHIFT), [Command::Keys]);
    }

    #[test]
    fn a_held_space_pauses_once_and_a_held_arrow_goes_on() {
        let pan = Command::Pan { x: -10, y: 0 };
        assert_eq!(commands_of(Key::Space, Modifiers::NONE), [vec![Command::PauseOrResume], vec![]]);
        assert_eq!(commands_of(Key::ArrowLeft, Modifiers::NONE), [vec![pan], vec![pan]]);
    }
}
