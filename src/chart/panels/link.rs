//! Panels that show the same x: what moves one moves the others. They count on one clock.

use super::super::link::{Lead, Shared, SharedTrigger};
use super::super::options::Options;
use super::super::snapshot::StreamSnapshot;
use super::super::state::PlotState;
use super::PanelList;
use crate::store::Clock;

impl PanelList {
    /// Tells linked panels what they share, and looks for triggers.
    pub(crate) fn link(&mut self, now_secs: f64, streams: &[StreamSnapshot], options: &Options) {
        let over_time = self.list.iter_mut().filter(|plot| plot.kind().is_over_time());
        let (with_points, without): (Vec<_>, Vec<_>) =
            over_time.map(|plot| (plot.choose_clock(streams), plot)).partition(|(has_points, _)| *has_points);
        // A panel without a point shows what the first one of the others shows.
        let first = with_points.iter().find_map(|(_, plot)| plot.link());
        if let Some(clock) = first {
            for (_, plot) in without {
                plot.set_clock(clock);
            }
        }
        let of_all: Vec<_> =
            self.list.iter().map(|plot| (plot.link(), plot.reach(streams, options))).collect();
        let mut triggers: Vec<(Clock, SharedTrigger)> = Vec::new();
        for (plot, (link, own)) in self.list.iter_mut().zip(&of_all) {
            if !plot.kind().is_over_time() {
                plot.unshare();
                continue;
            }
            let linked = of_all.iter().filter(|(other, _)| link.is_some() && other == link);
            let reach = linked.fold(*own, |all, (_, reach)| all.with(*reach));
            plot.share(Shared { reach, trigger: None }, streams);
            let has_trigger =
                |triggers: &[(Clock, _)]| triggers.iter().any(|(clock, _)| Some(*clock) == *link);
            // The first one that triggers does so for all.
            if !has_trigger(&triggers) {
                plot.look_for_trigger(now_secs, streams, reach.followed(), options);
                triggers.extend(link.zip(plot.trigger_to_share()));
            }
        }
        for plot in &mut self.list {
            let link = plot.link();
            let trigger = triggers.iter().find(|(clock, _)| Some(*clock) == link);
            plot.share_trigger(trigger.map(|(_, trigger)| *trigger));
        }
    }

    /// Moves linked panels to where one of them was moved by hand.
    pub(crate) fn follow_leader(&mut self) {
        let mut leads: Vec<(Clock, Lead)> = Vec::new();
        for plot in self.list.iter().filter(|plot| plot.was_moved()) {
            let link = plot.link().filter(|link| leads.iter().all(|(other, _)| other != link));
            leads.extend(link.map(|link| (link, plot.lead())));
        }
        for plot in self.list.iter_mut().filter(|plot| !plot.was_moved()) {
            let lead = leads.iter().find(|(clock, _)| Some(*clock) == plot.link());
            if let Some((_, lead)) = lead {
                plot.follow(*lead);
            }
        }
        self.list.iter_mut().for_each(PlotState::forget_moves);
    }

    /// Goes a view back or forward: in the panel of this key or in all, and of linked ones in that whose turn it is.
    pub(crate) fn step(&mut self, is_back: bool, key: Option<&str>, streams: &[StreamSnapshot]) {
        let is_meant = |plot: &PlotState| key.is_none_or(|key| plot.key() == key);
        let meant: Vec<_> =
            self.list.iter().filter(|plot| is_meant(plot)).map(|plot| (plot.key(), plot.link())).collect();
        let mut turns = Vec::new();
        for (own_key, link) in meant {
            let linked = self.list.iter().filter(|plot| link.is_some() && plot.link() == link);
            let numbered = linked.filter_map(|plot| Some((plot.next_step(is_back)?, plot.key())));
            let turn = if is_back { numbered.max() } else { numbered.min() };
            let turn = if link.is_none() { Some(own_key) } else { turn.map(|(_, key)| key) };
            turns.extend(turn.map(str::to_owned));
        }
        for plot in self.list.iter_mut().filter(|plot| turns.iter().any(|key| key == plot.key())) {
            plot.step(is_back, streams);
        }
        self.follow_leader();
    }

    /// Links a panel with the others, or takes it off them.
    pub(crate) fn toggle_link(&mut self, key: &str) {
        let clock = self.find(key).map(PlotState::clock);
        let lead = self.list.iter().find(|plot| plot.key() != key && plot.link() == clock && clock.is_some());
        let lead = lead.map(PlotState::lead);
        let plot = self.find_mut(key).filter(|plot| plot.kind().is_over_time());
        if let Some(plot) = plot
            && plot.toggle_link()
            && let Some(lead) = lead
        {
            plot.follow(lead);
        }
    }
}
