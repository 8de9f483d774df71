//! What the axes of a plot show: how they follow the data, fit them, and stay calm.

use super::super::axes::FollowMode;
use super::super::bounds::{bounds_of, union, with_hint};
use super::super::kind::Flow;
use super::super::options::Options;
use super::super::series_style::interpolation_of;
use super::super::snapshot::StreamSnapshot;
use super::super::view::{Interval, grown_span};
use super::super::waterfall::{self, Waterfall};
use super::{Member, PlanePoints, PlotState};
use crate::history::Scale;
use crate::store::{Data, lock};

/// Least time between two times that an axis shrinks by itself while data come, seconds.
const CALM_SECS: f64 = 1.0;
/// A stream that was over within this time of its first picture is shown whole, seconds.
const BURST_SECS: f64 = 1.0;

impl PlotState {
    /// Brings the view up to date with the data: once a frame, before anything is drawn.
    pub(crate) fn update(
        &mut self,
        now_secs: f64,
        streams: &[StreamSnapshot],
        [columns, height_px]: [usize; 2],
        options: &Options,
    ) {
        self.note_step(now_secs);
        self.axes.grid.count = columns.max(1);
        match self.kind.flow() {
            Flow::X => self.update_time(now_secs, streams, options),
            Flow::InPlace => self.update_plane(now_secs, streams, options),
            Flow::Y => {
                self.update_waterfall(now_secs, streams, [columns.max(1), height_px.max(1)], options);
                self.settle_step();
                return;
            }
        }
        // What stands on a trigger does so between the columns of others, too.
        let is_anchored = self.is_anchored();
        let (x, grid) =
            if is_anchored { self.axes.x.view.anchored(columns) } else { self.axes.x.view.snapped(columns) };
        self.axes.draw_x((x, grid));
        self.keep_newest();
        let calm_secs = if self.following.mode == FollowMode::Live { CALM_SECS } else { 0.0 };
        self.update_gains(streams, options, [now_secs, calm_secs]);
        for axis in 0..self.axes.ys().len() {
            self.update_y(axis, streams, options, [now_secs, calm_secs]);
        }
        self.last_view = Some(self.axes.views());
        self.settle_step();
    }

    fn update_time(&mut self, now_secs: f64, streams: &[StreamSnapshot], options: &Options) {
        let followed = self.linking.shared.reach.followed();
        self.following.newest_x = followed.map(|(_, newest)| newest);
        self.keep_asked(
            options,
            self.linking.shared.reach.held.and_then(|held| self.axes.x.scale.transform_range(held)),
        );
        let Some((oldest, newest)) = followed else {
            // What is switched off for a moment leaves the axis where it is.
            if self.following.mode == FollowMode::Live && !self.members.are_hidden() {
                let span = options.x_span_secs.unwrap_or(Options::DEFAULT_SPAN_SECS);
                // In exponents of ten, ten of them.
                let span = if self.axes.x.scale == Scale::Linear { span } else { span.min(10.0) };
                self.axes.x.view = Interval::new(0.0, span);
            }
            return;
        };
        let first = *self.following.first_data_secs.get_or_insert(now_secs);
        let is_over = self.ending(streams).is_some();
        if !self.following.is_touched && options.x_span_secs.is_none() {
            // A program that pushed its points and was gone: all of them, not the last ten seconds of them.
            if is_over && now_secs - first < BURST_SECS && self.following.mode == FollowMode::Live {
                self.following.mode = FollowMode::Held;
                self.fit_time_x(streams);
            } else if !is_over && self.following.mode == FollowMode::Held {
                self.following.mode = FollowMode::Live;
            }
        }
        if self.following.mode == FollowMode::Live && self.axes.x.scale == Scale::Log10 {
            // Following with so many exponents of ten shown would leave all but the beginning in the last column.
            self.fit_x(streams);
        } else if self.following.mode == FollowMode::Live {
            // What is asked for is shown once there is as much.
            let most = options.x_span_secs.unwrap_or(Options::DEFAULT_SPAN_SECS);
            let grown = || grown_span(newest - oldest, most, self.axes.grid.count);
            let span = self.following.span.unwrap_or_else(grown);
            self.axes.x.view =
                self.triggered_x().unwrap_or_else(|| Interval::following(newest, span, self.axes.grid.count));
        }
    }

    /// Moves what is drawn by a column where the newest point lies on its right edge, which is not part of it.
    fn keep_newest(&mut self) {
        let is_following =
            self.kind.is_over_time() && self.following.mode == FollowMode::Live && !self.is_anchored();
        let right = self.axes.grid.edge(self.axes.grid.count);
        if is_following
            && self.axes.x.scale == Scale::Linear
            && self.following.newest_x.is_some_and(|newest| newest >= right)
        {
            self.axes.grid.first = self.axes.grid.first.saturating_add(1);
            self.axes.x.drawn =
                Interval { min: self.axes.grid.edge(0), max: self.axes.grid.edge(self.axes.grid.count) };
        }
    }

    /// Seconds that are shown while following data that reach over `extent`.
    pub(super) fn live_span(&self, extent: f64, options: &Options) -> f64 {
        let span = self.following.span.or(options.x_span_secs);
        span.unwrap_or_else(|| grown_span(extent, Options::DEFAULT_SPAN_SECS, self.axes.grid.count))
    }

    fn update_waterfall(
        &mut self,
        now_secs: f64,
        streams: &[StreamSnapshot],
        [columns, height_px]: [usize; 2],
        options: &Options,
    ) {
        let rows = Waterfall::rows(columns, height_px);
        let Some(stream) = self.shown(streams).next().map(|(member, _)| &streams[member.index]) else {
            return;
        };
        let state = lock(&stream.shared);
        let Data::Frames(frames) = &state.data else { return };
        let extent = self.waterfall.x_extent(frames, self.axes.x.scale);
        if let (Some((lo, hi)), false) = (extent, self.axes.x.by_hand) {
            self.axes.x.view = Interval::new(lo, hi);
        }
        self.keep_asked(options, extent);
        self.following.newest_x = frames.places().map(|[_, newest, _]| newest);
        if let (Some(y), FollowMode::Live) =
            (waterfall::following(frames, self.following.span, rows, options), self.following.mode)
        {
            self.axes.ys_mut()[0].view = y;
        }
        let (x, grid) = self.axes.x.view.snapped(columns);
        self.axes.draw_x((x, grid));
        let (y, row_grid) = self.axes.y(0).view.snapped(rows);
        self.axes.ys_mut()[0].drawn = y;
        self.waterfall.update(frames, stream.run, self.axes.grid, row_grid);
        drop(state);
        let calm_secs = if self.following.mode == FollowMode::Live { CALM_SECS } else { 0.0 };
        self.waterfall.fit(waterfall::fixed_range(stream, options), now_secs, calm_secs);
    }

    /// Lowest and highest x and y that a stream in the plane shows.
    fn plane_bounds(
        &self,
        member: &Member,
        stream: &StreamSnapshot,
        options: &Options,
    ) -> Option<[(f64, f64); 2]> {
        let scales = self.scales_on(member.axis);
        let kept = self.held.bounds(stream, scales);
        let bounds = self.with_points(stream, options.max_xy_points, |points| match points {
            PlanePoints::Trace(trace, _) => kept.or_else(|| bounds_of(trace, scales)),
            PlanePoints::Frames(frames) => frames.bounds(),
        });
        bounds.flatten()
    }

    /// Lowest and highest value of a stream in view, in its own unit.
    pub(super) fn y_bounds(
        &self,
        member: &Member,
        stream: &StreamSnapshot,
        options: &Options,
    ) -> Option<(f64, f64)> {
        if !self.kind.is_over_time() {
            return self.plane_bounds(member, stream, options).map(|[_, y]| y);
        }
        let scales = self.scales_on(member.axis);
        let [x0, x1] = self.axes.x.drawn_values();
        let state = lock(&stream.shared);
        let Data::Trace(trace) = &state.data else { return None };
        let drawn = trace.y_bounds(x0, x1, interpolation_of(member.style), scales.x, scales.y);
        let held = self.held_value(stream).map(|y| (y, y));
        union(drawn.into_iter().chain(held))
    }

    /// Brings a y axis up to date.
    fn update_y(&mut self, axis: usize, streams: &[StreamSnapshot], options: &Options, at: [f64; 2]) {
        if !self.axes.y(axis).by_hand {
            let bounds = union(self.shown_on(axis, streams).filter_map(|(member, stream)| {
                self.y_places(member, with_hint(self.y_bounds(member, stream, options)?, stream))
            }));
            let bounds = if self.axes.is_normalised() { bounds.and(Some((0.0, 100.0))) } else { bounds };
            let fitted = self.scaled_y(axis, bounds, streams, options, at);
            let scale = self.axes.y(axis).scale;
            let is_given = !self.axes.is_normalised();
            let place = |y: Option<f64>| y.filter(|_| is_given).and_then(|y| scale.checked_transform(y));
            let bottom = place(options.y_min).unwrap_or(fitted.min);
            let top = place(options.y_max).unwrap_or(fitted.max);
            self.axes.ys_mut()[axis].view = if bottom < top { Interval::new(bottom, top) } else { fitted };
        }
        let y = &mut self.axes.ys_mut()[axis];
        y.drawn = y.view;
    }

    fn update_plane(&mut self, now_secs: f64, streams: &[StreamSnapshot], options: &Options) {
        let xs = union(self.shown(streams).filter_map(|(member, stream)| {
            let [x, _] = self.plane_bounds(member, stream, options)?;
            self.axes.x.scale.transform_range(x)
        }));
        self.keep_asked(options, xs);
        if !self.axes.x.by_hand {
            let calm_secs = if self.following.mode == FollowMode::Live { CALM_SECS } else { 0.0 };
            self.axes.x.view = if self.kind.spec().has_own_x {
                // The x of a curve are its own and mostly fixed: no margin, and no calm needed.
                xs.filter(|(lo, hi)| lo < hi)
                    .map_or(self.axes.x.auto.update(xs, now_secs, 0.0), |(lo, hi)| Interval::new(lo, hi))
            } else {
                self.axes.x.auto.update(xs, now_secs, calm_secs)
            };
        }
    }

    pub(super) fn fit_time_x(&mut self, streams: &[StreamSnapshot]) {
        self.fit_x(streams);
        self.following.span = None;
        self.axes.fit_y_anew();
    }

    fn fit_x(&mut self, streams: &[StreamSnapshot]) {
        let bounds = self.timed(streams).filter_map(|stream| self.x_places(stream));
        // Linked panels show the data of all of them.
        let shared = self.linking.shared.reach.held;
        // On a logarithmic axis each one's own first positive x counts.
        let first =
            |(lo, hi): (f64, f64)| if self.axes.x.scale == Scale::Linear || lo > 0.0 { lo } else { hi };
        let shared = shared.and_then(|bounds| self.axes.x.scale.transform_range((first(bounds), bounds.1)));
        if let Some(places) = union(bounds.chain(shared)) {
            self.show_places(places);
        } else if self.axes.x.scale == Scale::Log10 {
            // What was shown may be no exponents at all.
            self.axes.x.view = Interval::new(0.0, 1.0);
        }
    }

    /// Shows these places of x, with room beside them.
    pub(super) fn show_places(&mut self, (lo, hi): (f64, f64)) {
        self.axes.x.view = Interval::fit(lo, hi);
        self.following.span = None;
        self.axes.fit_y_anew();
    }

    /// Lowest and highest place of x that a stream over time holds.
    pub(super) fn x_places(&self, stream: &StreamSnapshot) -> Option<(f64, f64)> {
        let (lo, hi) = stream.x_bounds?;
        if self.axes.x.scale == Scale::Linear || lo > 0.0 {
            return self.axes.x.scale.transform_range((lo, hi));
        }
        let state = lock(&stream.shared);
        let Data::Trace(trace) = &state.data else { return None };
        let (first, _) = trace.value_after(0.0)?;
        self.axes.x.scale.transform_range((first, hi))
    }

    pub(super) fn fit_waterfall_y(&mut self, streams: &[StreamSnapshot]) {
        let places = self.shown(streams).next().and_then(|(_, stream)| match &lock(&stream.shared).data {
            Data::Frames(frames) => frames.places(),
            Data::Trace(_) | Data::Events(_) => None,
        });
        if let Some([oldest, _, end]) = places {
            self.axes.ys_mut()[0].view = Interval::new(oldest, end);
        }
        self.following.span = None;
        self.waterfall.refit();
    }
}
