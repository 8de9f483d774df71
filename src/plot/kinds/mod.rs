//! The kinds of plots: how each draws what it shows.

mod density;
mod spread;
mod trace;
pub(crate) mod waterfall;

pub(crate) use self::density::{Density, DensityFrame};
