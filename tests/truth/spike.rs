//! One point among a hundred million is never lost.

use ringplot::history::{ColumnCache, ColumnGrid, Scale, Trace};
use ringplot::plot::Drawing;
use ringplot::{Batch, Point, Style, XMode};

use crate::ideal::Shown;
use crate::screen::{COLUMNS, canvas, lit, pen, screen};

const POINTS: u64 = 100_000_000;
const SPIKE: u64 = 31_415_926;

#[test]
fn one_spike_in_a_hundred_million_points_is_lit_at_every_zoom() {
    let Some(mut screen) = screen() else { return };
    let mode = XMode::Uniform { t0: 0.0, rate: 1.0 };
    let mut trace = Trace::new(mode, POINTS);
    let mut batch = Batch::with_limit(1);
    batch.x_mode = mode;
    batch.points = vec![Point::new(0.0, 0.0); 1 << 16];
    while trace.end() < POINTS {
        batch.first = trace.end();
        batch.points.truncate((POINTS - trace.end()).min(1 << 16) as usize);
        let spike = SPIKE.checked_sub(batch.first).and_then(|at| batch.points.get_mut(at as usize));
        let is_here = spike.map(|point| point.y = 1.0).is_some();
        trace.append(&batch);
        if is_here {
            batch.points.fill(Point::new(0.0, 0.0));
        }
    }
    assert!(trace.memory_bytes() < POINTS * 5, "{}", trace.memory_bytes());
    // Row 5.8 is 1, row 52 is 0.
    let (y, peak, base) = ([-1.125, 1.125], 5, 52);
    let mut span = POINTS as f64;
    while span > 1.0 {
        for place in [-0.6, 0.001, 0.25, 0.5, 0.77, 0.999, 1.6] {
            let dx = span / COLUMNS as f64;
            let first = ((SPIKE as f64 - place * span) / dx).floor() as i64;
            let grid = ColumnGrid { first, dx, count: COLUMNS, scale: Scale::Linear };
            let shown = Shown { grid, y, y_scale: Scale::Linear };
            let mut drawing = Drawing::default();
            drawing.trace(&canvas(&shown), &trace, pen(Style::Line), &mut ColumnCache::new());
            let image = screen.draw(drawing);
            let at = SPIKE as f64 / dx - first as f64;
            for row in peak..base {
                if (0.0..COLUMNS as f64).contains(&at) {
                    // Up to the peak: where a sample is wider than a column, the flanks lean.
                    let is_peak = row == peak || dx > 4.0;
                    assert!(
                        !is_peak || lit(&image, at as usize, row) > 0,
                        "span {span}, {grid:?}, row {row}"
                    );
                } else if dx > 1.0 {
                    let lit_here =
                        (2..COLUMNS - 2).filter(|column| lit(&image, *column, row - 5) > 0).count();
                    assert_eq!(lit_here, 0, "span {span}, {grid:?}, row {row}: no spike is in view");
                }
            }
        }
        span /= 1.7;
    }
}
