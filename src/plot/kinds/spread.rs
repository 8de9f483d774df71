//! Makes what a density shows large enough to be seen: a cell is a pixel, and a point that is drawn is a disc.
//!
//! Only cells in which nothing lies are filled, from the fullest beside them: how many points lie in the others stays
//! what it is.

/// How far the cells of a density reach, in cells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CellReach {
    /// Radius of the disc of every cell: half the width of a stroke, or the radius of a point.
    pub(crate) of_all: f32,
    /// Radius of the disc of a cell that has no neighbours, or one: a point at rest.
    pub(crate) of_lone: f32,
}

/// Writes `levels`, rows of `width`, with their reach into `out`, which is filled anew.
pub(crate) fn spread(levels: &[u16], width: usize, reach: CellReach, out: &mut Vec<u16>) {
    out.clear();
    out.extend_from_slice(levels);
    if width == 0 {
        return;
    }
    let height = levels.len() / width;
    let (all, lone) = (disc(reach.of_all), disc(reach.of_lone.max(reach.of_all)));
    for (y, row) in levels.chunks_exact(width).enumerate() {
        // Most rows of most pictures are empty in long stretches.
        for (chunk, cells) in row.chunks(16).enumerate().filter(|(_, cells)| cells.iter().any(|c| *c != 0)) {
            for (x, level) in (chunk * 16..).zip(cells).filter(|(_, level)| **level != 0) {
                let is_full = |dx: isize, dy: isize| {
                    let (x, y) = (x.checked_add_signed(dx), y.checked_add_signed(dy));
                    match (x, y) {
                        (Some(x), Some(y)) if x < width && y < height => levels[y * width + x] != 0,
                        _ => false,
                    }
                };
                if x > 0 && x + 1 < width && SIDES.iter().all(|(dx, dy)| is_full(*dx, *dy)) {
                    // What it reaches, its neighbours reach.
                    continue;
                }
                let corners = CORNERS.iter().chain(&SIDES).filter(|(dx, dy)| is_full(*dx, *dy)).count();
                for (dx, dy) in if corners <= 1 { &lone } else { &all } {
                    let (Some(x), Some(y)) = (x.checked_add_signed(*dx), y.checked_add_signed(*dy)) else {
                        continue;
                    };
                    if x < width && y < height && levels[y * width + x] == 0 {
                        let cell = &mut out[y * width + x];
                        *cell = (*cell).max(*level);
                    }
                }
            }
        }
    }
}

const SIDES: [(isize, isize); 4] = [(-1, 0), (1, 0), (0, -1), (0, 1)];
const CORNERS: [(isize, isize); 4] = [(-1, -1), (1, -1), (-1, 1), (1, 1)];

/// The cells of a disc around one, without that one.
fn disc(radius: f32) -> Vec<(isize, isize)> {
    let reach = radius.clamp(0.0, 64.0) as isize;
    let square = (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy)));
    square
        .filter(|(dx, dy)| (*dx, *dy) != (0, 0) && ((dx * dx + dy * dy) as f32) <= radius * radius)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const REACH: CellReach = CellReach { of_all: 0.75, of_lone: 1.5 };

    fn spread_of(cells: &[(usize, usize, u16)], reach: CellReach) -> Vec<u16> {
        let mut levels = vec![0; 100];
        for (x, y, level) in cells {
            levels[y * 10 + x] = *level;
        }
        let mut out = Vec::new();
        spread(&levels, 10, reach, &mut out);
        out
    }

    #[test]
    fn a_lone_cell_is_a_disc_of_three_also_in_a_corner() {
        let out = spread_of(&[(5, 5, 7), (0, 0, 3)], REACH);
        let lit = |level: u16| out.iter().filter(|other| **other == level).count();
        assert_eq!((lit(7), lit(3), lit(0)), (9, 4, 87));
    }

    #[test]
    fn a_stroke_stays_as_thin_as_it_is_and_full_cells_keep_their_level() {
        let line: Vec<_> = (0..10).map(|x| (x, 4, 5)).collect();
        let out = spread_of(&line, REACH);
        // Its two ends are round.
        assert_eq!(out.iter().filter(|level| **level != 0).count(), 10 + 2 * 4);
        let points = CellReach { of_all: 1.5, of_lone: 1.5 };
        let out = spread_of(&[(4, 4, 9), (5, 4, 2)], points);
        assert_eq!((out[44], out[45], out[46], out[43]), (9, 2, 2, 9));
        assert_eq!(out.iter().filter(|level| **level != 0).count(), 12);
    }

    #[test]
    fn no_room_is_no_panic() {
        let mut out = vec![1];
        spread(&[], 0, REACH, &mut out);
        assert!(out.is_empty());
    }
}
