//! Live plots of programs that produce data fast.
//!
//! A simulation pushes points into a lock-free ring in shared memory; a viewer in another process copies out what is
//! new and draws it on the GPU. **The producer never waits**: not for a slow, stopped, killed or missing viewer. What
//! was overwritten before it was read is skipped, counted and shown.
//!
//! One line plots a number from any function: [`plot!`]. A [`Producer`] says more, and is what a struct holds:
//!
//! ```no_run
//! use ringplot::Producer;
//!
//! fn main() -> Result<(), ringplot::CreateError> {
//!     ringplot::init(); // this program is its own viewer, too
//!     let mut sine = Producer::builder("sine").units("s", "V").timed()?;
//!     sine.open_viewer();
//!     for step in 0..10_000_000u64 {
//!         let t = step as f64 * 1e-6;
//!         sine.push(t, t.sin() as f32);
//!     }
//!     Ok(())
//! }
//! ```
//!
//! Another program reads the same stream, and counts what it missed:
//!
//! ```no_run
//! use ringplot::{Batch, Consumer, StartAt};
//!
//! # fn main() -> Result<(), ringplot::AttachError> {
//! let mut consumer = Consumer::attach("sine", StartAt::Oldest)?;
//! let mut batch = Batch::with_limit(1 << 16);
//! let drained = consumer.drain(&mut batch);
//! println!("{} points, {} lost", drained.count, drained.lost);
//! # Ok(())
//! # }
//! ```
//!
//! A program draws beside the plots in its own window with `init_with`, or draws streams into a pass of its own with
//! `plot::Canvas`.
//!
//! The layers, of which an inner one never names an outer one:
//! `ring` (the protocol) ← `shm` (named memory) ← [`stream`] (producers and consumers) ← `history` ← `store` ←
//! `chart` ← `render` ← `plot` ← `export` ← `viewer` ← `cli`. With `default-features = false` a program gets the first
//! three and no GPU; the feature `history` adds the next three, still without a GPU. Beside them lie
//! doors: what the macros expand to and `pipe` need `stream` alone; `tui` needs `chart`, and `serve` needs `export`.
//!
//! Public signatures of `render` and `viewer` name types of wgpu and egui, which those modules re-export: a new version of
//! one of them that breaks programs is a new version of ringplot that does. Those of the root and of [`stream`] name no
//! other crate; a [`Point`] is `bytemuck::Pod`.

#![cfg_attr(docsrs, feature(doc_cfg))]

#[macro_use]
mod errors;
/// What the macros expand to. It is no part of the interface.
#[doc(hidden)]
#[cfg(not(loom))]
pub mod macros;
/// The protocol over plain memory. It is no part of the interface and changes without notice: it is public because the
/// loom models, the benches and the tests of the protocol lie outside the crate. What users need of it is named below.
#[doc(hidden)]
pub mod ring;
#[cfg(not(loom))]
mod shm;
#[cfg(not(loom))]
pub mod stream;

#[cfg(feature = "history")]
#[cfg_attr(
    not(feature = "viewer"),
    allow(dead_code, unused_imports, reason = "the window uses the most of it")
)]
pub mod chart;
/// The commands of the program, public for its `main` alone.
#[doc(hidden)]
#[cfg(feature = "cli")]
#[cfg_attr(not(feature = "viewer"), allow(dead_code, reason = "the commands that draw use the rest of it"))]
pub mod cli;
#[cfg(feature = "history")]
#[cfg_attr(
    not(feature = "viewer"),
    allow(dead_code, unused_imports, reason = "the window uses the most of it")
)]
mod export;
#[cfg(feature = "history")]
pub mod history;
/// What turns input into streams, public for benches and fuzz targets alone. It is no part of the interface.
#[doc(hidden)]
#[cfg(all(feature = "pipe", not(loom)))]
pub mod pipe;
#[cfg(feature = "viewer")]
pub mod plot;
#[cfg(feature = "render")]
pub mod render;
/// What shows streams in a page, public for the fuzz target of its messages alone. It is no part of the interface.
#[doc(hidden)]
#[cfg(feature = "serve")]
pub mod serve;
#[cfg(feature = "history")]
#[cfg_attr(
    not(feature = "viewer"),
    allow(dead_code, unused_imports, reason = "the window uses the most of it")
)]
pub mod store;
#[cfg(feature = "tui")]
mod tui;
#[cfg(feature = "viewer")]
pub mod viewer;

#[cfg(feature = "viewer")]
pub use viewer::widget;

/// For the tests of programs that plot.
#[cfg(not(loom))]
pub mod testing {
    pub use crate::macros::{Captured, capture};
}

pub use ring::{Batch, Drained, FrameData, Point, StartAt, XMode};
#[cfg(not(loom))]
pub use stream::{
    AttachError, Builder, Channels, Clock, Consumer, Counts, CreateError, Dash, Events, Liveness, Meta,
    Producer, ProducerStats, Snapshot, StreamKind, Style, Timed, Uniform, ViewerOptions, ViewerStatus, Xy,
    channels, show, survive_shrunk_segments,
};

/// Lets this program be its own viewer: the first line of `main` of a program that opens a viewer.
///
/// It returns at once, except in the process that [`Producer::open_viewer`] started, where it runs the viewer and
/// exits.
#[cfg(not(loom))]
pub fn init() {
    if stream::launch::init(cfg!(feature = "viewer"), false) {
        #[cfg(feature = "viewer")]
        std::process::exit(cli::status(None).into());
    }
}

/// As [`init`], with the program's own drawing code: `ui` is called in the viewer's process alone, and what it
/// gives lays out each frame, with [`App::ui`](viewer::App::ui) for ringplot's plots. The simulation never runs any of it.
///
/// Its own viewer comes before `RINGPLOT_BIN`.
///
/// ```no_run
/// use ringplot::Producer;
/// use ringplot::viewer::App;
/// use ringplot::viewer::egui::{Panel, Ui};
///
/// fn own_ui() -> impl FnMut(&mut Ui, &mut App) {
///     let mut frames = 0u64;
///     move |ui, app| {
///         frames += 1;
///         Panel::right("mine").show(ui, |ui| ui.label(format!("{frames} frames")));
///         app.ui(ui);
///     }
/// }
///
/// fn main() -> Result<(), ringplot::CreateError> {
///     ringplot::init_with(own_ui);
///     let mut sine = Producer::builder("sine").timed()?;
///     sine.open_viewer();
///     sine.push(0.0, 0.0);
///     Ok(())
/// }
/// ```
#[cfg(feature = "viewer")]
pub fn init_with<F>(ui: impl FnOnce() -> F)
where
    F: FnMut(&mut viewer::egui::Ui, &mut viewer::App) + 'static,
{
    if stream::launch::init(true, true) {
        std::process::exit(cli::status(Some(Box::new(ui()))).into());
    }
}

/// The code of the documents compiles and runs.
#[cfg(all(doctest, feature = "viewer"))]
mod documents {
    #[doc = include_str!("../README.md")]
    struct Readme;
    #[doc = include_str!("../docs/guide.md")]
    struct Guide;
}
