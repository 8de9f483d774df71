//! Time that starts again: each sweep is a line of its own, however many points share a column.

use ringplot::history::{ColumnCache, Columns, Interpolation, Scale};
use ringplot::plot::Drawing;
use ringplot::{Style, XMode};

use crate::ideal::Shown;
use crate::reference::Feed;
use crate::screen::{COLUMNS, canvas, grid, keep, lit, pen, screen};

/// Sweeps of 3 s at 1 kHz, one above the other.
fn sweeps(count: u16) -> Feed {
    let mut feed = Feed::new(XMode::Timed, 0, 1 << 20);
    for sweep in 0..count {
        let samples: Vec<_> = (0..3000_u16)
            .map(|i| (f64::from(i) * 1e-3, f32::from(sweep) + 0.3 * (f32::from(i) * 0.02).sin()))
            .collect();
        feed.append_timed(&samples);
    }
    feed
}

#[test]
fn three_sweeps_are_three_thin_lines_dense_and_sparse() {
    let Some(mut screen) = screen() else { return };
    let feed = sweeps(3);
    // 17 points to a column, 1, and a hundredth of one.
    for span in [3.0, 0.18, 0.0018] {
        let shown = Shown {
            grid: grid(1.2 * (1.0 - span / 3.0), 1.2 * (1.0 - span / 3.0) + span),
            y: [-0.5, 2.5],
            y_scale: Scale::Linear,
        };
        let mut drawing = Drawing::default();
        drawing.trace(&canvas(&shown), &feed.trace, pen(Style::Line), &mut ColumnCache::new());
        let image = screen.draw(drawing);
        keep(&format!("sweeps-{span}"), &image);
        // From -0.3 to 0.3 is a fifth of 104 rows each; between the sweeps lie 13 rows.
        for column in 2..COLUMNS - 2 {
            for (from, to) in [(0, 5), (30, 40), (65, 74), (100, 104)] {
                let dark = (from..to).all(|row| lit(&image, column, row) == 0);
                assert!(dark, "span {span}, column {column}: lit between rows {from} and {to}");
            }
            for (from, to) in [(5, 30), (40, 65), (74, 100)] {
                let is_lit = (from..to).any(|row| lit(&image, column, row) > 100);
                assert!(is_lit, "span {span}, column {column}: no line between rows {from} and {to}");
            }
        }
    }
}

#[test]
fn what_a_frame_is_too_short_for_follows_in_those_after() {
    let feed = sweeps(40);
    let grid = grid(0.0, 3.0);
    let mut at_once = Columns::new();
    feed.trace.columns(&grid, Interpolation::Line, Scale::Linear, &mut at_once);
    let mut cache = ColumnCache::new();
    let mut shares = Vec::new();
    while shares.last() != Some(&1.0) {
        cache.update_some(&feed.trace, &grid, Interpolation::Line, Scale::Linear, 4_000);
        shares.push(cache.share());
        assert!(shares.len() < 1_000, "it never ends: {shares:?}");
    }
    assert!(shares.len() > 2 && shares.is_sorted(), "{shares:?}");
    assert!(*cache.columns() == at_once);
}
