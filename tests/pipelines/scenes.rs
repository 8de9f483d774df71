//! Scenes beside and over each other, pages, and what cannot be drawn.

use super::*;

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
