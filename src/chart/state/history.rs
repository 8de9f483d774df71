//! The views that a plot had, to go back to and forward again as through the pages of a browser.
//!
//! What a plot is asked for is looked at once a frame, so that no gesture has to say what it did. What follows or fits
//! by itself is no part of it: a plot that follows stands where it stood.

use super::super::kind::Flow;
use super::super::snapshot::StreamSnapshot;

use super::super::axes::FollowMode;
use super::super::steps::{Standing, StandingY};
use super::PlotState;
use super::plot_axes::YAxis;

impl PlotState {
    fn standing(&self) -> Standing {
        let is_live = self.following.mode == FollowMode::Live;
        let [has_x, has_y] = match self.kind.flow() {
            Flow::X => [!is_live, false],
            Flow::Y => [self.axes.x.by_hand, !is_live],
            Flow::InPlace => [self.axes.x.by_hand, false],
        };
        let of_y = |y: &YAxis| StandingY {
            view: (y.by_hand || has_y).then_some(y.view),
            by_hand: y.by_hand,
            scale: y.scale,
        };
        Standing {
            is_live,
            x: has_x.then_some(self.axes.x.view),
            y: std::array::from_fn(|axis| self.axes.ys().get(axis).map(of_y)),
            x_by_hand: self.axes.x.by_hand,
            x_scale: self.axes.x.scale,
            span: self.following.span,
            clock: self.following.clock,
        }
    }

    /// The number of the step that would be gone back or forward, if there is one.
    pub(crate) fn next_step(&self, is_back: bool) -> Option<usize> {
        let [back, forward] = self.steps.next();
        if is_back { back } else { forward }
    }

    /// Looks at what was asked for since the last time, once a gesture is over.
    pub(super) fn note_step(&mut self, now_secs: f64) {
        if self.drag.is_none() {
            self.steps.observe(&self.standing(), std::mem::take(&mut self.is_notch), now_secs);
        }
    }

    /// What changed since [`note_step`](Self::note_step) changed by itself.
    pub(crate) fn settle_step(&mut self) {
        if self.drag.is_none() {
            self.steps.settle(self.standing());
        }
    }

    /// Shows the view before this one, or the one after it.
    pub(crate) fn step(&mut self, is_back: bool, streams: &[StreamSnapshot]) {
        if self.drag.is_some() {
            return;
        }
        // What a menu did since the last frame comes first.
        self.steps.observe(&self.standing(), false, 0.0);
        if let Some(to) = if is_back { self.steps.back() } else { self.steps.forward() } {
            self.stand(to, streams);
            self.settle_step();
        }
    }

    fn stand(&mut self, to: Standing, streams: &[StreamSnapshot]) {
        if self.axes.x.scale != to.x_scale {
            self.axes.x.scale = to.x_scale;
            self.axes.reset();
        }
        if to.is_live {
            self.go_live();
        } else {
            self.hold(streams, self.following.mode.stopped());
        }
        self.following.is_touched = true;
        self.following.span = to.span;
        self.following.clock = to.clock;
        self.axes.x.by_hand = to.x_by_hand;
        match to.x {
            Some(x) => self.axes.x.view = x,
            None if !self.kind.is_over_time() => self.axes.x.auto.reset(),
            None => {}
        }
        // Where there are more axes than there were, or less, each may be another one.
        let count = to.y.iter().flatten().count();
        if count != self.axes.ys().len() {
            return;
        }
        for (y, to) in self.axes.ys_mut().iter_mut().zip(to.y.into_iter().flatten()) {
            if y.scale != to.scale {
                y.scale = to.scale;
                y.auto.reset();
            }
            y.by_hand = to.by_hand;
            match to.view {
                Some(view) => y.view = view,
                None => y.fit_anew(),
            }
        }
    }
}
