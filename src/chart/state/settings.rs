//! What a person set in a panel, and what linked panels tell each other.

use super::super::axes::FollowMode;
use super::super::layout::{AxisSettings, PanelSettings};
use super::super::link::Lead;
use super::super::options::Options;
use super::super::view::Interval;
use super::PlotState;
use super::plot_axes::YAxis;
use super::y_axes::interval_of;
use crate::history::Scale;

impl PlotState {
    /// What a layout keeps of it.
    pub(crate) fn settings(&self) -> PanelSettings {
        let values =
            |interval: Interval, scale: Scale| [scale.inverse(interval.min), scale.inverse(interval.max)];
        let is_time = self.kind.is_over_time();
        let is_still = self.following.mode != FollowMode::Live;
        let shows_x = if is_time { is_still } else { self.axes.x.by_hand };
        let Some((first, further)) = self.axes.list().split_first() else {
            return PanelSettings::default();
        };
        PanelSettings {
            id: self.key.clone(),
            title: self.title.clone(),
            x_label: self.x_label.clone(),
            y_label: first.label.clone(),
            streams: self.members.sources.clone(),
            hidden: self.members.all_hidden(),
            log_x: self.axes.x.scale == Scale::Log10,
            log_y: first.scale == Scale::Log10,
            unlinked: !self.linking.is_linked,
            span: self.following.span,
            autoscale: first.autoscale,
            x: shows_x.then(|| values(self.axes.x.view, self.axes.x.scale)),
            y: first.by_hand.then(|| first.values()),
            one_axis: self.axes.is_one,
            normalised: self.axes.is_normalised(),
            trigger: self.triggering.trigger.settings.clone(),
            axes: further.iter().map(YAxis::settings).collect(),
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
            one_axis,
            normalised,
            axes,
            ..
        } = settings;
        let x = x.filter(|_| options.x_range.is_none());
        let span = span.filter(|_| options.x_range.is_none() && options.x_span_secs.is_none());
        (self.following.mode, self.axes.x.by_hand, self.following.is_touched) =
            (FollowMode::Live, false, false);
        self.axes.set_normalised(normalised);
        self.axes.is_one = one_axis && axes.is_empty();
        self.axes.x.auto.reset();
        if self.kind.is_over_time() {
            self.set_trigger(trigger);
        }
        (self.title, self.x_label) = (title, x_label);
        self.members.sources = streams;
        self.members.hide(hidden);
        self.axes.x.scale = Scale::log_if(log_x || options.log_x);
        let first = AxisSettings { label: y_label, streams: Vec::new(), log: log_y, autoscale, y };
        self.apply_y([vec![first], axes].concat(), options);
        self.linking.is_linked = !unlinked;
        self.following.span = span.filter(|span| span.is_finite() && *span > 0.0);
        self.ask(options);
        if let Some(x) = x.and_then(|x| interval_of(x, self.axes.x.scale)) {
            self.axes.x.view = x;
            self.axes.x.by_hand = true;
            if self.kind.is_over_time() {
                self.following.mode = FollowMode::Held;
                self.following.is_touched = true;
            }
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
            x: self.axes.x.view,
            x_scale: self.axes.x.scale,
            by_hand_x: self.axes.x.by_hand,
            span: self.following.span,
        }
    }

    /// Shows the x that another panel was moved to.
    pub(crate) fn follow(&mut self, lead: Lead) {
        if self.axes.x.scale != lead.x_scale
            || self.following.mode == FollowMode::Live && lead.motion != FollowMode::Live
        {
            self.axes.ys_mut().iter_mut().for_each(|y| y.auto.reset());
        }
        if self.following.mode == FollowMode::Live {
            self.axes.note_by_hand();
        }
        (self.following.mode, self.axes.x.view, self.axes.x.scale) = (lead.motion, lead.x, lead.x_scale);
        (self.axes.x.by_hand, self.following.span) = (lead.by_hand_x, lead.span);
        self.following.is_touched = true;
        // The step is that of the panel that was moved.
        self.settle_step();
    }
}
