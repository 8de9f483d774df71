//! What the axes of a plot show: how they follow the data, fit them, and stay calm.

use super::super::axes::FollowMode;
use super::super::bounds::{bounds_of, union, with_hint};
use super::super::kind::PlotKind;
use super::super::options::Options;
use super::super::series_style::interpolation_of;
use super::super::snapshot::StreamSnapshot;
use super::super::view::{Interval, grown_span};
use super::super::waterfall::{self, Waterfall};
use super::{PlanePoints, PlotState};
use crate::history::{ColumnGrid, Scale};
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
        self.grid.count = columns.max(1);
        let bounds = match self.kind {
            PlotKind::Time => {
                self.update_time(now_secs, streams, options);
                None
            }
            PlotKind::Xy | PlotKind::Snapshot => self.update_plane(now_secs, streams, options),
            PlotKind::Waterfall => {
                self.update_waterfall(now_secs, streams, [columns.max(1), height_px.max(1)], options);
                self.settle_step();
                return;
            }
        };
        // What stands on a trigger does so between the columns of others, too.
        let is_anchored = self.is_anchored();
        let (x, grid) =
            if is_anchored { self.view.x.anchored(columns) } else { self.view.x.snapped(columns) };
        self.drawn.x = x;
        self.grid = ColumnGrid { scale: self.scales.x, ..grid };
        self.keep_newest();
        if !self.by_hand.y {
            let bounds = match self.kind {
                PlotKind::Time => self.time_y_bounds(streams),
                PlotKind::Xy | PlotKind::Snapshot | PlotKind::Waterfall => bounds,
            };
            let calm_secs = if self.motion == FollowMode::Live { CALM_SECS } else { 0.0 };
            let fitted = self.scaled_y(bounds, streams, options, [now_secs, calm_secs]);
            let place = |y: Option<f64>| y.and_then(|y| self.scales.y.checked_transform(y));
            let bottom = place(options.y_min).unwrap_or(fitted.min);
            let top = place(options.y_max).unwrap_or(fitted.max);
            self.view.y = if bottom < top { Interval::new(bottom, top) } else { fitted };
        }
        self.drawn.y = self.view.y;
        self.last_view = Some(self.view);
        self.settle_step();
    }

    fn update_time(&mut self, now_secs: f64, streams: &[StreamSnapshot], options: &Options) {
        let followed = self.shared.reach.followed();
        self.newest_x = followed.map(|(_, newest)| newest);
        self.keep_asked(options, self.shared.reach.held.and_then(|held| self.scales.x.transform_range(held)));
        let Some((oldest, newest)) = followed else {
            if self.motion == FollowMode::Live {
                let span = options.x_span_secs.unwrap_or(Options::DEFAULT_SPAN_SECS);
                // In exponents of ten, ten of them.
                let span = if self.scales.x == Scale::Linear { span } else { span.min(10.0) };
                self.view.x = Interval::new(0.0, span);
            }
            return;
        };
        let first = *self.first_data_secs.get_or_insert(now_secs);
        let is_over = self.ending(streams).is_some();
        if !self.is_touched && options.x_span_secs.is_none() {
            // A program that pushed its points and was gone: all of them, not the last ten seconds of them.
            if is_over && now_secs - first < BURST_SECS && self.motion == FollowMode::Live {
                self.motion = FollowMode::Held;
                self.fit_time_x(streams);
            } else if !is_over && self.motion == FollowMode::Held {
                self.motion = FollowMode::Live;
            }
        }
        if self.motion == FollowMode::Live && self.scales.x == Scale::Log10 {
            // Following with so many exponents of ten shown would leave all but the beginning in the last column.
            self.fit_x(streams);
        } else if self.motion == FollowMode::Live {
            // What is asked for is shown once there is as much.
            let most = options.x_span_secs.unwrap_or(Options::DEFAULT_SPAN_SECS);
            let grown = || grown_span(newest - oldest, most, self.grid.count);
            let span = self.span.unwrap_or_else(grown);
            self.view.x =
                self.triggered_x().unwrap_or_else(|| Interval::following(newest, span, self.grid.count));
        }
    }

    /// Moves what is drawn by a column where the newest point lies on its right edge, which is not part of it.
    fn keep_newest(&mut self) {
        let is_following =
            self.kind == PlotKind::Time && self.motion == FollowMode::Live && !self.is_anchored();
        let right = self.grid.edge(self.grid.count);
        if is_following
            && self.scales.x == Scale::Linear
            && self.newest_x.is_some_and(|newest| newest >= right)
        {
            self.grid.first = self.grid.first.saturating_add(1);
            self.drawn.x = Interval { min: self.grid.edge(0), max: self.grid.edge(self.grid.count) };
        }
    }

    /// Seconds that are shown while following data that reach over `extent`.
    pub(super) fn live_span(&self, extent: f64, options: &Options) -> f64 {
        let span = self.span.or(options.x_span_secs);
        span.unwrap_or_else(|| grown_span(extent, Options::DEFAULT_SPAN_SECS, self.grid.count))
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
        let extent = self.waterfall.x_extent(frames, self.scales.x);
        if let (Some((lo, hi)), false) = (extent, self.by_hand.x) {
            self.view.x = Interval::new(lo, hi);
        }
        self.keep_asked(options, extent);
        self.newest_x = frames.places().map(|[_, newest, _]| newest);
        if let (Some(y), FollowMode::Live) =
            (waterfall::following(frames, self.span, rows, options), self.motion)
        {
            self.view.y = y;
        }
        let (x, grid) = self.view.x.snapped(columns);
        self.drawn.x = x;
        self.grid = ColumnGrid { scale: self.scales.x, ..grid };
        let (y, row_grid) = self.view.y.snapped(rows);
        self.drawn.y = y;
        self.waterfall.update(frames, stream.run, self.grid, row_grid);
        drop(state);
        let calm_secs = if self.motion == FollowMode::Live { CALM_SECS } else { 0.0 };
        self.waterfall.fit(waterfall::fixed_range(stream, options), now_secs, calm_secs);
    }

    fn time_y_bounds(&self, streams: &[StreamSnapshot]) -> Option<(f64, f64)> {
        let x = self.drawn.x;
        let [x0, x1] = [x.min, x.max].map(|place| self.scales.x.inverse(place));
        union(self.shown(streams).filter_map(|(member, stream)| {
            let state = lock(&stream.shared);
            let Data::Trace(trace) = &state.data else { return None };
            let interpolation = interpolation_of(member.style);
            let drawn = trace.y_bounds(x0, x1, interpolation, self.scales.x, self.scales.y);
            let held = self.held_value(stream).map(|y| (y, y));
            self.scales.y.transform_range(with_hint(union(drawn.into_iter().chain(held))?, stream))
        }))
    }

    fn update_plane(
        &mut self,
        now_secs: f64,
        streams: &[StreamSnapshot],
        options: &Options,
    ) -> Option<(f64, f64)> {
        let mut xs = None;
        let mut ys = None;
        for (_, stream) in self.shown(streams) {
            let kept =
                self.kept_of(stream).filter(|kept| kept.scales == self.scales).and_then(|kept| kept.bounds);
            let bounds = self.with_points(stream, options.max_xy_points, |points| match points {
                PlanePoints::Trace(trace, _) => kept.or_else(|| bounds_of(trace, self.scales)),
                PlanePoints::Frames(frames) => frames.bounds(),
            });
            if let Some([x, y]) = bounds.flatten() {
                xs = union(xs.into_iter().chain(self.scales.x.transform_range(x)));
                ys = union(ys.into_iter().chain(self.scales.y.transform_range(with_hint(y, stream))));
            }
        }
        self.keep_asked(options, xs);
        if !self.by_hand.x {
            let calm_secs = if self.motion == FollowMode::Live { CALM_SECS } else { 0.0 };
            self.view.x = if self.kind == PlotKind::Snapshot {
                // The x of a curve are its own and mostly fixed: no margin, and no calm needed.
                xs.filter(|(lo, hi)| lo < hi)
                    .map_or(self.auto_x.update(xs, now_secs, 0.0), |(lo, hi)| Interval::new(lo, hi))
            } else {
                self.auto_x.update(xs, now_secs, calm_secs)
            };
        }
        ys
    }

    pub(super) fn fit_time_x(&mut self, streams: &[StreamSnapshot]) {
        self.fit_x(streams);
        self.span = None;
        self.fit_y_anew();
    }

    fn fit_x(&mut self, streams: &[StreamSnapshot]) {
        let bounds = self.timed(streams).filter_map(|stream| self.x_places(stream));
        // Linked panels show the data of all of them.
        let shared = self.shared.reach.held;
        // On a logarithmic axis each one's own first positive x counts.
        let first = |(lo, hi): (f64, f64)| if self.scales.x == Scale::Linear || lo > 0.0 { lo } else { hi };
        let shared = shared.and_then(|bounds| self.scales.x.transform_range((first(bounds), bounds.1)));
        if let Some(places) = union(bounds.chain(shared)) {
            self.show_places(places);
        } else if self.scales.x == Scale::Log10 {
            // What was shown may be no exponents at all.
            self.view.x = Interval::new(0.0, 1.0);
        }
    }

    /// Shows these places of x, with room beside them.
    pub(super) fn show_places(&mut self, (lo, hi): (f64, f64)) {
        self.view.x = Interval::fit(lo, hi);
        self.span = None;
        self.fit_y_anew();
    }

    /// Lowest and highest place of x that a stream over time holds.
    pub(super) fn x_places(&self, stream: &StreamSnapshot) -> Option<(f64, f64)> {
        let (lo, hi) = stream.x_bounds?;
        if self.scales.x == Scale::Linear || lo > 0.0 {
            return self.scales.x.transform_range((lo, hi));
        }
        let state = lock(&stream.shared);
        let Data::Trace(trace) = &state.data else { return None };
        let (first, _) = trace.value_after(0.0)?;
        self.scales.x.transform_range((first, hi))
    }

    pub(super) fn fit_waterfall_y(&mut self, streams: &[StreamSnapshot]) {
        let places = self.shown(streams).next().and_then(|(_, stream)| match &lock(&stream.shared).data {
            Data::Frames(frames) => frames.places(),
            Data::Trace(_) | Data::Events(_) => None,
        });
        if let Some([oldest, _, end]) = places {
            self.view.y = Interval::new(oldest, end);
        }
        self.span = None;
        self.waterfall.refit();
    }
}
