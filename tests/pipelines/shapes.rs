//! Bands, segments, markers, grids: which pixels, and by how much.

use super::*;

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
