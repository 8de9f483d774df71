//! What a person set in a panel.

use super::super::autoscale::Autoscale;
use super::super::trigger::TriggerSettings;
use serde::{Deserialize, Serialize};

/// What a layout keeps of a panel.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct PanelSettings {
    /// Its key in the arrangement.
    pub(crate) id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) x_label: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) y_label: Option<String>,
    /// Names of its streams.
    pub(crate) streams: Vec<String>,
    /// Those of them that are switched off.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) hidden: Vec<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) log_x: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) log_y: bool,
    /// Has an x of its own.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) unlinked: bool,
    /// Seconds shown while it follows, where somebody chose them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) span: Option<f64>,
    /// Lowest and highest x, where it stands still.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) x: Option<[f64; 2]>,
    /// How y goes along with the data.
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) autoscale: Autoscale,
    /// Lowest and highest y, where somebody chose them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) y: Option<[f64; 2]>,
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) trigger: TriggerSettings,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
pub(crate) fn is_false(value: &bool) -> bool {
    !value
}

pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl PanelSettings {
    /// # Errors
    /// What cannot be shown.
    pub(crate) fn check(&self) -> Result<(), String> {
        for (index, name) in self.streams.iter().enumerate() {
            if self.streams[..index].contains(name) {
                return Err(format!("the stream `{name}` is in it twice"));
            }
        }
        if let Some(name) = self.hidden.iter().find(|name| !self.streams.contains(name)) {
            return Err(format!("`{name}` is hidden and none of its streams"));
        }
        for (axis, range) in [("x", self.x), ("y", self.y)] {
            if let Some([low, high]) = range {
                if !low.is_finite() || !high.is_finite() {
                    return Err(format!("{axis}: [{low}, {high}] is not finite"));
                }
                if low >= high {
                    return Err(format!("{axis}: {low} is not below {high}"));
                }
            }
        }
        self.trigger.check()?;
        match self.span {
            Some(span) if !(span.is_finite() && span > 0.0) => Err(format!("the span {span} is not above 0")),
            _ => Ok(()),
        }
    }
}
