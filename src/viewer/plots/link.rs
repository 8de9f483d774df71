//! Panels that show the same x: what moves one moves the others.

use super::{PlotKind, Plots};
use crate::viewer::seen::SeenStream;

/// What panels over time with a common x share.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Shared {
    /// Lowest x held, and the newest, of all their streams.
    pub(crate) bounds: Option<(f64, f64)>,
    /// Width of the widest strip of y labels, points: plots one below the other begin on one line.
    pub(crate) strip_width: f32,
}

impl Plots {
    /// Tells linked panels what they share.
    pub(super) fn link(&mut self, streams: &[SeenStream]) {
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

    /// Links a panel with the others, or takes it off them.
    pub(crate) fn toggle_link(&mut self, key: &str) {
        let lead = self.list.iter().find(|plot| plot.key() != key && plot.is_linked_over_time());
        let lead = lead.map(super::PlotState::lead);
        self.edits += 1;
        if let Some(plot) = self.find_mut(key).filter(|plot| plot.kind() == PlotKind::Time) {
            plot.is_linked = !plot.is_linked;
            if let (true, Some(lead)) = (plot.is_linked, lead) {
                plot.follow(lead);
            }
        }
    }
}
