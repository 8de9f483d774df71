//! How a plot is moved: by gestures and commands, and back to following.

use super::super::axes::{Axes, FollowMode};
use super::super::kind::Flow;
use super::super::snapshot::StreamSnapshot;
use super::super::view::{Interval, View};
use super::PlotState;

impl PlotState {
    /// Stops following: the picture stands still from here on.
    pub(crate) fn hold(&mut self, streams: &[StreamSnapshot], motion: FollowMode) {
        self.linking.is_moved = true;
        self.following.is_touched = true;
        let was_live = self.following.mode == FollowMode::Live;
        self.following.mode = motion;
        if !was_live {
            return;
        }
        self.axes.was_by_hand = self.axes.by_hand;
        self.axes.view.x = self.axes.drawn.x;
        match self.kind.flow() {
            Flow::X => return,
            Flow::Y => {
                self.axes.view.y = self.axes.drawn.y;
                return;
            }
            Flow::InPlace => {}
        }
        self.held.keep(self.members.streams(streams), self.axes.scales);
    }

    /// Follows again. Over time: with the span that is shown now, and the y of before, since a box that was zoomed to
    /// may lie nowhere near what comes. In the plane: with the view that is shown now.
    pub(crate) fn go_live(&mut self) {
        self.linking.is_moved = true;
        if self.following.mode != FollowMode::Live {
            self.following.mode = FollowMode::Live;
            self.triggering.trigger.arm();
            if self.kind.is_over_time() {
                if self.axes.by_hand.x {
                    self.following.span = Some(self.axes.view.x.span());
                    self.axes.by_hand.x = false;
                }
                if self.axes.by_hand.y && !self.axes.was_by_hand.y {
                    self.axes.by_hand.y = false;
                    self.axes.fit_y_anew();
                }
            }
            if !self.kind.has_values_on_y() && self.axes.by_hand.y {
                self.following.span = Some(self.axes.view.y.span());
                self.axes.by_hand.y = false;
            }
            self.held.clear();
            self.drag = None;
        }
    }

    /// Shows all of the axes' data, and lets them fit again.
    pub(crate) fn fit(&mut self, axes: Axes, streams: &[StreamSnapshot]) {
        if axes.x && self.kind.is_over_time() {
            self.hold(streams, FollowMode::Held);
            self.fit_time_x(streams);
        }
        if axes.y && !self.kind.has_values_on_y() {
            self.hold(streams, FollowMode::Held);
            self.fit_waterfall_y(streams);
        }
        if axes.x {
            self.linking.is_moved = true;
            self.axes.by_hand.x = false;
            self.axes.auto_x.reset();
        }
        if axes.y {
            self.axes.by_hand.y = false;
            self.axes.auto_y.reset();
        }
    }

    /// Shows this view; only the given axes change.
    pub(crate) fn show(&mut self, mut axes: Axes, view: View, streams: &[StreamSnapshot]) {
        if axes.x && self.retune(view.x) {
            axes.x = false;
        }
        // Over time the other axis may move while the one follows; in the plane there is no such axis.
        let stops = match self.kind.flow() {
            Flow::X => axes.x,
            Flow::Y => axes.y,
            Flow::InPlace => true,
        };
        if stops {
            self.hold(streams, self.following.mode.stopped());
        }
        if axes.x {
            self.linking.is_moved = true;
            self.axes.by_hand.x = true;
            self.axes.view.x = Interval::new(view.x.min, view.x.max);
            if self.kind.is_over_time() && !self.axes.by_hand.y {
                self.axes.fit_y_anew();
            }
        }
        if axes.y {
            self.axes.by_hand.y = true;
            self.following.is_touched = true;
            self.axes.view.y = Interval::new(view.y.min, view.y.max);
        }
    }

    /// Zooms around a place of the plot area, given as shares of its width and height from the lower left.
    pub(crate) fn zoom(&mut self, axes: Axes, at: [f64; 2], factor: f64, streams: &[StreamSnapshot]) {
        let from = self.moving_from();
        let view =
            View { x: from.x.zoomed(from.x.at(at[0]), factor), y: from.y.zoomed(from.y.at(at[1]), factor) };
        self.show(axes, view, streams);
    }

    /// Moves the view by shares of the plot area's width and height.
    pub(crate) fn pan(&mut self, axes: Axes, from: View, by: [f64; 2], streams: &[StreamSnapshot]) {
        let view = View { x: from.x.panned(by[0]), y: from.y.panned(by[1]) };
        self.show(axes, view, streams);
    }

    /// The view that a gesture starts from: unsnapped, so that small moves add up, except while following.
    pub(crate) fn moving_from(&self) -> View {
        let x = match self.following.mode {
            // What is about to be drawn, where that is known.
            FollowMode::Live => self.triggered_x().unwrap_or(self.axes.drawn.x),
            FollowMode::Held | FollowMode::Paused => self.axes.view.x,
        };
        View { x, y: self.axes.view.y }
    }

    /// The axes that dragging in the plot area moves: y only where it does not fit by itself.
    pub(crate) fn dragged_axes(&self) -> Axes {
        Axes { x: true, y: !self.kind.is_over_time() || self.axes.by_hand.y }
    }

    /// The axes that the wheel over the plot area moves.
    pub(crate) fn wheel_axes(&self) -> Axes {
        match self.kind.flow() {
            Flow::X => Axes::X,
            Flow::Y => Axes::Y,
            Flow::InPlace => Axes::BOTH,
        }
    }
}
