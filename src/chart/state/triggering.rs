//! What a trigger does to a plot over time.

use std::ops::ControlFlow;

use super::super::axes::FollowMode;
use super::super::link::SharedTrigger;
use super::super::options::Options;
use super::super::snapshot::StreamSnapshot;
use super::super::trigger::{Trigger, TriggerSettings};
use super::super::view::Interval;
use super::{Member, PlotState};
use crate::history::Scale;
use crate::store::Source;

impl PlotState {
    /// Its trigger, switched on or not.
    pub(crate) fn trigger(&self) -> &Trigger {
        &self.triggering.trigger
    }

    /// Whether it can have a trigger: over even time.
    pub(crate) fn can_trigger(&self) -> bool {
        self.kind.is_over_time() && self.axes.x.scale == Scale::Linear
    }

    /// Switches the trigger on, and follows; or off.
    pub(crate) fn toggle_trigger(&mut self) {
        if self.kind.is_over_time() {
            self.triggering.trigger.toggle();
            if self.triggering.trigger.is_on() {
                self.go_live();
            }
        }
    }

    /// Shows the settings of the trigger, or no more.
    pub(crate) fn open_trigger(&mut self, is_open: bool) {
        self.triggering.trigger.is_open = is_open && self.kind.is_over_time();
    }

    /// Changes the settings of the trigger, which looks anew.
    pub(crate) fn set_trigger(&mut self, settings: TriggerSettings) {
        let was_on = self.triggering.trigger.is_on();
        self.triggering.trigger.change(settings);
        if self.triggering.trigger.is_on() && !was_on {
            self.go_live();
        }
    }

    /// The stream that triggers: the chosen one, or the first that is shown.
    pub(crate) fn trigger_member(&self) -> Option<&Member> {
        if let Some(name) = &self.triggering.trigger.settings.source {
            return self.members.list.iter().find(|member| member.name == *name);
        }
        let mut values = self.members.list.iter().filter(|member| !member.is_events);
        values.clone().find(|member| !member.is_hidden).or(values.next())
    }

    /// Whether its trigger says what is shown.
    pub(crate) fn is_triggering(&self) -> bool {
        self.triggering.trigger.is_on() && self.can_trigger() && self.following.mode == FollowMode::Live
    }

    /// Looks for triggers among the samples up to the newest of `bounds`, and holds the picture of a single one.
    pub(crate) fn look_for_trigger(
        &mut self,
        now_secs: f64,
        streams: &[StreamSnapshot],
        bounds: Option<(f64, f64)>,
        options: &Options,
    ) {
        self.triggering.x = None;
        let Some((oldest, newest)) = bounds.filter(|_| self.is_triggering()) else { return };
        let span = self.live_span(newest - oldest, options);
        let stream = self.trigger_member().and_then(|member| streams.get(member.index));
        let is_busy = self.drag.is_some();
        let source = stream.and_then(|stream| {
            let (_, newest) = stream.reach(span)?;
            Some(Source { stream: &stream.shared, run: stream.run, end: stream.end, newest })
        });
        let shown = self.triggering.trigger.follow(source, span, now_secs, is_busy);
        match shown {
            ControlFlow::Continue(x) => self.triggering.x = x,
            ControlFlow::Break(x) => {
                self.hold(streams, FollowMode::Held);
                self.axes.x.view = x;
            }
        }
    }

    /// The x that a live plot shows because of a trigger: its own, or that of a linked panel.
    pub(super) fn triggered_x(&self) -> Option<Interval> {
        let shared = self.linking.shared.trigger.map(|trigger| trigger.x);
        shared.or(self.triggering.x.filter(|_| self.is_triggering())).filter(|_| self.can_trigger())
    }

    /// What panels that are linked with this one show because of its trigger.
    pub(crate) fn trigger_to_share(&self) -> Option<SharedTrigger> {
        let at = self.triggering.trigger.shown().filter(|_| self.can_trigger())?;
        let x = self.triggering.x.unwrap_or(self.axes.x.view);
        Some(SharedTrigger { at, x, from_it: self.triggering.trigger.window_from_it() })
    }

    /// The trigger that the picture stands on: its own, or that of a linked panel.
    fn anchor(&self) -> Option<f64> {
        let shared = self.linking.shared.trigger.map(|trigger| trigger.at);
        self.triggering.trigger.shown().or(shared).filter(|_| self.can_trigger())
    }

    /// Whether the picture stands on a trigger.
    pub(super) fn is_anchored(&self) -> bool {
        self.anchor().is_some()
    }

    /// Takes a view of x that a hand chose while the picture stands on a trigger: another span, another share before
    /// the trigger. False where there is no such picture.
    pub(super) fn retune(&mut self, x: Interval) -> bool {
        let Some(at) = self
            .triggering
            .trigger
            .shown()
            .filter(|_| self.following.mode == FollowMode::Live && self.can_trigger())
        else {
            return false;
        };
        self.following.span = Some(x.span());
        self.triggering.trigger.settings.pre_trigger = x.fraction(at).clamp(0.0, 1.0);
        true
    }

    /// What the x axis counts from: the trigger that is shown, or 0.
    pub(crate) fn x_origin(&self) -> f64 {
        self.anchor().unwrap_or(0.0)
    }

    /// The x that is drawn, as the axis counts it.
    pub(crate) fn x_on_axis(&self) -> Interval {
        let x = self.axes.x.drawn;
        let shared = self.linking.shared.trigger.map(|trigger| trigger.from_it);
        match self.anchor() {
            // The same from picture to picture, to the last bit.
            Some(_) if self.following.mode == FollowMode::Live => {
                shared.unwrap_or_else(|| self.triggering.trigger.window_from_it())
            }
            Some(at) => Interval::new(x.min - at, x.max - at),
            None => x,
        }
    }
}
