//! What is kept of a snapshot stream, and how curves become columns, is exactly what is promised: beside brute force.
#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "a test fails by panicking and compares exactly")]

use std::sync::Arc;

use proptest::prelude::*;
use ringplot::Point;
use ringplot::history::{Bins, Cell, ColumnGrid, Curve, Frames, Scale};
use ringplot::ring::FrameData;

fn frame(number: u64, t: f64, points: &[Point]) -> FrameData {
    let words = points.iter().map(|point| point.to_bits()).collect();
    FrameData { number, position: number * 100, t, length: points.len() as u32, words }
}

/// A curve whose y tell its number, with as many bins as asked for.
fn curve(number: u64, t: f64, bins: usize) -> FrameData {
    let points: Vec<Point> =
        (0..bins).map(|i| Point::new(i as f32, number as f32 + i as f32 / 1e3)).collect();
    frame(number, t, &points)
}

fn all(frames: &Frames) -> Vec<&Curve> {
    frames.range(0..frames.len()).collect()
}

/// Bytes that the arrays of these curves take, each counted once.
fn bytes_of(curves: &[&Curve]) -> u64 {
    let mut arrays: Vec<&Arc<[f32]>> = curves.iter().flat_map(|curve| [&curve.x, &curve.y]).collect();
    arrays.sort_by_key(|array| array.as_ptr());
    arrays.dedup_by_key(|array| array.as_ptr());
    arrays.iter().map(|array| array.len() as u64 * 4 + 16).sum()
}

#[derive(Clone, Debug)]
enum Step {
    /// So many numbers on, with so many bins.
    Push(u64, usize),
    Clear(u64),
    Budget(u64),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (0u64..4, prop_oneof![Just(64usize), 0usize..200]).prop_map(|(on, bins)| Step::Push(on, bins)),
        1 => (0u64..2000).prop_map(Step::Clear),
        1 => (0u64..20_000).prop_map(Step::Budget),
    ]
}

proptest! {
    #[test]
    fn the_newest_curves_are_held_in_order_within_the_budget(
        count in 1usize..40,
        steps in proptest::collection::vec(step(), 1..120),
    ) {
        let mut frames = Frames::keeping(count);
        let (mut budget, mut number, mut model) = (u64::MAX, 0, Vec::<(u64, usize)>::new());
        for step in steps {
            match step {
                Step::Push(on, bins) => {
                    number += on;
                    let is_new = model.last().is_none_or(|last| last.0 < number);
                    prop_assert_eq!(frames.push(&curve(number, number as f64, bins)), is_new);
                    if is_new {
                        model.push((number, bins));
                    }
                }
                Step::Clear(position) => {
                    frames.clear_before(position);
                    model.retain(|(number, _)| number * 100 >= position);
                }
                Step::Budget(bytes) => {
                    budget = bytes;
                    frames.set_max_bytes(bytes);
                }
            }
            let held = all(&frames);
            // What is held is the newest part of all that came.
            let expected = &model[model.len() - held.len()..];
            let numbers: Vec<(u64, usize)> = held.iter().map(|curve| (curve.number, curve.y.len())).collect();
            prop_assert_eq!(&numbers[..], expected);
            for curve in &held {
                prop_assert!(curve.y.iter().all(|y| (y - curve.number as f32) < 0.2 && *y >= curve.number as f32));
                prop_assert!(curve.x.iter().enumerate().all(|(i, x)| *x == i as f32));
            }
            prop_assert!(held.len() <= count && (held.is_empty() == model.is_empty()));
            let arrays = bytes_of(&held);
            prop_assert!(frames.memory_bytes() >= arrays);
            if held.len() > 1 {
                prop_assert!(frames.memory_bytes() <= budget, "{} of {budget}", frames.memory_bytes());
            }
            // What was let go is not looked at again.
            let dropped = model.len() - held.len();
            model.drain(..dropped);
        }
    }

    #[test]
    fn a_column_has_the_greatest_of_its_bins_or_the_nearest_one(
        x in proptest::collection::vec(prop_oneof![9 => -20.0f32..20.0, 1 => Just(f32::NAN), 1 => -2.0f32..2.0], 0..60),
        y in proptest::collection::vec(prop_oneof![9 => -5.0f32..5.0, 1 => Just(f32::NAN), 1 => Just(f32::NEG_INFINITY)], 60),
        is_sorted in any::<bool>(),
        is_log in any::<bool>(),
        first in -40i64..40,
        dx in 0.01f64..3.0,
        count in 1usize..80,
    ) {
        let mut x = x;
        if is_sorted {
            x.retain(|x| x.is_finite());
            x.sort_by(f32::total_cmp);
        }
        let scale = Scale::log_if(is_log);
        let grid = ColumnGrid { first, dx, count, scale };
        let y = &y[..x.len()];
        let mut columns = vec![f32::NAN; count];
        Bins::new(&x, &grid).raise(y, &mut columns);
        let bins = x.iter().zip(y).map(|(x, y)| (f64::from(*x), *y));
        let mut bins: Vec<(f64, f32)> = bins.filter(|bin| scale.checked_transform(bin.0).is_some()).collect();
        bins.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (column, value) in columns.iter().enumerate() {
            prop_assert!(same(*value, expected(&bins, &grid, column)), "column {column}");
        }
    }

    #[test]
    fn cells_are_those_of_a_look_at_every_curve(
        steps in proptest::collection::vec((1u64..5, 0.01f64..3.0), 1..30),
        is_in_order in any::<bool>(),
        from in -5.0f64..60.0,
        height in 0.001f64..5.0,
    ) {
        let mut frames = Frames::keeping(usize::MAX);
        let (mut number, mut t, mut places) = (0, 0.0, Vec::new());
        for (on, later) in steps {
            (number, t) = (number + on, t + later);
            frames.push(&curve(number, if is_in_order { t } else { 0.0 }, 1));
            places.push((number, if is_in_order { t } else { number as f64 }));
        }
        // One alone is in order, at its t.
        if !is_in_order && places.len() == 1 {
            places[0].1 = 0.0;
        }
        prop_assert_eq!(frames.is_in_order(), is_in_order || places.len() == 1);
        prop_assert_eq!(frames.cell(from, from + height), look(&places, from, from + height));
    }
}

fn same(a: f32, b: f32) -> bool {
    a == b || (a.is_nan() && b.is_nan())
}

/// The value of a column, for bins in order.
fn expected(bins: &[(f64, f32)], grid: &ColumnGrid, column: usize) -> f32 {
    let (left, right) = (grid.edge(column), grid.edge(column + 1));
    let inside = bins.iter().filter(|bin| bin.0 >= left && bin.0 < right);
    let inside: Vec<f32> = inside.map(|bin| bin.1).collect();
    if !inside.is_empty() {
        return inside.into_iter().fold(f32::NAN, f32::max);
    }
    let place = |bin: usize| grid.scale.transform(bins[bin].0);
    let middle = (grid.first as f64 + column as f64 + 0.5) * grid.dx;
    let before = bins.iter().rposition(|bin| bin.0 < left);
    let after = bins.iter().position(|bin| bin.0 >= right);
    match (before, after) {
        (Some(a), Some(b)) if middle - place(a) <= place(b) - middle => bins[a].1,
        (Some(_), Some(b)) => bins[b].1,
        (None, Some(_)) if bins.len() > 1 && place(0) - middle <= (place(1) - place(0)) / 2.0 => bins[0].1,
        (Some(a), None) if a > 0 && middle - place(a) < (place(a) - place(a - 1)) / 2.0 => bins[a].1,
        _ => f32::NAN,
    }
}

/// What belongs into a stretch, from numbers and places in order.
fn look(places: &[(u64, f64)], lower: f64, upper: f64) -> Cell {
    let begins: Vec<usize> =
        (0..places.len()).filter(|i| places[*i].1 >= lower && places[*i].1 < upper).collect();
    if let (Some(first), Some(last)) = (begins.first(), begins.last()) {
        return Cell::Begins(*first..*last + 1);
    }
    let Some(before) = (0..places.len()).rev().find(|i| places[*i].1 < lower) else { return Cell::Nothing };
    let share = |i: usize| (places[i + 1].1 - places[i].1) / (places[i + 1].0 - places[i].0) as f64;
    let (place, is_last) = (places[before].1, before + 1 == places.len());
    let end = match is_last {
        false if places[before + 1].0 == places[before].0 + 1 => places[before + 1].1,
        false => place + share(before),
        true if before > 0 => place + share(before - 1),
        true => place + 1.0,
    };
    match (lower < end, is_last) {
        (true, _) => Cell::Holds(before),
        (false, true) => Cell::Nothing,
        (false, false) => Cell::Missing,
    }
}

#[test]
fn skipped_numbers_are_missing_and_a_pause_is_not() {
    let mut frames = Frames::keeping(usize::MAX);
    for (number, t) in [(0, 0.0), (1, 1.0), (4, 4.0), (5, 20.0)] {
        frames.push(&curve(number, t, 4));
    }
    assert_eq!(frames.cell(1.5, 1.6), Cell::Holds(1));
    assert_eq!(frames.cell(2.5, 2.6), Cell::Missing);
    assert_eq!(frames.cell(12.0, 12.5), Cell::Holds(2), "nothing came, so the curve still holds");
    assert_eq!(frames.cell(21.0, 22.0), Cell::Holds(3));
    assert_eq!(frames.cell(36.0, 37.0), Cell::Nothing);
    assert_eq!(frames.cell(-1.0, 0.0), Cell::Nothing);
    assert_eq!(frames.cell(-1.0, 1.5), Cell::Begins(0..2));
}

#[test]
fn the_newest_curve_is_held_whatever_it_takes() {
    let mut frames = Frames::keeping(usize::MAX);
    frames.set_max_bytes(1000);
    for number in 0..5 {
        assert!(frames.push(&curve(number, number as f64, 100_000)));
        assert_eq!(frames.len(), 1);
    }
    assert!(frames.push(&curve(5, 5.0, 10)));
    assert!(frames.memory_bytes() <= 1000, "{}", frames.memory_bytes());
}

#[test]
fn x_that_stay_are_held_once_and_memory_is_exact() {
    let mut frames = Frames::keeping(usize::MAX);
    (0..1000).for_each(|number| assert!(frames.push(&curve(number, number as f64, 1024))));
    let held = all(&frames);
    assert!(held.iter().all(|curve| Arc::ptr_eq(&curve.x, &held[0].x)));
    let exact = bytes_of(&held);
    let told = frames.memory_bytes();
    assert!(told >= exact && told - exact < exact / 20, "{told} told, {exact} held");
    // 4 bytes a bin, and not 8.
    assert!(told < 1000 * 1024 * 4 * 21 / 20);
}

#[test]
fn a_full_budget_is_used_and_kept() {
    let budget = 1 << 20;
    let mut frames = Frames::keeping(usize::MAX);
    frames.set_max_bytes(budget);
    for number in 0..2000 {
        frames.push(&curve(number, number as f64, 256));
        assert!(frames.memory_bytes() <= budget);
    }
    assert!(frames.memory_bytes() > budget * 9 / 10, "{} of {budget}", frames.memory_bytes());
    assert_eq!(frames.newest().unwrap().number, 1999);
}

#[test]
fn a_clear_forgets_what_lies_before_it_and_no_more() {
    let mut frames = Frames::keeping(usize::MAX);
    (0..10).for_each(|number| assert!(frames.push(&curve(number, 0.0, 4))));
    assert!(!frames.is_in_order(), "all were made at the same time");
    frames.clear_before(700);
    assert_eq!(all(&frames).iter().map(|curve| curve.number).collect::<Vec<_>>(), [7, 8, 9]);
    assert_eq!(frames.clears(), 1);
    frames.clear_before(700);
    assert_eq!(frames.clears(), 1);
    frames.clear_before(u64::MAX);
    assert!(frames.is_empty() && frames.is_in_order());
    assert!(frames.push(&curve(10, 1.0, 4)) && frames.push(&curve(11, 2.0, 4)));
    assert!(frames.is_in_order());
}

#[test]
fn the_peak_of_one_bin_is_in_its_column_at_every_zoom() {
    let bins = 100_000;
    let x: Vec<f32> = (0..bins).map(|i| i as f32).collect();
    let mut y = vec![0.0; bins];
    y[54_321] = 1.0;
    for count in [1usize, 7, 1000, 1920, 99_999] {
        let grid = ColumnGrid { first: 0, dx: bins as f64 / count as f64, count, scale: Scale::Linear };
        let mut columns = vec![f32::NAN; count];
        Bins::new(&x, &grid).raise(&y, &mut columns);
        let lit: Vec<usize> = (0..count).filter(|column| columns[*column] == 1.0).collect();
        assert_eq!(lit, [(54_321.0 / grid.dx) as usize], "{count} columns");
    }
}
