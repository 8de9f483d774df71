//! A picture of known data has known pixels.

mod common;

use common::gpu;
use common::store::{is_colour, push, push_points, store_of, stream, uniform};
use egui::Rect;
use ringplot::chart::Options;
use ringplot::render::{Gpu, Image};
use ringplot::ring::{Point, XMode};
use ringplot::store::Store;
use ringplot::viewer::{App, Pictures, picture, scaled_picture};
use ringplot::{Liveness, StreamKind};

const SIZE: [u32; 2] = [800, 450];
/// The dark theme's plot ground, and its green for what is well.
const GROUND: [u8; 3] = [0x13, 0x17, 0x1D];
const GOOD: [u8; 3] = [0x3F, 0xB9, 0x73];

/// Four seconds from `t0` on, −2 to 2.
fn options(t0: f64) -> Options {
    Options {
        x_range: Some([t0, t0 + 4.0]),
        y_min: Some(-2.0),
        y_max: Some(2.0),
        dark: Some(true),
        ..Options::default()
    }
}

/// 1 for half a second, −1 for the next, and so on.
fn square(from: u64, to: u64) -> impl Iterator<Item = f32> {
    (from..to).map(|i| if (i / 500) % 2 == 0 { 1.0 } else { -1.0 })
}

fn draw(gpu: &Gpu, store: Store, options: Options) -> (Image, App) {
    let mut app = App::new(store, options);
    let image = picture(gpu, &mut app, SIZE).expect("the GPU draws");
    (image, app)
}

/// The colour at a place of the picture.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the picture")]
fn colour(image: &Image, place: egui::Pos2) -> [u8; 3] {
    let [red, green, blue, _] = image.pixel(place.x as u32, place.y as u32).expect("inside the picture");
    [red, green, blue]
}

/// The pixel that shows `t` seconds (of four) and `y`.
fn at(image: &Image, area: Rect, t: f32, y: f32) -> [u8; 3] {
    colour(image, area.lerp_inside(egui::vec2(t / 4.0, (2.0 - y) / 4.0)))
}

fn near(a: [u8; 3], b: [u8; 3]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= 8)
}

#[test]
fn a_square_wave_is_where_it_is_computed_to_be() {
    let Some(gpu) = gpu() else { return };
    let mut state = uniform("square", 0.0);
    push(&mut state, 0, square(0, 4000));
    let (image, app) = draw(&gpu, store_of(state).0, options(0.0));
    let area = app.plot_rects()[0];
    for half in 0u8..8 {
        let t = f32::from(half) * 0.5 + 0.27;
        let level = if half % 2 == 0 { 1.0 } else { -1.0 };
        assert!(is_colour(at(&image, area, t, level)), "no line at {t} s");
        // Beside the grid line at the other level.
        assert!(near(at(&image, area, t, -level * 0.9), GROUND), "a line at {t} s where none belongs");
        assert!(near(at(&image, area, t, 1.6), GROUND), "not the ground at {t} s");
    }
    // The edge is one column, from the one level to the other.
    assert!(is_colour(at(&image, area, 0.4995, 0.5)));
}

#[test]
fn at_twice_the_scale_lines_and_all_else_are_twice_as_large() {
    let Some(gpu) = gpu() else { return };
    let mut state = uniform("square", 0.0);
    push(&mut state, 0, square(0, 4000));
    let (store, _shared) = store_of(state);
    let drawn = [1_u8, 2, 3].map(|scale| {
        let mut app = App::new(store.clone(), options(0.0));
        let size = SIZE.map(|side| side * u32::from(scale));
        let image = scaled_picture(&gpu, &mut app, size, f32::from(scale)).expect("the GPU draws");
        let area = app.plot_rects()[0];
        // Above and below the line of the first half second, which is 1 high.
        let middle = area.lerp_inside(egui::vec2(0.25 / 4.0, 0.25)) * f32::from(scale);
        let rows = (-12_i8..=12).map(|dy| colour(&image, middle + egui::vec2(0.0, f32::from(dy))));
        let thickness: f32 = rows.map(|[r, g, _]| f32::from(r.saturating_sub(g)) / 255.0).sum();
        (area, thickness)
    });
    for ((area, thickness), times) in drawn[1..].iter().zip([2.0, 3.0]) {
        assert!((area.size() - drawn[0].0.size()).length() < 3.0, "{area:?} {:?}", drawn[0].0);
        assert!((thickness / drawn[0].1 - times).abs() < 0.1, "{thickness} at {times}, {} at 1", drawn[0].1);
    }
}

#[test]
fn a_picture_after_another_is_the_one_that_is_drawn_alone() {
    let Some(gpu) = gpu() else { return };
    let mut state = uniform("square", 0.0);
    push(&mut state, 0, square(0, 900));
    let (store, shared) = store_of(state);
    let mut app = App::new(store, options(0.0));
    let mut pictures = Pictures::new(&gpu, SIZE).expect("a usual size");
    let first = pictures.draw(&gpu, &mut app).expect("the GPU draws");
    push(&mut shared.lock().unwrap(), 900, square(900, 4000));
    let second = pictures.draw(&gpu, &mut app).expect("the GPU draws");
    let mut whole = uniform("square", 0.0);
    push(&mut whole, 0, square(0, 4000));
    let (alone, _) = draw(&gpu, store_of(whole).0, options(0.0));
    assert!(second == alone, "what was drawn before shows");
    assert!(first != second);
}

#[test]
fn a_loss_is_a_gap_and_is_never_bridged() {
    let Some(gpu) = gpu() else { return };
    let mut state = uniform("square", 0.0);
    push(&mut state, 0, square(0, 1100));
    push(&mut state, 1400, square(1400, 4000));
    let (image, app) = draw(&gpu, store_of(state).0, options(0.0));
    let area = app.plot_rects()[0];
    for t in [1.12, 1.2, 1.3, 1.38] {
        assert!(!is_colour(at(&image, area, t, 1.0)), "the line goes on at {t} s");
        let [r, g, _] = at(&image, area, t, 0.3);
        assert!(r > g.saturating_add(12), "no mark of the loss at {t} s: {r} {g}");
    }
    for t in [1.05, 1.45] {
        assert!(near(at(&image, area, t, 0.3), GROUND), "a mark at {t} s where nothing is lost");
    }
}

#[test]
fn the_badge_tells_live_from_closed() {
    let Some(gpu) = gpu() else { return };
    let mut state = uniform("wave", 0.0);
    push(&mut state, 0, square(0, 4000));
    let (store, shared) = store_of(state);
    let follow = Options { dark: Some(true), with_status: true, ..Options::default() };
    let green_in_header = |image: &Image, area: Rect| {
        let (left, right) = (area.right() - 120.0, area.right());
        let (top, bottom) = (area.top() - 28.0, area.top() - 4.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the picture")]
        let pixels = (top as u32..bottom as u32)
            .flat_map(|y| (left as u32..right as u32).filter_map(move |x| image.pixel(x, y)));
        pixels.filter(|[r, g, b, _]| near([*r, *g, *b], GOOD)).count()
    };
    let (image, app) = draw(&gpu, store.clone(), follow.clone());
    assert!(green_in_header(&image, app.plot_rects()[0]) > 10, "no green dot while it follows");
    shared.lock().unwrap().liveness = Liveness::Closed;
    let (image, app) = draw(&gpu, store, follow);
    assert_eq!(green_in_header(&image, app.plot_rects()[0]), 0, "a green dot on a closed stream");
}

#[test]
fn thirty_days_later_the_picture_is_the_same_pixel_for_pixel() {
    let Some(gpu) = gpu() else { return };
    let plot = |t0: f64| {
        let mut state = uniform("wave", t0);
        push(&mut state, 0, square(0, 4000));
        let (image, app) = draw(&gpu, store_of(state).0, options(t0));
        let area = app.plot_rects()[0];
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside the picture")]
        let pixels: Vec<_> = (area.top() as u32..area.bottom() as u32)
            .flat_map(|y| (area.left() as u32..area.right() as u32).map(move |x| (x, y)))
            .map(|(x, y)| image.pixel(x, y))
            .collect();
        pixels
    };
    let (early, late) = (plot(0.0), plot(2_592_000.0));
    assert_eq!(early.len(), late.len());
    let differing = early.iter().zip(&late).filter(|(a, b)| a != b).count();
    assert_eq!(differing, 0);
}

#[test]
fn the_same_app_draws_the_same_picture_again() {
    let Some(gpu) = gpu() else { return };
    let mut state = uniform("wave", 0.0);
    push(&mut state, 0, square(0, 2000));
    let mut app = App::new(store_of(state).0, Options::default());
    let first = picture(&gpu, &mut app, SIZE).unwrap();
    let second = picture(&gpu, &mut app, SIZE).unwrap();
    assert!(first.rgba == second.rgba);
}

#[test]
fn a_picture_is_the_same_after_the_device_was_lost() {
    let Some(gpu) = gpu() else { return };
    let mut state = uniform("wave", 0.0);
    push(&mut state, 0, square(0, 2000));
    let (store, shared) = store_of(state);
    let mut app = App::new(store, Options::default());
    let first = picture(&gpu, &mut app, SIZE).unwrap();
    gpu.device.destroy();
    let second = picture(&gpu, &mut app, SIZE).expect("another device is opened");
    assert!(first.rgba == second.rgba);
    assert!(gpu.failure().is_some(), "the device was never lost");
    // The history is not the GPU's.
    assert_eq!(shared.lock().unwrap().counts.received, 2000);
}

#[test]
fn a_curve_in_the_plane_is_drawn_beside_the_time_plot() {
    let Some(gpu) = gpu() else { return };
    let mut state = uniform("wave", 0.0);
    push(&mut state, 0, square(0, 2000));
    let (store, _) = store_of(state);
    let mut circle = stream("circle", StreamKind::Xy, XMode::Xy);
    let turn = |i: u16| f32::from(i) * std::f32::consts::TAU / 1000.0;
    push_points(&mut circle, 0, (0..=1000u16).map(|i| Point { x: turn(i).cos(), y: turn(i).sin() }));
    store.add(circle);
    let (image, app) = draw(&gpu, store, Options { dark: Some(true), ..Options::default() });
    let (time, plane) = (app.plot_rects()[0], app.plot_rects()[1]);
    assert!(time.right() < plane.left());
    let [[x0, x1], [y0, y1]] = app.plot_bounds()[1];
    for angle in [0.3f64, 1.9, 3.5, 5.8] {
        #[expect(clippy::cast_possible_truncation, reason = "shares of 0..=1")]
        let spot =
            egui::vec2(((angle.cos() - x0) / (x1 - x0)) as f32, ((y1 - angle.sin()) / (y1 - y0)) as f32);
        let [r, g, b] = colour(&image, plane.lerp_inside(spot));
        assert!(r > 100 && b > 100 && g < 100, "no circle at {angle}: {:?}", [r, g, b]);
    }
}

#[test]
fn nothing_to_show_and_no_room_are_pictures_too() {
    let Some(gpu) = gpu() else { return };
    let mut empty = App::new(Store::new(0), Options::default());
    assert!(picture(&gpu, &mut empty, SIZE).is_ok());
    let kinds = [StreamKind::Timed, StreamKind::Xy, StreamKind::Snapshot, StreamKind::Events];
    let store = Store::new(0);
    for (i, kind) in kinds.into_iter().enumerate() {
        let x_mode = if kind == StreamKind::Timed { XMode::Timed } else { XMode::Xy };
        store.add(stream(&format!("empty {i}"), kind, x_mode));
    }
    let mut app = App::new(store, Options::default());
    for size in [[1, 1], [64, 48], [3, 2000], [2000, 3], [90, 900], [240, 160], [250, 200]] {
        assert!(picture(&gpu, &mut app, size).is_ok(), "{size:?}");
    }
    assert!(picture(&gpu, &mut app, [0, 10]).is_err());
}
