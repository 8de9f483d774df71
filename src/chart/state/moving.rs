//! How a plot is moved: by gestures and commands, and back to following.

use super::super::axes::{Axes, FollowMode, YAxes};
use super::super::kind::Flow;
use super::super::snapshot::StreamSnapshot;
use super::super::time::{TimeAxis, TimeLabels};
use super::super::view::{Interval, Views};
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
        self.axes.note_by_hand();
        self.axes.x.view = self.axes.x.drawn;
        match self.kind.flow() {
            Flow::X => return,
            Flow::Y => {
                self.axes.ys_mut().iter_mut().for_each(|y| y.view = y.drawn);
                return;
            }
            Flow::InPlace => {}
        }
        self.held.keep(self.members.streams(streams), self.scales());
    }

    /// Follows again. Over time: with the span that is shown now, and the y of before, since a box that was zoomed to
    /// may lie nowhere near what comes. In the plane: with the view that is shown now.
    pub(crate) fn go_live(&mut self) {
        self.linking.is_moved = true;
        if self.following.mode != FollowMode::Live {
            self.following.mode = FollowMode::Live;
            self.triggering.trigger.arm();
            if self.kind.is_over_time() {
                if self.axes.x.by_hand {
                    self.following.span = Some(self.axes.x.view.span());
                    self.axes.x.by_hand = false;
                }
                for y in self.axes.ys_mut().iter_mut().filter(|y| y.by_hand && !y.was_by_hand) {
                    y.by_hand = false;
                    y.fit_anew();
                }
            }
            if !self.kind.has_values_on_y() && self.axes.y(0).by_hand {
                self.following.span = Some(self.axes.y(0).view.span());
                self.axes.ys_mut()[0].by_hand = false;
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
        if !axes.y.is_empty() && !self.kind.has_values_on_y() {
            self.hold(streams, FollowMode::Held);
            self.fit_waterfall_y(streams);
        }
        if axes.x {
            self.linking.is_moved = true;
            self.axes.x.by_hand = false;
            self.axes.x.auto.reset();
        }
        self.axes.some_mut(axes.y).for_each(|(_, y)| y.fit());
    }

    /// Shows this view; only the given axes change.
    pub(crate) fn show(&mut self, mut axes: Axes, view: Views, streams: &[StreamSnapshot]) {
        if axes.x && self.retune(view.x) {
            axes.x = false;
        }
        // Over time the other axis may move while the one follows; in the plane there is no such axis.
        let stops = match self.kind.flow() {
            Flow::X => axes.x,
            Flow::Y => !axes.y.is_empty(),
            Flow::InPlace => true,
        };
        if stops {
            self.hold(streams, self.following.mode.stopped());
        }
        if axes.x {
            self.linking.is_moved = true;
            self.axes.x.by_hand = true;
            self.axes.x.view = Interval::new(view.x.min, view.x.max);
            if self.kind.is_over_time() {
                self.axes.fit_y_anew();
            }
        }
        if !axes.y.is_empty() {
            self.following.is_touched = true;
        }
        for (axis, y) in self.axes.some_mut(axes.y) {
            y.by_hand = true;
            y.view = Interval::new(view.y[axis].min, view.y[axis].max);
        }
    }

    /// Zooms around a place of the plot area, given as shares of its width and height from the lower left. Where x stands on
    /// a trigger, that is the place, and it stays armed: this is an oscilloscope's time base.
    pub(crate) fn zoom(&mut self, mut axes: Axes, at: [f64; 2], factor: f64, streams: &[StreamSnapshot]) {
        if axes.x && self.is_triggering() {
            self.zoom_live(factor);
            axes.x = false;
            if axes.y.is_empty() {
                return;
            }
        }
        let from = self.moving_from();
        let view = Views { x: from.x.zoomed(from.x.at(at[0]), factor), ..from }
            .with_y(|y| y.zoomed(y.at(at[1]), factor));
        self.show(axes, view, streams);
    }

    /// Shows more or less of the time before the newest sample, and goes on following.
    pub(crate) fn zoom_live(&mut self, factor: f64) {
        let shown = match self.kind.flow() {
            Flow::X => self.axes.x.view,
            Flow::Y => self.axes.y(0).view,
            Flow::InPlace => return,
        };
        self.follow_span(shown.zoomed(shown.max, factor).span());
    }

    /// Whether it can be zoomed without leaving the newest sample.
    pub(crate) fn can_zoom_live(&self) -> bool {
        let is_linear = self.axes.x.scale == Scale::Linear || self.kind.flow() == Flow::Y;
        self.following.mode == FollowMode::Live && self.kind.flow() != Flow::InPlace && is_linear
    }

    /// Moves the view by shares of the plot area's width and height.
    pub(crate) fn pan(&mut self, axes: Axes, from: Views, by: [f64; 2], streams: &[StreamSnapshot]) {
        let view = Views { x: from.x.panned(by[0]), ..from }.with_y(|y| y.panned(by[1]));
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
        let (scales, view) = (self.scales(), self.axes.views());
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
                        self.show(Axes::y(0), view.with_y(|_| Interval::new(from, to)), streams);
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
            self.show(Axes::X, Views { x, ..self.axes.views() }, streams);
        }
        is_view
    }

    /// The view that a gesture starts from: unsnapped, so that small moves add up, except while following.
    pub(crate) fn moving_from(&self) -> Views {
        let x = match self.following.mode {
            // What is about to be drawn, where that is known.
            FollowMode::Live => self.triggered_x().unwrap_or(self.axes.x.drawn),
            FollowMode::Held | FollowMode::Paused => self.axes.x.view,
        };
        Views { x, ..self.axes.views() }
    }

    /// The axes that dragging in the plot area moves: of y those that do not fit by themselves.
    pub(crate) fn dragged_axes(&self) -> Axes {
        let is_dragged = |axis: usize| {
            let y = self.axes.ys().get(axis);
            !self.kind.is_over_time() || y.is_some_and(|y| y.by_hand)
        };
        Axes { x: true, y: YAxes::those(is_dragged) }
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
