//! The pipelines light the pixels they should, by as much as they should: on the software adapter, by pixels.

mod common;

use std::sync::Arc;

use ringplot::render::{
    Axis, BAND_EMPTY, BREAK, GapBand, Gpu, GridLine, Image, Layer, Levels, PxRect, Renderer, Scene, Shape,
    Target,
};

const WIDTH: u32 = 64;
const HEIGHT: u32 = 48;
const WHITE: [f32; 4] = [1.0; 4];
const RED: [f32; 4] = [1.0, 0.0, 0.0, 1.0];
const GROUND: [f32; 4] = [0.0, 0.0, 0.2, 1.0];
const GROUND_BYTES: [u8; 4] = [0, 0, 51, 255];
const WHOLE: PxRect = PxRect { x: 0.0, y: 0.0, w: WIDTH as f32, h: HEIGHT as f32 };

fn render(gpu: &Gpu, renderer: &mut Renderer, scenes: &[Scene]) -> Image {
    let target = Target::new(gpu, WIDTH, HEIGHT).expect("a small target");
    renderer.prepare(&gpu.device, &gpu.queue, target.size(), scenes);
    let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    renderer.draw_coarse(&mut encoder);
    let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view: target.view(),
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations {
                load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                store: wgpu::StoreOp::Store,
            },
        })],
        ..Default::default()
    });
    for index in 0..scenes.len() {
        renderer.draw(&mut pass, index);
    }
    drop(pass);
    gpu.queue.submit([encoder.finish()]);
    target.read(gpu).expect("a picture")
}

fn draw(gpu: &Gpu, scene: Scene) -> Image {
    render(gpu, &mut Renderer::new(&gpu.device, Target::FORMAT), &[scene])
}

fn scene(layers: Vec<Layer>) -> Scene {
    Scene { rect: WHOLE, background: GROUND, layers, ..Scene::default() }
}

fn bands(first_px: f32, columns: &[[f32; 2]]) -> Layer {
    // Two columns to a pixel.
    let halves = columns.iter().flat_map(|column| [*column; 2]).collect();
    Layer { colour: WHITE, width_px: 1.0, shape: Shape::Bands { first_px, halves } }
}

fn segments(points: &[[f32; 2]], width_px: f32) -> Layer {
    Layer { colour: WHITE, width_px, shape: Shape::Segments { points: points.to_vec() } }
}

#[track_caller]
fn at(image: &Image, x: u32, y: u32) -> [u8; 4] {
    image.pixel(x, y).expect("inside the picture")
}

/// Red channel as coverage of white on a ground without red.
#[track_caller]
fn lit(image: &Image, x: u32, y: u32) -> f32 {
    f32::from(at(image, x, y)[0]) / 255.0
}

/// The coverage that plot.md promises for the pixel in row `y` of a column lit from `lo` to `hi`.
fn coverage(y: u32, lo: f32, hi: f32, width_px: f32) -> f32 {
    let centre = y as f32 + 0.5;
    ((centre + 0.5).min(hi + width_px / 2.0) - (centre - 0.5).max(lo - width_px / 2.0)).clamp(0.0, 1.0)
}

/// The same where strokes reach in from the sides: each half of a pixel is lit by its own column, or by those beside it,
/// less the further away they are. Both halves of a pixel have one column here.
fn band_coverage(x: usize, y: u32, columns: &[[f32; 2]], width_px: f32) -> f32 {
    let half = |half: i32| {
        let column = |at: i32| usize::try_from(at.div_euclid(2)).ok().and_then(|at| columns.get(at));
        let own = column(half).map_or(0.0, |[lo, hi]| coverage(y, *lo, *hi, width_px));
        let beside = (1..10).flat_map(|away| [(away, half - away), (away, half + away)]);
        beside.fold(own, |most, (away, at)| {
            let share = (width_px + 0.5 - away as f32).clamp(0.0, 1.0);
            most.max(column(at).map_or(0.0, |[lo, hi]| share * coverage(y, *lo, *hi, 0.0)))
        })
    };
    let left = 2 * (x as i32 - 8);
    f32::midpoint(half(left), half(left + 1))
}

/// Half a step of the eight-bit target, and the rounding of the blend.
const STEP: f32 = 1.0 / 255.0;

#[test]
fn band_lights_exactly_its_pixels() {
    let Some(gpu) = common::gpu() else { return };
    // More than one strip of them.
    let columns = [[10.0, 10.0], [10.25, 20.75], [5.5, 5.5], [20.0, 47.0], [0.0, 0.1]].repeat(9);
    for width_px in [1.0, 1.5, 3.0, 0.5] {
        let layer = Layer { width_px, ..bands(8.0, &columns) };
        let image = draw(&gpu, scene(vec![layer]));
        for x in 0..WIDTH {
            for y in 0..HEIGHT {
                let expected = band_coverage(x as usize, y, &columns, width_px);
                let got = lit(&image, x, y);
                assert!((got - expected).abs() <= STEP, "width {width_px}, ({x}, {y}): {got} for {expected}");
                if expected == 0.0 {
                    assert_eq!(at(&image, x, y), GROUND_BYTES, "({x}, {y})");
                }
            }
        }
    }
}

#[test]
fn empty_column_stays_empty_when_widened() {
    let Some(gpu) = common::gpu() else { return };
    let endless = [f32::INFINITY, f32::NEG_INFINITY];
    let columns = [BAND_EMPTY, endless, [f32::NAN, 30.0], [30.0, 20.0]];
    let image = draw(&gpu, scene(vec![Layer { width_px: 200.0, ..bands(10.0, &columns) }]));
    assert!((0..WIDTH * HEIGHT).all(|i| at(&image, i % WIDTH, i / WIDTH) == GROUND_BYTES));
    // Beside one that is not, as far as its stroke does not reach.
    let columns = [&[[20.0, 30.0]], &columns[..], &[[20.0, 30.0]]].concat();
    let image = draw(&gpu, scene(vec![Layer { width_px: 2.0, ..bands(10.0, &columns) }]));
    for y in 0..HEIGHT {
        assert_eq!(at(&image, 10, y) == [255; 4], (19..31).contains(&y), "row {y}");
        for x in [8, 12, 13, 17] {
            assert_eq!(at(&image, x, y), GROUND_BYTES, "({x}, {y})");
        }
    }
}

#[test]
fn band_is_cut_at_the_plot_on_all_sides() {
    let Some(gpu) = common::gpu() else { return };
    let rect = PxRect { x: 10.0, y: 8.0, w: 20.0, h: 16.0 };
    let columns = vec![[-1e30, 1e30]; 4096];
    for first_px in [-2000.0, 0.0, 10.0] {
        let image = draw(&gpu, Scene { rect, ..scene(vec![bands(first_px, &columns)]) });
        for x in 0..WIDTH {
            for y in 0..HEIGHT {
                let inside = (10..30).contains(&x) && (8..24).contains(&y);
                let expected = if inside { [255; 4] } else { [0, 0, 0, 255] };
                assert_eq!(at(&image, x, y), expected, "first_px {first_px}, ({x}, {y})");
            }
        }
    }
}

#[test]
fn segments_and_markers_are_cut_at_the_plot() {
    let Some(gpu) = common::gpu() else { return };
    let rect = PxRect { x: 10.0, y: 8.0, w: 20.0, h: 16.0 };
    let markers = Shape::Markers { points: vec![[30.0, 24.0]], radius_px: 6.0 };
    let layers = vec![
        segments(&[[0.0, 15.5], [60.0, 15.5]], 3.0),
        segments(&[[20.5, 0.0], [20.5, 48.0]], 3.0),
        Layer { colour: WHITE, width_px: 1.0, shape: markers },
    ];
    let image = draw(&gpu, Scene { rect, ..scene(layers) });
    for x in 0..WIDTH {
        for y in 0..HEIGHT {
            if !((10..30).contains(&x) && (8..24).contains(&y)) {
                assert_eq!(at(&image, x, y), [0, 0, 0, 255], "({x}, {y})");
            }
        }
    }
    for (x, y) in [(10, 15), (29, 15), (20, 8), (20, 23), (29, 23)] {
        assert_eq!(at(&image, x, y), [255; 4], "({x}, {y})");
    }
}

#[test]
fn band_moves_by_whole_pixels() {
    let Some(gpu) = common::gpu() else { return };
    let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
    let columns: Vec<_> = (0_u16..100).map(|i| (f32::from(i) * 0.37).sin().mul_add(20.0, 24.0)).collect();
    let columns: Vec<_> = columns.windows(2).map(|w| [w[0].min(w[1]), w[0].max(w[1])]).collect();
    let still = render(&gpu, &mut renderer, &[scene(vec![bands(0.0, &columns)])]);
    let moved = render(&gpu, &mut renderer, &[scene(vec![bands(-7.0, &columns)])]);
    for x in 0..WIDTH - 7 {
        for y in 0..HEIGHT {
            assert_eq!(at(&moved, x, y), at(&still, x + 7, y), "({x}, {y})");
        }
    }
}

#[test]
fn straight_alpha_is_premultiplied_once() {
    let Some(gpu) = common::gpu() else { return };
    let layer = Layer { colour: [1.0, 0.0, 0.0, 0.5], ..bands(0.0, &[[10.0, 20.0]]) };
    let image = draw(&gpu, scene(vec![layer]));
    let [red, green, blue, alpha] = at(&image, 0, 15);
    assert!((127..=129).contains(&red) && green == 0 && (25..=26).contains(&blue) && alpha == 255);
}

#[test]
fn segment_covers_its_pixels() {
    let Some(gpu) = common::gpu() else { return };
    let image = draw(&gpu, scene(vec![segments(&[[10.0, 20.0], [30.0, 20.0]], 4.0)]));
    for x in 10..30 {
        for y in [18, 19, 20, 21] {
            assert!((lit(&image, x, y) - 1.0).abs() <= STEP, "({x}, {y})");
        }
        for y in [16, 17, 22, 23] {
            assert_eq!(at(&image, x, y), GROUND_BYTES, "({x}, {y})");
        }
    }
    // Round ends: the middle rows reach two pixels further, the corners do not.
    assert!(lit(&image, 31, 20) > 0.5 && lit(&image, 8, 20) > 0.5);
    assert!(lit(&image, 31, 18) < 0.5);
    assert_eq!(at(&image, 33, 20), GROUND_BYTES);
}

#[test]
fn slanted_segment_has_its_width_across() {
    let Some(gpu) = common::gpu() else { return };
    let image = draw(&gpu, scene(vec![segments(&[[-100.0, -100.0], [200.0, 200.0]], 3.0)]));
    for row in 5..40 {
        let sum: f32 = (0..WIDTH).map(|x| lit(&image, x, row)).sum();
        // A line at 45 degrees is sqrt(2) times as wide along a row.
        assert!((sum - 3.0 * 2.0_f32.sqrt()).abs() < 0.1, "row {row}: {sum}");
    }
}

#[test]
fn break_and_nan_are_not_bridged() {
    let Some(gpu) = common::gpu() else { return };
    for separator in [BREAK, [f32::NAN, 20.5], [30.0, f32::INFINITY]] {
        let points = [[5.0, 20.5], [15.0, 20.5], separator, [45.0, 20.5], [60.0, 20.5]];
        let image = draw(&gpu, scene(vec![segments(&points, 1.0)]));
        for x in 5..15 {
            assert!((lit(&image, x, 20) - 1.0).abs() <= STEP, "{separator:?}, {x}");
        }
        assert!((lit(&image, 50, 20) - 1.0).abs() <= STEP);
        for x in 17..43 {
            for y in 0..HEIGHT {
                assert_eq!(at(&image, x, y), GROUND_BYTES, "{separator:?}, ({x}, {y})");
            }
        }
    }
}

#[test]
fn lone_point_between_breaks_is_a_dot() {
    let Some(gpu) = common::gpu() else { return };
    let image = draw(&gpu, scene(vec![segments(&[BREAK, [20.5, 20.5], BREAK, BREAK], 3.0)]));
    assert_eq!(at(&image, 20, 20), [255; 4]);
    assert_eq!(at(&image, 20, 23), GROUND_BYTES);
    assert_eq!(at(&image, 23, 20), GROUND_BYTES);
}

#[test]
fn marker_is_a_disc() {
    let Some(gpu) = common::gpu() else { return };
    let points = vec![[20.0, 20.0], BREAK, [f32::NAN, 1.0], [1e30, 5.0], [40.5, 20.5]];
    let shape = Shape::Markers { points, radius_px: 5.0 };
    let image = draw(&gpu, scene(vec![Layer { colour: WHITE, width_px: 1.0, shape }]));
    let mut area = 0.0;
    for x in 10..30 {
        for y in 10..30 {
            let distance = (x as f32 - 19.5).hypot(y as f32 - 19.5);
            let got = lit(&image, x, y);
            area += got;
            if distance < 4.4 {
                assert_eq!(at(&image, x, y), [255; 4], "({x}, {y})");
            } else if distance > 5.6 {
                assert_eq!(at(&image, x, y), GROUND_BYTES, "({x}, {y})");
            }
        }
    }
    assert!((area - 25.0 * std::f32::consts::PI).abs() < 1.0, "area {area}");
    assert_eq!(at(&image, 40, 20), [255; 4]);
}

#[test]
fn grid_lines_are_crisp() {
    let Some(gpu) = common::gpu() else { return };
    let line = |axis, at_px, width_px| GridLine { axis, at_px, colour: RED, width_px };
    let grid = vec![
        line(Axis::X, 10.0, 1.0),
        line(Axis::X, 20.7, 0.3),
        line(Axis::X, 30.0, 2.0),
        line(Axis::Y, 15.5, 1.0),
        line(Axis::X, f32::NAN, 1.0),
        line(Axis::Y, 1e30, f32::NAN),
    ];
    let image = draw(&gpu, Scene { grid, ..scene(vec![]) });
    for x in 0..WIDTH {
        for y in 0..HEIGHT {
            let on = [10, 20, 29, 30].contains(&x) || y == 15;
            let expected = if on { [255, 0, 0, 255] } else { GROUND_BYTES };
            assert_eq!(at(&image, x, y), expected, "({x}, {y})");
        }
    }
}

#[test]
fn gap_is_at_least_one_pixel_wide() {
    let Some(gpu) = common::gpu() else { return };
    let gap = |x0_px, x1_px| GapBand { x0_px, x1_px, colour: RED };
    let gaps = vec![gap(10.0, 10.0), gap(20.2, 20.4), gap(30.0, 34.0), gap(f32::NAN, 50.0), gap(63.0, 1e30)];
    let image = draw(&gpu, Scene { gaps, ..scene(vec![]) });
    for x in 0..WIDTH {
        let expected =
            if [10, 20, 30, 31, 32, 33, 63].contains(&x) { [255, 0, 0, 255] } else { GROUND_BYTES };
        for y in 0..HEIGHT {
            assert_eq!(at(&image, x, y), expected, "({x}, {y})");
        }
    }
}

#[test]
fn wide_gap_is_hatched() {
    let Some(gpu) = common::gpu() else { return };
    let gaps = vec![GapBand { x0_px: 16.0, x1_px: 48.0, colour: RED }];
    let image = draw(&gpu, Scene { gaps, ..scene(vec![]) });
    let (mut full, mut half) = (0, 0);
    for x in 16..48 {
        for y in 0..HEIGHT {
            match at(&image, x, y)[0] {
                255 => full += 1,
                127..=129 => half += 1,
                other => panic!("({x}, {y}): {other}"),
            }
        }
    }
    assert_eq!(full, half);
    assert_eq!(at(&image, 15, 20), GROUND_BYTES);
    assert_eq!(at(&image, 48, 20), GROUND_BYTES);
}

#[test]
fn scenes_do_not_overwrite_one_another() {
    let Some(gpu) = common::gpu() else { return };
    let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
    let half = |x, colour, row: f32| Scene {
        rect: PxRect { x, y: 0.0, w: 32.0, h: HEIGHT as f32 },
        background: GROUND,
        layers: vec![
            Layer { colour, ..bands(0.0, &[[row, row + 1.0]; 64]) },
            Layer { colour, ..segments(&[[0.0, row + 10.5], [64.0, row + 10.5]], 1.0) },
            Layer {
                colour,
                width_px: 1.0,
                shape: Shape::Markers { points: vec![[x + 16.0, row + 20.0]], radius_px: 3.0 },
            },
        ],
        ..Scene::default()
    };
    let image = render(&gpu, &mut renderer, &[half(0.0, WHITE, 5.0), half(32.0, RED, 20.0)]);
    for (x, own, row) in [(5, [255; 4], 5), (40, [255, 0, 0, 255], 20)] {
        assert_eq!(at(&image, x, row), own);
        assert_eq!(at(&image, x, row + 10), own);
        assert_eq!(at(&image, if x < 32 { 16 } else { 48 }, row + 20), own);
        assert_eq!(at(&image, x, if x < 32 { 20 } else { 5 }), GROUND_BYTES);
    }
    // The next frame has nothing of this one.
    let next = render(&gpu, &mut renderer, &[half(0.0, WHITE, 30.0)]);
    assert_eq!(at(&next, 5, 5), GROUND_BYTES);
    assert_eq!(at(&next, 5, 30), [255; 4]);
    assert_eq!(at(&next, 40, 20), [0, 0, 0, 255]);
}

#[test]
fn neighbouring_scenes_of_one_kind_stay_apart() {
    let Some(gpu) = common::gpu() else { return };
    let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
    let plain = |x, row| Scene {
        rect: PxRect { x, y: 0.0, w: 32.0, h: HEIGHT as f32 },
        layers: vec![segments(&[[0.0, row], [64.0, row]], 1.0)],
        ..Scene::default()
    };
    let image = render(&gpu, &mut renderer, &[plain(0.0, 5.5), plain(32.0, 20.5)]);
    for (x, lit, dark) in [(5, 5, 20), (40, 20, 5)] {
        assert_eq!(at(&image, x, lit), [255; 4]);
        assert_eq!(at(&image, x, dark), [0, 0, 0, 255]);
    }
}

#[test]
fn steady_picture_needs_no_more_memory() {
    let Some(gpu) = common::gpu() else { return };
    let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
    let columns = vec![[10.0, 20.0]; WIDTH as usize];
    let points = vec![[5.0, 5.0]; 500];
    let markers = Shape::Markers { points: points.clone(), radius_px: 1.0 };
    let picture = [scene(vec![
        bands(0.0, &columns),
        segments(&points, 1.0),
        Layer { colour: WHITE, width_px: 1.0, shape: markers },
    ])];
    render(&gpu, &mut renderer, &picture);
    let bytes = renderer.buffer_bytes();
    assert!(bytes > 0);
    for _ in 0..100 {
        renderer.prepare(&gpu.device, &gpu.queue, [WIDTH, HEIGHT], &picture);
    }
    render(&gpu, &mut renderer, &picture);
    assert_eq!(renderer.buffer_bytes(), bytes);
}

#[test]
fn layers_are_drawn_in_their_order() {
    let Some(gpu) = common::gpu() else { return };
    let red_line = || Layer { colour: RED, ..segments(&[[0.0, 20.5], [64.0, 20.5]], 1.0) };
    let white_band = || bands(0.0, &[[10.0, 30.0]; 64]);
    let under = draw(&gpu, scene(vec![red_line(), white_band()]));
    assert_eq!(at(&under, 30, 20), [255; 4]);
    let over = draw(&gpu, scene(vec![white_band(), red_line(), bands(0.0, &[[40.0, 41.0]])]));
    assert_eq!(at(&over, 30, 20), [255, 0, 0, 255]);
    assert_eq!(at(&over, 0, 40), [255; 4]);
}

#[test]
fn huge_coordinates_keep_their_line() {
    let Some(gpu) = common::gpu() else { return };
    // Through (32, 24) with slope 1, from far outside to far outside.
    for far in [1e4_f32, 1e6, 1e9, 3e38] {
        let points = [[-far, -far - 8.0], [far, far - 8.0]];
        let image = draw(&gpu, scene(vec![segments(&points, 3.0)]));
        if far < 1e7 {
            assert!(lit(&image, 32, 24) > 0.99, "far {far}");
            assert!(lit(&image, 12, 4) > 0.99, "far {far}");
        }
        assert_eq!(at(&image, 5, 40), GROUND_BYTES, "far {far}");
        let flat = draw(&gpu, scene(vec![segments(&[[-far, 20.5], [far, 20.5]], 1.0)]));
        for x in 0..WIDTH {
            assert!((lit(&flat, x, 20) - 1.0).abs() <= STEP, "far {far}, {x}");
            assert_eq!(at(&flat, x, 22), GROUND_BYTES, "far {far}, {x}");
        }
    }
    assert_eq!(gpu.failure(), None);
}

#[test]
fn absurd_numbers_are_survived() {
    let Some(gpu) = common::gpu() else { return };
    let absurd =
        [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, f32::MIN_POSITIVE, -1.0, 0.0];
    let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
    for a in absurd {
        for b in absurd {
            let points = vec![[a, b], [b, a], [a, a], [5.0, 5.0], [b, b]];
            let colour = [1.0, a, b, 1.0];
            let layer = |shape| Layer { colour, width_px: a, shape };
            let scene = Scene {
                rect: WHOLE,
                is_coarse: a < b,
                background: GROUND,
                grid: vec![GridLine { axis: Axis::X, at_px: a, colour, width_px: b }],
                gaps: vec![GapBand { x0_px: a, x1_px: b, colour }],
                layers: vec![
                    layer(Shape::Bands { first_px: a, halves: points.clone() }),
                    layer(Shape::Bands { first_px: 0.0, halves: points.clone() }),
                    layer(Shape::Segments { points: points.clone() }),
                    layer(Shape::Markers { points, radius_px: b }),
                ],
            };
            let odd = Scene { rect: PxRect { x: a, y: b, w: b, h: a }, ..scene.clone() };
            render(&gpu, &mut renderer, &[scene, odd]);
        }
    }
    let image = render(&gpu, &mut renderer, &[scene(vec![])]);
    assert_eq!(at(&image, 30, 30), GROUND_BYTES);
    assert_eq!(gpu.failure(), None);
}

#[test]
fn nothing_is_drawn_where_there_is_no_room() {
    let Some(gpu) = common::gpu() else { return };
    let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
    let sized =
        |x, y, w, h| Scene { rect: PxRect { x, y, w, h }, ..scene(vec![bands(0.0, &[[0.0, 99.0]; 64])]) };
    let scenes = [
        sized(5.0, 5.0, 0.0, 20.0),
        sized(5.0, 5.0, 20.0, -3.0),
        sized(64.0, 0.0, 20.0, 20.0),
        sized(-30.0, -30.0, 30.0, 30.0),
        sized(60.0, 40.0, 100.0, 100.0),
    ];
    let image = render(&gpu, &mut renderer, &scenes);
    for x in 0..WIDTH {
        for y in 0..HEIGHT {
            let expected = if x >= 60 && y >= 40 { [255; 4] } else { [0, 0, 0, 255] };
            assert_eq!(at(&image, x, y), expected, "({x}, {y})");
        }
    }
    renderer.prepare(&gpu.device, &gpu.queue, [0, 0], &scenes);
    assert_eq!(gpu.failure(), None);
}

/// Layers of every kind that lie over each other, in no regular order.
fn many_layers() -> Vec<Layer> {
    let at = |i: u32, most: u32| (i.wrapping_mul(2_654_435_761) >> 8) as f32 / 16_777_216.0 * most as f32;
    let layer = |i: u32| {
        let points = (0..9).map(|j| [at(9 * i + j, WIDTH), at(7 * i + 3 * j, HEIGHT)]).collect();
        let columns = || (0..i % 70).map(|j| [at(i + j, HEIGHT), at(i + j, HEIGHT) + 3.0]).collect();
        let shape = match i % 3 {
            0 => Shape::Bands { first_px: at(i, WIDTH) - 20.0, halves: columns() },
            1 => Shape::Segments { points },
            _ => Shape::Markers { points, radius_px: 2.0 },
        };
        let colour = [at(i, 1), at(i + 1, 1), at(i + 2, 1), 0.7];
        Layer { colour, width_px: 1.5, shape }
    };
    (0..300).map(layer).collect()
}

#[test]
fn pages_change_no_pixel() {
    let Some(gpu) = common::gpu() else { return };
    let scenes =
        || [scene(many_layers()), Scene { rect: PxRect { w: 20.0, ..WHOLE }, ..scene(many_layers()) }];
    let whole = render(&gpu, &mut Renderer::new(&gpu.device, Target::FORMAT), &scenes());
    // The smallest: one element a page. No multiple of an element: 1,000 bytes.
    for page_bytes in [1, 1000, 4096] {
        let mut renderer = Renderer::with_page_bytes(&gpu.device, Target::FORMAT, page_bytes);
        let paged = render(&gpu, &mut renderer, &scenes());
        assert!(whole.rgba == paged.rgba, "pages of {page_bytes} bytes");
        // Fewer pages the next time.
        let few = [scene(vec![bands(0.0, &[[10.0, 20.0]; 64])])];
        assert_eq!(at(&render(&gpu, &mut renderer, &few), 63, 15), [255; 4]);
        assert!(
            whole.rgba == render(&gpu, &mut renderer, &scenes()).rgba,
            "pages of {page_bytes} bytes again"
        );
    }
    assert_eq!(gpu.failure(), None);
}

#[test]
fn more_than_a_buffer_holds_is_drawn_all_the_same() {
    let Some(gpu) = common::gpu() else { return };
    // 64 MiB hold 4.2 million markers; those outside the plot are none.
    let points = vec![[20.5, 20.5]; 4_300_000];
    let markers = |points: Vec<[f32; 2]>| Layer {
        colour: WHITE,
        width_px: 1.0,
        shape: Shape::Markers { points, radius_px: 0.5 },
    };
    let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
    let last = vec![[40.5, 30.5], [50.5, 30.5]];
    let image = render(&gpu, &mut renderer, &[scene(vec![markers(points), markers(last)])]);
    for (x, y) in [(20, 20), (40, 30), (50, 30)] {
        assert!(lit(&image, x, y) > 0.7, "({x}, {y})");
    }
    assert!(renderer.buffer_bytes() > 64 << 20 && renderer.largest_buffer_bytes() <= 64 << 20);
    // What was needed once is given back.
    render(&gpu, &mut renderer, &[scene(vec![markers(vec![[5.5, 5.5]])])]);
    assert!(renderer.buffer_bytes() <= 66 << 20);
    assert_eq!(gpu.failure(), None);
}

#[test]
fn a_coarse_scene_is_its_picture_of_half_the_size_with_doubled_pixels() {
    let Some(gpu) = common::gpu() else { return };
    let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
    // Coordinates of half the size; an odd place and an odd size in the target.
    let layers = || {
        let columns: Vec<_> = (0..30).map(|x| [x as f32 / 3.0, x as f32 / 2.0 + 2.3]).collect();
        vec![bands(1.0, &columns), segments(&[[0.0, 20.5], [31.0, 3.5]], 1.5)]
    };
    let coarse =
        Scene { rect: PxRect { x: 3.0, y: 5.0, w: 50.0, h: 38.0 }, is_coarse: true, ..scene(layers()) };
    let beside = Scene { rect: PxRect { x: 54.0, y: 0.0, w: 10.0, h: 48.0 }, ..scene(layers()) };
    let shown = render(&gpu, &mut renderer, &[coarse, beside.clone()]);
    let half = render(&gpu, &mut renderer, &[scene(layers())]);
    let alone = render(&gpu, &mut renderer, &[beside]);
    for x in 0..WIDTH {
        for y in 0..HEIGHT {
            let expected = if (3..53).contains(&x) && (5..43).contains(&y) {
                at(&half, x / 2, y / 2)
            } else {
                at(&alone, x, y)
            };
            assert_eq!(at(&shown, x, y), expected, "({x}, {y})");
        }
    }
    assert_eq!(gpu.failure(), None);
}

#[test]
fn impossible_picture_sizes_are_refused() {
    let Some(gpu) = common::gpu() else { return };
    for (width, height) in [(0, 5), (5, 0), (1 << 20, 5)] {
        let error = Target::new(&gpu, width, height).expect_err("no such picture");
        assert!(error.to_string().starts_with("cannot draw a picture of"), "{error}");
    }
    assert_eq!(gpu.failure(), None);
}

#[test]
fn lost_device_is_an_error() {
    let Some(gpu) = common::gpu() else { return };
    let target = Target::new(&gpu, WIDTH, HEIGHT).expect("a small target");
    let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
    gpu.device.destroy();
    renderer.prepare(&gpu.device, &gpu.queue, target.size(), &[scene(vec![])]);
    let error = target.read(&gpu).expect_err("the device is gone");
    assert!(error.to_string().starts_with("the GPU stopped"), "{error}");
    assert!(gpu.failure().is_some());
}

#[test]
fn density_lights_each_cell_with_the_colour_of_its_level() {
    let Some(gpu) = common::gpu() else { return };
    let colours: Arc<[[u8; 4]]> =
        [[9, 9, 9, 0], [255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255]].as_slice().into();
    let rect = PxRect { x: 3.0, y: 5.0, w: 51.0, h: 34.0 };
    let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
    // A cell for each pixel, and for three by two of them; each twice as it is and once changed.
    for (id, cell_px) in [(1_u64, [1_u32, 1]), (2, [3, 2])] {
        let size = [51 / cell_px[0], 34 / cell_px[1]];
        for (version, salt) in [(1, 0_u32), (1, 0), (2, 7)] {
            let level = |x: u32, y: u32| ((x * 7 + y * 3 + x * y + salt) % 5) as u16;
            let cells = (0..size[1]).flat_map(|y| (0..size[0]).map(move |x| level(x, y)));
            let levels = Arc::new(Levels { id, version, size, levels: cells.collect() });
            let shape = Shape::Density { levels, colours: Arc::clone(&colours) };
            let layer = Layer { colour: WHITE, width_px: 1.0, shape };
            let image = render(&gpu, &mut renderer, &[Scene { rect, ..scene(vec![layer]) }]);
            for x in 0..WIDTH {
                for y in 0..HEIGHT {
                    let expected = match (x.checked_sub(3), y.checked_sub(5)) {
                        (Some(u), Some(v)) if u < 51 && v < 34 => match level(u / cell_px[0], v / cell_px[1])
                        {
                            0 => GROUND_BYTES,
                            // What has no colour has the last one.
                            level => colours[usize::from(level.min(3))],
                        },
                        _ => [0, 0, 0, 255],
                    };
                    assert_eq!(
                        at(&image, x, y),
                        expected,
                        "cells of {cell_px:?}, version {version}, ({x}, {y})"
                    );
                }
            }
        }
    }
    // What says something else than it has, or shows nothing, is left out; what is gone gives its memory back.
    let before = renderer.buffer_bytes();
    let wrong = Levels { id: 1, version: 3, size: [50, 34], levels: vec![1; 51 * 34] };
    let shape = Shape::Density { levels: Arc::new(wrong), colours };
    let layer = Layer { colour: WHITE, width_px: 1.0, shape };
    let image = render(&gpu, &mut renderer, &[Scene { rect, ..scene(vec![layer]) }]);
    assert_eq!(at(&image, 20, 20), GROUND_BYTES);
    assert!(renderer.buffer_bytes() < before);
    assert_eq!(gpu.failure(), None);
}

#[cfg(debug_assertions)]
#[test]
fn broken_shader_keeps_the_last_good_one() {
    let Some(gpu) = common::gpu() else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let shaders = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders");
    std::fs::create_dir(folder.path().join("common")).expect("a folder");
    for piece in ringplot::render::shader_sources().iter().flat_map(|shader| shader.pieces) {
        std::fs::copy(shaders.join(piece), folder.path().join(piece)).expect("a copy");
    }
    let band = folder.path().join("band.wgsl");
    let good = std::fs::read_to_string(&band).expect("a shader");
    let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
    let picture = || scene(vec![bands(0.0, &[[10.0, 20.0]; 64])]);
    for (text, expected) in [
        (
            good.replace("return in.colour *", "return in.colour.rbga * vec4(0.0, 0.0, 1.0, 1.0) *"),
            [0, 0, 255, 255],
        ),
        ("this is no shader".to_owned(), [0, 0, 255, 255]),
        (good.replace("fs_main", "fs_other"), [0, 0, 255, 255]),
        (good.clone(), [255; 4]),
    ] {
        std::fs::write(&band, text).expect("a changed shader");
        renderer.watch_shaders(folder.path());
        let image = render(&gpu, &mut renderer, &[picture()]);
        assert_eq!(at(&image, 5, 15), expected);
    }
    assert_eq!(gpu.failure(), None);
}
