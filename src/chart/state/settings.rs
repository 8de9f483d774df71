//! What a person set in a panel, and what linked panels tell each other.

use super::super::axes::FollowMode;
use super::super::kind::PlotKind;
use super::super::layout::PanelSettings;
use super::super::link::Lead;
use super::super::options::Options;
use super::super::view::Interval;
use super::PlotState;
use crate::history::Scale;

impl PlotState {
    /// What a layout keeps of it.
    pub(crate) fn settings(&self) -> PanelSettings {
        let values =
            |interval: Interval, scale: Scale| [scale.inverse(interval.min), scale.inverse(interval.max)];
        let is_time = self.kind == PlotKind::Time;
        let is_still = self.motion != FollowMode::Live;
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
        (self.motion, self.by_hand.x, self.is_touched) = (FollowMode::Live, false, false);
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
            let [Some(a), Some(b)] = values.map(|value| scale.checked_transform(value)) else { return None };
            (a < b).then(|| Interval::new(a, b))
        };
        if let Some(x) = x.and_then(|x| place(x, self.scales.x)) {
            self.view.x = x;
            self.by_hand.x = true;
            if self.kind == PlotKind::Time {
                self.motion = FollowMode::Held;
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
        if self.scales.x != lead.x_scale || self.motion == FollowMode::Live && lead.motion != FollowMode::Live
        {
            self.auto_y.reset();
        }
        if self.motion == FollowMode::Live {
            self.was_by_hand = self.by_hand;
        }
        (self.motion, self.view.x, self.scales.x) = (lead.motion, lead.x, lead.x_scale);
        (self.by_hand.x, self.span) = (lead.by_hand_x, lead.span);
        self.is_touched = true;
        // The step is that of the panel that was moved.
        self.settle_step();
    }
}
