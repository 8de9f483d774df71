//! Exact columns: what the ideal curve covers in each column of pixels.
//!
//! ```text
//!        y_out of 0 = y_in of 1
//!   |       |/ \    |       |       column 1: points from the pyramid, plus the line at both edges
//!   |  .----+   \   |    .--|
//!   | /     |    \__|___/   |
//!     0         1       2
//! ```
//! Each visit of the curve to a column (see `path.rs`) covers a *span*. The curve is continuous there, so its image is
//! an interval whose ends lie at vertices or at the column's edges: `[min(lo, y_in, y_out), max(hi, y_in, y_out)]` is
//! exactly what it covers, for any number of points and at any zoom. That holds for steps as well, whose value at an
//! edge is that of a neighbour. Where a visit holds a pen-up, its span is the hull of its pieces and the column is
//! marked; likewise where x steps back by less than a column is wide, which nobody sees.
//!
//! A curve whose x steps back further comes to a column again: each sweep has spans of its own, and what lies between
//! them is not covered. Spans that overlap or touch are one.

use std::ops::Deref;

use super::breaks::Breaks;
use super::scale::Scale;

/// Spans of one column that are told apart, at most. Where there are more, those nearest to each other become one.
const MOST_SPANS: usize = 256;

/// Columns of equal width on the axis, anchored at absolute multiples of it, so that they do not change while
/// the view scrolls over them.
///
/// ```
/// use ringplot::history::{ColumnGrid, Scale};
///
/// // The columns of a plot 512 pixels wide, from x = 10 to x = 18.
/// let dx = (18.0 - 10.0) / 512.0;
/// let grid = ColumnGrid { first: (10.0 / dx) as i64, dx, count: 512, scale: Scale::Linear };
/// assert_eq!((grid.edge(0), grid.edge(512)), (10.0, 18.0));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ColumnGrid {
    /// Number of the first column; column 0 begins at place 0 of the axis (x = 0, or x = 1 on a logarithmic one).
    pub first: i64,
    /// Width of a column along the axis: in x, or in decades on a logarithmic one.
    pub dx: f64,
    /// Columns.
    pub count: usize,
    /// The scale of the x axis.
    pub scale: Scale,
}

impl ColumnGrid {
    /// The x at the left edge of column `index` of the grid, or with `index == count` at the right edge of all:
    /// column `index` covers x in `edge(index)..edge(index + 1)`. On a linear axis the columns of a uniform stream
    /// have their edges at whole samples and parts of one, which is the same but for rounding.
    #[inline]
    pub fn edge(&self, index: usize) -> f64 {
        self.scale.inverse(self.number(index) as f64 * self.dx)
    }

    #[inline]
    pub(super) fn number(&self, index: usize) -> i64 {
        i64::try_from(index).map_or(i64::MAX, |index| self.first.saturating_add(index))
    }
}

/// From the least to the greatest value that a curve covers in one column of pixels, in values as they are in the data,
/// whatever the scale.
///
/// ```
/// use ringplot::history::Column;
///
/// let column = Column { lo: 1.0, hi: 3.0, gap: false };
/// assert_eq!(column.down_to_zero(), Column { lo: 0.0, ..column }, "what an area fills");
/// assert!(Column::EMPTY.is_empty());
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Least value covered; positive infinity if nothing is.
    pub lo: f64,
    /// Greatest value covered; negative infinity if nothing is.
    pub hi: f64,
    /// Whether a break (pen-up, lost run) lies in the column or spans it. An empty column inside a gap has this set.
    pub gap: bool,
}

impl Column {
    /// Nothing is covered, and nothing is missing.
    pub const EMPTY: Self = Self { lo: f64::INFINITY, hi: f64::NEG_INFINITY, gap: false };

    /// Whether the curve covers nothing here.
    pub fn is_empty(&self) -> bool {
        self.lo > self.hi
    }

    /// The column with all between the curve and zero: of an [`Interpolation::Line`](super::Interpolation::Line)'s, that of its
    /// [`Interpolation::Area`](super::Interpolation::Area).
    #[must_use]
    pub fn down_to_zero(self) -> Self {
        if self.is_empty() {
            self
        } else {
            Self { lo: self.lo.min(0.0), hi: self.hi.max(0.0), gap: self.gap }
        }
    }

    /// What is between this column and another.
    pub(super) fn merge(&mut self, other: Self) {
        self.lo = self.lo.min(other.lo);
        self.hi = self.hi.max(other.hi);
        self.gap |= other.gap;
    }
}

/// What a curve covers in each column of a [`ColumnGrid`]: as a slice, from the least to the greatest value of each;
/// [`spans`](Self::spans) has the parts of a column that is not covered throughout.
///
/// ```
/// use ringplot::history::{ColumnGrid, Columns, Interpolation, Scale, Trace};
/// use ringplot::{Batch, Point, XMode};
///
/// // 1,000 samples, one of which is a spike, in columns of 125 samples.
/// let x_mode = XMode::Uniform { t0: 0.0, rate: 1e3 };
/// let mut trace = Trace::new(x_mode, 1 << 20);
/// let points = (0..1000).map(|i| Point::new(0.0, if i == 300 { 9.0 } else { 0.0 })).collect();
/// trace.append(&Batch { x_mode, points, ..Batch::with_limit(1000) });
/// let grid = ColumnGrid { first: 0, dx: 0.125, count: 8, scale: Scale::Linear };
/// let mut columns = Columns::new();
/// trace.columns(&grid, Interpolation::Line, Scale::Linear, &mut columns);
/// assert_eq!(columns.len(), 8);
/// assert_eq!((columns[2].lo, columns[2].hi), (0.0, 9.0), "no spike is left out");
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    hulls: Vec<Column>,
    /// The spans of each column that has several, from the lowest to the highest; nothing at all where none has.
    spans: Vec<Vec<[f64; 2]>>,
    /// What breaks the line in each column; nothing at all where nothing does.
    breaks: Vec<Breaks>,
    is_coarse: bool,
}

impl Deref for Columns {
    type Target = [Column];

    fn deref(&self) -> &[Column] {
        &self.hulls
    }
}

impl Columns {
    /// No columns.
    pub fn new() -> Self {
        Self::default()
    }

    /// So many empty columns, for who covers them by other means.
    pub fn with_count(count: usize) -> Self {
        let mut columns = Self::new();
        columns.clear(count);
        columns
    }

    /// The spans that the curve covers in a column, from the lowest to the highest; they neither overlap nor touch.
    pub fn spans(&self, index: usize) -> impl ExactSizeIterator<Item = [f64; 2]> + '_ {
        let whole = self.hulls.get(index).filter(|hull| !hull.is_empty()).map(|hull| [hull.lo, hull.hi]);
        let parts = self.parts(index);
        let count = if parts.is_empty() { usize::from(whole.is_some()) } else { parts.len() };
        (0..count).map(move |at| parts.get(at).copied().or(whole).unwrap_or_default())
    }

    /// The columns in which the line has a break, and why; what was lost is none of it.
    pub fn breaks(&self) -> impl Iterator<Item = (usize, Breaks)> + '_ {
        self.breaks.iter().copied().enumerate().filter(|(_, breaks)| *breaks != Breaks::default())
    }

    /// Whether some column had more spans than are told apart (256): the nearest were joined.
    pub fn is_coarse(&self) -> bool {
        self.is_coarse
    }

    /// The most spans in any column.
    pub fn most_spans(&self) -> usize {
        let least = usize::from(self.hulls.iter().any(|hull| !hull.is_empty()));
        self.spans.iter().map(Vec::len).max().unwrap_or(0).max(least)
    }

    fn parts(&self, index: usize) -> &[[f64; 2]] {
        self.spans.get(index).map_or(&[], Vec::as_slice)
    }

    /// So many empty columns.
    pub(super) fn clear(&mut self, count: usize) {
        self.hulls.clear();
        self.hulls.resize(count, Column::EMPTY);
        self.spans.clear();
        self.breaks.clear();
        self.is_coarse = false;
    }

    /// As many columns as `count`, of which `len` from `to` on are those that were there from `from` on, and the others
    /// empty.
    pub(super) fn shift(&mut self, from: usize, len: usize, to: usize, count: usize) {
        if (from, len, count) == (to, self.hulls.len(), len) {
            return;
        }
        self.hulls.resize(self.hulls.len().max(to + len), Column::EMPTY);
        self.hulls.copy_within(from..from + len, to);
        self.hulls.resize(count, Column::EMPTY);
        self.hulls[..to].fill(Column::EMPTY);
        self.hulls[to + len..].fill(Column::EMPTY);
        if !self.spans.is_empty() {
            let mut spans = vec![Vec::new(); count];
            for (to, from) in spans[to..to + len].iter_mut().zip(&mut self.spans[from..from + len]) {
                *to = std::mem::take(from);
            }
            self.spans = spans;
        }
        if !self.breaks.is_empty() {
            let mut breaks = vec![Breaks::default(); count];
            breaks[to..to + len].copy_from_slice(&self.breaks[from..from + len]);
            self.breaks = breaks;
        }
    }

    /// Notes what breaks the line in a column.
    pub(super) fn mark(&mut self, index: usize, breaks: Breaks) {
        if breaks == Breaks::default() || index >= self.hulls.len() {
            return;
        }
        self.breaks.resize(self.hulls.len(), Breaks::default());
        self.breaks[index].nan |= breaks.nan;
        self.breaks[index].lifted |= breaks.lifted;
    }

    /// Covers a span of a column as well, and marks the column if the span is marked.
    #[inline]
    pub fn cover(&mut self, index: usize, span: Column) {
        let Some(hull) = self.hulls.get_mut(index) else { return };
        hull.gap |= span.gap;
        if span.is_empty() {
            return;
        }
        let before = *hull;
        hull.lo = hull.lo.min(span.lo);
        hull.hi = hull.hi.max(span.hi);
        if !self.spans.is_empty() && !self.spans[index].is_empty() {
            self.insert(index, [span.lo, span.hi]);
        } else if !before.is_empty() && (span.hi < before.lo || span.lo > before.hi) {
            self.spans.resize(self.hulls.len(), Vec::new());
            let mut both = [[before.lo, before.hi], [span.lo, span.hi]];
            both.sort_by(|a, b| a[0].total_cmp(&b[0]));
            self.spans[index].extend(both);
        }
    }

    fn insert(&mut self, index: usize, [lo, hi]: [f64; 2]) {
        let spans = &mut self.spans[index];
        let from = spans.partition_point(|span| span[1] < lo);
        let to = from + spans[from..].partition_point(|span| span[0] <= hi);
        if from == to {
            spans.insert(from, [lo, hi]);
            if spans.len() > MOST_SPANS {
                self.is_coarse = true;
                join_nearest(spans);
            }
            return;
        }
        spans[from] = [spans[from][0].min(lo), spans[to - 1][1].max(hi)];
        spans.drain(from + 1..to);
        if spans.len() == 1 {
            spans.clear();
        }
    }
}

/// Joins the spans that lie nearest to each other, half of them: so that it is seldom done.
fn join_nearest(spans: &mut Vec<[f64; 2]>) {
    let mut gaps: Vec<f64> = spans.windows(2).map(|pair| pair[1][0] - pair[0][1]).collect();
    let middle = gaps.len() / 2;
    let (_, most, _) = gaps.select_nth_unstable_by(middle, f64::total_cmp);
    let most = *most;
    spans.dedup_by(|next, last| {
        let is_near = next[0] - last[1] <= most;
        if is_near {
            last[1] = next[1];
        }
        is_near
    });
    if spans.len() == 1 {
        spans.clear();
    }
}
