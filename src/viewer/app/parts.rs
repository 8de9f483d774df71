//! Parts of the state of an app.

use std::path::PathBuf;

use egui::Rect;

use crate::chart::cursors::KeptCursors;
use crate::chart::{Layout, PanelSettings, RecentFiles, Remember, TimeLabels};
use crate::plot::PointerModes;
use crate::render::Scene;
use crate::store::DerivedSpec;
use crate::stream::Style;

/// What the last frame showed.
#[derive(Debug, Default)]
pub(crate) struct LastFrame {
    pub(crate) scenes: Vec<Scene>,
    /// The panels: key, whole rectangle and plot area, points.
    pub(crate) shown: Vec<(String, Rect, Rect)>,
    /// The y axes of each of them, points.
    pub(crate) strips: Vec<(String, Vec<Rect>)>,
    /// Names of the streams.
    pub(super) names: Vec<String>,
    pub(super) now_secs: f64,
}

/// What keys and menus switch on and off.
#[derive(Debug)]
pub(super) struct Switches {
    pub(super) has_grid: bool,
    /// The table of streams.
    pub(super) has_table: bool,
    /// The list of keys.
    pub(super) shows_keys: bool,
    pub(super) pointer: PointerModes,
}

impl Default for Switches {
    fn default() -> Self {
        Self { has_grid: true, has_table: true, shows_keys: false, pointer: PointerModes::default() }
    }
}

/// How time is labelled.
#[derive(Debug, Default)]
pub(super) struct TimeState {
    pub(super) labels: TimeLabels,
    /// The last warning shown about it.
    pub(super) told: String,
}

/// Dark or light.
#[derive(Debug, Default)]
pub(super) struct ThemeState {
    /// The theme chosen by hand.
    pub(super) chosen_dark: Option<bool>,
    /// The theme that egui's own style was last set to.
    pub(super) styled: Option<bool>,
    /// Nothing is said of what is pointed at.
    pub(super) is_hushed: bool,
}

/// The layout: where it comes from, and what the command line put in its place.
#[derive(Debug, Default)]
pub(super) struct LayoutState {
    /// The folder in which it is saved without being asked.
    pub(super) remember: Option<Remember>,
    /// The title that it gives.
    pub(super) title: Option<String>,
    /// The file that it came from or went to.
    pub(super) path: Option<PathBuf>,
    pub(super) asked_path: Option<AskedPath>,
    /// Files that were opened or saved of late.
    pub(super) recent: RecentFiles,
    /// What the options of this run asked for.
    pub(super) given_styles: Vec<(String, Style)>,
    pub(super) given_derived: Vec<DerivedSpec>,
}

/// What somebody asked of the window.
#[derive(Debug, Default)]
pub(crate) struct Asks {
    pub(crate) quit: bool,
    /// The whole screen, or a window again.
    pub(crate) full_screen: bool,
    /// To clear the history of a panel, or of all, and when, on egui's clock: it waits to be asked again.
    pub(super) clear: Option<(Option<String>, f64)>,
}

/// The palette while it is open.
#[derive(Clone, Debug, Default)]
pub(super) struct Palette {
    pub(crate) text: String,
    /// The entry that Enter means.
    pub(crate) chosen: usize,
    pub(crate) is_opened: bool,
}

/// The box that asks for the file of a layout.
#[derive(Clone, Debug)]
pub(super) struct AskedPath {
    pub(crate) is_save: bool,
    pub(crate) path: String,
    pub(crate) error: String,
    /// It may replace a file that is there.
    pub(crate) replaces: bool,
    pub(crate) is_new: bool,
}

/// What there is to go back to.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub(super) layout: Layout,
    /// Panels that a layout without places asked for.
    pub(super) expected: Vec<PanelSettings>,
    pub(super) cursors: KeptCursors,
}

impl Standing {
    /// Whether both differ in more than where views stand.
    pub(super) fn differs(&self, other: &Self) -> bool {
        let plain = |layout: &Layout| {
            let panels = layout.panels.iter().map(PanelSettings::without_views).collect();
            Layout { panels, ..layout.clone() }
        };
        self.cursors != other.cursors || plain(&self.layout) != plain(&other.layout)
    }
}

/// What was there before, and what was undone.
#[derive(Debug, Default)]
pub(super) struct Undo {
    pub(super) before: Vec<Standing>,
    pub(super) after: Vec<Standing>,
    pub(super) now: Option<Standing>,
    /// Frames for which there may be something new by a hand.
    pub(super) by_hand: u8,
    /// Frames for which what is new is what was undone.
    pub(super) by_undoing: u8,
    /// Streams that are there.
    pub(super) names: Vec<String>,
}

/// A program's window that it lies in.
#[derive(Debug)]
pub(super) struct Embedding {
    /// The key of its renderer.
    pub(super) key: u64,
    /// Whether keys are for it.
    pub(super) has_focus: bool,
}

/// What a frame is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A window: quick, and complete in a later frame.
    #[default]
    Window,
    /// A picture of the window: complete.
    Screenshot,
    /// A picture for readers: complete, and without what is there to handle a window or to watch producers.
    Figure,
}
