//! What a person sets of a trigger.

use serde::{Deserialize, Serialize};

use super::super::view::Interval;
use crate::store::Edge;

/// What happens without a trigger, and after one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Mode {
    /// The picture goes on by itself after a while without one.
    #[default]
    Auto,
    /// The picture waits for the next one.
    Normal,
    /// The picture of the first one is held.
    Single,
}

impl Mode {
    pub(crate) const ALL: [(Self, &'static str); 3] =
        [(Self::Auto, "Auto"), (Self::Normal, "Normal"), (Self::Single, "Single")];
}

/// The settings of a plot's trigger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(crate) struct TriggerSettings {
    /// Whether it is on.
    pub(crate) on: bool,
    /// Name of the stream that triggers; by default the first of the plot that is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<String>,
    /// Which crossings count.
    pub(crate) edge: Edge,
    /// The value to cross; by default the middle of what is visible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) level: Option<f64>,
    /// How far the stream must go beyond the level before the next crossing counts; by default a tenth of its range.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) hysteresis: Option<f64>,
    /// Least time between two triggers.
    pub(crate) hold_off_secs: f64,
    /// Share of the picture that lies before the trigger, 0 to 1.
    pub(crate) pre_trigger: f64,
    /// What happens without one.
    pub(crate) mode: Mode,
}

impl Default for TriggerSettings {
    fn default() -> Self {
        Self {
            on: false,
            source: None,
            edge: Edge::default(),
            level: None,
            hysteresis: None,
            hold_off_secs: 0.0,
            pre_trigger: 0.5,
            mode: Mode::default(),
        }
    }
}

impl TriggerSettings {
    /// # Errors
    /// Which number makes no sense.
    pub(crate) fn check(&self) -> Result<(), String> {
        let is_fine = |value: f64| value.is_finite() && value >= 0.0;
        let faults = [
            ("level", self.level.filter(|level| !level.is_finite()), "finite"),
            ("hysteresis", self.hysteresis.filter(|v| !is_fine(*v)), "0 or more"),
            ("hold-off-secs", Some(self.hold_off_secs).filter(|v| !is_fine(*v)), "0 or more"),
            ("pre-trigger", Some(self.pre_trigger).filter(|v| !(0.0..=1.0).contains(v)), "between 0 and 1"),
        ];
        match faults.iter().find_map(|(name, value, range)| Some((name, (*value)?, range))) {
            Some((name, value, range)) => Err(format!("trigger: {name} {value} is not {range}")),
            None => Ok(()),
        }
    }

    /// The same with numbers that can be reckoned with, whatever a file says.
    pub(super) fn tame(&self) -> Self {
        let or_zero = |v: f64| if v.is_finite() { v.clamp(0.0, 1e300) } else { 0.0 };
        Self {
            level: self.level.filter(|level| level.is_finite()),
            hysteresis: self.hysteresis.map(or_zero),
            hold_off_secs: or_zero(self.hold_off_secs),
            pre_trigger: or_zero(self.pre_trigger).min(1.0),
            ..self.clone()
        }
    }

    /// Share of the picture that lies after the trigger.
    pub(super) fn after(&self) -> f64 {
        1.0 - self.pre_trigger
    }

    /// The stretch of x that shows a trigger.
    pub(super) fn window(&self, at: f64, span: f64) -> Interval {
        Interval::new(at - span * self.pre_trigger, at + span * self.after())
    }
}
