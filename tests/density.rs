//! A density grid holds exactly what counting all its positions from scratch would give, however it came about.

#![expect(clippy::float_cmp, clippy::many_single_char_names, reason = "whole numbers, and ends of lines")]

use std::ops::Range;

use proptest::prelude::*;
use ringplot::history::{DensityGrid, DensityMode, DensityView, Scale, Trace};
use ringplot::{Batch, Point, XMode};

/// Units of a stroke, and the most cells that one may cross to be spread by length.
const STROKE: f64 = 4096.0;
const LONG: f64 = 64.0;

/// The first position of the traces here.
const FIRST: u64 = 1000;

/// Points by position from [`FIRST`] on; `None` where they were lost.
type Points = Vec<Option<Point>>;

fn trace(points: &Points, max: u64) -> Trace {
    let mut trace = Trace::new(XMode::Xy, max);
    append(&mut trace, points, 0..points.len());
    trace
}

fn append(trace: &mut Trace, points: &Points, range: Range<usize>) {
    let mut at = range.start;
    for run in points[range].split_inclusive(Option::is_none) {
        let mut batch = Batch::with_limit(run.len());
        batch.x_mode = XMode::Xy;
        batch.first = FIRST + at as u64;
        batch.points.extend(run.iter().flatten());
        trace.append(&batch);
        at += run.len();
    }
}

fn whole(trace: &Trace, mode: DensityMode, view: DensityView) -> DensityGrid {
    let mut grid = DensityGrid::new(mode, view, 0);
    grid.update(trace, u64::MAX, u64::MAX, 0.0);
    assert!(grid.is_done());
    grid
}

/// Where a point lies, in cells from the upper left.
fn locate(view: &DensityView, point: Point) -> Option<[f64; 2]> {
    let x = view.scales[0].transform(f64::from(point.x));
    let y = view.scales[1].transform(f64::from(point.y));
    let [width, height] = view.size.map(|cells| cells as f64);
    let place = [
        (x - view.x[0]) * (width / (view.x[1] - view.x[0])),
        (view.y[1] - y) * (height / (view.y[1] - view.y[0])),
    ];
    (place[0].is_finite() && place[1].is_finite()).then_some(place)
}

/// The density of `positions` by going through all of them, and for strokes through all cells.
fn brute(points: &Points, positions: Range<u64>, mode: DensityMode, view: &DensityView) -> Vec<u64> {
    let [width, height] = view.size;
    let mut cells = vec![0; width * height];
    let point = |position: u64| points[(position - FIRST) as usize].and_then(|point| locate(view, point));
    let mut last = None;
    for position in positions.clone() {
        let place = point(position);
        let Some(to) = place else {
            last = None;
            continue;
        };
        let from: [f64; 2] = last.replace(to).unwrap_or(to);
        if mode == DensityMode::Connected {
            if position > positions.start {
                stroke(from, to, position, view, &mut cells);
            }
        } else if to[0] >= 0.0 && to[1] >= 0.0 && to[0] < width as f64 && to[1] < height as f64 {
            cells[to[1] as usize * width + to[0] as usize] += 1;
        }
    }
    cells
}

fn stroke(a: [f64; 2], b: [f64; 2], position: u64, view: &DensityView, cells: &mut [u64]) {
    let [width, height] = view.size;
    let crossed = (b[0].floor() - a[0].floor()).abs() + (b[1].floor() - a[1].floor()).abs();
    if crossed > LONG {
        let phase = (position.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f64 / f64::from(1 << 24);
        for place in 0..64 {
            let t = (f64::from(place) + phase) / LONG;
            let [u, v] = [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])].map(f64::floor);
            if u >= 0.0 && v >= 0.0 && u < width as f64 && v < height as f64 {
                cells[v as usize * width + u as usize] += 64;
            }
        }
        return;
    }
    for (index, cell) in cells.iter_mut().enumerate() {
        let corner = [(index % width) as f64, (index / width) as f64];
        let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
        for axis in 0..2 {
            let (lo, hi, slope) = (corner[axis], corner[axis] + 1.0, 1.0 / (b[axis] - a[axis]));
            if a[axis].floor() == b[axis].floor() {
                if a[axis].floor() != lo {
                    leave = f64::NEG_INFINITY;
                }
                continue;
            }
            // Cells of the ends have no edge to cross there.
            let (first, last) = if slope > 0.0 { (lo, hi) } else { (hi, lo) };
            let range = [a[axis].floor().min(b[axis].floor()), a[axis].floor().max(b[axis].floor())];
            if lo < range[0] || lo > range[1] {
                leave = f64::NEG_INFINITY;
                continue;
            }
            if a[axis].floor() != lo {
                enter = enter.max((first - a[axis]) * slope);
            }
            if b[axis].floor() != lo {
                leave = leave.min((last - a[axis]) * slope);
            }
        }
        if leave >= enter {
            *cell += ((leave.min(1.0) * STROKE) as u64) - ((enter.min(1.0) * STROKE) as u64);
        }
    }
}

fn unit_view(size: [usize; 2]) -> DensityView {
    DensityView { x: [-1.0, 1.0], y: [-1.0, 1.0], scales: [Scale::Linear; 2], size }
}

fn coordinate() -> impl Strategy<Value = f32> {
    prop_oneof![
        20 => -1.5_f32..1.5,
        4 => (-4_i8..=4).prop_map(|eighth| f32::from(eighth) / 8.0),
        1 => -1e30_f32..1e30,
        1 => proptest::num::f32::ANY,
    ]
}

/// Jumps, walks in small steps, pen-ups and losses; as many as are asked for.
fn points(count: usize) -> impl Strategy<Value = Points> {
    let run = prop_oneof![
        6 => prop::collection::vec((coordinate(), coordinate()), 1..20)
            .prop_map(|jumps| jumps.into_iter().map(|(x, y)| Some(Point { x, y })).collect::<Points>()),
        6 => ((-1.2_f32..1.2), (-1.2_f32..1.2), (-0.01_f32..0.01), (-0.01_f32..0.01), 1_u16..600).prop_map(
            |(x, y, dx, dy, n)| {
                let step = |i: u16| Point { x: x + dx * f32::from(i), y: y + dy * f32::from(i) };
                (0..n).map(|i| Some(step(i))).collect()
            }
        ),
        1 => (1_usize..6000).prop_map(|lost| vec![None; lost]),
    ];
    prop::collection::vec(run, 1..24).prop_map(move |runs| {
        let mut points: Points = runs.into_iter().flatten().collect();
        points.truncate(count);
        // The first one is where the trace starts.
        points[0] = points[0].or(Some(Point { x: 0.0, y: 0.0 }));
        points
    })
}

fn view() -> impl Strategy<Value = DensityView> {
    let edge = || prop_oneof![Just((-1.0, 1.0)), (-1.5_f64..0.0, 0.1_f64..1.5), (0.1_f64..0.2, 0.3_f64..0.4)];
    let scale = || prop_oneof![4 => Just(Scale::Linear), 1 => Just(Scale::Log10)];
    (edge(), edge(), scale(), scale(), 1_usize..40, 1_usize..40).prop_map(|(x, y, sx, sy, width, height)| {
        DensityView { x: [x.0, x.1], y: [y.0, y.1], scales: [sx, sy], size: [width, height] }
    })
}

fn mode() -> impl Strategy<Value = DensityMode> {
    prop_oneof![Just(DensityMode::Scatter), Just(DensityMode::Connected)]
}

#[derive(Clone, Debug)]
enum Step {
    Append(usize),
    Update { budget: u64, behind: u64 },
    View(DensityView),
    Limit(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1_usize..2000).prop_map(Step::Append),
        8 => (0_u64..3000, prop_oneof![4 => Just(0), 1 => 1_u64..500])
            .prop_map(|(budget, behind)| Step::Update { budget, behind }),
        1 => view().prop_map(Step::View),
        1 => (500_u64..20_000).prop_map(Step::Limit),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn grid_is_counting_all_points(points in points(6000), mode in mode(), view in view()) {
        let trace = trace(&points, 1 << 20);
        let grid = whole(&trace, mode, view);
        prop_assert_eq!(grid.counts(), brute(&points, trace.start()..trace.end(), mode, &view));
    }

    #[test]
    fn any_steps_leave_what_counting_anew_gives(
        points in points(12_000),
        mode in mode(),
        first_view in view(),
        steps in prop::collection::vec(step(), 1..60),
    ) {
        let mut trace = Trace::new(XMode::Xy, 4000);
        let mut grid = DensityGrid::new(mode, first_view, 100);
        let mut pushed = 0;
        for step in steps {
            match step {
                Step::Append(count) => {
                    let to = (pushed + count).min(points.len());
                    append(&mut trace, &points, pushed..to);
                    pushed = to;
                }
                Step::Update { budget, behind } => {
                    let end = trace.end().saturating_sub(behind);
                    let spent = grid.update(&trace, end, budget, 0.0);
                    prop_assert!(spent <= budget);
                }
                Step::View(view) => grid.set_view(view, 100),
                Step::Limit(max) => trace.set_max_points(max),
            }
            let binned = grid.binned();
            if binned.end > FIRST {
                let expected = brute(&points, binned, mode, grid.view());
                prop_assert_eq!(grid.counts(), expected);
            }
        }
        while grid.update(&trace, u64::MAX, 700, 0.0) > 0 {}
        if trace.end() == 0 {
            return Ok(());
        }
        let expected = brute(&points, grid.binned(), mode, grid.view());
        prop_assert_eq!(grid.counts(), expected);
        prop_assert!(grid.is_done());
        let max = trace.max_points();
        let margin = if trace.has_forgotten() { (trace.end() - trace.start()) / 16 } else { 0 };
        let wanted = trace.end().saturating_sub(max - max / 16).max(trace.start() + margin);
        // What was forgotten while nothing came may stay.
        prop_assert!(grid.binned().end == trace.end() && grid.binned().start <= wanted);
        if let Some(visible) = grid.visible() {
            let seen: Vec<u64> = visible.iter().cloned().flatten().collect();
            let counted = grid.counts().iter().sum::<u64>();
            if mode == DensityMode::Scatter {
                prop_assert!(seen.is_sorted_by(|a, b| a < b));
                prop_assert_eq!(seen.len() as u64, counted);
            }
            let is_held = |position: &u64| grid.binned().contains(position);
            prop_assert!(seen.iter().all(is_held));
        }
    }

    #[test]
    fn strokes_inside_the_view_keep_their_whole_weight(points in points(3000), size in 1_usize..300) {
        let inside = |point: Point| point.x.abs() < 0.999 && point.y.abs() < 0.999;
        let points: Points = points.into_iter().map(|point| point.filter(|point| inside(*point))).collect();
        prop_assume!(points[0].is_some());
        let trace = trace(&points, 1 << 20);
        let grid = whole(&trace, DensityMode::Connected, unit_view([size, 300 - size]));
        let strokes = points[1..].iter().flatten().count() as u64;
        prop_assert_eq!(grid.counts().iter().sum::<u64>(), strokes * 4096);
    }
}

/// The same point over and over, and a stream of them through a small history: what it leaves is nothing.
#[test]
fn what_came_and_went_leaves_nothing() {
    let view = unit_view([30, 20]);
    for mode in [DensityMode::Scatter, DensityMode::Connected] {
        let mut points: Points = (0..20_000_u16)
            .map(|i| Some(Point { x: (f32::from(i) * 0.01).sin() * 1.2, y: (f32::from(i) * 0.017).cos() }))
            .collect();
        points.extend(vec![Some(Point { x: 50.0, y: 50.0 }); 12_000]);
        let mut trace = Trace::new(XMode::Xy, 10_000);
        let mut grid = DensityGrid::new(mode, view, 10);
        let mut most = 0;
        for from in (0..points.len()).step_by(500) {
            append(&mut trace, &points, from..from + 500);
            grid.update(&trace, u64::MAX, 100_000, 0.0);
            assert!(grid.is_done());
            most = most.max(grid.counts().iter().sum::<u64>());
        }
        assert!(most > 5000, "{most}");
        assert_eq!(grid.counts(), vec![0; 600], "{mode:?}");
    }
}

#[test]
fn a_history_that_gives_memory_back_is_not_counted_anew_each_time() {
    let point = |i: u32| Some(Point { x: (i % 997) as f32 / 997.0, y: (i % 89) as f32 / 89.0 });
    let points: Points = (0..500_000).map(point).collect();
    let mut trace = Trace::new(XMode::Xy, u64::MAX);
    append(&mut trace, &points, 0..400_000);
    let mut grid = DensityGrid::new(DensityMode::Scatter, unit_view([40, 40]), 0);
    grid.update(&trace, u64::MAX, u64::MAX, 0.0);
    assert_eq!(grid.binned(), FIRST..FIRST + 400_000, "all of it, while nothing was forgotten");
    let full = trace.memory_bytes();
    let mut counted_anew = 0;
    for from in (400_000..500_000).step_by(1000) {
        append(&mut trace, &points, from..from + 1000);
        let over = trace.memory_bytes().saturating_sub(full);
        if over > 0 {
            trace.release(over);
        }
        counted_anew += u64::from(grid.update(&trace, u64::MAX, u64::MAX, 0.0) > 100_000);
        assert!(grid.is_done());
        if from % 10_000 == 0 {
            assert_eq!(grid.counts(), brute(&points, grid.binned(), DensityMode::Scatter, grid.view()));
        }
    }
    let held = trace.end() - trace.start();
    assert!(counted_anew <= 1, "{counted_anew} times");
    assert!(grid.points() >= held * 9 / 10, "{} of {held}", grid.points());
}

#[test]
fn newest_points_are_counted_first() {
    let points: Points = (0..50_000_u16).map(|i| Some(Point { x: f32::from(i), y: 0.0 })).collect();
    let trace = trace(&points, 1 << 20);
    let view = DensityView { x: [0.0, 50_000.0], y: [-1.0, 1.0], scales: [Scale::Linear; 2], size: [50, 1] };
    let mut grid = DensityGrid::new(DensityMode::Scatter, view, 0);
    let mut share = 0.0;
    while share < 1.0 {
        assert_eq!(grid.update(&trace, u64::MAX, 5000, 0.0), 5000);
        assert!(grid.share_done() > share);
        share = grid.share_done();
        let empty = grid.counts().iter().take_while(|count| **count == 0).count();
        assert_eq!(empty, 50 - (share * 50.0).round() as usize);
    }
    assert!(grid.is_done());
    assert_eq!(grid.counts(), vec![1000; 50]);
}

#[test]
fn a_stopped_picture_keeps_what_the_trace_forgets() {
    let points: Points =
        (0..30_000_u16).map(|i| Some(Point { x: f32::from(i % 100) / 100.0, y: 0.5 })).collect();
    let mut trace = Trace::new(XMode::Xy, 8000);
    append(&mut trace, &points, 0..9000);
    let mut grid = DensityGrid::new(DensityMode::Scatter, unit_view([40, 40]), 0);
    grid.update(&trace, u64::MAX, u64::MAX, 0.0);
    // Stopped a little before the newest that was drawn.
    let end = trace.end() - 40;
    while grid.update(&trace, end, 1000, 0.0) > 0 {}
    let held = grid.counts();
    assert_eq!(held.iter().sum::<u64>(), grid.binned().end - grid.binned().start);
    for from in (9000..30_000).step_by(1000) {
        append(&mut trace, &points, from..from + 1000);
        grid.update(&trace, end, 1000, 0.0);
        assert_eq!(grid.counts(), held);
        assert!(grid.is_done());
    }
    // Going on from there counts what is there now.
    while grid.update(&trace, u64::MAX, 1000, 0.0) > 0 {}
    assert_eq!(grid.counts(), brute(&points, grid.binned(), DensityMode::Scatter, grid.view()));
    assert_eq!(grid.binned(), trace.end() - 7500..trace.end());
}

#[test]
fn persistence_fades_and_forgets() {
    let mode = DensityMode::Persistence { fade_secs: 1.0 };
    let mut trace = Trace::new(XMode::Xy, 1 << 20);
    let glow = |grid: &DensityGrid| {
        let mut all = Vec::new();
        let mut row = Vec::new();
        for at in 0..10 {
            grid.row(at, &mut row);
            all.extend_from_slice(&row);
        }
        all.iter().sum::<f32>()
    };
    let points: Points = vec![Some(Point { x: 0.1, y: 0.1 }); 4001];
    append(&mut trace, &points, 0..1001);
    let mut grid = DensityGrid::new(mode, unit_view([10, 10]), 0);
    grid.update(&trace, u64::MAX, u64::MAX, 0.0);
    assert!((glow(&grid) - 1000.0).abs() < 0.5, "{}", glow(&grid));
    grid.update(&trace, u64::MAX, u64::MAX, 1.0);
    assert!((glow(&grid) - 367.9).abs() < 0.5, "{}", glow(&grid));
    append(&mut trace, &points, 1001..4001);
    grid.update(&trace, u64::MAX, u64::MAX, 2.0);
    assert!((glow(&grid) - 3135.3).abs() < 2.0, "{}", glow(&grid));
    // Another view: the same glow, from when each position came.
    grid.set_view(DensityView { x: [-2.0, 2.0], ..unit_view([10, 10]) }, 0);
    while grid.update(&trace, u64::MAX, 777, 2.0) > 0 {}
    assert!(grid.is_done());
    assert!((glow(&grid) - 3135.3).abs() < 2.0, "{}", glow(&grid));
    grid.update(&trace, u64::MAX, u64::MAX, 40.0);
    assert!(glow(&grid) < 1e-6, "{}", glow(&grid));
    grid.update(&trace, u64::MAX, u64::MAX, 1e9);
    assert!(glow(&grid).abs() < f32::MIN_POSITIVE);
}

#[test]
fn visible_points_are_told_while_they_are_few() {
    let points: Points =
        (0..20_000_u16).map(|i| Some(Point { x: f32::from(i) / 10_000.0 - 1.0, y: 0.0 })).collect();
    let trace = trace(&points, 1 << 20);
    let mut grid = DensityGrid::new(DensityMode::Scatter, unit_view([100, 100]), 1000);
    grid.update(&trace, u64::MAX, u64::MAX, 0.0);
    assert_eq!(grid.visible(), None);
    grid.set_view(DensityView { x: [-5e-5, 0.049_95], ..unit_view([100, 100]) }, 1000);
    while grid.update(&trace, u64::MAX, 3000, 0.0) > 0 {}
    let visible: Vec<u64> = grid.visible().expect("500 of them").iter().cloned().flatten().collect();
    assert_eq!(visible, (FIRST + 10_000..FIRST + 10_500).collect::<Vec<_>>());
}

#[test]
fn absurd_views_are_no_panic() {
    let values = [0.0, -0.0, 1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, 1e-320];
    let points: Points = [0.0, 1.0, f32::MAX, f32::MIN, f32::NAN, f32::INFINITY, 1e-45]
        .into_iter()
        .flat_map(|x| [-1e-45_f32, 2.0, f32::MAX, f32::MIN_POSITIVE].map(|y| Some(Point { x, y })))
        .collect();
    let trace = trace(&points, 1 << 20);
    for mode in [DensityMode::Scatter, DensityMode::Connected, DensityMode::Persistence { fade_secs: 0.0 }] {
        for a in values {
            for b in values {
                for scales in [[Scale::Linear; 2], [Scale::Log10; 2]] {
                    let view = DensityView { x: [a, b], y: [b, a], scales, size: [0, 3] };
                    let mut grid = DensityGrid::new(mode, view, 3);
                    grid.update(&trace, u64::MAX, 10, a);
                    grid.set_view(DensityView { y: [a, b], ..view }, 3);
                    grid.update(&trace, u64::MAX, u64::MAX, b);
                }
            }
        }
    }
}
