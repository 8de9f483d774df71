//! Pictures and data as files.
//!
//! ```text
//! ─┬─ CSV: chunks are copied under short locks
//!  ├─ SVG: the shapes and scenes of a frame that was laid out
//!  └─ PNG: a picture that the GPU drew
//! ```
//! A file appears under its name when it is complete, and no file is replaced unasked. What takes long is written on a
//! thread, `ringplot: export`, and tells how far it is.

pub(crate) mod csv;
mod file;
mod format;
pub(crate) mod job;
mod number;
#[cfg(feature = "viewer")]
mod outlines;
#[cfg(feature = "viewer")]
pub(crate) mod place;
#[cfg(feature = "viewer")]
pub(crate) mod svg;
#[cfg(feature = "viewer")]
mod svg_scene;
#[cfg(feature = "viewer")]
mod svg_text;
#[cfg(feature = "viewer")]
mod svg_writer;

pub(crate) use self::file::{SaveError, check_target, save};
pub(crate) use self::format::{ExportRange, Format};
pub(crate) use self::job::{ExportError, Job, Progress};
pub(crate) use self::number::{is_filler, write_number, write_value};
