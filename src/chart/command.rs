//! Everything that a key, a menu or the palette can ask for, in one table.

/// A command of the keyboard, a menu or the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Command {
    PauseOrResume,
    Live,
    Fit,
    FitY,
    Back,
    Forward,
    Pan(Direction),
    ZoomIn,
    ZoomOut,
    BoxMode,
    /// The wheel zooms at the newest sample, and the plot goes on following.
    WheelFollows,
    LogX,
    LogY,
    Autoscale,
    /// Each stream from 0 to 100 on one axis.
    Normalise,
    /// Moves the stream that is meant to the next y axis.
    NextAxis,
    CursorA,
    CursorB,
    /// Moves the cursor that was touched last.
    CursorTo(CursorTarget),
    Trigger,
    TriggerSettings,
    Marker,
    NextMarker,
    PreviousMarker,
    Derive,
    /// The stream at this place of the legend, from 0.
    ToggleStream(u8),
    Clear,
    /// What was done to panels, looks, markers and cursors.
    Undo,
    Redo,
    NextPanel,
    PreviousPanel,
    SplitRight,
    SplitDown,
    Maximise,
    ClosePanel,
    LinkX,
    SaveLayout,
    OpenLayout,
    ResetLayout,
    SavePng,
    Export,
    Grid,
    TimeLabels,
    Table,
    Theme,
    FullScreen,
    Palette,
    Keys,
    Escape,
    Quit,
}

/// Where the arrows lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Direction {
    Left,
    Right,
    Up,
    Down,
}

/// Where a cursor goes, in the stream that it reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum CursorTarget {
    /// To the greatest value in view.
    Maximum,
    /// To the least value in view.
    Minimum,
    /// To the next sample beyond its level.
    Crossing,
}

impl CursorTarget {
    pub(crate) const ALL: [Self; 3] = [Self::Maximum, Self::Minimum, Self::Crossing];
}

/// What there is to know of a command.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spec {
    pub(crate) command: Command,
    /// What the file of keys calls it.
    pub(crate) id: &'static str,
    /// What a person reads.
    pub(crate) title: &'static str,
    pub(crate) group: &'static str,
    /// Its keys, unless the file of keys says otherwise.
    pub(crate) keys: &'static [&'static str],
    /// Whether a key that is held down goes on.
    pub(crate) repeats: bool,
    /// Other words under which the palette finds it, lowercase.
    pub(crate) synonyms: &'static [&'static str],
}

impl Spec {
    /// Whether a text begins one of its other words.
    pub(crate) fn is_also(&self, text: &str) -> bool {
        !text.is_empty() && self.synonyms.iter().any(|word| word.starts_with(text))
    }
}

const FOLLOW: &str = "Follow";
const VIEW: &str = "View";
const MEASURE: &str = "Measure";
const STREAMS: &str = "Streams";
const PANELS: &str = "Panels";
const FILES: &str = "Files";
const WINDOW: &str = "Window";

const fn one(
    command: Command,
    id: &'static str,
    title: &'static str,
    group: &'static str,
    keys: &'static [&'static str],
) -> Spec {
    Spec { command, id, title, group, keys, repeats: false, synonyms: &[] }
}

const fn held(spec: Spec) -> Spec {
    Spec { repeats: true, ..spec }
}

const fn also(spec: Spec, synonyms: &'static [&'static str]) -> Spec {
    Spec { synonyms, ..spec }
}

/// All commands, in the order in which they are listed.
pub(crate) const ALL: &[Spec] = &[
    also(
        one(Command::PauseOrResume, "pause", "Pause, resume", FOLLOW, &["Space"]),
        &["stop", "freeze", "hold", "play"],
    ),
    also(
        one(Command::Live, "live", "Back to live", FOLLOW, &["L", "End"]),
        &["follow", "resume", "now", "autoscroll"],
    ),
    also(
        one(Command::Fit, "fit", "Fit all", VIEW, &["F", "Home"]),
        &["zoom to fit", "reset zoom", "auto range", "home"],
    ),
    also(one(Command::FitY, "fit-y", "Fit y", VIEW, &["Y"]), &["autoscale", "auto range"]),
    also(
        held(one(Command::Back, "back", "Previous view", VIEW, &["Backspace"])),
        &["undo zoom", "zoom back"],
    ),
    also(
        held(one(Command::Forward, "forward", "Next view", VIEW, &["Shift+Backspace"])),
        &["redo zoom", "zoom forward"],
    ),
    held(one(Command::Pan(Direction::Left), "pan-left", "Pan left", VIEW, &["Left"])),
    held(one(Command::Pan(Direction::Right), "pan-right", "Pan right", VIEW, &["Right"])),
    held(one(Command::Pan(Direction::Up), "pan-up", "Pan up", VIEW, &["Up"])),
    held(one(Command::Pan(Direction::Down), "pan-down", "Pan down", VIEW, &["Down"])),
    held(one(Command::ZoomIn, "zoom-in", "Zoom in", VIEW, &["Plus", "Equals"])),
    held(one(Command::ZoomOut, "zoom-out", "Zoom out", VIEW, &["Minus"])),
    also(
        one(Command::BoxMode, "box", "Left drag: zoom to a box, or pan", VIEW, &["B", "Shift+B"]),
        &["rectangle", "drag mode", "region", "selection"],
    ),
    also(
        one(
            Command::WheelFollows,
            "wheel-follows",
            "Wheel: go on following, or zoom at the pointer",
            VIEW,
            &[],
        ),
        &["time base", "scroll zoom", "keep live"],
    ),
    also(one(Command::LogX, "log-x", "Logarithmic x", VIEW, &["Shift+X"]), &["log scale", "decades"]),
    also(
        one(Command::TimeLabels, "time-labels", "Cycle time labels", VIEW, &["Shift+G"]),
        &["clock", "utc", "date", "time zone"],
    ),
    also(one(Command::LogY, "log-y", "Logarithmic y", VIEW, &["Shift+L"]), &["log scale", "decades", "db"]),
    also(
        one(Command::Autoscale, "autoscale", "Cycle y scaling", VIEW, &["Shift+Y"]),
        &["y axis", "range", "limits"],
    ),
    also(
        one(Command::Normalise, "normalise", "Normalise: each stream from 0 to 100 %", VIEW, &["Shift+N"]),
        &["normalize", "same height", "overlay", "percent"],
    ),
    also(
        one(Command::NextAxis, "next-axis", "Stream to the next y axis", VIEW, &["R"]),
        &["second axis", "secondary axis", "right axis", "y2", "units"],
    ),
    one(Command::Grid, "grid", "Grid", VIEW, &["G"]),
    also(
        one(Command::CursorA, "cursor-a", "Place cursor A", MEASURE, &["A"]),
        &["measure", "ruler", "readout", "frequency", "period"],
    ),
    also(
        one(Command::CursorB, "cursor-b", "Place cursor B, once there is A", MEASURE, &["B"]),
        &["measure", "ruler", "delta"],
    ),
    also(
        one(
            Command::CursorTo(CursorTarget::Maximum),
            "cursor-maximum",
            "Cursor to maximum",
            MEASURE,
            &["PageUp"],
        ),
        &["peak", "max", "highest", "top"],
    ),
    also(
        one(
            Command::CursorTo(CursorTarget::Minimum),
            "cursor-minimum",
            "Cursor to minimum",
            MEASURE,
            &["PageDown"],
        ),
        &["trough", "min", "lowest", "valley"],
    ),
    also(
        held(one(
            Command::CursorTo(CursorTarget::Crossing),
            "cursor-crossing",
            "Cursor to next crossing of its level",
            MEASURE,
            &["N"],
        )),
        &["edge", "period", "threshold", "zero crossing", "snap"],
    ),
    also(
        one(Command::Trigger, "trigger", "Trigger on, off", MEASURE, &["T"]),
        &["scope", "edge", "threshold"],
    ),
    one(Command::TriggerSettings, "trigger-settings", "Trigger settings", MEASURE, &["Shift+T"]),
    also(
        one(Command::Marker, "marker", "Add a marker", MEASURE, &["M"]),
        &["annotation", "note", "bookmark", "label"],
    ),
    held(one(Command::NextMarker, "next-marker", "Next marker", MEASURE, &["."])),
    held(one(Command::PreviousMarker, "previous-marker", "Previous marker", MEASURE, &[","])),
    also(
        one(Command::Derive, "derive", "New derived trace", MEASURE, &["Shift+D"]),
        &["spectrum", "fft", "filter", "formula", "math", "psd", "derivative", "moving average"],
    ),
    one(Command::ToggleStream(0), "stream-1", "Stream 1 on, off", STREAMS, &["1"]),
    one(Command::ToggleStream(1), "stream-2", "Stream 2 on, off", STREAMS, &["2"]),
    one(Command::ToggleStream(2), "stream-3", "Stream 3 on, off", STREAMS, &["3"]),
    one(Command::ToggleStream(3), "stream-4", "Stream 4 on, off", STREAMS, &["4"]),
    one(Command::ToggleStream(4), "stream-5", "Stream 5 on, off", STREAMS, &["5"]),
    one(Command::ToggleStream(5), "stream-6", "Stream 6 on, off", STREAMS, &["6"]),
    one(Command::ToggleStream(6), "stream-7", "Stream 7 on, off", STREAMS, &["7"]),
    one(Command::ToggleStream(7), "stream-8", "Stream 8 on, off", STREAMS, &["8"]),
    one(Command::ToggleStream(8), "stream-9", "Stream 9 on, off", STREAMS, &["9"]),
    also(one(Command::Clear, "clear", "Clear history", STREAMS, &["C"]), &["erase", "delete data", "empty"]),
    also(
        one(Command::Table, "table", "Table of streams", STREAMS, &["Shift+S"]),
        &["statistics", "losses", "list"],
    ),
    also(
        one(Command::Undo, "undo", "Undo: panels, looks, markers, cursors", PANELS, &["Ctrl+Z"]),
        &["revert", "take back", "reopen panel"],
    ),
    also(
        one(Command::Redo, "redo", "Do again what was undone", PANELS, &["Ctrl+Shift+Z", "Ctrl+Y"]),
        &["repeat"],
    ),
    one(Command::NextPanel, "next-panel", "Next panel", PANELS, &["Ctrl+Tab"]),
    one(Command::PreviousPanel, "previous-panel", "Previous panel", PANELS, &["Ctrl+Shift+Tab"]),
    one(Command::SplitRight, "split-right", "Split to the right", PANELS, &["V"]),
    one(Command::SplitDown, "split-down", "Split downwards", PANELS, &["Shift+V"]),
    also(
        one(Command::Maximise, "maximise", "Maximise the panel, or restore all", PANELS, &["Z"]),
        &["maximize", "zoom panel", "focus"],
    ),
    also(
        one(Command::ClosePanel, "close-panel", "Close the panel", PANELS, &["Delete"]),
        &["remove panel", "delete panel"],
    ),
    also(one(Command::LinkX, "link-x", "Link x with the other panels", PANELS, &["X"]), &["sync", "share x"]),
    also(
        one(Command::SavePng, "save-png", "Save a picture", FILES, &["S"]),
        &["screenshot", "png", "image", "snapshot", "photo"],
    ),
    also(
        one(Command::Export, "export", "Export data or picture", FILES, &["E"]),
        &["csv", "svg", "pdf", "save data", "download"],
    ),
    also(
        one(Command::SaveLayout, "save-layout", "Save the layout", FILES, &["Ctrl+S"]),
        &["workspace", "session", "configuration"],
    ),
    also(
        one(Command::OpenLayout, "open-layout", "Open a layout", FILES, &["Ctrl+O"]),
        &["workspace", "session", "load"],
    ),
    also(
        one(Command::ResetLayout, "reset-layout", "Reset layout", FILES, &[]),
        &["default layout", "rearrange"],
    ),
    also(
        one(Command::Theme, "theme", "Cycle theme: light, dark, system", WINDOW, &["D"]),
        &["dark mode", "light mode", "colours", "colors", "appearance"],
    ),
    also(
        one(Command::FullScreen, "full-screen", "Full screen", WINDOW, &["F11"]),
        &["fullscreen", "maximise window"],
    ),
    one(Command::Palette, "palette", "All commands", WINDOW, &["Ctrl+P", "Colon"]),
    also(
        one(Command::Keys, "keys", "Keyboard shortcuts", WINDOW, &["F1", "?"]),
        &["help", "hotkeys", "shortcuts", "list of keys"],
    ),
    one(Command::Escape, "escape", "Close, or clear the cursors", WINDOW, &["Escape"]),
    also(one(Command::Quit, "quit", "Quit", WINDOW, &["Q", "Ctrl+W", "Ctrl+Q"]), &["exit", "close window"]),
];

/// What the pointer does, for the list of keys.
pub(crate) const POINTER: &[(&str, &str)] = &[
    ("wheel", "zoom at the pointer"),
    ("Ctrl+wheel", "zoom and go on following"),
    ("drag", "pan"),
    ("right drag", "zoom to a box"),
    ("double click", "fit all"),
    ("right click", "menu"),
    ("on an axis", "that axis alone"),
    ("legend click", "hide, show"),
    ("legend Ctrl+click", "show alone"),
    ("legend drag", "move to another panel"),
    ("legend right click", "colour, style, dash"),
];

/// What the marks in a plot mean, for the list of keys.
pub(crate) const MARKS: &[(&str, &str)] = &[
    ("red, hatched", "points were lost"),
    ("grey, at the top", "the pen was lifted"),
    ("tick, at the bottom", "a sample is no number"),
];

impl Command {
    /// Whether it means the window, or opens and closes a dialog: the others wait until no dialog is open.
    pub(crate) fn reaches_past_dialogs(self) -> bool {
        matches!(
            self,
            Self::Escape
                | Self::Quit
                | Self::FullScreen
                | Self::Theme
                | Self::Keys
                | Self::Palette
                | Self::Export
                | Self::Derive
                | Self::TriggerSettings
        )
    }

    /// What there is to know of it.
    pub(crate) fn spec(self) -> &'static Spec {
        ALL.iter().find(|spec| spec.command == self).expect("each command has an entry, which a test holds")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_command_has_one_entry() {
        let source = include_str!("command.rs");
        let (_, body) = source.split_once("pub(crate) enum Command {").expect("the enum");
        let (body, _) = body.split_once("\n}").expect("its end");
        let variants = body.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
        let variants: Vec<&str> = variants.filter_map(|line| line.split(['(', ',']).next()).collect();
        assert!(variants.contains(&"PauseOrResume") && variants.contains(&"ToggleStream"), "{variants:?}");
        for variant in variants {
            let is_it = |spec: &&Spec| format!("{:?}", spec.command).split('(').next() == Some(variant);
            assert!(ALL.iter().any(|spec| is_it(&spec)), "{variant} has no entry in ALL");
        }
        for spec in ALL {
            assert_eq!(spec.command.spec().id, spec.id, "two entries of one command");
        }
    }
}
