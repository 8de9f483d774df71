//! From the bins of a curve to the columns of a picture: which belong into which, and the greatest value in each.
//!
//! A bin belongs into the column that its x lies in, so no bin is ever left out, however many share a column. A column
//! without a bin shows the one nearest to its middle: bins wider than a column are steps as wide as they are. To the
//! left of the first bin and to the right of the last one, that is half the way to their neighbours.
//!
//! Columns are even in places: exponents of ten on a logarithmic axis, where bins that are not positive are in none.
//! The order of the points is of no account. A NaN is no value: where all of a column's bins are NaN, so is the column.

use std::ops::Range;

use super::{ColumnGrid, Scale};

/// Which bins of curves with certain x belong into each column.
#[derive(Clone, Debug)]
pub struct Bins {
    /// The points by their x; `None` where they are in order and all finite.
    order: Option<Vec<u32>>,
    /// The bins of each column, places in the order; empty for none.
    columns: Vec<Range<u32>>,
}

impl Bins {
    /// Sorts bins at `x` into the columns of `grid`; those without a finite place are in none. At most 2^32 − 1 bins
    /// count.
    pub fn new(x: &[f32], scale: Scale, grid: &ColumnGrid) -> Self {
        let x = &x[..x.len().min(u32::MAX as usize)];
        let mut places: Vec<f64> = x.iter().map(|x| scale.place(f64::from(*x))).collect();
        if places.iter().all(|place| place.is_finite()) && places.is_sorted() {
            return Self { order: None, columns: columns(&places, grid) };
        }
        let mut order: Vec<u32> = (0..x.len() as u32).filter(|i| places[*i as usize].is_finite()).collect();
        order.sort_by(|a, b| places[*a as usize].total_cmp(&places[*b as usize]));
        places = order.iter().map(|i| places[*i as usize]).collect();
        Self { columns: columns(&places, grid), order: Some(order) }
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

/// The bins of each column, for ascending finite places.
fn columns(places: &[f64], grid: &ColumnGrid) -> Vec<Range<u32>> {
    let at = |i: usize| places[i];
    let mut next = places.partition_point(|place| *place < grid.edge(0));
    let columns = (0..grid.count).map(|column| {
        let (left, right) = (grid.edge(column), grid.edge(column + 1));
        let begin = next;
        // Mostly few: but one column may hold nearly all.
        if next + 64 < places.len() && at(next + 64) < right {
            next += places[next..].partition_point(|place| *place < right);
        }
        while next < places.len() && at(next) < right {
            next += 1;
        }
        if begin < next {
            return begin as u32..next as u32;
        }
        let middle = left + (right - left) / 2.0;
        let nearest = match (begin.checked_sub(1), places.get(begin)) {
            (Some(before), Some(_)) if middle - at(before) <= at(begin) - middle => before,
            (Some(_), Some(_)) => begin,
            (None, Some(_)) if places.len() > 1 && at(0) - middle <= (at(1) - at(0)) / 2.0 => 0,
            (Some(last), None) if last > 0 && middle - at(last) < (at(last) - at(last - 1)) / 2.0 => last,
            _ => return 0..0,
        };
        nearest as u32..nearest as u32 + 1
    });
    columns.collect()
}

/// Raises each of `out` to the value beside it; NaN is none.
pub fn raise_all(out: &mut [f32], values: &[f32]) {
    out.iter_mut().zip(values).for_each(|(out, value)| *out = out.max(*value));
}
