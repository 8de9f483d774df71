//! Streams in a terminal: what a window shows, in cells of characters.
//!
//! Contract: shows the ticks, values, words and colours of the window, since all of them come from [`chart`](crate::chart);
//! never holds two streams' locks, nor one while it writes; writes nothing while nothing is new; leaves the terminal as it
//! was, however it ends. Text that somebody else wrote is escaped before it becomes a cell.
//!
//! ```text
//! Store ─▶ App::draw ─▶ cells ─▶ what differs from the last frame ─▶ thread that writes ─▶ terminal
//!            ▲                                                          │ a frame only once the last one is out
//!            └── keys, mouse, resize ◀── thread that reads ◀────────────┴──────────── terminal
//! ```
//!
//! 1. A column of dots is a column of [`ColumnCache`](crate::history::ColumnCache): the span that the line covers in it,
//!    exactly, whatever the number of points. A cell of Braille has 2 × 4 dots.
//! 2. A cell has one colour: that of the last trace drawn in it.
//! 3. The loop waits. It draws after news, input or a resize, at most so often as asked for, and never while the frame
//!    before is still being written: so a slow terminal gets fewer frames and no old ones.

mod app;
mod areas;
mod axes;
mod colours;
mod commands;
mod cursors;
mod dots;
mod keys;
mod legend;
mod lists;
mod mouse;
mod panel;
mod plane;
mod pointer;
mod run;
mod shades;
mod table;
mod terminal;
mod text;
mod time;

pub(crate) use self::app::{App, Look};
pub(crate) use self::colours::Depth;
pub(crate) use self::dots::Marker;
pub(crate) use self::run::{Drawn, Pace, Wakers, run};
#[cfg(unix)]
pub(crate) use self::terminal::restore;
pub(crate) use self::text::print;
