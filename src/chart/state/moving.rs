//! How a plot is moved: by gestures and commands, and back to following.

use super::super::axes::{Axes, FollowMode};
use super::super::kind::Flow;
use super::super::snapshot::StreamSnapshot;
use super::super::time::{TimeAxis, TimeLabels};
use super::super::view::{Interval, View};
use super::super::view_request::ViewRequest;
use super::PlotState;
use crate::history::Scale;

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

    /// Zooms around a place of the plot area, given as shares of its width and height from the lower left. Where x stands on
    /// a trigger, that is the place, and it stays armed: this is an oscilloscope's time base.
    pub(crate) fn zoom(&mut self, mut axes: Axes, at: [f64; 2], factor: f64, streams: &[StreamSnapshot]) {
        if axes.x && self.is_triggering() {
            self.zoom_live(factor);
            axes.x = false;
            if !axes.y {
                return;
            }
        }
        let from = self.moving_from();
        let view =
            View { x: from.x.zoomed(from.x.at(at[0]), factor), y: from.y.zoomed(from.y.at(at[1]), factor) };
        self.show(axes, view, streams);
    }

    /// Shows more or less of the time before the newest sample, and goes on following.
    pub(crate) fn zoom_live(&mut self, factor: f64) {
        let shown = match self.kind.flow() {
            Flow::X => self.axes.view.x,
            Flow::Y => self.axes.view.y,
            Flow::InPlace => return,
        };
        self.follow_span(shown.zoomed(shown.max, factor).span());
    }

    /// Whether it can be zoomed without leaving the newest sample.
    pub(crate) fn can_zoom_live(&self) -> bool {
        let is_linear = self.axes.scales.x == Scale::Linear || self.kind.flow() == Flow::Y;
        self.following.mode == FollowMode::Live && self.kind.flow() != Flow::InPlace && is_linear
    }

    /// Moves the view by shares of the plot area's width and height.
    pub(crate) fn pan(&mut self, axes: Axes, from: View, by: [f64; 2], streams: &[StreamSnapshot]) {
        let view = View { x: from.x.panned(by[0]), y: from.y.panned(by[1]) };
        self.show(axes, view, streams);
    }

    /// Shows what was asked for in words. False where this plot has no such view.
    pub(crate) fn show_request(
        &mut self,
        request: &ViewRequest,
        labels: TimeLabels,
        streams: &[StreamSnapshot],
    ) -> bool {
        let place = |value: f64, scale: Scale| scale.checked_transform(value);
        let (scales, view) = (self.axes.scales, self.axes.view);
        let is_even = self.kind.is_over_time() && scales.x == Scale::Linear;
        match request {
            ViewRequest::Last(span) | ViewRequest::Span(span) if !is_even || *span <= 0.0 => false,
            ViewRequest::Last(span) => {
                self.go_live();
                self.follow_span(*span);
                true
            }
            ViewRequest::Span(span) if self.following.mode == FollowMode::Live => {
                self.follow_span(*span);
                true
            }
            ViewRequest::Span(span) => self.show_x(view.x.min.midpoint(view.x.max), *span, streams),
            ViewRequest::X([from, to]) => match (place(*from, scales.x), place(*to, scales.x)) {
                (Some(from), Some(to)) => self.show_x(from.midpoint(to), to - from, streams),
                _ => false,
            },
            ViewRequest::Y([from, to]) if self.kind.has_values_on_y() => {
                match (place(*from, scales.y), place(*to, scales.y)) {
                    (Some(from), Some(to)) => {
                        self.show(Axes::Y, View { y: Interval::new(from, to), ..view }, streams);
                        true
                    }
                    _ => false,
                }
            }
            ViewRequest::Y(_) => false,
            ViewRequest::GoTo(x) => match place(*x, scales.x) {
                Some(x) => self.show_x(x, view.x.span(), streams),
                None => false,
            },
            ViewRequest::TimeOfDay(time) => {
                let labels = if labels == TimeLabels::Utc { labels } else { TimeLabels::Local };
                let near = self.following.newest_x.unwrap_or_else(|| self.values_at([0.5, 0.5])[0]);
                let Ok(TimeAxis::Calendar(calendar)) = TimeAxis::of(labels, self, streams) else {
                    return false;
                };
                match calendar.x_of(*time, near) {
                    Some(x) => self.show_x(x, view.x.span(), streams),
                    None => false,
                }
            }
        }
    }

    fn follow_span(&mut self, span: f64) {
        self.linking.is_moved = true;
        self.following.is_touched = true;
        self.following.span = Some(span);
    }

    /// Shows this x. False where it is none.
    pub(super) fn show_x(&mut self, middle: f64, span: f64, streams: &[StreamSnapshot]) -> bool {
        let x = Interval::new(middle - span / 2.0, middle + span / 2.0);
        let is_view = x.min < x.max && x.min.is_finite() && x.max.is_finite();
        if is_view {
            self.show(Axes::X, View { x, ..self.axes.view }, streams);
        }
        is_view
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
