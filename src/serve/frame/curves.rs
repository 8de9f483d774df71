//! Whole curves: the newest of each stream, and those before it where they fade.

use serde_json::{Value, json};

use super::payload::Payload;
use crate::chart::StreamSnapshot;
use crate::history::Curve;
use crate::store::{Data, lock};
use crate::stream::Style;

/// Points of a curve that are sent as they are; of a longer one, the extremes of so many stretches.
const MOST_POINTS: usize = 16_384;
/// Curves of one stream.
const MOST_CURVES: usize = 17;

/// Tells the curves of some streams, the oldest of each first.
pub(super) fn curves(streams: &[&StreamSnapshot], out: &mut Payload) -> Value {
    let mut told = Vec::new();
    for stream in streams {
        let curves: Vec<Curve> = match &lock(&stream.shared).data {
            Data::Frames(frames) => {
                let most = if stream.style == Style::Fading { MOST_CURVES } else { 1 };
                frames.range(frames.len().saturating_sub(most)..frames.len()).cloned().collect()
            }
            Data::Trace(_) | Data::Events(_) => continue,
        };
        let newest = curves.last().map(|curve| json!({ "number": curve.number, "t": curve.t }));
        let is_thinned = curves.iter().any(|curve| curve.y.len() > MOST_POINTS);
        let mut parts = Vec::new();
        for curve in &curves {
            let kept = thinned(&curve.y);
            parts.push(json!({ "at": out.len(), "count": kept.len() }));
            out.floats(kept.iter().map(|index| curve.x[*index]));
            out.floats(kept.iter().map(|index| curve.y[*index]));
        }
        told.push(json!({
            "stream": stream.info.meta.name,
            "offset": stream.info.meta.y_offset,
            "newest": newest,
            "decimated": is_thinned,
            "curves": parts,
        }));
    }
    json!({ "series": told })
}

/// The points of a curve that are sent, in their order: of a long one the least and the greatest of each stretch, with
/// its ends and its breaks, so that no extreme is left out.
fn thinned(y: &[f32]) -> Vec<usize> {
    if y.len() <= MOST_POINTS {
        return (0..y.len()).collect();
    }
    let length = (y.len() * 5).div_ceil(MOST_POINTS);
    let mut kept = Vec::with_capacity(MOST_POINTS);
    for first in (0..y.len()).step_by(length) {
        let stretch = first..(first + length).min(y.len());
        let finite = || stretch.clone().filter(|index| y[*index].is_finite());
        let least = finite().min_by(|a, b| y[*a].total_cmp(&y[*b]));
        let greatest = finite().max_by(|a, b| y[*a].total_cmp(&y[*b]));
        let broken = stretch.clone().find(|index| !y[*index].is_finite());
        let mut of_stretch = [Some(stretch.start), least, greatest, broken, Some(stretch.end - 1)];
        of_stretch.sort_unstable();
        for index in of_stretch.into_iter().flatten() {
            if kept.last() != Some(&index) {
                kept.push(index);
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_curve_keeps_its_extremes_and_its_order() {
        let mut y = vec![0.0; 1_000_003];
        (y[77_777], y[77_779], y[500_000]) = (9.0, -9.0, f32::NAN);
        let kept = thinned(&y);
        assert!(kept.len() <= MOST_POINTS + 5 && kept.is_sorted());
        assert!([0, 77_777, 77_779, 500_000, 1_000_002].iter().all(|index| kept.contains(index)));
    }
}
