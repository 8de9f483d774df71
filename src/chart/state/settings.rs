//! What a person set in a panel, and what linked panels tell each other.

use serde::{Deserialize, Serialize};

use super::super::kind::PlotKind;
use super::super::options::Options;
use super::super::trigger::TriggerSettings;
use super::super::view::Interval;
use super::autoscale::Autoscale;
use super::{Motion, PlotState};
use crate::history::Scale;

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
fn is_false(value: &bool) -> bool {
    !value
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Where a linked panel was moved to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Lead {
    motion: Motion,
    x: Interval,
    x_scale: Scale,
    by_hand_x: bool,
    span: Option<f64>,
}

impl PlotState {
    /// What a layout keeps of it.
    pub(crate) fn settings(&self) -> PanelSettings {
        let values =
            |interval: Interval, scale: Scale| [scale.value(interval.min), scale.value(interval.max)];
        let is_time = self.kind == PlotKind::Time;
        let is_still = self.motion != Motion::Live;
        let shows_x = if is_time { is_still } else { self.by_hand.x };
        // Of streams that are not there, too.
        let is_here = |name: &&String| self.members.iter().any(|member| member.name == **name);
        let absent = self.hidden.iter().filter(|name| !is_here(name)).cloned();
        let hidden = self.members.iter().filter(|member| member.is_hidden);
        let hidden = hidden.map(|member| member.name.clone()).chain(absent);
        let hidden = hidden.filter(|name| self.sources.contains(name));
        PanelSettings {
            id: self.key.clone(),
            title: self.title.clone(),
            x_label: self.x_label.clone(),
            y_label: self.y_label.clone(),
            streams: self.sources.clone(),
            hidden: hidden.collect(),
            log_x: self.scales.x == Scale::Log10,
            log_y: self.scales.y == Scale::Log10,
            unlinked: !self.is_linked,
            span: self.span,
            autoscale: self.autoscale(),
            x: shows_x.then(|| values(self.view.x, self.scales.x)),
            y: self.by_hand.y.then(|| values(self.view.y, self.scales.y)),
            trigger: self.trigger.settings.clone(),
        }
    }

    /// Takes over what a layout kept, but for what the options of this run say.
    pub(crate) fn apply(&mut self, settings: PanelSettings, options: &Options) {
        let PanelSettings {
            title,
            x_label,
            y_label,
            streams,
            hidden,
            log_x,
            log_y,
            unlinked,
            span,
            autoscale,
            x,
            y,
            trigger,
            ..
        } = settings;
        let x = x.filter(|_| options.x_range.is_none());
        let span = span.filter(|_| options.x_range.is_none() && options.x_span_secs.is_none());
        let y = y.filter(|_| options.y_min.is_none() && options.y_max.is_none());
        (self.motion, self.by_hand.x, self.is_touched) = (Motion::Live, false, false);
        self.by_hand.y = false;
        self.auto_x.reset();
        self.auto_y.reset();
        self.set_autoscale(autoscale);
        if self.kind == PlotKind::Time {
            self.set_trigger(trigger);
        }
        (self.title, self.x_label, self.y_label) = (title, x_label, y_label);
        self.sources = streams;
        self.hidden = hidden;
        self.scales.x = Scale::log_if(log_x || options.log_x);
        self.scales.y = Scale::log_if((log_y || options.log_y) && self.kind != PlotKind::Waterfall);
        self.is_linked = !unlinked;
        self.span = span.filter(|span| span.is_finite() && *span > 0.0);
        self.ask(options);
        let place = |values: [f64; 2], scale: Scale| {
            let [Some(a), Some(b)] = values.map(|value| scale.place_of(value)) else { return None };
            (a < b).then(|| Interval::new(a, b))
        };
        if let Some(x) = x.and_then(|x| place(x, self.scales.x)) {
            self.view.x = x;
            self.by_hand.x = true;
            if self.kind == PlotKind::Time {
                self.motion = Motion::Held;
                self.is_touched = true;
            }
        }
        if let Some(y) = y.and_then(|y| place(y, self.scales.y)) {
            self.view.y = y;
            self.by_hand.y = true;
        }
    }

    /// What a tab calls it: its title, or its streams.
    pub(crate) fn shown_title(&self) -> String {
        match (self.title.as_str(), self.sources.as_slice()) {
            ("", []) => "empty".to_owned(),
            ("", [one]) => one.clone(),
            ("", [first, rest @ ..]) => format!("{first} and {} more", rest.len()),
            (title, _) => title.to_owned(),
        }
    }

    /// Whether somebody moved its x since it was last asked to forget that.
    pub(crate) fn was_moved(&self) -> bool {
        self.is_moved
    }

    pub(crate) fn forget_moves(&mut self) {
        self.is_moved = false;
    }

    pub(crate) fn lead(&self) -> Lead {
        Lead {
            motion: self.motion,
            x: self.view.x,
            x_scale: self.scales.x,
            by_hand_x: self.by_hand.x,
            span: self.span,
        }
    }

    /// Shows the x that another panel was moved to.
    pub(crate) fn follow(&mut self, lead: Lead) {
        if self.scales.x != lead.x_scale || self.motion == Motion::Live && lead.motion != Motion::Live {
            self.auto_y.reset();
        }
        if self.motion == Motion::Live {
            self.was_by_hand = self.by_hand;
        }
        (self.motion, self.view.x, self.scales.x) = (lead.motion, lead.x, lead.x_scale);
        (self.by_hand.x, self.span) = (lead.by_hand_x, lead.span);
        self.is_touched = true;
        // The step is that of the panel that was moved.
        self.settle_step();
    }
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
