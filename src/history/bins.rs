//! From the bins of a curve to the columns of a picture: which belong into which, and the greatest value in each.
//!
//! A bin belongs into the column that its x lies in, so no bin is ever left out, however many share a column. A column
//! without a bin shows the one nearest to its middle: bins wider than a column are steps as wide as they are. To the
//! left of the first bin and to the right of the last one, that is half the way to their neighbours.
//!
//! Columns are even in places: exponents of ten on a logarithmic axis, where bins that are not positive are in none.
//! The order of the points is of no account. A NaN is no value: where all of a column's bins are NaN, so is the column.

use std::ops::Range;

use super::ColumnGrid;

/// Which bins of curves with certain x belong into each column.
///
/// ```
/// use ringplot::history::{Bins, ColumnGrid, Scale};
///
/// // A spectrum of 1,000 bins, 1 Hz apart, in 10 columns of pixels.
/// let hz: Vec<f32> = (0..1000).map(|bin| bin as f32).collect();
/// let mut power = vec![0.0; 1000];
/// power[123] = 5.0;
/// let grid = ColumnGrid { first: 0, dx: 100.0, count: 10, scale: Scale::Linear };
/// let mut columns = [f32::NAN; 10];
/// Bins::new(&hz, &grid).raise(&power, &mut columns);
/// assert_eq!(columns[..3], [0.0, 5.0, 0.0], "no peak is left out");
/// ```
#[derive(Clone, Debug)]
pub struct Bins {
    /// The points by their x; `None` where they are in order and all finite.
    order: Option<Vec<u32>>,
    /// The bins of each column, places in the order; empty for none.
    columns: Vec<Range<u32>>,
}

impl Bins {
    /// Sorts bins at `x` into the columns of `grid`; those without a finite place on its axis are in none. At most
    /// 2^32 − 1 bins count.
    pub fn new(x: &[f32], grid: &ColumnGrid) -> Self {
        let x = &x[..x.len().min(u32::MAX as usize)];
        let has_place = |x: f32| grid.scale.checked_transform(f64::from(x)).is_some();
        if x.iter().all(|x| has_place(*x)) && x.is_sorted() {
            return Self { order: None, columns: columns(x, grid) };
        }
        let mut order: Vec<u32> = (0..x.len() as u32).filter(|i| has_place(x[*i as usize])).collect();
        order.sort_by(|a, b| x[*a as usize].total_cmp(&x[*b as usize]));
        let sorted: Vec<f32> = order.iter().map(|i| x[*i as usize]).collect();
        Self { columns: columns(&sorted, grid), order: Some(order) }
    }

    /// Raises `out`, one value a column, to the greatest y of the bins in each column. What is NaN in `out` has no
    /// value yet. `y` has a value for each bin.
    pub fn raise(&self, y: &[f32], out: &mut [f32]) {
        for (out, bins) in out.iter_mut().zip(&self.columns) {
            let bins = bins.start as usize..bins.end as usize;
            let greatest = match &self.order {
                None => y.get(bins).map_or(f32::NAN, greatest),
                Some(order) => order[bins]
                    .iter()
                    .map(|i| y.get(*i as usize).copied().unwrap_or(f32::NAN))
                    .fold(f32::NAN, f32::max),
            };
            *out = out.max(greatest);
        }
    }
}

/// The greatest of some values, without the NaN among them.
fn greatest(values: &[f32]) -> f32 {
    // Eight at a time: one after the other, each would wait for the one before.
    let (eights, rest) = values.as_chunks::<8>();
    let lanes = eights.iter().fold([f32::NAN; 8], |mut lanes, eight| {
        lanes.iter_mut().zip(eight).for_each(|(lane, value)| *lane = lane.max(*value));
        lanes
    });
    lanes.iter().chain(rest).copied().fold(f32::NAN, f32::max)
}

/// The bins of each column, for ascending x that have a place.
fn columns(x: &[f32], grid: &ColumnGrid) -> Vec<Range<u32>> {
    let first_from = |from: usize, edge: f64| from + x[from..].partition_point(|x| f64::from(*x) < edge);
    let is_before = |i: usize, edge: f64| x.get(i).is_some_and(|x| f64::from(*x) < edge);
    let mut next = first_from(0, grid.edge(0));
    let columns = (0..grid.count).map(|column| {
        let (begin, right) = (next, grid.edge(column + 1));
        // Mostly few: but one column may hold nearly all.
        if is_before(next + 64, right) {
            next = first_from(next, right);
        }
        while is_before(next, right) {
            next += 1;
        }
        if begin < next { begin as u32..next as u32 } else { nearest(x, begin, column, grid) }
    });
    columns.collect()
}

/// The bin nearest to the middle of a column, of those before `next` and from there on; none where the curve ends.
fn nearest(x: &[f32], next: usize, column: usize, grid: &ColumnGrid) -> Range<u32> {
    let place = |i: usize| grid.scale.transform(f64::from(x[i]));
    let middle = (grid.first as f64 + column as f64 + 0.5) * grid.dx;
    let bin = match (next.checked_sub(1), next < x.len()) {
        (Some(before), true) if middle - place(before) <= place(next) - middle => before,
        (Some(_), true) => next,
        (None, true) if x.len() > 1 && place(0) - middle <= (place(1) - place(0)) / 2.0 => 0,
        (Some(last), false) if last > 0 && middle - place(last) < (place(last) - place(last - 1)) / 2.0 => {
            last
        }
        _ => return 0..0,
    };
    bin as u32..bin as u32 + 1
}

/// Raises each of `out` to the value beside it; NaN is none.
pub fn raise_all(out: &mut [f32], values: &[f32]) {
    out.iter_mut().zip(values).for_each(|(out, value)| *out = out.max(*value));
}
