//! Panels that show the same x: what moves one moves the others.

use super::super::app::Options;
use super::super::seen::SeenStream;
use super::super::view::Interval;
use super::{PlotKind, Plots};

/// What panels over time with a common x share.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Shared {
    /// Lowest x held, and the newest, of all their streams.
    pub(crate) bounds: Option<(f64, f64)>,
    /// The trigger that one of them stands on.
    pub(crate) trigger: Option<SharedTrigger>,
    /// Width of the widest strip of y labels, points: plots one below the other begin on one line.
    pub(crate) strip_width: f32,
}

/// A trigger that several panels stand on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SharedTrigger {
    /// Its x.
    pub(crate) at: f64,
    /// What x shows.
    pub(crate) x: Interval,
    /// The same, counted from the trigger.
    pub(crate) from_it: Interval,
}

impl Plots {
    /// Tells linked panels what they share, and looks for triggers.
    pub(super) fn link(&mut self, now_secs: f64, streams: &[SeenStream], options: &Options) {
        let mut shared = Shared::default();
        for plot in self.list.iter().filter(|plot| plot.is_linked_over_time()) {
            let bounds = plot.time_bounds(streams);
            shared.bounds = match (shared.bounds, bounds) {
                (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
                (a, b) => a.or(b),
            };
            shared.strip_width = shared.strip_width.max(plot.strip_width);
        }
        for plot in &mut self.list {
            if plot.is_linked_over_time() {
                // The first one that triggers does so for all.
                if shared.trigger.is_none() {
                    plot.look_for_trigger(now_secs, streams, shared.bounds, options);
                    shared.trigger = plot.trigger_to_share();
                }
            } else {
                let bounds = plot.time_bounds(streams);
                plot.look_for_trigger(now_secs, streams, bounds, options);
            }
        }
        for plot in &mut self.list {
            plot.shared = plot.is_linked_over_time().then_some(shared);
        }
    }

    /// Moves linked panels to where one of them was moved by hand.
    pub(crate) fn follow_leader(&mut self) {
        let leader = self.list.iter().find(|plot| plot.is_linked_over_time() && plot.was_moved());
        if let Some(lead) = leader.map(super::PlotState::lead) {
            for plot in self.list.iter_mut().filter(|plot| plot.is_linked_over_time()) {
                if !plot.was_moved() {
                    plot.follow(lead);
                }
            }
        }
        self.list.iter_mut().for_each(super::PlotState::forget_moves);
    }

    /// Goes a view back or forward: in the panel of this key or in all, and of linked ones in that whose turn it is.
    pub(crate) fn step(&mut self, is_back: bool, key: Option<&str>, streams: &[SeenStream]) {
        let is_meant = |plot: &super::PlotState| key.is_none_or(|key| plot.key() == key);
        let linked = self.list.iter().filter(|plot| plot.is_linked_over_time());
        let is_linked_meant = linked.clone().any(is_meant);
        let numbered = linked.filter_map(|plot| Some((plot.next_step(is_back)?, plot.key().to_owned())));
        let turn = if is_back { numbered.max() } else { numbered.min() };
        let turn = turn.filter(|_| is_linked_meant).map(|(_, key)| key);
        for plot in &mut self.list {
            let is_its_turn =
                if plot.is_linked_over_time() { turn.as_deref() == Some(plot.key()) } else { is_meant(plot) };
            if is_its_turn {
                plot.step(is_back, streams);
            }
        }
        self.follow_leader();
    }

    /// Links a panel with the others, or takes it off them.
    pub(crate) fn toggle_link(&mut self, key: &str) {
        let lead = self.list.iter().find(|plot| plot.key() != key && plot.is_linked_over_time());
        let lead = lead.map(super::PlotState::lead);
        if let Some(plot) = self.find_mut(key).filter(|plot| plot.kind() == PlotKind::Time) {
            plot.is_linked = !plot.is_linked;
            if let (true, Some(lead)) = (plot.is_linked, lead) {
                plot.follow(lead);
            }
        }
    }
}
