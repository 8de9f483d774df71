//! A curve over a trace: what it covers in columns, and between two x.

use std::ops::Range;

use super::breaks::Breaks;
use super::columns::{Column, ColumnGrid, Columns};
use super::edges::{Edges, Place};
use super::extent::Extent;
use super::path::{Path, TooMuch};
use super::scale::Scale;
use super::shape::{Interpolation, Scales};
use super::trace::Trace;

/// The samples of a trace and what they stand for between each other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Curve<'a> {
    pub(super) path: Path<'a>,
    interpolation: Interpolation,
    scales: Scales,
}

/// The line from one vertex to the next.
#[derive(Clone, Copy, Debug)]
enum Link {
    /// It comes from where there is no x at all.
    Nowhere,
    Broken,
    /// Nothing is drawn between samples.
    None,
    /// Ends as least and greatest y; places from the first one.
    Whole {
        x: [f64; 2],
        a: [f32; 2],
        b: [f32; 2],
    },
}

impl<'a> Curve<'a> {
    pub(super) fn new(trace: &'a Trace, interpolation: Interpolation, scales: Scales) -> Self {
        let path = Path {
            trace,
            width: if interpolation == Interpolation::Band { 2 } else { 1 },
            in_samples: false,
        };
        Self { path, interpolation, scales }
    }

    pub(super) fn on(edges: &Edges, trace: &'a Trace, interpolation: Interpolation, scales: Scales) -> Self {
        let curve = Self::new(trace, interpolation, scales);
        Self { path: Path { in_samples: edges.in_samples(), ..curve.path }, ..curve }
    }

    /// Least and greatest y of the vertex at `position`, `None` if it is broken.
    fn vertex(&self, position: u64) -> Option<[f32; 2]> {
        let trace = self.path.trace;
        let floor = trace.floor(self.scales.y);
        let is_on = |y: &f32| f64::from(*y) > floor;
        let y = Some(trace.y_at(position)).filter(is_on)?;
        if self.interpolation != Interpolation::Band {
            return Some([y, y]);
        }
        let other = Some(trace.y_at(position + 1)).filter(is_on)?;
        Some([y.min(other), y.max(other)])
    }

    /// The line to the vertex at `position` from the one before, which is held and lies left of it.
    fn link(&self, position: u64) -> Link {
        let before = position - self.path.width;
        let x0 = self.path.reached(before);
        if x0 <= self.scales.x.floor() {
            return Link::Nowhere;
        }
        let (Some(a), Some(b)) = (self.vertex(before), self.vertex(position)) else { return Link::Broken };
        if matches!(self.interpolation, Interpolation::Stem | Interpolation::Points) {
            return Link::None;
        }
        // Samples from the one before: what is left is exact.
        let x1 = if self.path.in_samples { self.path.width as f64 } else { self.path.reached(position) };
        Link::Whole { x: [x0, x1], a, b }
    }

    /// What a line covers at a place between its ends, of which the first is not included.
    fn at(&self, link: Link, place: Place) -> Column {
        let Link::Whole { x: [x0, x1], a, b } = link else {
            return Column { gap: matches!(link, Link::Broken), ..Column::EMPTY };
        };
        let (x0, x) =
            if self.path.in_samples { (0.0, place.whole - x0 + place.part) } else { (x0, place.whole) };
        let trace = self.path.trace;
        let line_at = |end: usize| self.scales.line_at((x0, a[end]), (x1, b[end]), x, trace.y_offset);
        let [lo, hi] = match self.interpolation {
            Interpolation::StepPre => b,
            Interpolation::StepMid if x > x0.midpoint(x1) => b,
            Interpolation::StepMid | Interpolation::StepPost => a,
            Interpolation::Line | Interpolation::Area => [line_at(0); 2],
            Interpolation::Band => [0, 1].map(line_at),
            Interpolation::Stem | Interpolation::Points => return Column::EMPTY,
        };
        Column { lo: trace.value(lo), hi: trace.value(hi), gap: false }
    }

    /// Covers in `out`, from column `at` on, what the visits that begin at `positions` cover of the columns between
    /// `edges`; see [`Path::walk`].
    pub(super) fn cover(
        &self,
        positions: Range<u64>,
        edges: &[Place],
        left: &mut u64,
        at: usize,
        out: &mut Columns,
    ) -> Result<Option<u64>, TooMuch> {
        let trace = self.path.trace;
        let mut heights = trace.heights(self.scales.y);
        // The line that was looked at last, and what it covers at an edge.
        let mut known = (u64::MAX, Link::None);
        let mut crossing = (u64::MAX, usize::MAX, Column::EMPTY);
        self.path.walk(positions, edges, left, |visit| {
            let mut span = trace.column(heights.extent(visit.positions.clone()));
            // A logarithmic axis leaves out what breaks nothing.
            let is_broken = || self.scales.y == Scale::Linear || trace.extent(visit.positions.clone()).pen_up;
            if span.gap && is_broken() {
                out.mark(at + visit.column, trace.breaks_among(visit.positions.clone()));
            } else if visit.positions.is_empty() && trace.is_lifted_at(visit.positions.start - 1) {
                // The line is not drawn here because it ended before.
                out.mark(at + visit.column, Breaks { lifted: true, nan: false });
            }
            let mut edge = |position: u64, edge: usize| {
                if (position, edge) != (crossing.0, crossing.1) {
                    if position != known.0 {
                        known = (position, self.link(position));
                    }
                    crossing = (position, edge, self.at(known.1, edges[edge]));
                }
                crossing.2
            };
            if visit.from_left {
                span.merge(edge(visit.positions.start, visit.column));
            }
            if visit.to_right {
                span.merge(edge(visit.positions.end, visit.column + 1));
            }
            if self.interpolation.has_zero() {
                span = span.down_to_zero();
            }
            out.cover(at + visit.column, span);
        })
    }
}

impl ColumnGrid {
    /// The edges of the columns, one more than there are; none where they have no width.
    pub(super) fn places(&self, edges: &Edges) -> Vec<Place> {
        if self.count == 0 || !(self.dx > 0.0 && self.dx.is_finite()) {
            return Vec::new();
        }
        (0..=self.count).map(|index| edges.place(self.number(index))).collect()
    }

    /// How many columns further right another grid begins whose columns are as wide and as many.
    pub(super) fn moved(&self, to: &Self) -> Option<usize> {
        let is_same =
            self.dx.to_bits() == to.dx.to_bits() && (self.scale, self.count) == (to.scale, to.count);
        let by = usize::try_from(to.first.checked_sub(self.first)?).ok()?;
        (is_same && by <= self.count).then_some(by)
    }
}

impl Trace {
    fn column(&self, Extent { lo, hi, pen_up }: Extent) -> Column {
        Column { lo: self.value(lo), hi: self.value(hi), gap: pen_up }
    }

    /// The exact columns of the stream, one for each of the grid's; see [`Columns`]. Not positive y are left out on
    /// a logarithmic `y_scale`.
    ///
    /// O(log N) for each visit to a column, and a little for each column that a line between two samples crosses: so
    /// O(columns · log N) where time does not step back, and up to that for each sweep. Once O(N) on a logarithmic axis,
    /// see [`left_out`](Self::left_out). All are empty where `dx` is not a positive number.
    pub fn columns(
        &self,
        grid: &ColumnGrid,
        interpolation: Interpolation,
        y_scale: Scale,
        out: &mut Columns,
    ) {
        out.clear(grid.count);
        let edges = self.edges(grid);
        let curve = Curve::on(&edges, self, interpolation, Scales { x: grid.scale, y: y_scale });
        let (places, mut unlimited) = (grid.places(&edges), u64::MAX);
        let _ = curve.cover(curve.path.held(), &places, &mut unlimited, 0, out);
    }

    /// Least and greatest value of the curve between `x0` and `x1`, both included: over the samples there and the
    /// curve at the two ends, and zero if an area or stems are drawn on a linear axis; over the positive samples
    /// on a logarithmic one. `None` where there is none. O(log N) for each time that the curve comes there.
    pub fn y_bounds(
        &self,
        x0: f64,
        x1: f64,
        interpolation: Interpolation,
        x_scale: Scale,
        y_scale: Scale,
    ) -> Option<(f64, f64)> {
        let mut all = Column::EMPTY;
        let mut heights = self.heights(y_scale);
        if x0 <= x1 {
            let x0 = x0.max(x_scale.floor().next_up());
            let curve = Curve::new(self, interpolation, Scales { x: x_scale, y: y_scale });
            curve.path.visits(x0, x1.next_up(), |visit| {
                all.merge(self.column(heights.extent(visit.positions.clone())));
                if visit.from_left {
                    all.merge(curve.at(curve.link(visit.positions.start), Place::at(x0)));
                }
                let end = visit.positions.end;
                if visit.to_right && curve.path.reached(end - curve.path.width) < x1 {
                    all.merge(curve.at(curve.link(end), Place::at(x1)));
                }
            });
        }
        if interpolation.has_zero() && y_scale == Scale::Linear {
            all = all.down_to_zero();
        }
        (!all.is_empty()).then_some((all.lo, all.hi))
    }
}
