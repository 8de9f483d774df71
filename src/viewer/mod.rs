//! The application: panels with the plots of the streams of a [`Store`](crate::store::Store), commands, dialogs, a window.
//!
//! Contract: reads the store and never blocks who fills it for longer than it takes to query one stream; draws
//! nothing while nothing is new; panics on nothing that a stream, a window system or a driver does.
//!
//! ```text
//! Store ─▶ app (App::ui) ─▶ panels ─▶ plot ─▶ egui output + scenes ─▶ painting ─▶ window, or picture file
//!           │ commands, palette, notices, exports, layouts
//! ```
//!
//! The plot widget is our own, on egui's painter: `egui_plot`'s grid, background and fixed gestures would have
//! had to be fought one by one, and on a software adapter its fills cost more than the data.

mod app;
mod derive_dialog;
#[cfg_attr(not(target_os = "linux"), path = "display_elsewhere.rs")]
mod display;
mod export_dialog;
mod exports;
mod frames;
mod gpu_status;
mod icon;
mod painting;
mod panels;
mod picture;
mod pressed;
mod recovery;
mod status;
mod surface;
mod threads;
pub mod widget;
mod window;

pub(crate) use self::app::Draw;
pub use app::App;
pub use egui;
pub use frames::{FrameStats, Percentiles};
pub use picture::{Pictures, picture, scaled_picture};
pub(crate) use window::show;
pub use window::{Closer, WindowError, WindowOptions, run, run_app};
#[doc(hidden)]
pub use window::{Faults, run_with_faults};
