//! Lowest and highest values of data.

use super::axes::Scales;
use super::snapshot::StreamSnapshot;
use crate::history::{Interpolation, Trace};

/// Lowest and highest x and y of all that a trace holds.
pub(super) fn bounds_of(trace: &Trace, scales: Scales) -> Option<[(f64, f64); 2]> {
    let x = trace.x_bounds()?;
    Some([x, trace.y_bounds(x.0, x.1, Interpolation::Line, scales.x, scales.y)?])
}

pub(super) fn union(bounds: impl IntoIterator<Item = (f64, f64)>) -> Option<(f64, f64)> {
    bounds.into_iter().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
}

/// The range that the producer expects belongs to what is visible.
pub(super) fn with_hint(bounds: (f64, f64), stream: &StreamSnapshot) -> (f64, f64) {
    match stream.info.meta.value_range() {
        Some([lo, hi]) if lo.is_finite() && hi.is_finite() && lo <= hi => {
            (bounds.0.min(lo), bounds.1.max(hi))
        }
        _ => bounds,
    }
}
