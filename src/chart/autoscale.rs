//! The ways in which y goes along with its data.

use serde::{Deserialize, Serialize};

/// How a y axis that was not moved by hand goes along with its data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Autoscale {
    /// It shows all that is visible.
    #[default]
    FitVisible,
    /// As that, and never shrinks.
    ExpandOnly,
    /// It shows what is visible but for spikes: without the lowest and the highest 2 % of the columns.
    SpikeInsensitive,
    /// The mean of what is visible lies in the middle.
    MeanCentred,
    /// It stays as it is.
    Fixed,
}

impl Autoscale {
    /// All of them, in the order in which a key steps through them.
    pub(crate) const ALL: [Self; 5] =
        [Self::FitVisible, Self::ExpandOnly, Self::SpikeInsensitive, Self::MeanCentred, Self::Fixed];

    /// What a menu calls it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::FitVisible => "Fit visible",
            Self::ExpandOnly => "Expand only",
            Self::SpikeInsensitive => "Ignore spikes",
            Self::MeanCentred => "Mean in the middle",
            Self::Fixed => "Fixed",
        }
    }

    /// What a badge says, and what that means; `None` for the usual way.
    pub(crate) fn badge(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::FitVisible => None,
            Self::ExpandOnly => {
                Some(("y expands only", "The y axis grows with the data and never shrinks; Y fits it"))
            }
            Self::SpikeInsensitive => Some((
                "y without spikes",
                "The y axis leaves out the lowest and highest 2 % of the columns: spikes may stick out",
            )),
            Self::MeanCentred => {
                Some(("y around mean", "The mean of what is visible stays in the middle of the y axis"))
            }
            Self::Fixed => Some(("y fixed", "The y axis stays as it is; Y fits it once")),
        }
    }

    /// The one after it.
    pub(crate) fn next(self) -> Self {
        let place = Self::ALL.iter().position(|mode| *mode == self).unwrap_or(0);
        Self::ALL[(place + 1) % Self::ALL.len()]
    }
}
