//! A waterfall's picture is its curves: pixel by pixel, however it came about, at the cost of what is new.
#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "a test fails by panicking and compares exactly")]

mod common;

use std::sync::Arc;

use common::gpu;
use common::store::{store_of, stream};
use ringplot::chart::{ColourMap, Options};
use ringplot::render::{Gpu, Image, Layer, PxRect, Renderer, Row, Rows, Scene, Shape, Target};
use ringplot::ring::{FrameData, Point, XMode};
use ringplot::store::{Data, SharedStream, Store};
use ringplot::viewer::{App, picture};
use ringplot::{StreamKind, Style};

const WIDTH: u32 = 48;
const HEIGHT: u32 = 32;
const GROUND: [f32; 4] = [0.0, 0.0, 1.0, 1.0];
const GROUND_BYTES: [u8; 4] = [0, 0, 255, 255];

fn draw(gpu: &Gpu, renderer: &mut Renderer, size: [u32; 2], scenes: &[Scene]) -> Image {
    let target = Target::new(gpu, size[0], size[1]).unwrap();
    target.draw(gpu, renderer, scenes);
    let image = target.read(gpu).unwrap();
    assert_eq!(gpu.failure(), None);
    image
}

fn scene(rows: Vec<Row>) -> Scene {
    let shape = Shape::Rows(Rows {
        corner_px: [0.0, 0.0],
        columns: WIDTH as usize,
        row_px: 1,
        rows,
        range: [-1.0, 3.0],
        colours: ColourMap::Viridis,
    });
    Scene {
        rect: PxRect { x: 0.0, y: 0.0, w: WIDTH as f32, h: HEIGHT as f32 },
        background: GROUND,
        layers: vec![Layer { colour: [1.0, 0.0, 0.0, 1.0], width_px: 0.0, shape }],
        ..Scene::default()
    }
}

/// Values that differ in every column and row, and leave the range at both ends.
fn values(number: i64) -> Arc<[f32]> {
    (0..WIDTH).map(|column| ((number % 61 * 37 + i64::from(column) * 11) % 61) as f32 / 10.0 - 2.0).collect()
}

fn row(number: i64) -> Row {
    Row::Values { number, values: values(number) }
}

/// The colour that a value has, computed here.
fn colour(value: f32, [lowest, highest]: [f32; 2], colours: ColourMap) -> [u8; 4] {
    let share = ((value - lowest) * (255.0 / (highest - lowest))).clamp(0.0, 255.0);
    colours.table()[(share + 0.5) as usize]
}

#[test]
fn every_pixel_has_the_colour_of_its_value() {
    let Some(gpu) = gpu() else { return };
    let numbers: Vec<i64> = (0..i64::from(HEIGHT)).map(|line| 1000 - line).collect();
    let picture = [scene(numbers.iter().map(|number| row(*number)).collect())];
    let image = draw(&gpu, &mut Renderer::new(&gpu.device, Target::FORMAT), [WIDTH, HEIGHT], &picture);
    for (line, number) in (0..).zip(&numbers) {
        for (column, value) in (0..).zip(values(*number).iter()) {
            let expected = colour(*value, [-1.0, 3.0], ColourMap::Viridis);
            assert_eq!(image.pixel(column, line), Some(expected), "{value} at {column}, {line}");
        }
    }
}

#[test]
fn no_value_shows_the_ground_and_a_missing_row_is_hatched() {
    let Some(gpu) = gpu() else { return };
    let mut odd = vec![0.0; WIDTH as usize];
    odd[..5].copy_from_slice(&[f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN]);
    let rows = vec![Row::Values { number: 7, values: odd.into() }, Row::Missing, Row::Nothing];
    let image = draw(&gpu, &mut Renderer::new(&gpu.device, Target::FORMAT), [WIDTH, HEIGHT], &[scene(rows)]);
    let table = ColourMap::Viridis.table();
    let top: Vec<[u8; 4]> = (0..5).map(|x| image.pixel(x, 0).unwrap()).collect();
    assert_eq!(top, [GROUND_BYTES, table[255], table[0], table[255], table[0]]);
    let missing: Vec<[u8; 4]> = (0..8).map(|x| image.pixel(x, 1).unwrap()).collect();
    assert_eq!(missing[0], [255, 0, 0, 255]);
    assert!(missing.iter().any(|pixel| *pixel != missing[0]), "no stripes: {missing:?}");
    assert_eq!(image.pixel(3, 2), Some(GROUND_BYTES));
    assert_eq!(image.pixel(3, 3), Some(GROUND_BYTES), "below the last row");
}

#[test]
fn only_rows_that_are_new_are_uploaded() {
    let Some(gpu) = gpu() else { return };
    let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
    let mut rows: Vec<Row> = (0..i64::from(HEIGHT)).rev().map(row).collect();
    let row_bytes = u64::from(WIDTH) * 4;
    draw(&gpu, &mut renderer, [WIDTH, HEIGHT], &[scene(rows.clone())]);
    let all = renderer.uploaded_row_bytes();
    assert!(all >= row_bytes * u64::from(HEIGHT));
    draw(&gpu, &mut renderer, [WIDTH, HEIGHT], &[scene(rows.clone())]);
    let none = renderer.uploaded_row_bytes();
    // What a row is costs a word.
    assert!(none <= 64 + 4 * u64::from(HEIGHT), "{none}");
    for number in 0..3 * i64::from(HEIGHT) {
        rows.pop();
        rows.insert(0, row(i64::from(HEIGHT) + number));
        let image = draw(&gpu, &mut renderer, [WIDTH, HEIGHT], &[scene(rows.clone())]);
        assert_eq!(renderer.uploaded_row_bytes() - none, row_bytes);
        if number % 13 == 0 {
            let mut anew = Renderer::new(&gpu.device, Target::FORMAT);
            let expected = draw(&gpu, &mut anew, [WIDTH, HEIGHT], &[scene(rows.clone())]);
            assert!(image.rgba == expected.rgba, "not the picture of a new renderer, {number} rows on");
        }
    }
}

#[test]
fn waterfalls_of_one_frame_do_not_meet() {
    let Some(gpu) = gpu() else { return };
    let place = |x: f32, w: f32, numbers: std::ops::Range<i64>| {
        let mut scene = scene(numbers.rev().map(row).collect());
        scene.rect = PxRect { x, y: 0.0, w, h: HEIGHT as f32 };
        scene
    };
    // The second begins left of what is seen of it.
    let pair = [place(0.0, 20.0, 0..32), place(20.0, 28.0, 500..532)];
    let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
    let image = draw(&gpu, &mut renderer, [WIDTH, HEIGHT], &pair);
    let expected =
        |number: i64, column: usize| colour(values(number)[column], [-1.0, 3.0], ColourMap::Viridis);
    assert_eq!(image.pixel(3, 31), Some(expected(0, 3)));
    assert_eq!(image.pixel(30, 31), Some(expected(500, 30)));
    // In another order everything is uploaded again, and right.
    let [first, second] = pair;
    let again = draw(&gpu, &mut renderer, [WIDTH, HEIGHT], &[second, first]);
    assert!(again.rgba == image.rgba);
}

#[test]
fn absurd_rows_are_no_error() {
    let Some(gpu) = gpu() else { return };
    let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
    for corner in [f32::NAN, f32::INFINITY, -1e9, 1e9, -10.5] {
        for range in [[f32::NAN; 2], [1.0, 1.0], [3.0, -3.0], [f32::MIN, f32::MAX]] {
            for (columns, row_px) in [(0, 1), (WIDTH as usize, 0), (WIDTH as usize, u32::MAX), (1 << 30, 1)] {
                let mut absurd = scene(vec![row(i64::MIN), row(i64::MAX), Row::Missing]);
                absurd.layers[0].shape = Shape::Rows(Rows {
                    corner_px: [corner, corner],
                    columns,
                    row_px,
                    rows: vec![row(i64::MIN), row(i64::MAX), Row::Missing],
                    range,
                    colours: ColourMap::Turbo,
                });
                draw(&gpu, &mut renderer, [WIDTH, HEIGHT], &[absurd]);
            }
        }
    }
}

// What the viewer makes of a stream.

const SIZE: [u32; 2] = [420, 260];
const BINS: usize = 500;

fn options(span_secs: f64) -> Options {
    Options { x_span_secs: Some(span_secs), dark: Some(true), ..Options::default() }
}

fn waterfall() -> (Store, SharedStream) {
    let mut state = stream("falls", StreamKind::Snapshot, XMode::Xy);
    state.info.meta.style = Style::Waterfall;
    state.info.meta.y_range = Some([0.0, 1.0]);
    let Data::Frames(frames) = &mut state.data else { panic!("no frames") };
    frames.keep(usize::MAX);
    store_of(state)
}

/// The value of a bin of a curve: no two curves alike.
fn value(number: u64, bin: usize) -> f32 {
    let mixed = (number * 1000 + bin as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48;
    mixed as f32 / 65536.0
}

fn push(stream: &SharedStream, numbers: impl IntoIterator<Item = u64>, per_second: f64) {
    let mut state = stream.lock().unwrap();
    let Data::Frames(frames) = &mut state.data else { panic!("no frames") };
    for number in numbers {
        let points = (0..BINS).map(|bin| Point::new(bin as f32, value(number, bin)));
        let words = points.map(Point::to_bits).collect();
        let (t, position) = (number as f64 / per_second, number * 600);
        assert!(frames.push(&FrameData { number, position, t, length: BINS as u32, words }));
    }
}

/// The pixels of the plot area, row by row.
fn area_of(image: &Image, app: &App) -> Vec<Vec<[u8; 4]>> {
    let area = app.plot_rects()[0];
    let columns = area.left() as u32..area.right() as u32;
    let rows = area.top() as u32..area.bottom() as u32;
    rows.map(|y| columns.clone().map(|x| image.pixel(x, y).unwrap()).collect()).collect()
}

fn show(gpu: &Gpu, app: &mut App) -> Vec<Vec<[u8; 4]>> {
    let image = picture(gpu, app, SIZE).unwrap();
    area_of(&image, app)
}

#[test]
fn each_pixel_is_the_greatest_value_of_its_bins_and_curves() {
    const RATE: f64 = 97.3;
    let Some(gpu) = gpu() else { return };
    let (store, stream) = waterfall();
    // About three curves in a row of pixels.
    push(&stream, 0..600, RATE);
    let mut app = App::new(store, options(4.0));
    let pixels = show(&gpu, &mut app);
    let [[x0, x1], [t0, t1]] = app.plot_bounds()[0];
    let (dx, dt) = ((x1 - x0) / pixels[0].len() as f64, (t1 - t0) / pixels.len() as f64);
    let mut checked = 0;
    for (line, row) in pixels.iter().enumerate().skip(1) {
        let top = t1 - line as f64 * dt;
        let curves: Vec<u64> =
            (0..600).filter(|n| *n as f64 / RATE >= top - dt && (*n as f64 / RATE) < top).collect();
        // Where a curve lies on an edge, this arithmetic and the viewer's may not agree to the last bit.
        let near = |n: u64| [top, top - dt].iter().any(|edge| (n as f64 / RATE - edge).abs() < 1e-9);
        if curves.is_empty() || (0..600).any(near) {
            continue;
        }
        for (column, pixel) in row.iter().enumerate() {
            let left = x0 + column as f64 * dx;
            let bins = (0..BINS).filter(|bin| *bin as f64 >= left && (*bin as f64) < left + dx);
            let bins: Vec<usize> = bins.collect();
            if bins.is_empty()
                || (0..BINS).any(|bin| [left, left + dx].iter().any(|x| (bin as f64 - x).abs() < 1e-9))
            {
                continue;
            }
            let values = curves.iter().flat_map(|n| bins.iter().map(|bin| value(*n, *bin)));
            let greatest = values.fold(0.0, f32::max);
            assert_eq!(
                *pixel,
                colour(greatest, [0.0, 1.0], ColourMap::Inferno),
                "row {line}, column {column}"
            );
            checked += 1;
        }
    }
    assert!(checked > 10_000, "{checked} pixels checked");
}

#[test]
fn a_picture_that_grew_is_the_picture_made_at_once() {
    let Some(gpu) = gpu() else { return };
    for per_second in [7.0, 40.0, 900.0] {
        let (store, stream) = waterfall();
        let mut grown = App::new(store.clone(), options(4.0));
        let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
        let skipped = |number: &u64| !(number / 25).is_multiple_of(4) || *number < 50;
        let mut to = 0;
        for step in [1, 2, 3, 40, 1, 90, 5, 1, 70, 300, 2] {
            push(&stream, (to..to + step).filter(skipped), per_second);
            to += step;
            let image = picture(&gpu, &mut grown, SIZE).unwrap();
            draw(&gpu, &mut renderer, SIZE, grown.scenes());
            let mut fresh = App::new(store.clone(), options(4.0));
            let expected = picture(&gpu, &mut fresh, SIZE).unwrap();
            assert!(image.rgba == expected.rgba, "{per_second}/s, {to} curves");
        }
        let kept = draw(&gpu, &mut renderer, SIZE, grown.scenes());
        let mut anew = Renderer::new(&gpu.device, Target::FORMAT);
        assert!(
            kept.rgba == draw(&gpu, &mut anew, SIZE, grown.scenes()).rgba,
            "{per_second}/s: the ring differs"
        );
    }
}

#[test]
fn rows_once_complete_only_move() {
    let Some(gpu) = gpu() else { return };
    let (store, stream) = waterfall();
    push(&stream, 0..2000, 400.0);
    let mut app = App::new(store, options(4.0));
    let before = show(&gpu, &mut app);
    let [_, [_, top]] = app.plot_bounds()[0];
    push(&stream, 2000..2300, 400.0);
    let after = show(&gpu, &mut app);
    let [_, [bottom, new_top]] = app.plot_bounds()[0];
    let moved = ((new_top - top) / ((new_top - bottom) / after.len() as f64)).round() as usize;
    assert!(moved > 10 && moved < after.len() / 2, "{moved}");
    // The newest row could still grow.
    for line in 1..before.len() - moved {
        assert!(before[line] == after[line + moved], "row {line} is not {moved} rows further down");
    }
}

#[test]
fn what_a_frame_uploads_does_not_depend_on_the_history() {
    let Some(gpu) = gpu() else { return };
    let uploads: Vec<u64> = [500u64, 20_000]
        .into_iter()
        .map(|history| {
            let (store, stream) = waterfall();
            push(&stream, (0..history).step_by(1 + history as usize / 2000), 100.0);
            let mut app = App::new(store, options(4.0));
            let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
            show(&gpu, &mut app);
            draw(&gpu, &mut renderer, SIZE, app.scenes());
            push(&stream, [history], 100.0);
            show(&gpu, &mut app);
            draw(&gpu, &mut renderer, SIZE, app.scenes());
            let rows = show(&gpu, &mut app);
            let bytes = renderer.uploaded_row_bytes();
            let (row_bytes, words) = (4 * rows[0].len() as u64, 64 + 4 * rows.len() as u64);
            assert!(bytes <= words + 2 * row_bytes, "{bytes} for one curve, {row_bytes} a row");
            bytes
        })
        .collect();
    assert!(uploads[1] <= uploads[0] + 2 * 4 * u64::from(SIZE[0]), "{uploads:?}");
}

#[test]
fn skipped_curves_are_a_hatched_gap_and_never_bridged() {
    let Some(gpu) = gpu() else { return };
    let (store, stream) = waterfall();
    push(&stream, (0..100).chain(200..401), 100.0);
    let mut app = App::new(store, options(4.0));
    let pixels = show(&gpu, &mut app);
    let line = |t: f64| pixels.len() - 1 - (t / 4.0 * pixels.len() as f64) as usize;
    let is_gap = |t: f64| {
        let mut colours = pixels[line(t)].clone();
        colours.sort_unstable();
        colours.dedup();
        // Two stripes, over the ground and over grid lines.
        colours.len() <= 4 && colours.iter().all(|[r, g, _, _]| r > g)
    };
    for t in [1.1, 1.5, 1.9] {
        assert!(is_gap(t), "values at {t} s, where none came");
    }
    for t in [0.5, 0.9, 2.1, 3.5] {
        assert!(!is_gap(t), "a gap at {t} s");
    }
}

#[test]
fn without_times_the_rows_lie_at_their_numbers() {
    let Some(gpu) = gpu() else { return };
    let (store, stream) = waterfall();
    {
        let mut state = stream.lock().unwrap();
        let Data::Frames(frames) = &mut state.data else { panic!("no frames") };
        for number in 0..40u64 {
            let words = (0..BINS).map(|bin| Point::new(bin as f32, value(number, bin)).to_bits()).collect();
            assert!(frames.push(&FrameData {
                number,
                t: 0.0,
                length: BINS as u32,
                words,
                ..FrameData::default()
            }));
        }
    }
    let mut app = App::new(store, Options { dark: Some(true), ..Options::default() });
    let pixels = show(&gpu, &mut app);
    let [_, [first, last]] = app.plot_bounds()[0];
    assert!(first.abs() < 1.0 && (last - 40.0).abs() < 1.0, "{first}..{last}");
    let line = |number: f64| {
        let share = (last - number) / (last - first);
        &pixels[(share * pixels.len() as f64) as usize]
    };
    for number in 0..40 {
        let place = f64::from(number);
        assert!(
            line(place + 0.2) == line(place + 0.5),
            "curve {number} is not as high as its number is long"
        );
        assert!(number == 0 || line(place - 0.3) != line(place + 0.3), "curve {number} is the one before");
    }
}

#[test]
fn a_clear_and_another_run_leave_nothing_behind() {
    let Some(gpu) = gpu() else { return };
    let (store, stream) = waterfall();
    push(&stream, 0..400, 100.0);
    let mut app = App::new(store.clone(), options(4.0));
    show(&gpu, &mut app);
    {
        let mut state = stream.lock().unwrap();
        let Data::Frames(frames) = &mut state.data else { panic!("no frames") };
        frames.clear_before(300 * 600);
    }
    let cleared = show(&gpu, &mut app);
    assert!(cleared == show(&gpu, &mut App::new(store, options(4.0))));
}
