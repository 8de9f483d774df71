//! What a person set in a panel, and what linked panels tell each other.

use super::super::axes::FollowMode;
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
        let is_time = self.kind.is_over_time();
        let is_still = self.following.mode != FollowMode::Live;
        let shows_x = if is_time { is_still } else { self.axes.by_hand.x };
        PanelSettings {
            id: self.key.clone(),
            title: self.title.clone(),
            x_label: self.x_label.clone(),
            y_label: self.y_label.clone(),
            streams: self.members.sources.clone(),
            hidden: self.members.all_hidden(),
            log_x: self.axes.scales.x == Scale::Log10,
            log_y: self.axes.scales.y == Scale::Log10,
            unlinked: !self.linking.is_linked,
            span: self.following.span,
            autoscale: self.autoscale(),
            x: shows_x.then(|| values(self.axes.view.x, self.axes.scales.x)),
            y: self.axes.by_hand.y.then(|| values(self.axes.view.y, self.axes.scales.y)),
            trigger: self.triggering.trigger.settings.clone(),
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
        (self.following.mode, self.axes.by_hand.x, self.following.is_touched) =
            (FollowMode::Live, false, false);
        self.axes.by_hand.y = false;
        self.axes.reset();
        self.set_autoscale(autoscale);
        if self.kind.is_over_time() {
            self.set_trigger(trigger);
        }
        (self.title, self.x_label, self.y_label) = (title, x_label, y_label);
        self.members.sources = streams;
        self.members.hidden = hidden;
        self.axes.scales.x = Scale::log_if(log_x || options.log_x);
        self.axes.scales.y = Scale::log_if((log_y || options.log_y) && self.kind.has_values_on_y());
        self.linking.is_linked = !unlinked;
        self.following.span = span.filter(|span| span.is_finite() && *span > 0.0);
        self.ask(options);
        let place = |values: [f64; 2], scale: Scale| {
            let [Some(a), Some(b)] = values.map(|value| scale.checked_transform(value)) else { return None };
            (a < b).then(|| Interval::new(a, b))
        };
        if let Some(x) = x.and_then(|x| place(x, self.axes.scales.x)) {
            self.axes.view.x = x;
            self.axes.by_hand.x = true;
            if self.kind.is_over_time() {
                self.following.mode = FollowMode::Held;
                self.following.is_touched = true;
            }
        }
        if let Some(y) = y.and_then(|y| place(y, self.axes.scales.y)) {
            self.axes.view.y = y;
            self.axes.by_hand.y = true;
        }
    }

    /// What a tab calls it: its title, or its streams.
    pub(crate) fn shown_title(&self) -> String {
        match (self.title.as_str(), self.members.sources.as_slice()) {
            ("", []) => "empty".to_owned(),
            ("", [one]) => one.clone(),
            ("", [first, rest @ ..]) => format!("{first} and {} more", rest.len()),
            (title, _) => title.to_owned(),
        }
    }

    /// Whether somebody moved its x since it was last asked to forget that.
    pub(crate) fn was_moved(&self) -> bool {
        self.linking.is_moved
    }

    pub(crate) fn forget_moves(&mut self) {
        self.linking.is_moved = false;
    }

    pub(crate) fn lead(&self) -> Lead {
        Lead {
            motion: self.following.mode,
            x: self.axes.view.x,
            x_scale: self.axes.scales.x,
            by_hand_x: self.axes.by_hand.x,
            span: self.following.span,
        }
    }

    /// Shows the x that another panel was moved to.
    pub(crate) fn follow(&mut self, lead: Lead) {
        if self.axes.scales.x != lead.x_scale
            || self.following.mode == FollowMode::Live && lead.motion != FollowMode::Live
        {
            self.axes.auto_y.reset();
        }
        if self.following.mode == FollowMode::Live {
            self.axes.was_by_hand = self.axes.by_hand;
        }
        (self.following.mode, self.axes.view.x, self.axes.scales.x) = (lead.motion, lead.x, lead.x_scale);
        (self.axes.by_hand.x, self.following.span) = (lead.by_hand_x, lead.span);
        self.following.is_touched = true;
        // The step is that of the panel that was moved.
        self.settle_step();
    }
}
