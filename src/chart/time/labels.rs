//! What the labels of time say.

use serde::{Deserialize, Serialize};

/// What the labels of time say.
///
/// ```
/// use ringplot::chart::{Options, TimeLabels};
///
/// let time = TimeLabels::from_name("utc");
/// assert_eq!(time, Some(TimeLabels::Utc));
/// let options = Options { time, ..Options::default() };
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeLabels {
    /// Local time for streams of a wall clock, seconds for the others.
    #[default]
    Auto,
    /// Seconds as the streams have them.
    Seconds,
    /// Date and time of day, UTC; for streams of a wall clock.
    Utc,
    /// Date and time of day in this machine's time zone; for streams of a wall clock.
    Local,
    /// The number of the sample; for streams with a fixed and common rate.
    Samples,
}

impl TimeLabels {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Auto, Self::Seconds, Self::Utc, Self::Local, Self::Samples];

    /// The name that layouts and the command line have.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Seconds => "seconds",
            Self::Utc => "utc",
            Self::Local => "local",
            Self::Samples => "samples",
        }
    }

    /// The labels of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|labels| labels.name() == name)
    }

    /// As menus have it.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Auto => "Time as the streams have it",
            Self::Seconds => "Time in seconds",
            Self::Utc => "Time in UTC",
            Self::Local => "Local time",
            Self::Samples => "Sample numbers",
        }
    }
}
