//! What panels that show the same x have in common.

use super::axes::FollowMode;
use super::bounds::union;
use super::view::Interval;
use crate::history::Scale;

/// What a panel over time has in common with those that it is linked with.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Shared {
    /// How far x reaches in all their streams.
    pub(crate) reach: Reach,
    /// The trigger that one of them stands on.
    pub(crate) trigger: Option<SharedTrigger>,
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

/// How far x reaches in the streams of a plot: of each kind of them the lowest and the newest x.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Reach {
    /// They have values, and not events alone.
    pub(crate) has_values: bool,
    /// Those that live.
    pub(crate) live: Option<(f64, f64)>,
    /// Those that were followed last.
    pub(crate) last: Option<(f64, f64)>,
    /// All of them.
    pub(crate) held: Option<(f64, f64)>,
}

impl Reach {
    /// That of both.
    pub(crate) fn with(self, other: Self) -> Self {
        if self.has_values != other.has_values && self.held.is_some() && other.held.is_some() {
            return if self.has_values { self } else { other };
        }
        let both = |a: Option<(f64, f64)>, b: Option<(f64, f64)>| union(a.into_iter().chain(b));
        Self {
            has_values: self.has_values || other.has_values,
            live: both(self.live, other.live),
            last: both(self.last, other.last),
            held: both(self.held, other.held),
        }
    }

    /// That of the streams to follow.
    pub(crate) fn followed(self) -> Option<(f64, f64)> {
        self.live.or(self.last).or(self.held)
    }
}

/// Where a linked panel was moved to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lead {
    pub(crate) motion: FollowMode,
    pub(crate) x: Interval,
    pub(crate) x_scale: Scale,
    pub(crate) by_hand_x: bool,
    pub(crate) span: Option<f64>,
}
