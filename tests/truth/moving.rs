//! What was drawn stays as it is while the view goes on, and does not depend on how far from zero it lies.

use ringplot::history::{ColumnCache, ColumnGrid, Scale};
use ringplot::plot::Drawing;
use ringplot::render::Image;
use ringplot::{Style, XMode};

use crate::data::Signal;
use crate::ideal::Shown;
use crate::lines::STROKES;
use crate::reference::{Feed, Random};
use crate::screen::{COLUMNS, ROWS, Screen, canvas, lit, pen, screen};

const DAYS_30: f64 = 2_592_000.0;

fn shown(first: i64, dx: f64) -> Shown {
    let grid = ColumnGrid { first, dx, count: COLUMNS, scale: Scale::Linear };
    Shown { grid, y: [-1.2, 1.2], y_scale: Scale::Linear }
}

/// As the viewer draws it.
fn picture(screen: &mut Screen, feed: &Feed, shown: &Shown, style: Style, cache: &mut ColumnCache) -> Image {
    let mut drawing = Drawing::default();
    drawing.trace(&canvas(shown), &feed.trace, pen(style), cache);
    screen.draw(drawing)
}

#[test]
fn so_many_columns_on_is_so_many_pixels_on() {
    let Some(mut screen) = screen() else { return };
    for (seed, style) in (0..).zip(STROKES.into_iter().chain([Style::Points])) {
        // Far from the switch at two points a column: there one more in view may change the way all are drawn.
        for (per_column, timed) in
            [(0.1, true), (0.7, false), (0.7, true), (9.0, false), (9.0, true), (300.0, true)]
        {
            let mut random = Random(seed);
            let mode = if timed { XMode::Timed } else { XMode::Uniform { t0: 0.0, rate: 100.0 } };
            let mut feed = Feed::new(mode, 0, 1 << 24);
            let (mut t, mut caches) = (0.0, [ColumnCache::new(), ColumnCache::new()]);
            let mut push = |feed: &mut Feed, count: usize| {
                let values = Signal::ALL[seed as usize % 6].values(count, &mut random);
                let samples = values.into_iter().map(|y| {
                    t += if timed { (0.5 + random.unit()) / 100.0 } else { 0.01 };
                    // A pen-up now and then.
                    (t, if random.next().is_multiple_of(97) { f32::NAN } else { y })
                });
                feed.append_timed(&samples.collect::<Vec<_>>());
            };
            let dx = per_column / 100.0;
            push(&mut feed, (COLUMNS as f64 * per_column) as usize + 200);
            for step in [1_i64, 3, 17, 50, 2] {
                let newest = (feed.trace.x_bounds().unwrap().1 / dx).floor() as i64;
                // A range is there once both its ends are; it lies at the first of them.
                let last_pair = (feed.trace.end() & !1) - 2;
                let settled = (feed.trace.point(last_pair).unwrap().0 / dx).floor() as i64;
                let unsettled = match style {
                    Style::Band => newest - settled + 3,
                    // A mark, and a sample that is alone until the next one comes, is wider than two columns.
                    _ => 3,
                } as usize;
                let first = newest + 1 - COLUMNS as i64;
                let before = picture(&mut screen, &feed, &shown(first, dx), style, &mut caches[0]);
                push(&mut feed, (step as f64 * per_column) as usize);
                let after = picture(&mut screen, &feed, &shown(first + step, dx), style, &mut caches[1]);
                for column in step as usize..COLUMNS - 2 - unsettled {
                    for row in 0..ROWS {
                        let [was, is] = [lit(&before, column, row), lit(&after, column - step as usize, row)];
                        assert_eq!(
                            was, is,
                            "{style:?}, {per_column} a column, timed {timed}, ({column}, {row}), {step} on"
                        );
                    }
                }
            }
        }
    }
}

/// Bytes by which two pictures differ, and by how much at most.
fn differences(a: &Image, b: &Image) -> (usize, u8) {
    let by = a.rgba.iter().zip(&b.rgba).map(|(a, b)| a.abs_diff(*b)).filter(|by| *by > 0);
    (by.clone().count(), by.max().unwrap_or(0))
}

#[test]
fn a_uniform_stream_is_the_same_after_thirty_days_at_a_megahertz() {
    let Some(mut screen) = screen() else { return };
    for (seed, style) in (0..).zip(STROKES) {
        let values = Signal::ALL[seed as usize % 6].values(60_000, &mut Random(seed));
        let samples = values.iter().map(|y| (0.0, *y)).collect::<Vec<_>>();
        // Width of a column, samples to a column, and where the first sample lies.
        let by_points = [
            (2.5e-7, 0.25, 0.0),
            (1e-6, 1.0, 0.0),
            (2.5e-7, 0.25, 3e-7),
            (1e-6, 1.0, 3e-7),
            (3e-7, 0.3, 0.0),
            (1e-6 / 3.0, 1.0 / 3.0, 3e-7),
        ];
        // Also with samples on every edge, and half-way between.
        let by_columns = [4.0, 5.0, 10.0 / 3.0, 10.0, 100.0, 1e3 / 7.0]
            .into_iter()
            .flat_map(|per_column| [0.0, 3e-7].map(|t0| (per_column * 1e-6, per_column, t0)));
        for (dx, per_column, t0) in by_points.into_iter().chain(by_columns) {
            let [early, late] = [0.0, DAYS_30].map(|days| {
                let mode = XMode::Uniform { t0, rate: 1e6 };
                let mut feed = Feed::new(mode, (days * 1e6) as u64, 1 << 20);
                feed.append_timed(&samples);
                let columns = (days * 1e6 / per_column).round() as i64 + 7;
                picture(&mut screen, &feed, &shown(columns, dx), style, &mut ColumnCache::new())
            });
            let (count, by) = differences(&early, &late);
            assert!(count == 0, "{style:?}, {per_column} a column, t0 {t0}: {count} by {by}");
        }
    }
}

/// f64 tells times apart to 0.47 ns after 30 days, 1/2000 of the way from sample to sample: so much the line may be off
/// where it crosses the edge of a column.
const MOST_DIFFERENCES: (usize, u8) = (24, 2);

#[test]
fn a_timed_stream_is_the_same_after_thirty_days_where_no_sample_is_near_an_edge() {
    let Some(mut screen) = screen() else { return };
    for (seed, style) in (0..).zip(STROKES) {
        let values = Signal::ALL[seed as usize % 6].values(60_000, &mut Random(seed));
        for (dx, per_column) in [(1e-5, 10.0), (1e-4, 100.0), (3e-4, 300.0)] {
            let [early, late] = [0.0, DAYS_30].map(|days| {
                let mut feed = Feed::new(XMode::Timed, 0, 1 << 20);
                // Samples and what lies half-way between them are a quarter of a microsecond beside the edges.
                let samples = values.iter().enumerate().map(|(i, y)| (days + (i as f64 + 0.25) * 1e-6, *y));
                feed.append_timed(&samples.collect::<Vec<_>>());
                let columns = (days * 1e6 / per_column) as i64 + 7;
                picture(&mut screen, &feed, &shown(columns, dx), style, &mut ColumnCache::new())
            });
            let (count, by) = differences(&early, &late);
            println!("{style:?}, {per_column} samples a column: {count} bytes differ, by up to {by}");
            assert!(
                count <= MOST_DIFFERENCES.0 && by <= MOST_DIFFERENCES.1,
                "{style:?}, {per_column}: {count} by {by}"
            );
        }
    }
}
