//! What must not be mixed up looks different: a loss, a lifted pen and a sample that is no number; and many streams.

mod common;

use std::collections::BTreeSet;

use common::gpu;
use common::store::{COLOUR, push, store_of, stream, uniform};
use ringplot::chart::Options;
use ringplot::ring::{Batch, Point, XMode};
use ringplot::store::{Data, Store, StreamState};
use ringplot::viewer::{App, picture};
use ringplot::{Dash, Meta, StreamKind};

const SIZE: [u32; 2] = [800, 450];

fn options(x: [f64; 2]) -> Options {
    Options { x_range: Some(x), y_min: Some(-2.0), y_max: Some(2.0), dark: Some(true), ..Options::default() }
}

/// A timed stream of 1,000 points a second, of 4 s: from 1.0 s on some are lost, at 2 s the pen is lifted, and at 3 s
/// are samples that are no number.
fn broken() -> StreamState {
    let mut state = stream("broken", StreamKind::Timed, XMode::Timed);
    let Data::Trace(trace) = &mut state.data else { panic!("not a trace") };
    let mut position = 0;
    let mut block = |points: Vec<(f64, f32)>, lost: u64| {
        position += lost;
        // Each block has the epoch 0.
        for points in points.chunks(256) {
            let mut batch = Batch::with_limit(1);
            batch.x_mode = XMode::Timed;
            batch.first = position;
            batch.epochs.push(0.0);
            batch.points.extend(points.iter().map(|(x, y)| Point { x: *x as f32, y: *y }));
            trace.append(&batch);
            position = (position + points.len() as u64).next_multiple_of(256);
            // What fills the block up is a lifted pen, too; so blocks are full here.
            assert!(points.len() == 256);
        }
    };
    let at = |from: f64, y: fn(usize) -> f32| -> Vec<(f64, f32)> {
        (0..768).map(|i| (from + i as f64 / 1000.0, y(i))).collect()
    };
    block(at(0.2, |_| 1.0), 0);
    block(at(1.1, |_| 1.0), 256);
    block(vec![(f64::NAN, f32::NAN); 256], 0);
    block(at(2.1, |_| 1.0), 0);
    block(at(2.868, |i| if i == 384 { f32::NAN } else { 1.0 }), 0);
    state.counts.lost = 256;
    state
}

/// What the column of pixels at a time shows at the lower edge, at the upper edge and in between.
fn edges(app: &App, image: &ringplot::render::Image, x: f64) -> [[u8; 3]; 3] {
    let area = app.plot_rects()[0];
    let [low, high] = app.plot_bounds()[0][0];
    let share = ((x - low) / (high - low)) as f32;
    let column = (area.left() + share * area.width()) as u32;
    [area.bottom() - 3.0, area.top() + 2.0, area.center().y + 20.0].map(|y| {
        // A mark may lie on the edge of a pixel.
        let around = (column - 1..=column + 1).filter_map(|column| image.pixel(column, y as u32));
        let brightest = around.max_by_key(|[r, g, b, _]| u32::from(*r) + u32::from(*g) + u32::from(*b));
        let [r, g, b, _] = brightest.expect("inside the picture");
        [r, g, b]
    })
}

fn is_own([r, g, b]: [u8; 3]) -> bool {
    r > 150 && b > 150 && g < 80
}

fn is_grey([r, g, b]: [u8; 3]) -> bool {
    r > 70 && r.abs_diff(g) < 25 && g.abs_diff(b) < 25
}

#[test]
fn a_loss_a_lifted_pen_and_a_nan_have_marks_of_their_own_dense_and_sparse() {
    let Some(gpu) = gpu() else { return };
    // Some 6 points a column, and less than 2.
    let views: [[[f64; 2]; 3]; 2] = [[[0.0, 4.0]; 3], [[0.9, 1.2], [1.8, 2.2], [3.1, 3.4]]];
    for (density, views) in ["dense", "sparse"].into_iter().zip(views) {
        let [loss, lifted, nan] = [(views[0], 1.03), (views[1], 1.98), (views[2], 3.252)].map(|(view, x)| {
            let mut app = App::new(store_of(broken()).0, options(view));
            let image = picture(&gpu, &mut app, SIZE).expect("the GPU draws");
            edges(&app, &image, x + 0.0002)
        });
        let is_red = |[r, g, b]: [u8; 3]| r > g.saturating_add(12) && r > b.saturating_add(12);
        assert!(loss.into_iter().all(is_red), "{density}: the loss is not red from edge to edge: {loss:?}");
        assert!(!is_own(lifted[0]) && is_grey(lifted[1]) && !is_red(lifted[2]), "{density}: {lifted:?}");
        assert!(is_own(nan[0]) && !is_grey(nan[1]) && !is_red(nan[2]), "{density}: {nan:?}");
    }
    let drawing = App::new(store_of(broken()).0, options([0.0, 4.0])).svg(SIZE);
    for said in ["hatched: 256 points lost", "ticks: no number", "grey: pen lifted"] {
        assert!(drawing.contains(said), "it does not say {said}");
    }
}

#[test]
fn a_stream_of_nothing_but_nan_leaves_the_marks_of_others_alone() {
    let Some(gpu) = gpu() else { return };
    let store = Store::new(1 << 28);
    for (name, colour) in [("a", [0, 255, 0]), ("b", COLOUR)] {
        let mut state = uniform(name, 0.0);
        state.info.meta.colour = Some(colour);
        let is_all = name == "a";
        push(&mut state, 0, (0..4000).map(|i| if is_all || i == 2000 { f32::NAN } else { 1.0 }));
        store.add(state);
    }
    let mut app = App::new(store, options([0.0, 4.0]));
    let image = picture(&gpu, &mut app, SIZE).expect("the GPU draws");
    let area = app.plot_rects()[0];
    let strip = |from: f32, to: f32| {
        let rows = (area.bottom() - to) as u32..(area.bottom() - from) as u32;
        let pixels = rows.flat_map(|y| (area.left() as u32..area.right() as u32).map(move |x| (x, y)));
        pixels.filter_map(|(x, y)| image.pixel(x, y)).collect::<Vec<_>>()
    };
    let edge = strip(0.0, 12.0);
    let is_red = |[r, g, b, _]: &[u8; 4]| *r > g.saturating_add(40) && *r > b.saturating_add(40);
    assert!(!edge.iter().any(is_red), "a sample that is no number is not a loss");
    assert!(edge.iter().filter(|[r, g, b, _]| *g > 150 && *r < 80 && *b < 80).count() > 1000);
    let own = edge.iter().filter(|[r, g, b, _]| is_own([*r, *g, *b])).count();
    assert!(own >= 4, "the tick of the other stream is painted over: {own} pixels");
}

#[test]
fn from_the_ninth_stream_of_a_panel_on_lines_are_dashed_dense_and_sparse() {
    let Some(gpu) = gpu() else { return };
    let store = Store::new(1 << 28);
    for index in 0..20_u8 {
        let mut state = uniform(&format!("s{index}"), 0.0);
        state.info.meta = Meta { name: format!("s{index}"), ..Meta::default() };
        push(&mut state, 0, (0..4000).map(|_| 1.8 - 0.19 * f32::from(index)));
        store.add(state);
    }
    let mut patterns = Vec::new();
    for view in [[0.0, 4.0], [1.0, 1.4]] {
        let mut app = App::new(store.clone(), options(view));
        let image = picture(&gpu, &mut app, SIZE).expect("the GPU draws");
        let area = app.plot_rects()[0];
        let mut lines = Vec::new();
        for index in 0..20_u8 {
            let y = area.top() + area.height() * (0.2 + 0.19 * f32::from(index)) / 4.0;
            let brightest = |x: u32| {
                let rows = (y as u32 - 1)..=(y as u32 + 1);
                let pixels = rows.filter_map(|y| image.pixel(x, y));
                pixels.map(|[r, g, b, _]| u32::from(r) + u32::from(g) + u32::from(b)).max().unwrap_or(0)
            };
            let across: Vec<u32> = (area.left() as u32 + 4..area.right() as u32 - 4).map(brightest).collect();
            let most = *across.iter().max().expect("it has a width");
            // Grid lines lie under it.
            let gaps = across.iter().filter(|level| **level < most * 7 / 10).count() * 100 / across.len();
            assert!(across.iter().all(|level| *level > 75), "nothing is left out in a gap: s{index}");
            lines.push(gaps);
        }
        let dashed = lines.iter().filter(|gaps| **gaps > 10).count();
        assert_eq!(dashed, 12, "of 20 streams 8 are solid: {lines:?}");
        patterns.push(lines);
    }
    let apart = patterns[0].iter().zip(&patterns[1]).map(|(a, b)| a.abs_diff(*b)).max();
    // The edges of those of points are soft.
    assert!(apart <= Some(14), "points and columns have other dashes: {patterns:?}");
    let kinds: BTreeSet<_> = patterns[0].iter().map(|gaps| gaps / 8).collect();
    assert!(kinds.len() >= 3, "{patterns:?}");
}

#[test]
fn a_line_has_the_width_and_the_dashes_that_its_producer_asks_for() {
    let Some(gpu) = gpu() else { return };
    let covered = |width: Option<f32>, dash: Option<Dash>| {
        let mut state = uniform("line", 0.0);
        (state.info.meta.width, state.info.meta.dash) = (width, dash);
        push(&mut state, 0, (0..4000).map(|_| 0.0));
        let (store, _) = store_of(state);
        let mut app = App::new(store, options([0.0, 4.0]));
        let image = picture(&gpu, &mut app, SIZE).expect("the GPU draws");
        let area = app.plot_rects()[0];
        let y = area.center().y as u32;
        let rows = |x: u32| (y - 12..y + 12).filter_map(|y| image.pixel(x, y)).collect::<Vec<_>>();
        let columns = area.left() as u32 + 4..area.right() as u32 - 4;
        let lit = columns.map(|x| rows(x).iter().filter(|[r, g, b, _]| is_own([*r, *g, *b])).count());
        lit.collect::<Vec<usize>>()
    };
    let [plain, wide, dotted] = [(None, None), (Some(6.0), None), (None, Some(Dash::Dashed))]
        .map(|(width, dash)| covered(width, dash));
    assert!(plain.iter().all(|rows| (1..=2).contains(rows)), "{plain:?}");
    assert!(wide.iter().all(|rows| (5..=6).contains(rows)), "{wide:?}");
    let gaps = dotted.iter().filter(|rows| **rows == 0).count() * 100 / dotted.len();
    assert!((20..50).contains(&gaps), "{gaps} % are gaps: {dotted:?}");
}
