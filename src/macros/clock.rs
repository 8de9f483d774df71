//! Time since the program's first plot.

use std::sync::OnceLock;
use std::time::{Instant, SystemTime};

/// The program's first plot, by the clock that does not jump and by the wall's.
static FIRST: OnceLock<(Instant, SystemTime)> = OnceLock::new();

/// The moment of the program's first plot, which is now if nothing was plotted before.
pub(super) fn first_plot() -> (Instant, SystemTime) {
    *FIRST.get_or_init(|| (Instant::now(), SystemTime::now()))
}

/// Seconds since the program's first plot.
pub(super) fn now() -> f64 {
    first_plot().0.elapsed().as_secs_f64()
}
