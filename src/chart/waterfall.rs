//! A waterfall: each curve of a snapshot stream a row of colours over time, the newest at the top.
//!
//! 1. A row of pixels shows the curves whose t lies in it, else the one that holds there; a column of it the bins whose
//!    x lies in it, else the nearest one. Each pixel has the greatest of those values, so no peak is ever left out.
//! 2. Rows and columns lie at absolute multiples of their size: a row once complete never changes while the picture
//!    scrolls, and is computed once. A frame computes what new curves there are, whatever is on the screen.
//! 3. A change of the scale computes all rows anew, the newest first, so many in each frame.
//! 4. A row stays on the screen when its curves have left the memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::format::{Labels, Reading};
use super::options::Options;
use super::snapshot::StreamSnapshot;
use super::ticks::Ticks;
use super::view::{AutoRange, Interval, grown_span};
use crate::history::{Bins, Cell, ColumnGrid, Curve, Frames, Scale, raise_all};
use crate::stream::offset_value;

/// Least distance of two ticks on the bar, points.
const TICK_GAP: f32 = 42.0;
/// Values computed in a frame, after which the rest waits for the next one.
const BUDGET: usize = 8 << 20;
/// Values of all rows at most: what the renderer takes.
const MOST_VALUES: usize = 16 << 20;
/// Rows and values of each that the range of the colours is fitted to.
const SAMPLED_ROWS: usize = 64;
const SAMPLED_COLUMNS: usize = 128;
/// Shares of the values below the first colour, and below the last.
const PERCENTILES: [f64; 2] = [0.01, 0.999];

/// The rows of one waterfall.
#[derive(Debug, Default)]
pub(crate) struct Waterfall {
    basis: Option<Basis>,
    /// What values are differences to. Rows, and the range of their colours, are kept and drawn without it.
    y_offset: f64,
    rows: BTreeMap<i64, CachedRow>,
    /// Rows that are seen: the number of the lowest, and how many.
    seen: (i64, usize),
    bins: Option<(Arc<[f32]>, Bins)>,
    /// The x that were asked for last, and their extent.
    x: Option<(Arc<[f32]>, Scale)>,
    extent: Option<(f64, f64)>,
    fitted: AutoRange,
    range: Option<Interval>,
    /// Rows changed since the range was fitted.
    is_changed: bool,
    is_waiting: bool,
}

/// What rows are computed for: another one means other rows.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Basis {
    run: u64,
    clears: u64,
    is_in_order: bool,
    columns: ColumnGrid,
    row: f64,
}

/// A computed row.
#[derive(Clone, Debug)]
struct CachedRow {
    content: Content,
    /// Whether no curve can come that belongs there.
    is_closed: bool,
}

#[derive(Clone, Debug)]
enum Content {
    Nothing,
    Missing,
    Values {
        /// Numbers of the first and the last curve.
        first: u64,
        last: u64,
        /// Whether they begin there, rather than hold.
        begins: bool,
        values: Arc<[f32]>,
    },
}

impl Waterfall {
    /// Memory that its rows take, in bytes.
    pub(crate) fn memory_bytes(&self) -> u64 {
        let values = self.rows.values().map(|held| match &held.content {
            Content::Values { values, .. } => size_of_val(values.as_ref()),
            Content::Nothing | Content::Missing => 0,
        });
        (values.sum::<usize>() + self.rows.len() * size_of::<CachedRow>()) as u64
    }

    /// Lowest and highest place of the newest curve's bins, with half a bin on each side.
    pub(crate) fn x_extent(&mut self, frames: &Frames, scale: Scale) -> Option<(f64, f64)> {
        let x = &frames.newest()?.x;
        if self.x.as_ref().is_none_or(|(of, at)| !Arc::ptr_eq(of, x) || *at != scale) {
            self.x = Some((Arc::clone(x), scale));
            self.extent = x_extent(x, scale);
        }
        self.extent
    }

    /// Rows in a plot area of so many pixels.
    pub(crate) fn rows(columns: usize, height_px: usize) -> usize {
        height_px.div_ceil(row_px(columns, height_px))
    }

    /// Computes the rows that are seen and not held yet, as many as a frame may take.
    pub(crate) fn update(&mut self, frames: &Frames, run: u64, columns: ColumnGrid, rows: ColumnGrid) {
        self.y_offset = frames.y_offset();
        let (clears, is_in_order) = (frames.clears(), frames.is_in_order());
        let basis = Basis { run, clears, is_in_order, columns, row: rows.dx };
        if self.basis != Some(basis) {
            self.basis = Some(basis);
            self.bins = None;
            self.rows.clear();
        }
        let numbers = rows.first..rows.first.saturating_add(rows.count as i64);
        self.seen = (rows.first, rows.count);
        self.rows.retain(|number, _| numbers.contains(number));
        self.is_waiting = false;
        let newest = frames.places().map_or(f64::NEG_INFINITY, |[_, newest, _]| newest);
        let mut spent = 0;
        for index in (0..rows.count).rev() {
            let number = rows.first.saturating_add(index as i64);
            let held = self.rows.get(&number);
            if held.is_some_and(|held| held.is_closed) {
                continue;
            }
            let (lower, upper) = (rows.edge(index), rows.edge(index + 1));
            let mut is_whole = true;
            let content = match frames.cell(lower, upper) {
                // Its curves may be gone from the memory.
                Cell::Nothing => held.map_or(Content::Nothing, |held| held.content.clone()),
                Cell::Missing => Content::Missing,
                _ if spent > BUDGET => {
                    self.is_waiting = true;
                    continue;
                }
                Cell::Begins(places) => {
                    let before = held.map(|held| held.content.clone());
                    let content = self.values(before, frames.range(places), true, &mut spent);
                    is_whole = spent <= BUDGET;
                    content
                }
                Cell::Holds(place) => {
                    let before = held.map(|held| held.content.clone());
                    self.values(before, frames.range(place..place + 1), false, &mut spent)
                }
            };
            self.is_changed = true;
            self.rows.insert(number, CachedRow { content, is_closed: is_whole && newest >= upper });
        }
    }

    /// The greatest values of `curves`, of which some are in the row as it was `before`.
    fn values<'a>(
        &mut self,
        before: Option<Content>,
        curves: impl DoubleEndedIterator<Item = &'a Curve> + Clone,
        begins: bool,
        spent: &mut usize,
    ) -> Content {
        let Some(basis) = self.basis else { return Content::Nothing };
        let (Some(first), Some(last)) = (curves.clone().next(), curves.clone().next_back()) else {
            return Content::Nothing;
        };
        let (mut values, from) = match before {
            Some(Content::Values { first: f, last: l, begins: b, values })
                if b == begins && f <= first.number && l >= first.number =>
            {
                if l == last.number {
                    return Content::Values { first: f, last: l, begins, values };
                }
                (values.to_vec(), l + 1)
            }
            _ => (vec![f32::NAN; basis.columns.count], 0),
        };
        // Curves with the same bins are put together before the bins are.
        let mut same: Option<(&Arc<[f32]>, Vec<f32>)> = None;
        let mut reached = last.number;
        for curve in curves.filter(|curve| curve.number >= from) {
            if *spent > BUDGET {
                // A row of very many curves goes on in the next frame.
                self.is_waiting = true;
                break;
            }
            reached = curve.number;
            *spent += curve.y.len();
            match &mut same {
                Some((x, greatest)) if Arc::ptr_eq(x, &curve.x) => raise_all(greatest, &curve.y),
                _ => {
                    if let Some((x, greatest)) = same.take() {
                        self.raise(x, basis, &greatest, &mut values);
                    }
                    same = Some((&curve.x, curve.y.to_vec()));
                }
            }
        }
        if let Some((x, greatest)) = same {
            self.raise(x, basis, &greatest, &mut values);
        }
        *spent += basis.columns.count;
        Content::Values { first: first.number, last: reached, begins, values: values.into() }
    }

    fn raise(&mut self, x: &Arc<[f32]>, basis: Basis, y: &[f32], values: &mut [f32]) {
        if self.bins.as_ref().is_none_or(|(of, _)| !Arc::ptr_eq(of, x)) {
            self.bins = Some((Arc::clone(x), Bins::new(x, &basis.columns)));
        }
        if let Some((_, bins)) = &self.bins {
            bins.raise(y, values);
        }
    }

    /// Whether rows lie at their time, rather than at their number.
    pub(crate) fn is_over_time(&self) -> bool {
        self.basis.is_none_or(|basis| basis.is_in_order)
    }

    /// Whether rows wait for the next frame.
    pub(crate) fn is_waiting(&self) -> bool {
        self.is_waiting
    }

    /// Fits the colours to what is seen, unless they are fixed at an end; calm, as an axis is.
    pub(crate) fn fit(&mut self, fixed: [Option<f64>; 2], now_secs: f64, calm_secs: f64) {
        let fitted = if fixed.iter().all(Option::is_some) {
            Interval::new(0.0, 1.0)
        } else {
            if std::mem::take(&mut self.is_changed) || self.range.is_none() {
                let sample = self.sample();
                self.range = Some(self.fitted.update(percentiles(sample), now_secs, calm_secs));
            }
            self.range.unwrap_or(Interval { min: 0.0, max: 1.0 })
        };
        let fixed = fixed.map(|end| end.map(|value| value - self.y_offset));
        let [lowest, highest] = [fixed[0].unwrap_or(fitted.min), fixed[1].unwrap_or(fitted.max)];
        self.range = Some(if lowest < highest { Interval { min: lowest, max: highest } } else { fitted });
    }

    /// Forgets the range of the colours: the next fits exactly.
    pub(crate) fn refit(&mut self) {
        self.fitted.reset();
        self.is_changed = true;
    }

    fn sample(&self) -> Vec<f32> {
        let every = (self.rows.len() / SAMPLED_ROWS).max(1);
        let rows = self.rows.values().rev().step_by(every).filter_map(|held| match &held.content {
            Content::Values { values, .. } => Some(values),
            Content::Nothing | Content::Missing => None,
        });
        let finite = rows.flat_map(|values| {
            let every = (values.len() / SAMPLED_COLUMNS).max(1);
            values.iter().copied().step_by(every).filter(|value| value.is_finite())
        });
        finite.collect()
    }

    /// The greatest value in the pixel at these shares of the width and height, from the lower left.
    pub(crate) fn value_at(&self, [x, y]: [f64; 2]) -> Option<f64> {
        let (first, count) = self.seen;
        let number = first.saturating_add((y * count as f64).floor() as i64);
        let Content::Values { values, .. } = &self.rows.get(&number)?.content else { return None };
        let value = values.get((x * values.len() as f64).floor() as usize)?;
        (!value.is_nan()).then(|| offset_value(self.y_offset, *value))
    }

    /// The rows that are seen, the newest first: their numbers and values; `Some(None)` where a curve is missing.
    pub(crate) fn seen_rows(&self) -> impl Iterator<Item = (i64, Option<Option<&Arc<[f32]>>>)> {
        let (first, count) = self.seen;
        (0..count).rev().map(move |index| {
            let number = first.saturating_add(index as i64);
            let values = match self.rows.get(&number).map(|held| &held.content) {
                Some(Content::Values { values, .. }) => Some(Some(values)),
                Some(Content::Missing) => Some(None),
                Some(Content::Nothing) | None => None,
            };
            (number, values)
        })
    }

    /// The values, as they are held, that the first and the last colour stand for.
    pub(crate) fn range(&self) -> Option<Interval> {
        self.range
    }

    /// How values are written beside the bar of colours, which is `height` points high.
    pub(crate) fn reading(&self, height: f32) -> Reading {
        let of = |range: Interval| Reading::new(bar_labels(range, height).1.prefix(), range.span());
        self.value_range().map_or(Reading::OWN, of)
    }

    /// The values that the first and the last colour stand for.
    pub(crate) fn value_range(&self) -> Option<Interval> {
        self.range.map(|range| Interval::new(range.min + self.y_offset, range.max + self.y_offset))
    }
}

/// The ticks of the bar of colours.
pub(crate) fn bar_labels(range: Interval, height: f32) -> (Ticks, Labels) {
    let ticks = Ticks::decimal(range, height, TICK_GAP);
    (ticks, Labels::decimal(range, ticks))
}

/// Height of a row in pixels: 1 unless the screen is larger than what the renderer takes.
pub(crate) fn row_px(columns: usize, height_px: usize) -> usize {
    (columns * height_px).div_ceil(MOST_VALUES).max(1)
}

/// The stretch of y to follow with, `rows` high: as long as asked for, or growing while there is little.
pub(crate) fn following(
    frames: &Frames,
    span: Option<f64>,
    rows: usize,
    options: &Options,
) -> Option<Interval> {
    let [oldest, newest, end] = frames.places()?;
    let (wanted, most) = if frames.is_in_order() {
        (span, options.x_span_secs.unwrap_or(Options::DEFAULT_SPAN_SECS))
    } else {
        (span, rows as f64)
    };
    let view = |span: f64| {
        // The row that holds the end, but none that begins with it.
        let top = newest.max(end - span / rows.max(1) as f64 / 2.0);
        Interval::following(top, span, rows)
    };
    if let Some(span) = wanted {
        return Some(view(span));
    }
    let tight = view(grown_span(end - oldest, most, usize::MAX));
    let is_cut = tight.min > oldest && end - oldest < most;
    Some(if is_cut { view(grown_span(end - oldest, most, rows)) } else { tight })
}

/// The ends of the range of the colours that are asked for, or that the producer expects.
pub(crate) fn fixed_range(stream: &StreamSnapshot, options: &Options) -> [Option<f64>; 2] {
    let expected = stream.info.meta.value_range();
    [options.y_min.or(expected.map(|range| range[0])), options.y_max.or(expected.map(|range| range[1]))]
}

fn x_extent(x: &[f32], scale: Scale) -> Option<(f64, f64)> {
    let mut places: Vec<f64> = x.iter().filter_map(|x| scale.checked_transform(f64::from(*x))).collect();
    places.sort_by(f64::total_cmp);
    let (first, last) = (*places.first()?, *places.last()?);
    let [before, after] = match places.as_slice() {
        [a, .., b] => [places[1] - a, b - places[places.len() - 2]],
        _ => [0.0, 0.0],
    };
    Some((first - before / 2.0, last + after / 2.0))
}

/// The values that the shares of [`PERCENTILES`] lie below.
fn percentiles(mut sample: Vec<f32>) -> Option<(f64, f64)> {
    let last = sample.len().checked_sub(1)?;
    let [lowest, highest] = PERCENTILES.map(|share| {
        let place = (share * last as f64).round() as usize;
        f64::from(*sample.select_nth_unstable_by(place, f32::total_cmp).1)
    });
    Some((lowest, highest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ring::{FrameData, Point};

    /// So many curves, one in each row of ten, of so many bins.
    fn frames(curves: u64, bins: usize) -> Frames {
        let mut frames = Frames::keeping(usize::MAX);
        for number in 0..curves {
            let words = (0..bins).map(|bin| Point::new(bin as f32, number as f32).to_bits()).collect();
            frames.push(&FrameData { number, t: number as f64, words, ..FrameData::default() });
        }
        frames
    }

    fn grid(first: i64, dx: f64, count: usize) -> ColumnGrid {
        ColumnGrid { first, dx, count, scale: Scale::Linear }
    }

    #[test]
    fn much_at_once_is_computed_over_several_frames_and_the_newest_first() {
        let (curves, bins) = (10, BUDGET / 4);
        let frames = frames(curves, bins);
        let mut falls = Waterfall::default();
        let has = |falls: &Waterfall, row: f64| falls.value_at([0.5, (row + 0.5) / 10.0]);
        let mut updates = 0;
        loop {
            falls.update(&frames, 1, grid(0, bins as f64 / 4.0, 4), grid(0, 1.0, 10));
            updates += 1;
            assert_eq!(has(&falls, 9.0), Some(9.0), "the newest row is not there at once");
            if !falls.is_waiting() {
                break;
            }
            assert_eq!(has(&falls, 0.0), None);
        }
        assert_eq!(updates, 3, "four of ten curves are what a frame may take");
        (0..10u8).for_each(|row| assert_eq!(has(&falls, f64::from(row)), Some(f64::from(row))));
    }

    #[test]
    fn rows_stay_when_their_curves_have_left_the_memory() {
        let mut all = frames(10, 8);
        let mut falls = Waterfall::default();
        let show = |falls: &mut Waterfall, frames: &Frames| {
            falls.update(frames, 1, grid(0, 2.0, 4), grid(0, 1.0, 10));
            (0..10u8).map(|row| falls.value_at([0.5, (f64::from(row) + 0.5) / 10.0])).collect::<Vec<_>>()
        };
        let before = show(&mut falls, &all);
        assert!(before.iter().all(Option::is_some));
        all.keep(3);
        assert_eq!(show(&mut falls, &all), before);
        assert_eq!(show(&mut Waterfall::default(), &all)[..7], [None; 7]);
        all.clear_before(u64::MAX);
        assert_eq!(show(&mut falls, &all), [None; 10], "what was cleared is still shown");
    }

    #[test]
    fn one_absurd_value_does_not_take_the_colours_of_all_others() {
        let mut sample: Vec<f32> = (0..10_000u16).map(|i| f32::from(i) / 10_000.0).collect();
        sample.extend([1e30, -1e30]);
        let (lowest, highest) = percentiles(sample).unwrap();
        assert!((0.0..0.02).contains(&lowest) && (0.99..=1.0).contains(&highest), "{lowest}..{highest}");
        assert_eq!(percentiles(Vec::new()), None);
    }

    #[test]
    fn the_colours_stand_still_on_noise_and_obey_what_is_fixed() {
        let mut falls = Waterfall::default();
        let mut ranges = Vec::new();
        for step in 0..50u8 {
            let mut noise = Frames::keeping(usize::MAX);
            let mut seed = u32::from(step) + 1;
            let mut value = || {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 8) as f32 / 16_777_216.0
            };
            let words = (0..4000).map(|bin| Point::new(bin as f32, value()).to_bits()).collect();
            noise.push(&FrameData {
                number: u64::from(step),
                t: f64::from(step),
                words,
                ..FrameData::default()
            });
            falls.update(&noise, 1, grid(0, 40.0, 100), grid(0, 1.0, 60));
            falls.fit([None; 2], f64::from(step) * 0.1, 1.0);
            ranges.push(falls.range);
        }
        ranges.dedup();
        assert!(ranges.len() <= 5, "{} ranges in five seconds", ranges.len());
        falls.fit([Some(-3.0), Some(7.0)], 6.0, 1.0);
        assert_eq!(falls.range, Some(Interval { min: -3.0, max: 7.0 }));
    }
}
