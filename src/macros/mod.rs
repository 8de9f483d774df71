//! What [`plot!`](crate::plot!) and [`plot_event!`](crate::plot_event) stand on: a stream on first use, in any function of
//! any thread.
//!
//! Contract: never fails, never panics, never blocks but on the first use of a name; the first error of a name is one line
//! on standard error.
//!
//! ```text
//! plot!("energy", t, e) ─▶ Site, one for each call site and thread ─▶ Slot, one for each name and thread ─▶ Producer
//!                           on first use: thread.rs finds the slot, names.rs finds the name in the process
//! ```

mod capture;
mod clock;
mod expand;
mod fields;
mod form;
mod names;
mod plotted;
mod site;
mod thread;

pub use self::capture::{Captured, capture};
pub use self::form::{Given, Plane};
pub use self::plotted::Plotted;
pub use self::site::{OneSite, Site, event};
pub use crate::stream::Number;
