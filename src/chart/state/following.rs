//! Which streams a plot over time goes along with, and which of its streams it shows nothing of.
//!
//! 1. It follows the streams that live. Once none does, it stays with those that it followed last.
//! 2. All of them count on one clock: while it follows, that of a stream that lives; while it stands still, the one that it
//!    stands on.
//! 3. Values say what is shown, and events only where there are no values.

use super::super::axes::FollowMode;
use super::super::link::{Reach, Shared, SharedTrigger};
use super::super::options::Options;
use super::super::series_style::interpolation_of;
use super::super::snapshot::StreamSnapshot;
use super::{Member, PlotState};
use crate::store::{Clock, Data, lock};
use crate::stream::StreamKind;

impl PlotState {
    /// Whether it shows the same x as other panels over time.
    pub(crate) fn is_linked(&self) -> bool {
        self.linking.is_linked
    }

    /// Links it with other panels over time, or takes it off them. Returns whether it is linked now.
    pub(crate) fn toggle_link(&mut self) -> bool {
        self.linking.is_linked = !self.linking.is_linked;
        self.linking.is_linked
    }

    /// Shares nothing.
    pub(crate) fn unshare(&mut self) {
        self.linking.shared = Shared::default();
    }

    /// Takes the trigger that one of the linked panels stands on.
    pub(crate) fn share_trigger(&mut self, trigger: Option<SharedTrigger>) {
        self.linking.shared.trigger = trigger;
    }

    /// What its x counts on.
    pub(crate) fn clock(&self) -> Clock {
        self.following.clock
    }

    /// The clock by which it is linked with other panels; `None` where it is not.
    pub(crate) fn link(&self) -> Option<Clock> {
        (self.linking.is_linked && self.kind.is_over_time()).then_some(self.following.clock)
    }

    /// Chooses the clock to show, if there is any point; whether there is.
    pub(crate) fn choose_clock(&mut self, streams: &[StreamSnapshot]) -> bool {
        let candidates: Vec<_> = self.saying(streams, |_| true).map(|s| (s.clock, s.is_live())).collect();
        let lives = |clock: &Clock| candidates.contains(&(*clock, true));
        let is_there = |clock: &Clock| candidates.iter().any(|(other, _)| other == clock);
        let stays = if self.following.mode == FollowMode::Live {
            lives(&self.following.clock)
        } else {
            is_there(&self.following.clock)
        };
        if !stays {
            let living = candidates.iter().find(|(_, is_live)| *is_live);
            let same = candidates.iter().find(|(clock, _)| *clock == self.following.clock);
            self.following.clock =
                living.or(same).or(candidates.first()).map_or(self.following.clock, |(clock, _)| *clock);
        }
        !candidates.is_empty()
    }

    /// Shows what this clock counts; where it has no points of its own.
    pub(crate) fn set_clock(&mut self, clock: Clock) {
        self.following.clock = clock;
    }

    /// The streams shown, of those that a test lets pass, whose points say what x shows.
    fn saying<'a>(
        &'a self,
        streams: &'a [StreamSnapshot],
        passes: impl Fn(&StreamSnapshot) -> bool + Copy + 'a,
    ) -> impl Iterator<Item = &'a StreamSnapshot> {
        let is_held = move |s: &&StreamSnapshot| s.x_bounds.is_some() && passes(s);
        let is_value = |s: &&StreamSnapshot| s.info.kind != StreamKind::Events;
        let has_values = self.shown(streams).map(|(_, s)| s).filter(is_held).any(|s| is_value(&s));
        let shown = self.shown(streams).map(|(_, s)| s).filter(is_held);
        shown.filter(move |s| is_value(s) == has_values)
    }

    /// The streams whose points say what x shows, all on its clock.
    pub(super) fn timed<'a>(
        &'a self,
        streams: &'a [StreamSnapshot],
    ) -> impl Iterator<Item = &'a StreamSnapshot> {
        let clock = self.following.clock;
        self.saying(streams, move |stream| stream.clock == clock)
    }

    /// How far x reaches in them.
    pub(crate) fn reach(&self, streams: &[StreamSnapshot], options: &Options) -> Reach {
        let span = self.following.span.or(options.x_span_secs).unwrap_or(Options::DEFAULT_SPAN_SECS);
        let each = self.timed(streams).map(|stream| {
            let reach = stream.reach(span);
            let is_last = self.following.followed.contains(&stream.info.meta.name);
            Reach {
                has_values: stream.info.kind != StreamKind::Events,
                live: reach.filter(|_| stream.is_live()),
                last: reach.filter(|_| is_last),
                held: reach,
            }
        });
        each.reduce(Reach::with).unwrap_or_default()
    }

    /// Takes what it shares with the panels that it is linked with, and notes whom it follows.
    pub(crate) fn share(&mut self, shared: Shared, streams: &[StreamSnapshot]) {
        let Reach { live, last, .. } = shared.reach;
        let followed = self.timed(streams).filter(|stream| {
            let is_last = || self.following.followed.contains(&stream.info.meta.name);
            live.map_or_else(|| last.is_none() || is_last(), |_| stream.is_live())
        });
        self.following.followed = followed.map(|stream| stream.info.meta.name.clone()).collect();
        self.linking.shared = shared;
    }

    /// Whether a stream that it shows has points and none of them, nor a line between two, lies in view.
    pub(crate) fn is_away(&self, member: &Member, stream: &StreamSnapshot) -> bool {
        let Some((oldest, latest)) = stream.x_bounds.filter(|_| self.kind.is_over_time()) else {
            return false;
        };
        let [x0, x1] = self.axes.x.drawn_values();
        if self.held_value(stream).is_some() {
            return false;
        }
        match &lock(&stream.shared).data {
            Data::Trace(trace) => {
                let (interpolation, scales) = (interpolation_of(member.style), self.scales_on(member.axis));
                let has_any = |x0, x1| trace.y_bounds(x0, x1, interpolation, scales.x, scales.y).is_some();
                !has_any(x0, x1.next_down()) && has_any(oldest, latest)
            }
            Data::Events(events) => events.in_range(x0, x1).next().is_none(),
            Data::Frames(_) => false,
        }
    }

    /// The value that a state has in view because it holds since before, or from somewhere in view on.
    pub(super) fn held_value(&self, stream: &StreamSnapshot) -> Option<f64> {
        let (until, (from, y)) = stream.held_until.zip(stream.newest)?;
        let [x0, x1] = self.axes.x.drawn_values();
        (from < x1 && until >= x0).then_some(y)
    }

    /// Shows where points of its streams were lost last, as large as a fifth of the view at least.
    pub(crate) fn go_to_loss(&mut self, streams: &[StreamSnapshot]) {
        let mut runs = Vec::new();
        let last = self.shown(streams).filter_map(|(_, stream)| {
            let Data::Trace(trace) = &lock(&stream.shared).data else { return None };
            trace.lost_runs_in(f64::NEG_INFINITY, f64::INFINITY, &mut runs);
            runs.iter().map(|run| (run.x0, run.x1)).rfind(|(x0, x1)| x0.is_finite() && x1.is_finite())
        });
        let Some((x0, x1)) = last.max_by(|a, b| a.1.total_cmp(&b.1)) else { return };
        let place = |x: f64| self.axes.x.scale.checked_transform(x);
        let (Some(x0), Some(x1)) = (place(x0), place(x1)) else { return };
        let span = self.axes.x.drawn.span().min((x1 - x0) * 5.0).max((x1 - x0) * 1.5);
        let span = if span > 0.0 { span } else { self.axes.x.drawn.span() };
        let middle = x0.midpoint(x1);
        // Held first: where it follows a trigger, showing an x would only move that.
        self.hold(streams, FollowMode::Held);
        self.show_x(middle, span, streams);
    }

    /// Shows the points of a stream: follows, where that shows them, or else stands still where they are.
    pub(crate) fn go_to(&mut self, name: &str, streams: &[StreamSnapshot]) {
        let found = self.shown(streams).find(|(member, _)| member.name == name);
        let Some(stream) = found.map(|(_, stream)| stream) else { return };
        let Some(bounds) = self.x_places(stream) else { return };
        let is_elsewhere = stream.clock != self.following.clock;
        let is_followed = self.following.followed.iter().any(|other| other == name)
            && self.following.mode != FollowMode::Live;
        let (clock, is_live) = (stream.clock, stream.is_live());
        if is_live && (is_elsewhere || is_followed) {
            self.go_live();
            self.following.span = None;
        } else {
            self.hold(streams, FollowMode::Held);
            self.show_places(bounds);
        }
        self.following.clock = clock;
        self.linking.is_moved = true;
        self.following.is_touched = true;
    }
}
