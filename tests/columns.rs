//! Columns are exactly what the ideal polyline covers, whatever the stream did: brute force over every point and
//! every link says the same.

#![allow(
    clippy::float_cmp,
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "exact equality is what is claimed, and a panic is how a test fails"
)]

mod reference;

use proptest::prelude::*;
use reference::{Feed, Random, Step};
use ringplot::history::{Column, ColumnCache, ColumnGrid, Columns, Interpolation, Scale, Trace};
use ringplot::{Point, XMode};

const JOINS: [Interpolation; 8] = [
    Interpolation::Line,
    Interpolation::StepPre,
    Interpolation::StepMid,
    Interpolation::StepPost,
    Interpolation::Area,
    Interpolation::Stem,
    Interpolation::Points,
    Interpolation::Band,
];
const SCALES: [Scale; 2] = [Scale::Linear, Scale::Log10];

fn columns_of(trace: &Trace, grid: &ColumnGrid, interpolation: Interpolation, y_scale: Scale) -> Columns {
    let mut out = Columns::new();
    trace.columns(grid, interpolation, y_scale, &mut out);
    out
}

fn columns(trace: &Trace, grid: &ColumnGrid) -> Columns {
    columns_of(trace, grid, Interpolation::Line, Scale::Linear)
}

/// Whether trace and reference agree on the columns of a kind of curve.
fn agree(
    feed: &Feed,
    grid: &ColumnGrid,
    (interpolation, y_scale): (Interpolation, Scale),
) -> Result<(), TestCaseError> {
    let now = columns_of(&feed.trace, grid, interpolation, y_scale);
    let expected = feed.reference.columns(grid, interpolation, y_scale);
    prop_assert_eq!(now.len(), expected.len());
    for (at, expected) in expected.iter().enumerate() {
        prop_assert_eq!(
            now[at],
            expected.hull(),
            "{:?} {:?} column {} of {:?}",
            interpolation,
            y_scale,
            at,
            grid
        );
        // More than are told apart: then the nearest are joined.
        if !now.is_coarse() {
            let spans = now.spans(at).collect::<Vec<_>>();
            prop_assert_eq!(
                spans,
                expected.spans(),
                "{:?} {:?} column {} of {:?}",
                interpolation,
                y_scale,
                at,
                grid
            );
        }
    }
    Ok(())
}

fn kinds() -> impl Strategy<Value = (Interpolation, Scale)> {
    (prop::sample::select(&JOINS), prop::sample::select(&SCALES))
}

/// A grid of `count` columns from about `x0` to about `x1`, anchored at multiples of its width.
fn grid(x0: f64, x1: f64, count: usize) -> ColumnGrid {
    let dx = ((x1 - x0) / count as f64).max(1e-12 * (1.0 + x0.abs()));
    ColumnGrid { first: (x0 / dx).floor() as i64, dx, count, scale: Scale::Linear }
}

/// A logarithmic grid over about the same stretch, or over the six decades below `x1`.
fn log_grid(x0: f64, x1: f64, count: usize) -> ColumnGrid {
    let x1 = if x1 > 0.0 { x1 } else { 1.0 };
    let x0 = if x0 > 0.0 { x0 } else { x1 * 1e-6 };
    ColumnGrid { scale: Scale::Log10, ..grid(x0.log10(), x1.log10(), count) }
}

fn modes() -> impl Strategy<Value = XMode> {
    prop_oneof![
        (prop_oneof![Just(0.0), Just(2_592_000.1), -10.0..10.0], prop_oneof![Just(1e6), Just(3.0), 0.1..1e5])
            .prop_map(|(t0, rate)| XMode::Uniform { t0, rate }),
        Just(XMode::Timed),
        Just(XMode::Timed),
        Just(XMode::Xy),
    ]
}

/// Where a stream's x begins: also where a logarithmic axis has no place.
fn begins() -> impl Strategy<Value = f64> {
    prop_oneof![Just(1000.25), Just(0.0), -40.0..0.0]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let points = prop_oneof![4 => 1..300_usize, 4 => 1..5_000_usize, 1 => 1..40_000_usize];
    let nan = prop_oneof![Just(0.0), Just(0.0), Just(0.01), Just(0.5), Just(1.0)];
    let back = prop_oneof![2 => Just(0.0), 1 => Just(0.0003), 1 => Just(0.01), 1 => Just(0.5)];
    let step = prop_oneof![
        8 => (points, nan, back, any::<u64>()).prop_map(|(count, nan, back, seed)| Step::Points { count, nan, back, seed }),
        1 => prop_oneof![1..500_u64, 1..20_000_u64, 1..300_000_u64].prop_map(Step::Lose),
        1 => (0.0..1.0).prop_map(Step::ClearShare),
        1 => prop_oneof![1..50_000_u64, 100_000..400_000_u64].prop_map(Step::Limit),
    ];
    prop::collection::vec(step, 1..12)
}

/// What may happen between two looks at the same plot.
#[derive(Clone, Debug)]
enum Look {
    Step(Step),
    Points(usize, u8),
    Scroll(i64),
    Follow,
    Fit(usize),
    Kind((Interpolation, Scale)),
    Anew,
}

fn looks() -> impl Strategy<Value = Look> {
    let back = prop_oneof![8 => Just(0_u8), 1 => Just(1_u8), 1 => Just(200_u8)];
    prop_oneof![
        8 => (1..400_usize, back).prop_map(|(count, back)| Look::Points(count, back)),
        1 => (1..8_000_usize).prop_map(|count| Look::Points(count, 0)),
        3 => (-20..20_i64).prop_map(Look::Scroll),
        4 => Just(Look::Follow),
        2 => (1..100_usize).prop_map(Look::Fit),
        1 => kinds().prop_map(Look::Kind),
        1 => (1..2_000_u64).prop_map(|count| Look::Step(Step::Lose(count))),
        1 => (0.0..0.2).prop_map(|share| Look::Step(Step::ClearShare(share))),
        1 => prop_oneof![Just(1.0), 0.0..1.0].prop_map(|share| Look::Step(Step::ClearShare(share))),
        1 => (100..30_000_u64).prop_map(|limit| Look::Step(Step::Limit(limit))),
        1 => Just(Look::Anew),
    ]
}

proptest! {
    // Where a case fails, proptest prints it whole.
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn columns_equal_brute_force(
        mode in modes(),
        begin in begins(),
        first in prop_oneof![Just(0_u64), 0..10_000_u64, Just(1_000_003), Just((1 << 40) + 7)],
        limit in prop_oneof![Just(1 << 20), 1..30_000_u64, 60_000..200_000_u64],
        steps in steps(),
        whole in kinds(),
        views in prop::collection::vec((0.0..1.0_f64, 0.0..9.0_f64, 1..70_usize, any::<bool>(), kinds()), 4),
    ) {
        let mut feed = Feed::new(mode, first, limit);
        feed.t = begin;
        for step in &steps {
            feed.apply(step);
            prop_assert_eq!(feed.trace.steps_back(), feed.reference.steps_back());
            let Some((x0, x1)) = feed.reference.x_bounds() else {
                prop_assert_eq!(feed.trace.x_bounds(), None);
                continue;
            };
            prop_assert_eq!(feed.trace.x_bounds(), Some((x0, x1)));
            let margin = 0.01 * (x1 - x0);
            agree(&feed, &grid(x0 - margin, x1 + 2.0 * margin, 64), whole)?;
            agree(&feed, &log_grid(x0 - margin, x1 + 2.0 * margin, 64), whole)?;
            for (place, zoom, count, is_log, kind) in &views {
                let centre = x0 + place * (x1 - x0);
                let half = (x1 - x0) * 10_f64.powf(-zoom);
                let grid = if *is_log { log_grid } else { grid };
                agree(&feed, &grid(centre - half, centre + half, *count), *kind)?;
            }
            // Edges that fall exactly on samples.
            if let Some(x) = feed.reference.some_x() {
                for scale in SCALES {
                    let dx = scale.transform(x).abs().clamp(1e-9, f64::MAX);
                    let first = if scale.transform(x) < 0.0 { -2 } else { 0 };
                    agree(&feed, &ColumnGrid { first, dx, count: 3, scale }, whole)?;
                }
            }
        }
    }

    #[test]
    fn bounds_and_what_is_left_out_equal_brute_force(
        mode in modes(),
        begin in begins(),
        first in 0..10_000_u64,
        steps in steps(),
        views in prop::collection::vec((-0.1..1.1_f64, 0.0..9.0_f64), 4),
    ) {
        let mut feed = Feed::new(mode, first, 100_000);
        feed.t = begin;
        for step in &steps {
            feed.apply(step);
            let Some((lo, hi)) = feed.reference.x_bounds() else { continue };
            for (place, zoom) in &views {
                let x0 = lo + place * (hi - lo);
                let x1 = x0 + (hi - lo) * 10_f64.powf(-zoom);
                for scales in SCALES.into_iter().flat_map(|x| SCALES.map(|y| [x, y])) {
                    let [x, y] = scales;
                    let left_out = feed.reference.left_out(x0, x1, scales);
                    prop_assert_eq!(feed.trace.left_out(x0, x1, x, y), left_out, "{:?}", scales);
                }
                let kinds = JOINS.into_iter().flat_map(|interpolation| SCALES.map(|scale| (interpolation, scale)));
                for (number, (interpolation, y_scale)) in kinds.enumerate() {
                    let scales = [SCALES[number / 2 % 2], y_scale];
                    let bounds = feed.trace.y_bounds(x0, x1, interpolation, scales[0], scales[1]);
                    let expected = feed.reference.y_bounds(x0..=x1, interpolation, scales);
                    prop_assert_eq!(bounds, expected, "{:?} {:?} {:?}", interpolation, scales, x0..=x1);
                }
            }
        }
    }

    #[test]
    fn kept_columns_are_those_asked_for_anew(
        mode in modes(),
        begin in begins(),
        first in 0..10_000_u64,
        limit in prop_oneof![Just(1 << 20), 100..30_000_u64],
        kind in kinds(),
        x_scale in prop::sample::select(&SCALES),
        looks in prop::collection::vec((looks(), any::<u64>()), 1..25),
    ) {
        let mut feed = Feed::new(mode, first, limit);
        feed.t = begin;
        feed.apply(&Step::Points { count: 3_000, nan: 0.01, back: 0.0, seed: first });
        let (mut cache, mut kind) = (ColumnCache::new(), kind);
        let mut grid = ColumnGrid { first: 0, dx: 1.0, count: 0, scale: x_scale };
        for (look, seed) in looks {
            match look {
                Look::Step(step) => feed.apply(&step),
                Look::Points(count, per_mille_back) => {
                    let back = f64::from(per_mille_back) * 1e-3;
                    feed.apply(&Step::Points { count, nan: 0.01, back, seed });
                }
                Look::Scroll(columns) => grid.first += columns,
                Look::Follow => {
                    let newest = feed.reference.x_bounds().map_or(0.0, |(_, x)| grid.scale.transform(x));
                    let last = (newest / grid.dx).floor();
                    if last.abs() < 1e15 {
                        grid.first = last as i64 - 40;
                    }
                }
                Look::Fit(count) => {
                    if let Some((x0, x1)) = feed.reference.x_bounds() {
                        let make = if x_scale == Scale::Log10 { log_grid } else { self::grid };
                        grid = make(x0, x1, count);
                    }
                }
                Look::Kind(other) => kind = other,
                Look::Anew => feed = Feed::new(mode, feed.trace.start(), limit),
            }
            let now = cache.update(&feed.trace, &grid, kind.0, kind.1);
            let expected = columns_of(&feed.trace, &grid, kind.0, kind.1);
            prop_assert_eq!(now.len(), expected.len());
            for at in 0..now.len() {
                prop_assert_eq!(now[at], expected[at], "column {} of {:?}", at, grid);
                let spans = [now, &expected].map(|columns| columns.spans(at).collect::<Vec<_>>());
                prop_assert_eq!(&spans[0], &spans[1], "column {} of {:?}", at, grid);
            }
        }
    }

    #[test]
    fn drawn_columns_stay_while_scrolling(
        mode in modes(),
        batches in prop::collection::vec((1..3_000_usize, any::<u64>()), 2..8),
        per_column in 0.2..400.0_f64,
        shift in 0..40_i64,
    ) {
        let mut feed = Feed::new(mode, 0, 1 << 20);
        let mut before: Option<(ColumnGrid, Columns, usize)> = None;
        for (count, seed) in batches {
            feed.apply(&Step::Points { count, nan: 0.01, back: 0.0, seed });
            let Some((x0, x1)) = feed.reference.x_bounds() else { continue };
            let dx = match &before {
                Some((grid, ..)) => grid.dx,
                None => ((x1 - x0) / (count as f64 / per_column)).max(1e-9),
            };
            let last = (x1 / dx).floor();
            if (x0 / dx).abs() > 1e12 || last - x0 / dx > 50_000.0 {
                continue;
            }
            let (first, last) = ((x0 / dx).floor() as i64 + shift, last as i64);
            let count = usize::try_from((last - first + 3).max(1)).unwrap();
            let grid = ColumnGrid { first, dx, count, scale: Scale::Linear };
            let now = columns(&feed.trace, &grid);
            if let Some((old, drawn, complete)) = &before {
                for (index, column) in drawn.iter().enumerate().take(*complete) {
                    let moved = usize::try_from(old.first + i64::try_from(index).unwrap() - first);
                    if let Some(later) = moved.ok().and_then(|at| now.get(at)) {
                        prop_assert_eq!(column, later, "column {}", index);
                    }
                }
            }
            // All but the one that holds the newest point and the one before it.
            let complete = usize::try_from(last - 1 - first).unwrap_or(0);
            before = Some((grid, now, complete));
        }
    }
}

/// A uniform trace at 1 Hz with these y values, from position 0.
fn uniform(values: impl IntoIterator<Item = f32>) -> Feed {
    let mut feed = Feed::new(XMode::Uniform { t0: 0.0, rate: 1.0 }, 0, 1 << 24);
    let points = values.into_iter().map(|y| Point::new(0.0, y)).collect::<Vec<_>>();
    feed.append_points(&points);
    feed
}

#[test]
fn one_spike_among_many_shows_at_every_zoom() {
    let spike = 777_777;
    let feed = uniform((0..1_000_000).map(|i| if i == spike { 1e6 } else { 0.25 }));
    for zoom in 0..30 {
        let width = 1_000_000.0 / f64::from(1 << zoom);
        let at = f64::from(spike);
        for count in [1, 3, 17, 1920] {
            let count = count + 1;
            let view = grid(at - width * 0.37, at + width * 0.63, count);
            let drawn = columns(&feed.trace, &view);
            let hit = (0..count).find(|index| view.edge(*index) <= at && at < view.edge(index + 1));
            let column = drawn[hit.expect("the view holds the spike")];
            assert_eq!(column.hi.to_bits(), 1e6_f64.to_bits(), "zoom {zoom}, {count} columns");
        }
    }
}

#[test]
fn a_gap_is_never_bridged() {
    // y jumps from 0 to 100 over each kind of break: any line across it would cover what lies between.
    let level = |y: f32| std::iter::repeat_n(y, 5_000);
    let nan = uniform(level(0.0).chain([f32::NAN]).chain(level(100.0)));
    let infinite = uniform(level(0.0).chain([f32::INFINITY]).chain(level(100.0)));
    let mut lost = uniform(level(0.0));
    lost.apply(&Step::Lose(20_000));
    lost.append_points(&level(100.0).map(|y| Point::new(0.0, y)).collect::<Vec<_>>());
    for feed in [&nan, &infinite, &lost] {
        let (_, end) = feed.trace.x_bounds().expect("it holds points");
        for count in [100, 1_000, 60_000] {
            let view = grid(-10.0, end + 10.0, count);
            let drawn = columns(&feed.trace, &view);
            assert!(drawn.iter().any(|column| column.gap), "the break is marked");
            for column in drawn.iter() {
                let pieces = column.is_empty() || column.lo == 0.0 && column.hi == 0.0;
                let hull = column.gap && column.lo == 0.0 && column.hi == 100.0;
                assert!(pieces || column.lo == 100.0 || hull && count == 100, "{count}: {column:?}");
            }
        }
    }
}

#[test]
fn a_step_back_in_x_starts_a_new_segment() {
    let mut feed = Feed::new(XMode::Timed, 0, 1 << 20);
    feed.append_timed(&[(0.0, 1.0), (1.0, 1.0), (2.0, 1.0), (0.5, 9.0), (1.5, 9.0), (2.5, 9.0)]);
    assert_eq!(feed.trace.steps_back(), 1);
    let drawn = columns(&feed.trace, &ColumnGrid { first: 0, dx: 0.25, count: 11, scale: Scale::Linear });
    let spans = |at: usize| drawn.spans(at).collect::<Vec<_>>();
    assert_eq!(spans(0), [[1.0, 1.0]]);
    for both in 2..=8 {
        assert_eq!(spans(both), [[1.0, 1.0], [9.0, 9.0]], "two lines, and nothing between them");
    }
    assert_eq!(spans(9), [[9.0, 9.0]], "the first one ended");
    assert!(drawn.iter().all(|column| !column.gap), "nothing is missing");
}

#[test]
fn empty_columns_between_points_are_crossed_by_the_line() {
    let mut feed = Feed::new(XMode::Timed, 0, 1 << 20);
    feed.append_timed(&[(0.5, 0.0), (4.5, 8.0)]);
    let drawn = columns(&feed.trace, &ColumnGrid { first: -1, dx: 1.0, count: 7, scale: Scale::Linear });
    let covered = drawn.iter().map(|column| (column.lo, column.hi)).collect::<Vec<_>>();
    assert_eq!(covered[1..6], [(0.0, 1.0), (1.0, 3.0), (3.0, 5.0), (5.0, 7.0), (7.0, 8.0)]);
    assert_eq!((drawn[0], drawn[6]), (Column::EMPTY, Column::EMPTY));
}

#[test]
fn hostile_grids_give_as_many_columns_and_no_panic() {
    let mut uniform = uniform((0..10_000_u16).map(f32::from));
    uniform.apply(&Step::Lose(9_000));
    let mut timed = Feed::new(XMode::Timed, 0, 1 << 20);
    timed.append_timed(&[(-1e300, 1.0), (0.0, f32::MAX), (1e300, f32::MIN), (f64::NAN, 2.0)]);
    for feed in [&uniform, &timed] {
        for dx in [0.0, -1.0, f64::NAN, f64::INFINITY, f64::MIN_POSITIVE, 1e-300, 1e300, f64::MAX] {
            for first in [i64::MIN, -3, 0, i64::MAX - 2, i64::MAX] {
                assert_eq!(
                    columns(&feed.trace, &ColumnGrid { first, dx, count: 9, scale: Scale::Linear }).len(),
                    9
                );
            }
        }
    }
}

#[test]
fn a_uniform_stream_has_the_same_columns_after_thirty_days() {
    let mut random = Random(7);
    let values = (0..20_000).map(|_| (0.0, random.unit() as f32)).collect::<Vec<_>>();
    // Samples to so many columns: on every edge, half-way between edges, and on every so many-th.
    for (samples, parts) in [(5, 1), (5, 2), (1, 4), (5, 3), (100, 7), (22_050, 1537), (1_000, 1)] {
        for (rate, t0) in [(1e6, 0.0), (1e6, 3e-7), (44_100.0, -1.7), (3.0, 0.1)] {
            let dx = samples as f64 / parts as f64 / rate;
            // So many times the samples that fill columns, twice, so that pairs stay pairs.
            let at = |days: u64| {
                let times = (days as f64 * 86_400.0 * rate) as u64 / (2 * samples);
                let mut feed = Feed::new(XMode::Uniform { t0, rate }, times * 2 * samples, 1 << 20);
                feed.append_timed(&values);
                let first = (times * 2 * parts) as i64 + (t0 / dx) as i64;
                let grid = ColumnGrid { first, dx, count: 300, scale: Scale::Linear };
                JOINS.map(|interpolation| columns_of(&feed.trace, &grid, interpolation, Scale::Linear))
            };
            assert!(at(0) == at(30), "{samples} to {parts} columns at {rate}/s from {t0}");
        }
    }
}

#[test]
fn kept_columns_of_hostile_grids_are_as_many_and_no_panic() {
    for dx in [0.0, -1.0, -1e300, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MIN_POSITIVE, f64::MAX] {
        for first in [i64::MIN, -3, 0, i64::MAX - 9] {
            let (mut feed, mut cache) = (uniform([1.0; 100]), ColumnCache::new());
            let grid = ColumnGrid { first, dx, count: 9, scale: Scale::Linear };
            for _ in 0..2 {
                let kept = cache.update(&feed.trace, &grid, Interpolation::Line, Scale::Linear);
                assert_eq!(*kept, columns(&feed.trace, &grid), "{grid:?}");
                feed.trace.samples_at_left(&grid);
                feed.apply(&Step::ClearShare(0.1));
                feed.append_points(&[Point::new(0.0, 2.0)]);
            }
        }
    }
}

#[test]
fn every_kind_covers_what_it_says() {
    // Edges at the samples and half-way between them.
    let feed = uniform([1.0, 5.0, 2.0]);
    let grid = ColumnGrid { first: 0, dx: 0.5, count: 5, scale: Scale::Linear };
    let nothing = (f64::INFINITY, f64::NEG_INFINITY);
    let kinds = [
        (Interpolation::Line, [(1.0, 3.0), (3.0, 5.0), (3.5, 5.0), (2.0, 3.5), (2.0, 2.0)]),
        (Interpolation::StepPre, [(1.0, 5.0), (5.0, 5.0), (2.0, 5.0), (2.0, 2.0), (2.0, 2.0)]),
        (Interpolation::StepMid, [(1.0, 1.0), (1.0, 5.0), (5.0, 5.0), (2.0, 5.0), (2.0, 2.0)]),
        (Interpolation::StepPost, [(1.0, 1.0), (1.0, 1.0), (1.0, 5.0), (5.0, 5.0), (2.0, 5.0)]),
        (Interpolation::Area, [(0.0, 3.0), (0.0, 5.0), (0.0, 5.0), (0.0, 3.5), (0.0, 2.0)]),
        (Interpolation::Stem, [(0.0, 1.0), nothing, (0.0, 5.0), nothing, (0.0, 2.0)]),
    ];
    for (interpolation, expected) in kinds {
        let drawn = columns_of(&feed.trace, &grid, interpolation, Scale::Linear);
        let covered = drawn.iter().map(|column| (column.lo, column.hi)).collect::<Vec<_>>();
        assert_eq!(covered, expected, "{interpolation:?}");
    }
}

#[test]
fn kept_columns_heed_another_trace_and_a_step_back() {
    let grid = ColumnGrid { first: 0, dx: 1.0, count: 10, scale: Scale::Linear };
    let mut cache = ColumnCache::new();
    let mut timed = Feed::new(XMode::Timed, 0, 1 << 20);
    timed.append_timed(&[(0.0, 1.0), (4.0, 1.0), (9.0, 1.0)]);
    for feed in [&uniform([1.0; 10]), &uniform([9.0; 10]), &timed] {
        let now = cache.update(&feed.trace, &grid, Interpolation::Line, Scale::Linear);
        assert_eq!(*now, columns(&feed.trace, &grid));
    }
    timed.append_timed(&[(2.0, 7.0), (3.0, 7.0)]);
    let now = cache.update(&timed.trace, &grid, Interpolation::Line, Scale::Linear);
    assert_eq!(*now, columns(&timed.trace, &grid));
    assert_eq!(now.spans(2).collect::<Vec<_>>(), [[1.0, 1.0], [7.0, 7.0]], "the step back is seen");
}
