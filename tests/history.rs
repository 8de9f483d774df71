//! Bounds, statistics, losses and single points are what a look at every point says; memory stays bounded.

#![allow(
    clippy::float_cmp,
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "exact equality is what is claimed, and a panic is how a test fails"
)]

mod reference;

use proptest::prelude::*;
use reference::{Entry, Feed, Random, Step};
use ringplot::history::{Frames, Interpolation, LostRun, Sample, Scale, Statistics, Trace};
use ringplot::ring::FrameData;
use ringplot::{Batch, Point, XMode};

fn modes() -> impl Strategy<Value = XMode> {
    prop_oneof![Just(XMode::Uniform { t0: -3.5, rate: 1e3 }), Just(XMode::Timed), Just(XMode::Xy)]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let points = prop_oneof![1..300_usize, 1..9_000_usize, 1..60_000_usize];
    let nan = prop_oneof![Just(0.0), Just(0.01), Just(0.9)];
    let back = prop_oneof![Just(0.0), Just(0.0), Just(0.0003)];
    let step = prop_oneof![
        6 => (points, nan, back, any::<u64>())
            .prop_map(|(count, nan, back, seed)| Step::Points { count, nan, back, seed }),
        1 => prop_oneof![1..500_u64, 1..20_000_u64].prop_map(Step::Lose),
        1 => (0.0..1.0).prop_map(Step::ClearShare),
        1 => (1..90_000_u64).prop_map(Step::Limit),
    ];
    prop::collection::vec(step, 1..8)
}

fn line_bounds(trace: &Trace, x0: f64, x1: f64) -> Option<(f64, f64)> {
    trace.y_bounds(x0, x1, Interpolation::Line, Scale::Linear, Scale::Linear)
}

/// Two-pass sums in f64 over a slice.
fn statistics(values: &[f32]) -> Statistics {
    if values.is_empty() {
        return Statistics::EMPTY;
    }
    let n = values.len() as f64;
    let mean = values.iter().map(|y| f64::from(*y)).sum::<f64>() / n;
    let mean_of = |f: &dyn Fn(f64) -> f64| values.iter().map(|y| f(f64::from(*y))).sum::<f64>() / n;
    Statistics {
        count: values.len() as u64,
        min: values.iter().copied().fold(f32::INFINITY, f32::min).into(),
        max: values.iter().copied().fold(f32::NEG_INFINITY, f32::max).into(),
        mean,
        rms: mean_of(&|y| y * y).sqrt(),
        std: mean_of(&|y| (y - mean).powi(2)).sqrt(),
    }
}

fn close(a: f64, b: f64, scale: f64) -> bool {
    (a - b).abs() <= 1e-9 * scale.abs().max(1e-30) || a.is_nan() && b.is_nan()
}

fn same(a: &Statistics, b: &Statistics) -> bool {
    let same_bounds = a.min == b.min && a.max == b.max || a.min.is_nan() && b.min.is_nan();
    a.count == b.count
        && same_bounds
        && close(a.mean, b.mean, b.rms)
        && close(a.rms, b.rms, b.rms)
        // The reference itself cannot tell a deviation far below the mean.
        && (close(a.std, b.std, b.std) || (a.std - b.std).abs() < 1e-7 * b.rms)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn answers_equal_a_look_at_every_point(
        mode in modes(),
        first in prop_oneof![Just(0_u64), 0..10_000_u64],
        steps in steps(),
        views in prop::collection::vec((-0.1..1.1_f64, -0.1..1.1_f64), 4),
    ) {
        let mut feed = Feed::new(mode, first, 1 << 20);
        for step in &steps {
            feed.apply(step);
        }
        let (trace, reference) = (&feed.trace, &feed.reference);
        prop_assert_eq!(trace.newest(), reference.finite().next_back().map(|(p, entry)| (p, entry.x, f64::from(entry.y))));
        prop_assert_eq!(trace.x_bounds(), reference.x_bounds());

        let mut walked = Vec::new();
        trace.for_each(0..u64::MAX, |sample| walked.push(sample));
        let mut at = trace.start();
        for sample in walked {
            match sample {
                Sample::Lost { first, count } => {
                    prop_assert_eq!(first, at);
                    prop_assert!(reference.held().skip((at - trace.start()) as usize).take(count as usize).all(|(_, e)| e.lost));
                    prop_assert_eq!(trace.point(first), None);
                    at += count;
                }
                Sample::Point { position, x, y } => {
                    prop_assert_eq!(position, at);
                    let entry = &reference.entries[(at - reference.first) as usize];
                    prop_assert!(!entry.lost);
                    prop_assert_eq!(y.to_bits(), f64::from(entry.y).to_bits());
                    if !y.is_nan() {
                        prop_assert_eq!(x.to_bits(), entry.x.to_bits());
                    }
                    prop_assert_eq!(trace.point(position).map(|p| p.1.to_bits()), Some(y.to_bits()));
                    at += 1;
                }
            }
        }
        prop_assert_eq!(at, trace.end());
        prop_assert_eq!(trace.point(trace.end()), None);
        prop_assert_eq!(trace.point(trace.start().wrapping_sub(1)), None);

        let Some((lo, hi)) = reference.x_bounds() else { return Ok(()) };
        for (from, to) in views {
            let (x0, x1) = (lo + from * (hi - lo), lo + to * (hi - lo));
            let inside = |entry: &Entry| x0 <= entry.reached && entry.reached < x1;
            let values = reference.finite().filter(|(_, e)| inside(e)).map(|(_, e)| e.y).collect::<Vec<_>>();
            let (now, expected) = (trace.statistics(x0, x1), statistics(&values));
            prop_assert!(same(&now, &expected), "{:?} {:?}", now, expected);

            let positions = trace.positions_in(x0, x1);
            let hit = || reference.held().filter(|(_, e)| inside(e)).map(|(p, _)| p);
            if let Some(first) = hit().next() {
                prop_assert_eq!(positions, first..hit().next_back().unwrap() + 1);
            } else {
                prop_assert!(positions.is_empty());
            }
            let [before, after] = [trace.value_at(x0), trace.value_after(x0)];
            let expected = reference.finite().filter(|(_, e)| e.reached <= x0);
            let expected = expected.max_by(|a, b| a.1.reached.total_cmp(&b.1.reached));
            prop_assert_eq!(before, expected.map(|(_, e)| (e.x, f64::from(e.y))));
            let expected = reference.finite().filter(|(_, e)| e.reached > x0);
            let expected = expected.min_by(|a, b| a.1.reached.total_cmp(&b.1.reached));
            prop_assert_eq!(after, expected.map(|(_, e)| (e.x, f64::from(e.y))));
            let bounds = line_bounds(trace, x0, x1);
            for (_, entry) in reference.finite().filter(|(_, e)| x0 <= e.reached && e.reached <= x1) {
                prop_assert!(bounds.is_some_and(|(lo, hi)| lo <= f64::from(entry.y) && f64::from(entry.y) <= hi));
            }
        }
    }
}

/// A batch of a uniform stream at 1 Hz.
fn batch(first: u64, values: impl IntoIterator<Item = f32>) -> Batch {
    let mut batch = Batch::with_limit(1);
    batch.x_mode = XMode::Uniform { t0: 0.0, rate: 1.0 };
    batch.first = first;
    batch.points.extend(values.into_iter().map(|y| Point::new(0.0, y)));
    batch
}

fn one_hz(max: u64) -> Trace {
    Trace::new(XMode::Uniform { t0: 0.0, rate: 1.0 }, max)
}

#[test]
fn y_bounds_hold_the_line_at_both_ends() {
    let mut trace = one_hz(100);
    trace.append(&batch(0, [0.0, 10.0, 20.0, f32::NAN, 5.0]));
    assert_eq!(line_bounds(&trace, 0.25, 0.5), Some((2.5, 5.0)), "no sample between, but the line");
    assert_eq!(line_bounds(&trace, 0.5, 1.5), Some((5.0, 15.0)));
    assert_eq!(line_bounds(&trace, 0.0, 4.0), Some((0.0, 20.0)), "both ends count");
    assert_eq!(line_bounds(&trace, 4.0, 4.0), Some((5.0, 5.0)));
    assert_eq!(line_bounds(&trace, 2.5, 3.5), None, "nothing in the gap");
    assert_eq!(line_bounds(&trace, 1.0, 0.0), None);
    assert_eq!(line_bounds(&trace, f64::NAN, 1.0), None);
}

#[test]
fn lost_runs_lie_between_their_neighbours() {
    let mut trace = one_hz(1 << 20);
    trace.append(&batch(10, [1.0; 5]));
    trace.append(&batch(20_000, [1.0; 5]));
    trace.append(&batch(20_010, [1.0]));
    let mut out = Vec::new();
    trace.lost_runs_in(0.0, 1e9, &mut out);
    let first = LostRun { x0: 14.0, x1: 20_000.0, count: 20_000 - 15 };
    let second = LostRun { x0: 20_004.0, x1: 20_010.0, count: 5 };
    assert_eq!(out, [first, second]);
    trace.lost_runs_in(500.0, 501.0, &mut out);
    assert_eq!(out, [first], "a view inside the gap knows of it");
    trace.lost_runs_in(20_001.0, 20_003.0, &mut out);
    assert_eq!(out, []);

    let mut feed = Feed::new(XMode::Timed, 0, 1 << 20);
    feed.append_timed(&[(1.0, 0.0), (2.0, 0.0)]);
    feed.apply(&Step::Lose(3));
    feed.append_timed(&[(7.0, 0.0), (8.0, 0.0)]);
    feed.trace.lost_runs_in(3.0, 4.0, &mut out);
    assert_eq!(out, [LostRun { x0: 2.0, x1: 7.0, count: 3 }]);
}

#[test]
fn memory_stays_bounded_and_lost_pages_cost_nearly_nothing() {
    let mut trace = one_hz(100_000);
    let mut most = 0;
    for round in 0..60 {
        trace.append(&batch(round * 30_000, std::iter::repeat_n(1.0, 30_000)));
        assert!(trace.end() - trace.start() <= 100_000);
        most = most.max(trace.memory_bytes());
    }
    assert_eq!(trace.end() - trace.start(), 100_000);
    assert!(most < 100_000 * 6, "{most} bytes");

    let mut holey = one_hz(1 << 32);
    holey.append(&batch(0, [1.0]));
    holey.append(&batch(500_000_000, [2.0]));
    assert!(holey.memory_bytes() < 20_000_000, "{} bytes", holey.memory_bytes());
    assert_eq!(holey.statistics(0.0, 1e9).count, 2);
    trace.set_max_points(5_000);
    assert_eq!(trace.end() - trace.start(), 5_000);
    assert!(trace.memory_bytes() < 120_000, "{} bytes", trace.memory_bytes());
}

/// A batch of `count` points of a stream in which x rises, from `first` on.
fn rising(x_mode: XMode, first: u64, count: u64) -> Batch {
    let mut batch = Batch { x_mode, first, ..Batch::with_limit(1) };
    let x =
        |position: u64| if x_mode == XMode::Timed { (position % 256) as f32 * 1e-6 } else { position as f32 };
    batch.points.extend((first..first + count).map(|position| Point::new(x(position), 0.5)));
    batch.epochs.extend((first / 256..(first + count).div_ceil(256)).map(|block| block as f64 * 256e-6));
    batch
}

#[test]
fn a_long_history_takes_the_bytes_a_point_that_are_told() {
    const POINTS: u64 = 10_000_000;
    let uniform = XMode::Uniform { t0: 0.0, rate: 1e6 };
    for (x_mode, most) in [(uniform, 4.58), (XMode::Xy, 8.6), (XMode::Timed, 8.72)] {
        let mut trace = Trace::new(x_mode, u64::MAX);
        assert!(trace.memory_bytes() < 1000, "an empty trace takes {}", trace.memory_bytes());
        for first in (0..POINTS).step_by(100_000) {
            trace.append(&rising(x_mode, first, 100_000));
        }
        assert_eq!(trace.end() - trace.start(), POINTS);
        let bytes_a_point = trace.memory_bytes() as f64 / POINTS as f64;
        println!("{x_mode:?}: {bytes_a_point:.4} bytes a point");
        assert!(bytes_a_point <= most, "{x_mode:?}: {bytes_a_point} bytes a point");
    }
}

#[test]
fn a_limit_in_bytes_is_reached_and_never_passed() {
    const MOST: u64 = 2_000_000;
    for x_mode in [XMode::Uniform { t0: 0.0, rate: 1.0 }, XMode::Timed, XMode::Xy] {
        let mut trace = Trace::new(x_mode, u64::MAX);
        trace.set_max_bytes(MOST);
        for first in (0..2_000_000).step_by(10_000) {
            trace.append(&rising(x_mode, first, 10_000));
            let used = trace.memory_bytes();
            assert!(used <= MOST && (trace.start() == 0 || used > MOST - 40_000), "{used} bytes");
        }
        assert!(trace.start() > 0);
        // Less from now on: a few pages go at a time, and at least the newest stays.
        let mut used = trace.memory_bytes();
        loop {
            let freed = trace.release(100_000);
            assert_eq!(used - freed, trace.memory_bytes());
            used -= freed;
            if freed == 0 {
                break;
            }
            assert!((100_000..140_000).contains(&freed) || used < 40_000, "freed {freed}, {used} left");
        }
        assert!(trace.start() < trace.end() && trace.newest().is_some());
    }
}

#[test]
fn a_loss_longer_than_the_limit_leaves_only_what_came_after() {
    let mut trace = one_hz(1_000);
    trace.append(&batch(0, [1.0; 10]));
    trace.append(&batch(1 << 60, [2.0; 10]));
    assert_eq!((trace.start(), trace.end()), (1 << 60, (1 << 60) + 10));
}

#[test]
fn what_is_held_already_is_skipped() {
    let mut trace = one_hz(1_000);
    trace.append(&batch(100, [1.0, 2.0, 3.0]));
    trace.append(&batch(98, [9.0, 9.0, 9.0, 9.0, 9.0, 4.0]));
    assert_eq!((trace.start(), trace.end()), (100, 104));
    assert_eq!(trace.point(102), Some((102.0, 3.0)));
    assert_eq!(trace.point(103), Some((103.0, 4.0)));
}

#[test]
fn hostile_batches_change_nothing_and_never_panic() {
    let mut trace = one_hz(1_000);
    trace.append(&batch(5, [1.0, 2.0]));
    trace.append(&batch(u64::MAX - 3, [1.0, 2.0]));
    trace.append(&batch(u64::MAX, [1.0, 2.0]));
    let mut other = batch(7, [1.0]);
    other.x_mode = XMode::Xy;
    trace.append(&other);
    trace.append(&batch(900, []));
    assert_eq!((trace.start(), trace.end()), (5, 7));

    // Epochs missing, not finite, and changing in the middle of a block.
    let mut timed = Trace::new(XMode::Timed, 1 << 20);
    let mut random = Random(1);
    for round in 0..50_u64 {
        let mut batch = Batch::with_limit(1);
        batch.x_mode = XMode::Timed;
        batch.first = round * 100;
        batch.points.resize(100, Point::new(0.5, 1.0));
        let wild = [f64::NAN, f64::INFINITY, -1e308, 1e308, 0.0, round as f64];
        batch.epochs.push(wild[usize::try_from(random.next() % 6).unwrap()]);
        timed.append(&batch);
    }
    assert_eq!(timed.end(), 5_000);
    let _ =
        (timed.x_bounds(), timed.newest(), line_bounds(&timed, -1e300, 1e300), timed.statistics(0.0, 1.0));
    let _ = (timed.value_at(f64::INFINITY), timed.value_at(f64::NAN), timed.positions_in(f64::NAN, 0.0));

    for (t0, rate) in [(f64::NAN, 1.0), (0.0, 0.0), (0.0, -1.0), (0.0, f64::INFINITY), (f64::INFINITY, 1.0)] {
        let mode = XMode::Uniform { t0, rate };
        let mut odd = Trace::new(mode, 10_000);
        let mut batch = batch(0, std::iter::repeat_n(1.0, 5_000));
        batch.x_mode = mode;
        odd.append(&batch);
        assert_eq!(odd.x_bounds(), None, "nothing has a place");
        let _ = (odd.x_bounds(), odd.newest(), odd.positions_in(0.0, 1.0));
    }
}

#[test]
fn rounding_to_f32_is_no_step_back() {
    // A block whose last delta is 100 s, rounded up; the next block begins at the true time.
    let mut feed = Feed::new(XMode::Timed, 0, 1 << 20);
    let mut samples = vec![(0.0, 1.0); 255];
    let t = f64::from(100.0_f32.next_up()) - 3e-6;
    samples.push((t, 2.0));
    samples.push((t + 1e-6, 3.0));
    feed.append_timed(&samples);
    assert_eq!(feed.trace.steps_back(), 0);
    let (end, ..) = feed.trace.point(255).unwrap();
    assert!(feed.trace.point(256).unwrap().0 < end, "x itself is kept as it came");
    let statistics = feed.trace.statistics(99.0, end.next_up());
    assert_eq!(statistics.count, 2);
    assert_eq!(line_bounds(&feed.trace, -1.0, 1e3), Some((1.0, 3.0)));
}

#[test]
fn the_newest_frame_replaces_the_one_before() {
    let mut frames = Frames::new();
    assert!(frames.newest().is_none());
    let mut push = |number, t, points: &[Point]| {
        let words = points.iter().map(|point| point.to_bits()).collect();
        frames.push(&FrameData { number, t, words, ..FrameData::default() })
    };
    assert!(push(3, 0.5, &[Point::new(1.0, 2.0)]));
    assert!(!push(3, 0.6, &[]));
    assert!(push(7, 0.7, &[Point::new(3.0, 4.0), Point::PEN_UP]));
    let newest = frames.newest().unwrap();
    assert_eq!((newest.number, newest.t, newest.y.len()), (7, 0.7, 2));
    assert!(frames.memory_bytes() >= 16);
}
