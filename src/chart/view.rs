//! What part of the data a plot shows, and how that part moves: pure numbers, no window.
//!
//! Contract: every function takes any f64 and returns an interval that can be drawn: finite, increasing, no
//! narrower than f64 can tell apart at that place and no wider than 2e300. Nothing here panics.
//!
//! The picture is drawn through [`Interval::snapped`]: an interval whose edges are whole multiples of the
//! width of one pixel column. So a column keeps its place and its content while the data scroll, and the trace
//! does not shimmer. The unsnapped interval stays the truth, so that many small moves add up exactly.

use super::axes::MOST_Y_AXES;
use crate::history::{ColumnGrid, Scale};

/// The share of the data's span that [`Interval::fit`] leaves free on each side.
pub(crate) const FIT_MARGIN: f64 = 0.05;

/// Spans that the growing start of a followed view goes through, per decade.
const GROWTH_STEPS: [f64; 9] = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];

/// The largest magnitude that an edge may have.
pub(crate) const FARTHEST: f64 = 1e300;

/// The smallest span relative to the magnitude of the edges: some 1,700 f64 steps, and a microsecond after 30 days.
const FINEST: f64 = 3.8e-13;

/// The greatest number of a column, 2^51: beyond, f64 has no room for the edges of all of them.
const MOST_COLUMNS: f64 = 2_251_799_813_685_248.0;

/// A stretch of one axis, `min < max`, both finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Interval {
    /// Left or lower edge.
    pub(crate) min: f64,
    /// Right or upper edge.
    pub(crate) max: f64,
}

impl Interval {
    /// The stretch between two values in any order, widened until it can be drawn.
    pub(crate) fn new(a: f64, b: f64) -> Self {
        let tame = |v: f64| if v.is_nan() { 0.0 } else { v.clamp(-FARTHEST, FARTHEST) };
        let (a, b) = (tame(a), tame(b));
        let (min, max) = if a <= b { (a, b) } else { (b, a) };
        let least = (min.abs().max(max.abs()) * FINEST).max(1e-290);
        if max - min >= least {
            return Self { min, max };
        }
        let middle = min + (max - min) / 2.0;
        Self { min: middle - least / 2.0, max: middle + least / 2.0 }
    }

    /// Length of the stretch, above zero.
    pub(crate) fn span(self) -> f64 {
        self.max - self.min
    }

    /// The place of `value` in the stretch: 0 at `min`, 1 at `max`.
    pub(crate) fn fraction(self, value: f64) -> f64 {
        (value - self.min) / self.span()
    }

    /// The value at a place in the stretch: `min` at 0, `max` at 1.
    pub(crate) fn at(self, fraction: f64) -> f64 {
        self.min + self.span() * fraction
    }

    /// Makes the stretch `1 / factor` times as long and keeps `anchor` where it is; above 1 zooms in.
    #[must_use]
    pub(crate) fn zoomed(self, anchor: f64, factor: f64) -> Self {
        if !(factor.is_finite() && factor > 0.0 && anchor.is_finite()) {
            return self;
        }
        let place = self.fraction(anchor);
        let span = self.span() / factor;
        if !place.is_finite() || span < anchor.abs() * FINEST {
            return self;
        }
        Self::new(anchor - span * place, anchor + span * (1.0 - place))
    }

    /// Moves the stretch by a share of its own length; the length stays as it is.
    #[must_use]
    pub(crate) fn panned(self, fraction: f64) -> Self {
        let by = self.span() * fraction;
        if !by.is_finite() || self.min + by < -FARTHEST || self.max + by > FARTHEST {
            return self;
        }
        Self::new(self.min + by, self.max + by)
    }

    /// The stretch that shows `lo..=hi` with a margin of 5 % on each side. A single value gets room around it.
    pub(crate) fn fit(lo: f64, hi: f64) -> Self {
        let exact = Self::ordered(lo, hi);
        let span = exact.1 - exact.0;
        let magnitude = exact.0.abs().max(exact.1.abs());
        // What f64 can show as a stretch is one; an offset makes small changes of large numbers.
        if span <= magnitude * FINEST || span == 0.0 {
            let room = if magnitude > 0.0 { magnitude * 0.1 } else { 1.0 };
            return Self::new(exact.0 - room, exact.1 + room);
        }
        Self::new(exact.0 - span * FIT_MARGIN, exact.1 + span * FIT_MARGIN)
    }

    fn ordered(lo: f64, hi: f64) -> (f64, f64) {
        let tame = |v: f64| if v.is_nan() { 0.0 } else { v.clamp(-FARTHEST, FARTHEST) };
        let (lo, hi) = (tame(lo), tame(hi));
        if lo <= hi { (lo, hi) } else { (hi, lo) }
    }

    /// The stretch of `span` whose last of `columns` columns holds `newest`.
    pub(crate) fn following(newest: f64, span: f64, columns: usize) -> Self {
        let view = Self::new(newest - span.abs(), newest);
        let dx = view.span() / columns.max(1) as f64;
        let right = ((newest / dx).floor() + 1.0) * dx;
        Self::new(right - view.span(), right)
    }

    /// This stretch moved by less than one column so that its edges are multiples of the column width, and
    /// the columns in it.
    pub(crate) fn snapped(self, columns: usize) -> (Self, ColumnGrid) {
        let count = columns.max(1);
        let farthest = self.min.abs().max(self.max.abs());
        let dx = (self.span() / count as f64).max(farthest / MOST_COLUMNS);
        #[expect(clippy::cast_possible_truncation, reason = "at most MOST_COLUMNS")]
        let first = (self.min / dx).round() as i64;
        let grid = ColumnGrid { first, dx, count, scale: Scale::Linear };
        (Self { min: grid.edge(0), max: grid.edge(count) }, grid)
    }
}

impl Interval {
    /// As [`snapped`](Self::snapped), but with the left edge where it is and the right one off by half a column at most:
    /// the width of the columns gives way. So close to zero that it would have to give way more, it is snapped.
    pub(crate) fn anchored(self, columns: usize) -> (Self, ColumnGrid) {
        let (snapped, grid) = self.snapped(columns);
        if grid.first.unsigned_abs() < grid.count as u64 {
            return (snapped, grid);
        }
        let grid = ColumnGrid { dx: self.min / grid.first as f64, ..grid };
        (Self { min: grid.edge(0), max: grid.edge(grid.count) }, grid)
    }
}

/// The x axis of a plot and one of its y axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct View {
    /// The visible stretch of x.
    pub(crate) x: Interval,
    /// The visible stretch of y.
    pub(crate) y: Interval,
}

/// What a plot shows of x, and on each of its y axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Views {
    pub(crate) x: Interval,
    /// Where there is no such axis, anything.
    pub(crate) y: [Interval; MOST_Y_AXES],
}

impl Views {
    /// Each y axis changed in one way.
    #[must_use]
    pub(crate) fn with_y(self, change: impl Fn(Interval) -> Interval) -> Self {
        Self { y: self.y.map(change), ..self }
    }
}

impl Default for View {
    fn default() -> Self {
        Self { x: Interval { min: 0.0, max: 1.0 }, y: Interval { min: -1.0, max: 1.0 } }
    }
}

/// How much of x to show when following data that reach over `extent` so far and may grow to `limit`, in so many
/// columns.
///
/// It goes up in round steps, so that a young stream fills the plot and the axis still stands still most of the
/// time. As long as the data reach over less than `limit`, there is room for all of them wherever the edges of the
/// columns lie.
pub(crate) fn grown_span(extent: f64, limit: f64, columns: usize) -> f64 {
    if !(extent.is_finite() && extent > 0.0) || extent >= limit {
        return limit;
    }
    // The newest point may lie at the left edge of the last column, and the oldest at the right edge of the first.
    let columns = columns.max(4) as f64;
    let needed = extent * columns / (columns - 2.0);
    let decade = 10f64.powf(needed.log10().floor());
    let steps = GROWTH_STEPS.iter().map(|step| step * decade);
    steps.into_iter().find(|span| *span >= needed).unwrap_or(needed).min(limit).max(needed)
}

/// An axis that fits what is visible, calmly: it grows at once and shrinks seldom.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct AutoRange {
    range: Option<Interval>,
    changed_secs: f64,
    /// When it last fitted exactly.
    fitted_secs: f64,
}

impl AutoRange {
    /// The range shrinks only when the data use less than this share of it.
    const SHRINK_BELOW: f64 = 0.6;
    /// The mean may lie this share of the range off its middle.
    const OFF_CENTRE: f64 = 0.1;

    /// The range that shows `bounds` (lowest, highest) at time `now_secs` of any clock.
    ///
    /// Grows at once, and leaves behind what data that go one way have left. Shrinks when the data use less than 60 % of the range and at least `calm_secs` have
    /// passed since the last change. Without data the range stays.
    pub(crate) fn update(&mut self, bounds: Option<(f64, f64)>, now_secs: f64, calm_secs: f64) -> Interval {
        let Some((lo, hi)) = bounds else {
            return self.range.unwrap_or(View::default().y);
        };
        let wanted = Interval::fit(lo, hi);
        let next = match self.range {
            None => wanted,
            Some(now) if lo < now.min || hi > now.max => {
                // Not below what is shown: what left the view may come back in a moment.
                let both = Interval::new(wanted.min.min(now.min), wanted.max.max(now.max));
                // But data that go one way must not push the edge out for ever and leave the other behind.
                let is_left_behind = wanted.span() < both.span() * Self::SHRINK_BELOW;
                if is_left_behind && now_secs - self.fitted_secs >= calm_secs { wanted } else { both }
            }
            Some(now) if wanted.span() < now.span() * Self::SHRINK_BELOW => {
                if now_secs - self.changed_secs < calm_secs {
                    return now;
                }
                wanted
            }
            Some(now) => return now,
        };
        self.range = Some(next);
        self.changed_secs = now_secs;
        if next == wanted {
            self.fitted_secs = now_secs;
        }
        next
    }

    /// The range that it showed last.
    pub(crate) fn get(&self) -> Option<Interval> {
        self.range
    }

    /// As [`update`](Self::update), but never shrinks.
    pub(crate) fn expand(&mut self, bounds: Option<(f64, f64)>, now_secs: f64) -> Interval {
        match (self.range, bounds) {
            (Some(now), Some((lo, hi))) if lo < now.min || hi > now.max => {
                let wanted = Interval::fit(lo, hi);
                self.set(Interval::new(wanted.min.min(now.min), wanted.max.max(now.max)), now_secs)
            }
            (Some(now), _) => now,
            (None, _) => self.update(bounds, now_secs, 0.0),
        }
    }

    /// As [`update`](Self::update), with `mean` in the middle: as near to it as a calm axis keeps it.
    pub(crate) fn centre(
        &mut self,
        (lo, hi): (f64, f64),
        mean: f64,
        now_secs: f64,
        calm_secs: f64,
    ) -> Interval {
        let half = (hi - mean).max(mean - lo);
        let wanted = Interval::fit(mean - half, mean + half);
        let Some(now) = self.range else { return self.set(wanted, now_secs) };
        let is_off = (now.fraction(mean) - 0.5).abs() > Self::OFF_CENTRE;
        let is_small = wanted.span() < now.span() * Self::SHRINK_BELOW;
        let leaves = lo < now.min || hi > now.max;
        if (leaves || is_off || is_small) && now_secs - self.changed_secs >= calm_secs {
            self.set(wanted, now_secs)
        } else if leaves {
            // What is new is seen at once; the middle can wait.
            let both = Interval::new(wanted.min.min(now.min), wanted.max.max(now.max));
            self.range = Some(both);
            both
        } else {
            now
        }
    }

    /// Fits once, and then stays.
    pub(crate) fn keep(&mut self, bounds: Option<(f64, f64)>, now_secs: f64) -> Interval {
        self.range.unwrap_or_else(|| self.update(bounds, now_secs, 0.0))
    }

    /// Takes this range.
    pub(crate) fn set(&mut self, range: Interval, now_secs: f64) -> Interval {
        (self.range, self.changed_secs, self.fitted_secs) = (Some(range), now_secs, now_secs);
        range
    }

    /// Forgets the range: the next update fits exactly.
    pub(crate) fn reset(&mut self) {
        self.range = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_drawable(i: Interval) -> bool {
        i.min.is_finite() && i.max.is_finite() && i.max > i.min && i.span().is_finite()
    }

    #[test]
    fn zoom_keeps_the_value_under_the_cursor() {
        let view = Interval::new(10.0, 30.0).zoomed(15.0, 4.0);
        assert_eq!((view.min, view.max), (13.75, 18.75));
    }

    #[test]
    fn zooming_in_and_out_again_comes_back() {
        let start = Interval::new(-2.0, 6.0);
        let back = start.zoomed(1.25, 8.0).zoomed(1.25, 0.125);
        assert!((back.min - start.min).abs() < 1e-12 && (back.max - start.max).abs() < 1e-12);
    }

    #[test]
    fn fit_leaves_five_percent_on_each_side() {
        assert_eq!(Interval::fit(0.0, 100.0), Interval { min: -5.0, max: 105.0 });
    }

    #[test]
    fn fit_of_a_single_value_has_room_around_it() {
        assert_eq!(Interval::fit(0.0, 0.0), Interval { min: -1.0, max: 1.0 });
        let around = Interval::fit(50.0, 50.0);
        assert!(around.min < 50.0 && around.max > 50.0);
    }

    #[test]
    fn following_pins_the_newest_sample_in_the_last_column() {
        for newest in [0.0, 1.0, 3.999_9, 86_400.123_456, 2_592_000.5, -7.25] {
            let (view, grid) = Interval::following(newest, 10.0, 800).snapped(800);
            let place = view.fraction(newest) * 800.0;
            assert!((799.0 - 1e-3..800.0 + 1e-3).contains(&place), "{newest}: column {place}");
            assert_eq!(grid.count, 800);
        }
    }

    #[test]
    fn following_moves_by_whole_columns() {
        let mut last = None;
        for i in 0..1000 {
            let (_, grid) = Interval::following(100.0 + f64::from(i) * 0.003, 10.0, 640).snapped(640);
            if let Some((first, dx)) = last {
                assert!(grid.first >= first);
                assert!((grid.dx - dx) == 0.0, "the column width changed while scrolling");
            }
            last = Some((grid.first, grid.dx));
        }
    }

    #[test]
    fn a_young_stream_fills_most_of_the_plot() {
        for extent in [1e-6, 0.013, 0.5, 1.0, 5.0, 7.7, 9.99] {
            let span = grown_span(extent, 10.0, 1000);
            assert!(span >= extent && span <= extent * 1.51, "{extent} -> {span}");
        }
        assert!((grown_span(4.5, 10.0, 1000) - 5.0).abs() < 1e-12);
        for extent in [10.0, 1000.0, 0.0, f64::NAN] {
            assert!((grown_span(extent, 10.0, 1000) - 10.0).abs() < 1e-12);
        }
    }

    #[test]
    fn auto_range_grows_at_once_and_shrinks_at_most_once_a_second() {
        let mut auto = AutoRange::default();
        assert_eq!(auto.update(Some((0.0, 100.0)), 0.0, 1.0), Interval::fit(0.0, 100.0));
        assert!(auto.update(Some((0.0, 200.0)), 0.1, 1.0).max >= 200.0);
        let wide = auto.update(Some((0.0, 20.0)), 0.2, 1.0);
        assert!(wide.max >= 200.0, "shrank too early");
        assert_eq!(auto.update(Some((0.0, 20.0)), 1.2, 1.0), Interval::fit(0.0, 20.0));
    }

    #[test]
    fn auto_range_goes_along_with_data_that_go_one_way() {
        let mut auto = AutoRange::default();
        for i in 0..1000 {
            let newest = f64::from(i) * 0.1;
            let range = auto.update(Some((newest - 10.0, newest)), newest, 1.0);
            assert!(range.max >= newest && range.span() < 30.0, "{newest}: {range:?}");
        }
    }

    #[test]
    fn auto_range_stands_still_on_stationary_noise() {
        let mut auto = AutoRange::default();
        let first = auto.update(Some((-1.0, 1.0)), 0.0, 1.0);
        for i in 0..1000 {
            let wobble = f64::from(i % 7) * 0.005;
            assert_eq!(auto.update(Some((-1.0 - wobble, 1.0 + wobble)), f64::from(i), 1.0), first);
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_an_interval_that_cannot_be_drawn(
            a in any::<f64>(), b in any::<f64>(), c in any::<f64>(), d in any::<f64>(), n in 0usize..5000,
        ) {
            let start = Interval::new(a, b);
            prop_assert!(is_drawable(start));
            prop_assert!(is_drawable(start.zoomed(c, d)));
            prop_assert!(is_drawable(start.panned(c)));
            prop_assert!(is_drawable(Interval::fit(a, b)));
            prop_assert!(is_drawable(Interval::following(c, d, n)));
            let (view, grid) = start.snapped(n);
            prop_assert!(is_drawable(view));
            prop_assert!(grid.dx > 0.0 && grid.count >= 1);
            let (view, grid) = start.anchored(n);
            prop_assert!(is_drawable(view));
            prop_assert!(grid.dx > 0.0 && grid.count >= 1);
        }

        #[test]
        fn anchoring_moves_nothing_by_more_than_half_a_column(
            min in -1e9f64..1e9, span in 1e-3f64..1e6, n in 1usize..4000,
        ) {
            let view = Interval::new(min, min + span);
            let (anchored, grid) = view.anchored(n);
            prop_assert!((anchored.min - view.min).abs() <= grid.dx * 0.51);
            prop_assert!((anchored.max - view.max).abs() <= grid.dx * 1.02);
            if min.abs() > span {
                prop_assert!((anchored.min - view.min).abs() <= min.abs() * 1e-15);
            }
        }

        #[test]
        fn columns_have_edges_of_their_own_however_far_from_zero(
            min in -1e12f64..1e12, share in 0f64..1.0, n in 1usize..8000,
        ) {
            let (_, grid) = Interval::new(min, min + min.abs() * FINEST * (1.0 + share)).snapped(n);
            prop_assert!((0..n).all(|column| grid.edge(column) < grid.edge(column + 1)));
        }

        #[test]
        fn snapping_moves_less_than_a_column(min in -1e9f64..1e9, span in 1e-3f64..1e6, n in 1usize..4000) {
            let view = Interval::new(min, min + span);
            let (snapped, grid) = view.snapped(n);
            prop_assert!((snapped.min - view.min).abs() <= grid.dx * 0.51);
            prop_assert!((snapped.span() - view.span()).abs() <= view.span() * 1e-4);
        }
    }
}
