//! Every point that is shown is seen, on both grounds and however it is drawn; and a density is of its stream's colour.

mod common;

use common::gpu;
use common::store::{COLOUR, push, push_points, store_of, stream, uniform};
use egui::Pos2;
use ringplot::chart::Options;
use ringplot::ring::{Point, XMode};
use ringplot::store::StreamState;
use ringplot::viewer::{App, scaled_picture};
use ringplot::{StreamKind, Style};

const SIZE: [u32; 2] = [640, 420];
/// More points than are drawn one by one.
const MANY: u64 = 60_000;
/// The grounds of a plot, dark and light.
const GROUNDS: [[u8; 3]; 2] = [[0x13, 0x17, 0x1D], [0xFF; 3]];

/// As WCAG 2.2 has it.
fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let luminance = |rgb: [u8; 3]| {
        let [r, g, b] = rgb.map(|byte| {
            let value = f64::from(byte) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * r + 0.7152 * g + 0.0722 * b
    };
    let [a, b] = [a, b].map(luminance);
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// The picture of a stream at so many pixels a point; the colour at a place of its plot area in points.
struct Drawn {
    image: ringplot::render::Image,
    app: App,
    scale: f32,
}

impl Drawn {
    fn new(gpu: &ringplot::render::Gpu, state: StreamState, options: Options, scale: f32) -> Self {
        let mut app = App::new(store_of(state).0, options);
        let size = SIZE.map(|side| side * scale as u32);
        let image = scaled_picture(gpu, &mut app, size, scale).expect("the GPU draws");
        Self { image, app, scale }
    }

    fn pixel(&self, x: u32, y: u32) -> [u8; 3] {
        let [red, green, blue, _] = self.image.pixel(x, y).expect("inside the picture");
        [red, green, blue]
    }

    /// The pixels around the place of a point that stand out from the ground, 9 points wide and high.
    fn lit_at(&self, [x, y]: [f64; 2], ground: [u8; 3]) -> usize {
        let [x_range, y_range] = self.app.plot_bounds()[0];
        let share = |value: f64, [low, high]: [f64; 2]| ((value - low) / (high - low)) as f32;
        let area = self.app.plot_rects()[0];
        let middle = area.lerp_inside(egui::vec2(share(x, x_range), 1.0 - share(y, y_range)));
        let Pos2 { x, y } = (middle.to_vec2() * self.scale).to_pos2();
        let reach = 4 * self.scale as u32;
        let around = |at: f32| (at as u32).saturating_sub(reach)..=at as u32 + reach;
        let places = around(y).flat_map(|y| around(x).map(move |x| (x, y)));
        places.filter(|(x, y)| contrast(self.pixel(*x, *y), ground) > 1.9).count()
    }

    /// All pixels of the plot area that differ from the ground.
    fn inked(&self, ground: [u8; 3]) -> Vec<[u8; 3]> {
        let area = self.app.plot_rects()[0].shrink(2.0);
        let columns = area.left() as u32..area.right() as u32;
        let rows = area.top() as u32..area.bottom() as u32;
        let pixels = rows.flat_map(|y| columns.clone().map(move |x| self.pixel(x, y)));
        pixels.filter(|pixel| contrast(*pixel, ground) > 1.9).collect()
    }
}

fn options(is_dark: bool) -> Options {
    Options { dark: Some(is_dark), y_min: Some(-1.0), y_max: Some(1.0), ..Options::default() }
}

fn xy(style: Style, points: impl IntoIterator<Item = [f32; 2]>) -> StreamState {
    let mut state = stream("xy", StreamKind::Xy, XMode::Xy);
    state.info.meta.style = style;
    push_points(&mut state, 0, points.into_iter().map(|[x, y]| Point { x, y }));
    state
}

/// What is drawn, how the view is chosen, and where the points are.
type Case<'a> = (&'a str, StreamState, &'a dyn Fn(Options) -> Options, &'a [[f64; 2]]);

#[test]
fn whatever_is_shown_is_at_least_a_disc_of_three_pixels() {
    let Some(gpu) = gpu() else { return };
    let lone = || {
        let mut state = uniform("line", 0.0);
        push(&mut state, 0, (0..4000).map(|i| if i == 2000 { 0.5 } else { f32::NAN }));
        state
    };
    let within = |x_range: [f64; 2]| move |options: Options| Options { x_range: Some(x_range), ..options };
    let nothing = [f32::NAN; 2];
    let corners = [[-0.9, -0.9], nothing, [0.9, 0.9], nothing, [0.5, 0.3], nothing, [0.5, -0.3], nothing];
    let at_rest = |style, count: u64| xy(style, corners.into_iter().chain((0..count).map(|_| [0.0, 0.2])));
    let ends = || (0..20_000).flat_map(|_| [[0.0, 0.2], [f32::NAN; 2]]).chain(corners);
    for (is_dark, ground, scale) in
        [(true, GROUNDS[0], 1.0), (false, GROUNDS[1], 1.0), (true, GROUNDS[0], 2.0), (false, GROUNDS[1], 2.0)]
    {
        let same = |options: Options| options;
        let (wide, near) = (within([0.0, 4.0]), within([1.95, 2.05]));
        let places: &[[f64; 2]] = &[[0.0, 0.2], [0.5, 0.3], [0.5, -0.3]];
        let cases: [Case<'_>; 9] = [
            ("a sample between NaNs, dense", lone(), &wide, &[[2.0, 0.5]]),
            ("a sample between NaNs, sparse", lone(), &near, &[[2.0, 0.5]]),
            ("one point", xy(Style::Line, [[1.0, 0.25]]), &same, &[[1.0, 0.25]]),
            ("points at rest, connected", at_rest(Style::Line, 100), &same, places),
            ("points at rest", at_rest(Style::Points, 100), &same, places),
            ("a density of points at rest", at_rest(Style::Points, MANY), &same, places),
            ("a density of strokes at rest", at_rest(Style::Line, MANY), &same, places),
            ("a density of single points", xy(Style::Line, ends()), &same, places),
            ("the newest point of what fades", xy(Style::Persistence, [[1.0, 0.25]]), &same, &[[1.0, 0.25]]),
        ];
        for (what, state, change, places) in cases {
            let drawn = Drawn::new(&gpu, state, change(options(is_dark)), scale);
            for place in places {
                let lit = drawn.lit_at(*place, ground);
                // A disc of three pixels has an area of seven, of which some are covered in part.
                let least = if scale > 1.0 { 21 } else { 6 };
                assert!(lit >= least, "{what} at {place:?}, dark: {is_dark}, scale {scale}: {lit} pixels");
            }
        }
    }
}

#[test]
fn where_points_become_a_density_neither_colour_nor_visibility_changes() {
    let Some(gpu) = gpu() else { return };
    let place = |i: u64| {
        let unit = |n: u64| {
            // Splitmix64's finish.
            let mixed = n.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            ((mixed >> 40) as f32 / 16_777_216.0 - 0.5) * 1.9
        };
        [unit(2 * i + 1), unit(2 * i)]
    };
    for (is_dark, ground) in [true, false].into_iter().zip(GROUNDS) {
        // Few are markers and more are a density.
        let [markers, density] = [9_900, 10_100].map(|count| {
            let drawn = Drawn::new(&gpu, xy(Style::Points, (0..count).map(place)), options(is_dark), 1.0);
            let pixels = drawn.inked(ground);
            for pixel @ [r, g, b] in &pixels {
                assert!(r.abs_diff(*b) < 24 && r > g, "{count}, dark: {is_dark}: {pixel:?} is no {COLOUR:?}");
            }
            pixels.iter().map(|pixel| contrast(*pixel, ground) - 1.0).sum::<f64>()
        });
        assert!(density > 0.95 * markers, "dark: {is_dark}: from {markers} to {density}");
        assert!(density < 1.6 * markers, "dark: {is_dark}: from {markers} to {density}");
    }
}

#[test]
fn where_a_curve_becomes_a_density_it_keeps_its_colour() {
    let Some(gpu) = gpu() else { return };
    // Slow at its ends and fast in between, so that its strokes are of many densities.
    let place = |i: u64| {
        let turn = i as f32 * 0.003;
        [0.9 * turn.sin(), 0.9 * (0.7 * turn + 0.3).sin()]
    };
    for (is_dark, ground) in [true, false].into_iter().zip(GROUNDS) {
        let [line, density] = [9_900, 10_100].map(|count| {
            let drawn = Drawn::new(&gpu, xy(Style::Line, (0..count).map(place)), options(is_dark), 1.0);
            let pixels = drawn.inked(ground);
            // How much of the pixel's light is of the colour, which has no green.
            let purity = pixels.iter().map(|[r, g, _]| f64::from(r.saturating_sub(*g)) / 255.0);
            purity.sum::<f64>() / pixels.len() as f64
        });
        assert!(density > 0.7 * line, "dark: {is_dark}: from {line} to {density}");
    }
}
