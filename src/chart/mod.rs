//! What a chart is without a way to draw it: views, ticks, texts of numbers and times, what axes follow and fit.
//!
//! Contract: numbers and texts only. No GPU, no egui, no window: a window, a terminal and a file use the same. Reads a
//! [`Store`](crate::store::Store) and holds one stream's lock at a time.
//!
//! ```text
//! Store ─▶ snapshot (a frame's copy of each stream) ─▶ state (members, axes, following, history) ─▶ view, scales
//!                                                   ▲                                             │
//!                        options, layout ───────────┘                   ticks, format, time ◀─────┘
//! ```

mod arrangement;
pub(crate) mod atomic_file;
mod autoscale;
mod axes;
mod axis;
mod badge;
mod badges;
mod bounds;
mod colour;
mod colour_map;
mod colours;
mod command;
mod config;
pub(crate) mod cursors;
mod dash;
mod drag;
pub(crate) mod format;
mod keymap;
mod keys;
mod kind;
mod layout;
mod link;
mod marker;
mod names;
mod options;
mod palette;
mod panels;
mod prefix;
mod ramp;
mod search;
mod series;
mod series_style;
mod snapshot;
mod state;
mod steps;
mod ticks;
mod time;
mod told_apart;
pub(crate) mod trigger;
mod view;
mod view_request;
mod waterfall;

pub(crate) use self::arrangement::{DEEPEST, GroupKind, Node};
pub(crate) use self::atomic_file::{AtomicFile, abandon_all, advice, check, write};
pub(crate) use self::autoscale::Autoscale;
pub(crate) use self::axes::{Axes, FollowMode, Gain, MOST_Y_AXES, YAxes};
pub(crate) use self::axis::{Axis, DIGIT_WIDTH, Tick};
pub(crate) use self::badge::{Badge, BadgeAction, Severity};
pub(crate) use self::badges::{DensityNote, PictureNotes, badges};
pub(crate) use self::colour::Lab;
pub use self::colour_map::ColourMap;
pub use self::colours::Colours;
#[cfg(test)]
pub(crate) use self::command::Direction;
pub(crate) use self::command::{ALL, Command, CursorTarget, MARKS, POINTER};
pub(crate) use self::dash::mask;
pub(crate) use self::drag::{Drag, DragKind};
pub(crate) use self::format::Reading;
pub(crate) use self::keymap::Modifiers;
pub use self::keymap::{Keymap, KeymapError};
pub(crate) use self::keys::Key;
pub(crate) use self::kind::{CursorReads, Flow, PlotKind};
pub use self::layout::{Layout, LayoutError, default_layouts_folder};
pub(crate) use self::layout::{PanelSettings, RecentFiles, Remember, StreamSettings, ThemeChoice};
pub(crate) use self::marker::UserMarker;
pub(crate) use self::names::{
    AxisNames, PROGRAM, away, counts_text, joined, readings, state_of, value_of, value_text,
};
pub use self::options::Options;
pub(crate) use self::palette::Palette;
pub(crate) use self::panels::PanelList;
pub(crate) use self::ramp::ramp;
pub(crate) use self::search::{Found, Wish, search};
pub(crate) use self::series::LINE_WIDTH;
pub(crate) use self::series_style::{SeriesStyle, interpolation_of};
pub(crate) use self::snapshot::StreamSnapshot;
pub(crate) use self::state::{Member, PlanePoints, PlotState};
pub(crate) use self::time::TimeAxis;
pub use self::time::TimeLabels;
pub(crate) use self::told_apart::told_apart;
pub(crate) use self::trigger::Mode;
pub(crate) use self::view::{AutoRange, Interval, View, Views, grown_span};
pub(crate) use self::waterfall::{Waterfall, bar_labels, following as following_rows, row_px};
