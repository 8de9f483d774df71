//! The x that a plot was asked for by the options of this run, and the x that an export of it holds.
//!
//! A picture widens what was asked for to whole columns; data are given to the sample.

use super::super::axes::FollowMode;
use super::super::kind::Flow;
use super::super::options::Options;
use super::super::view::Interval;
use super::PlotState;
use crate::history::Scale;

impl PlotState {
    /// Shows the x that the options ask for, if they do, and does not follow.
    pub(super) fn ask(&mut self, options: &Options) {
        if options.x_range.is_none() {
            return;
        }
        (self.axes.x.by_hand, self.axes.x.was_by_hand) = (true, true);
        if self.kind.is_over_time() {
            (self.following.mode, self.following.is_touched) = (FollowMode::Held, true);
        }
        self.following.asked = Some(self.axes.x.view);
        self.keep_asked(options, None);
    }

    /// Takes in how far the data reach, given as places of x: an open end of what was asked for is theirs.
    pub(super) fn keep_asked(&mut self, options: &Options, held: Option<(f64, f64)>) {
        let Some([from, to]) = options.x_range.filter(|_| self.is_as_asked()) else { return };
        let end = |x: f64| if x.is_finite() { self.axes.x.scale.checked_transform(x) } else { None };
        let (from, to) = (end(from), end(to));
        let (oldest, newest) = held.unwrap_or_else(|| {
            let from = from.or(to.map(|to| to - Options::DEFAULT_SPAN_SECS)).unwrap_or(0.0);
            (from, from + Options::DEFAULT_SPAN_SECS)
        });
        let columns = self.axes.grid.count.max(4) as f64;
        // The newest point lies left of the right edge, whatever the columns are.
        let room = |from: f64| ((newest - from) * 2.0 / (columns - 2.0)).max((newest.abs() + 1.0) * 1e-9);
        let from = from.unwrap_or_else(|| to.map_or(oldest, |to| oldest.min(to - 1e-9 * (1.0 + to.abs()))));
        let to = to.unwrap_or_else(|| if newest > from { newest + room(from) } else { from + 1.0 });
        self.axes.x.view = Interval::new(from, to);
        self.following.asked = Some(self.axes.x.view);
    }

    /// Whether it shows what the options ask for: nobody moved it since.
    fn is_as_asked(&self) -> bool {
        self.following.asked == Some(self.axes.x.view)
            && (self.following.mode != FollowMode::Live || !self.kind.is_over_time())
    }

    /// The x of the points that an export of what is shown holds, from `[0]` up to but not including `[1]`; `None` for
    /// all points.
    pub(crate) fn exported_x(&self, options: &Options) -> Option<[f64; 2]> {
        if let Some(range) = options.x_range.filter(|_| self.is_as_asked()) {
            return Some(range);
        }
        let values = |x: Interval| [x.min, x.max].map(|place| self.axes.x.scale.inverse(place));
        match self.kind.flow() {
            Flow::X if self.following.mode != FollowMode::Live => Some(values(self.axes.x.view)),
            Flow::X => {
                let is_even = self.axes.x.scale == Scale::Linear && self.triggered_x().is_none();
                let last = self
                    .following
                    .span
                    .or(options.x_span_secs)
                    .filter(|_| is_even)
                    .zip(self.following.newest_x);
                Some(
                    last.map_or_else(
                        || values(self.axes.x.drawn),
                        |(span, newest)| newest_part(newest, span),
                    ),
                )
            }
            _ => self.axes.x.by_hand.then(|| values(self.axes.x.view)),
        }
    }

    /// The places of the curves of a waterfall that an export of what is shown holds, as [`Self::exported_x`].
    pub(crate) fn exported_y(&self, options: &Options) -> [f64; 2] {
        let over_time = self.waterfall.is_over_time() && self.following.mode == FollowMode::Live;
        let last =
            self.following.span.or(options.x_span_secs).filter(|_| over_time).zip(self.following.newest_x);
        let y = self.axes.y(0).drawn;
        let drawn = [y.min, y.max];
        last.map_or(drawn, |(span, newest)| newest_part(newest, span))
    }
}

/// The newest `span` up to and with `newest`: of a point every second, the newest 3 s are three points.
fn newest_part(newest: f64, span: f64) -> [f64; 2] {
    let largest = newest.abs().max(span);
    // What is a span before the newest but for rounding is no part of it.
    let rounding = 4.0 * (largest.next_up() - largest);
    [newest - span + rounding, newest.next_up()]
}
