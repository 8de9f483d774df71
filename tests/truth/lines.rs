//! Every kind of trace against brute force, and against what is ideally drawn.

use ringplot::Style;
use ringplot::history::{ColumnGrid, Columns, Interpolation, Scale};
use ringplot::plot::Drawing;
use ringplot::render::{Image, Shape};

use crate::data::{Signal, eventful, stream};
use crate::ideal::{Ideal, Shown};
use crate::reference::{Covered, Feed, Random, as_columns};
use crate::screen::{COLUMNS, ROWS, STROKE, canvas, grid, keep, lit, pen, screen};

/// What is drawn over time, but for points.
pub(crate) const STROKES: [Style; 7] =
    [Style::Line, Style::StepPre, Style::StepMid, Style::StepPost, Style::Area, Style::Stem, Style::Band];

/// A view somewhere in what is held: from all of it to a few samples.
fn some_view(feed: &Feed, random: &mut Random) -> Option<Shown> {
    let (x0, x1) = feed.reference.x_bounds()?;
    let centre = x0 + random.unit() * (x1 - x0);
    let half = (x1 - x0) * 10_f64.powf(-4.0 * random.unit());
    let grid = grid(centre - half, centre + half);
    let columns = feed.reference.columns(&grid, Interpolation::Line, Scale::Linear);
    let hulls = columns.iter().map(Covered::hull);
    let drawn = hulls.filter(|column| !column.is_empty());
    let (lo, hi) = drawn.fold((f64::MAX, f64::MIN), |(lo, hi), c| (lo.min(c.lo), hi.max(c.hi)));
    if lo > hi {
        return None;
    }
    // Some views cut through the data.
    let hi = hi + 1e-6;
    let margin = (random.unit() - 0.6) * (hi - lo) * 0.45;
    Some(Shown { grid, y: [lo + margin, hi - margin], y_scale: Scale::Linear })
}

#[test]
fn the_picture_is_that_of_columns_by_brute_force() {
    let Some(mut screen) = screen() else { return };
    let mut lit_pixels = 0;
    for seed in 0..40 {
        let feed = eventful(seed);
        let mut random = Random(seed);
        for view in 0..4 {
            let Some(shown) = some_view(&feed, &mut random) else { continue };
            let style = STROKES[(seed as usize + view) % STROKES.len()];
            // The same y, logarithmic, for every other: most of it positive.
            let shown = if seed % 2 == 1 && view % 2 == 1 {
                let top = shown.y[1].abs().max(1e-6).log10();
                Shown { y: [top - 3.0, top], y_scale: Scale::Log10, ..shown }
            } else {
                shown
            };
            let (canvas, interpolation) = (canvas(&shown), interpolation_of(style));
            let (halves, mut columns) = (canvas.halves(), Columns::new());
            feed.trace.columns(&halves, interpolation, shown.y_scale, &mut columns);
            let [decimated, brute] =
                [columns, as_columns(&feed.reference.columns(&halves, interpolation, shown.y_scale))].map(
                    |columns| {
                        let mut drawing = Drawing::default();
                        drawing.fill(&canvas, &columns, pen(style));
                        drawing.dense(&canvas, &columns, pen(style));
                        screen.draw(drawing)
                    },
                );
            assert!(decimated.rgba == brute.rgba, "seed {seed}, {shown:?}");
            lit_pixels += brute.rgba.iter().filter(|byte| **byte > 0).count();
        }
    }
    assert!(lit_pixels > 1_000_000, "{lit_pixels}");
}

/// What connects the samples; an area is filled from its line.
fn interpolation_of(style: Style) -> Interpolation {
    match style {
        Style::StepPre => Interpolation::StepPre,
        Style::StepMid => Interpolation::StepMid,
        Style::StepPost => Interpolation::StepPost,
        Style::Stem => Interpolation::Stem,
        Style::Band => Interpolation::Band,
        _ => Interpolation::Line,
    }
}

/// Which way a trace is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Way {
    Columns,
    Points,
}

impl Way {
    pub(crate) const BOTH: [Self; 2] = [Self::Columns, Self::Points];
}

/// The strokes and what they fill; without marks.
pub(crate) fn draw(feed: &Feed, shown: &Shown, style: Style, way: Way) -> Drawing {
    let canvas = canvas(shown);
    let mut drawing = Drawing::default();
    let mut columns = Columns::new();
    feed.trace.columns(&canvas.halves(), interpolation_of(style), shown.y_scale, &mut columns);
    drawing.fill(&canvas, &columns, pen(style));
    match way {
        Way::Columns => drawing.dense(&canvas, &columns, pen(style)),
        Way::Points => {
            drawing.sparse(&canvas, &feed.trace, pen(style));
        }
    }
    drawing.layers.retain(|layer| !matches!(layer.shape, Shape::Markers { .. }) && layer.colour[1] > 0.5);
    drawing
}

fn assert_ideal(feed: &Feed, shown: &Shown, style: Style, way: Way, image: &Image, what: &str) {
    let ideal = Ideal::of(&feed.reference, shown, style);
    let touched = ideal.touched();
    let near = ideal.within(STROKE / 2.0 + 1.0 + 1e-3);
    let columns = feed.reference.columns(&shown.grid, Interpolation::Line, Scale::Linear);
    // The hull of what a break parts is lit, too: between the pieces. Not positive values break a logarithmic line.
    let is_hull = |column: usize| {
        let around = column.saturating_sub(1)..(column + 2).min(COLUMNS);
        let is_broken = |c: &ringplot::history::Column| c.gap || shown.y_scale == Scale::Log10 && c.lo <= 0.0;
        way == Way::Columns && columns[around].iter().any(|column| is_broken(&column.hull()))
    };
    for column in 0..COLUMNS {
        for row in 0..ROWS {
            let lit = lit(image, column, row);
            let at = || format!("{what}, {style:?} by {way:?}, column {column}, row {row}: {lit}");
            assert!(!touched.has(column, row) || lit > 0, "touched and dark: {}", at());
            assert!(near.has(column, row) || lit == 0 || is_hull(column), "lit and far: {}", at());
        }
    }
}

#[test]
fn every_pixel_that_the_ideal_line_touches_is_lit_and_none_far_from_it() {
    let Some(mut screen) = screen() else { return };
    for seed in 0..48 {
        let mut random = Random(seed);
        let signal = Signal::ALL[(seed % 6) as usize];
        let count = [7, 60, 400, 5_000][(random.next() % 4) as usize];
        let feed = stream(signal, count, seed % 4 < 2, &mut random);
        for _ in 0..2 {
            let Some(shown) = some_view(&feed, &mut random) else { continue };
            for way in Way::BOTH {
                let image = screen.draw(draw(&feed, &shown, Style::Line, way));
                let what = format!("seed {seed}, {signal:?} of {count}, {shown:?}");
                assert_ideal(&feed, &shown, Style::Line, way, &image, &what);
            }
        }
    }
}

#[test]
fn pen_ups_losses_and_steps_back_are_lit_where_the_ideal_line_is() {
    let Some(mut screen) = screen() else { return };
    for seed in 100..140 {
        let feed = eventful(seed);
        let mut random = Random(seed);
        let Some(shown) = some_view(&feed, &mut random) else { continue };
        for way in Way::BOTH {
            let image = screen.draw(draw(&feed, &shown, Style::Line, way));
            assert_ideal(&feed, &shown, Style::Line, way, &image, &format!("seed {seed}"));
        }
    }
}

#[test]
fn every_kind_is_lit_where_it_ideally_is_on_linear_and_logarithmic_axes() {
    let Some(mut screen) = screen() else { return };
    for (number, style) in STROKES.into_iter().enumerate() {
        for (points, is_log_x, is_log_y) in [
            (24, false, false),
            (24, true, true),
            (150, false, true),
            (2_000, false, false),
            (2_000, true, false),
            (2_000, true, true),
        ] {
            let mut random = Random(number as u64 * 100 + points as u64);
            let signal = Signal::ALL[number % Signal::ALL.len()];
            let feed = stream(signal, points, true, &mut random);
            let shown = Shown {
                grid: if is_log_x {
                    ColumnGrid { scale: Scale::Log10, ..grid(-0.2, (points as f64).log10()) }
                } else {
                    grid(points as f64 * 0.1, points as f64 * 0.8)
                },
                y: if is_log_y { [-2.5, 0.2] } else { [-1.1, 1.1] },
                y_scale: Scale::log_if(is_log_y),
            };
            for way in Way::BOTH {
                let image = screen.draw(draw(&feed, &shown, style, way));
                keep(&format!("kind-{style:?}-{points}-{is_log_x}-{is_log_y}-{way:?}"), &image);
                let what = format!("{signal:?} of {points}, log x {is_log_x}, log y {is_log_y}");
                assert_ideal(&feed, &shown, style, way, &image, &what);
            }
        }
    }
}
