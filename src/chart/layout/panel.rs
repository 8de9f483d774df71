//! What a person set in a panel.

use super::super::autoscale::Autoscale;
use super::super::axes::MOST_Y_AXES;
use super::super::trigger::TriggerSettings;
use serde::{Deserialize, Serialize};

/// What a layout keeps of a panel.
#[expect(clippy::struct_excessive_bools, reason = "each is a key of a file")]
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
    /// All streams lie on one y axis, whatever their units.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) one_axis: bool,
    /// Each stream goes from 0 to 100.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) normalised: bool,
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) trigger: TriggerSettings,
    /// Its second y axis and those after it. The keys of the panel are about the first, on which those of its streams lie
    /// that no axis names.
    #[serde(rename = "axis", skip_serializing_if = "Vec::is_empty")]
    pub(crate) axes: Vec<AxisSettings>,
}

/// What a layout keeps of a y axis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct AxisSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) label: Option<String>,
    /// Names of its streams, which are among those of its panel.
    pub(crate) streams: Vec<String>,
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) log: bool,
    /// How it goes along with the data.
    #[serde(skip_serializing_if = "is_default")]
    pub(crate) autoscale: Autoscale,
    /// Lowest and highest y, where somebody chose them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) y: Option<[f64; 2]>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
pub(crate) fn is_false(value: &bool) -> bool {
    !value
}

pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl PanelSettings {
    /// The same without where its views stand, and on which scales.
    pub(crate) fn without_views(&self) -> Self {
        let mut panel = self.clone();
        panel.take_views(&Self { axes: vec![AxisSettings::default(); self.axes.len()], ..Self::default() });
        panel
    }

    /// Stands where another one does.
    pub(crate) fn take_views(&mut self, other: &Self) {
        (self.log_x, self.log_y, self.span) = (other.log_x, other.log_y, other.span);
        (self.x, self.y) = (other.x, other.y);
        if self.axes.len() == other.axes.len() {
            for (axis, other) in self.axes.iter_mut().zip(&other.axes) {
                (axis.log, axis.y) = (other.log, other.y);
            }
        }
    }

    fn check_axes(&self) -> Result<(), String> {
        if self.axes.len() >= MOST_Y_AXES {
            let count = self.axes.len() + 1;
            return Err(format!("it has {count} y axes, and there can be {MOST_Y_AXES}"));
        }
        if self.one_axis && !self.axes.is_empty() {
            return Err("it has one axis and names more of them: leave out `one-axis`".to_owned());
        }
        let mut placed: Vec<&String> = Vec::new();
        for name in self.axes.iter().flat_map(|axis| &axis.streams) {
            if !self.streams.contains(name) {
                return Err(format!("`{name}` has an axis and is none of its streams"));
            }
            if placed.contains(&name) {
                return Err(format!("`{name}` is on two axes"));
            }
            placed.push(name);
        }
        if self.axes.iter().any(|axis| axis.streams.is_empty()) {
            return Err("an axis has no streams: name some of the panel's".to_owned());
        }
        Ok(())
    }

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
        let of_axes = self.axes.iter().map(|axis| ("y", axis.y));
        for (axis, range) in [("x", self.x), ("y", self.y)].into_iter().chain(of_axes) {
            if let Some([low, high]) = range {
                if !low.is_finite() || !high.is_finite() {
                    return Err(format!("{axis}: [{low}, {high}] is not finite"));
                }
                if low >= high {
                    return Err(format!("{axis}: {low} is not below {high}"));
                }
            }
        }
        self.check_axes()?;
        self.trigger.check()?;
        match self.span {
            Some(span) if !(span.is_finite() && span > 0.0) => Err(format!("the span {span} is not above 0")),
            _ => Ok(()),
        }
    }
}
