//! What panels that show the same x have in common.

use super::state::Reach;
use super::view::Interval;

/// What a panel over time has in common with those that it is linked with.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Shared {
    /// How far x reaches in all their streams.
    pub(crate) reach: Reach,
    /// The trigger that one of them stands on.
    pub(crate) trigger: Option<SharedTrigger>,
    /// Width of the widest strip of y labels, points: plots one below the other begin on one line.
    pub(crate) strip_width: f32,
}

/// A trigger that several panels stand on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SharedTrigger {
    /// Its x.
    pub(crate) at: f64,
    /// What x shows.
    pub(crate) x: Interval,
    /// The same, counted from the trigger.
    pub(crate) from_it: Interval,
}
