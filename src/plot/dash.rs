//! Dashes: what tells the lines of a plot apart where there are more than eight colours can.
//!
//! A pattern runs along x and is anchored at column 0 of the axis, so it stands still on the data while they scroll, and is
//! the same for points and for columns. What lies in its gaps is faint and not left out: no extreme is hidden by a dash.

use super::canvas::{Canvas, to_px};
use crate::chart::mask;
use crate::render::{BAND_EMPTY, BREAK, HALVES};
use crate::stream::Dash;

/// Opacity in the gaps.
pub(crate) const FAINT: f32 = 0.3;

/// Splits columns, the first of them at pixel `first` of the axis, into those in dashes and those in gaps.
pub(crate) fn split_columns(dash: Dash, first: i64, halves: &[[f32; 2]], ppp: f32) -> [Vec<[f32; 2]>; 2] {
    let mask = mask(dash, first, halves.len().div_ceil(HALVES), ppp);
    [true, false].map(|wanted| {
        let pick = |(index, half): (usize, &[f32; 2])| {
            if mask[index / HALVES] == wanted { *half } else { BAND_EMPTY }
        };
        halves.iter().enumerate().map(pick).collect()
    })
}

/// Splits lines, which are points between breaks, into what lies in dashes and what lies in gaps. Ends are round: a dash of
/// a line `width_px` wide ends by so much earlier that it is as long as it should be.
pub(crate) fn split_lines(
    dash: Dash,
    canvas: &Canvas,
    points: &[[f32; 2]],
    width_px: f32,
) -> [Vec<[f32; 2]>; 2] {
    /// What lies farther outside is not cut.
    const BESIDE: f32 = 32.0;
    let left = canvas.rect.x - BESIDE;
    let count = (canvas.rect.w + 2.0 * BESIDE).max(1.0) as usize;
    let mask = mask(dash, canvas.grid.first.saturating_sub(BESIDE as i64), count, canvas.pixels_per_point);
    let mut parts = [Vec::new(), Vec::new()];
    // Where the mask changes, pixels.
    let changes = (1..count).filter(|at| mask[*at] != mask[at - 1]);
    let changes: Vec<f32> = changes.map(|at| left + at as f32).collect();
    let is_gap = |x: f32| !mask[((x - left).max(0.0) as usize).min(count - 1)];
    let pairs = points.windows(2).filter_map(|pair| <[[f32; 2]; 2]>::try_from(pair).ok());
    for [a, b] in pairs.filter(|pair| !pair.contains(&BREAK)) {
        let run = b[0] - a[0];
        let at = |share: f32| [a[0] + share * run, a[1] + share * (b[1] - a[1])];
        // Shares of the way at which it is cut.
        let from = changes.partition_point(|x| *x <= a[0].min(b[0]));
        let to = changes.partition_point(|x| *x < a[0].max(b[0]));
        let mut cuts: Vec<f32> = changes[from..to.max(from)].iter().map(|x| (x - a[0]) / run).collect();
        cuts.sort_by(f32::total_cmp);
        let round = width_px / 2.0 / run.hypot(b[1] - a[1]).max(1e-6);
        let mut start = 0.0_f32;
        for (index, end) in cuts.iter().copied().chain([1.0]).enumerate() {
            let gap = is_gap(at(start.midpoint(end))[0]);
            let mut piece = [start, end];
            if !gap {
                piece[0] += if index > 0 { round } else { 0.0 };
                piece[1] -= if index < cuts.len() { round } else { 0.0 };
                if piece[0] > piece[1] {
                    piece = [start.midpoint(end); 2];
                }
            }
            let part = &mut parts[usize::from(gap)];
            let [first, last] = piece.map(|share| at(share).map(|v| to_px(f64::from(v))));
            // A line that goes on from the piece before.
            if index > 0 || part.last() != Some(&a) {
                part.extend((!part.is_empty()).then_some(BREAK));
                part.push(first);
            }
            part.push(if index < cuts.len() { last } else { b });
            start = end;
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{ColumnGrid, Scale};
    use crate::render::PxRect;

    #[test]
    fn a_pattern_stands_still_while_columns_scroll() {
        for &dash in Dash::ALL {
            let whole = mask(dash, -100, 400, 1.0);
            for shift in [1_u8, 7, 100] {
                let from = usize::from(shift);
                assert_eq!(mask(dash, i64::from(shift) - 100, 200, 1.0), whole[from..from + 200]);
            }
            assert!(whole.contains(&true) && (dash == Dash::Solid || whole.contains(&false)), "{dash:?}");
        }
    }

    #[test]
    fn dashes_and_gaps_of_a_line_together_are_the_line() {
        let rect = PxRect { x: 10.0, y: 0.0, w: 200.0, h: 100.0 };
        let grid = ColumnGrid { first: 17, dx: 1.0, count: 200, scale: Scale::Linear };
        let canvas = Canvas::new(rect, grid, [0.0, 1.0], Scale::Linear);
        let line = [[0.0, 10.0], [50.0, 60.0], [50.0, 20.0], BREAK, [220.0, 20.0], [90.0, 80.0]];
        let length = |points: &[[f32; 2]]| -> f32 {
            let pairs = points.windows(2).filter(|pair| !pair.contains(&BREAK));
            pairs.map(|pair| (pair[1][0] - pair[0][0]).hypot(pair[1][1] - pair[0][1])).sum()
        };
        for &dash in Dash::ALL {
            let [dashes, gaps] = split_lines(dash, &canvas, &line, 0.0);
            let (on, off) = (length(&dashes), length(&gaps));
            assert!((on + off - length(&line)).abs() < 0.1, "{dash:?}: {on} and {off}");
            assert!(on > 0.3 * off && (dash == Dash::Solid || off > 20.0), "{dash:?}: {on} and {off}");
        }
    }
}
