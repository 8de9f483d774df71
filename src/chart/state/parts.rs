//! Parts of a plot's state: how it follows its data, moves with others, and stands on a trigger.

use super::super::axes::FollowMode;
use super::super::link::Shared;
use super::super::trigger::Trigger;
use super::super::view::Interval;
use crate::store::Clock;

/// How a plot goes along with its data.
#[derive(Debug, Default)]
pub(super) struct Following {
    pub(super) mode: FollowMode,
    /// Somebody moved, stopped or set it: it does not start or stop by itself any more.
    pub(super) is_touched: bool,
    /// The span to follow with, once it was chosen by hand.
    pub(super) span: Option<f64>,
    /// The x that it shows because the options of this run ask for it.
    pub(super) asked: Option<Interval>,
    /// What its x counts on.
    pub(super) clock: Clock,
    /// Names of the streams that it follows, or followed last.
    pub(super) followed: Vec<String>,
    pub(super) first_data_secs: Option<f64>,
    pub(super) newest_x: Option<f64>,
}

/// How a plot moves with others.
#[derive(Debug)]
pub(super) struct Linking {
    /// Shows the same x as other panels over time.
    pub(super) is_linked: bool,
    /// Somebody moved its x, which linked panels have not been told yet.
    pub(super) is_moved: bool,
    /// What it shares with the panels that it is linked with.
    pub(super) shared: Shared,
}

impl Default for Linking {
    fn default() -> Self {
        Self { is_linked: true, is_moved: false, shared: Shared::default() }
    }
}

/// The trigger of a plot.
#[derive(Debug, Default)]
pub(super) struct Triggering {
    pub(super) trigger: Trigger,
    /// The x that the plot shows because of it.
    pub(super) x: Option<Interval>,
}
