//! An XY stream of more points than markers can show is a density, in every frame, and costs nothing once it is drawn.

mod common;

use std::sync::Arc;
use std::time::Duration;

use common::store::{push_points, store_of, stream};
use egui::{Event, Key, Modifiers, Pos2, Rect, vec2};
use ringplot::chart::Options;
use ringplot::render::{Levels, Shape};
use ringplot::ring::{Point, XMode};
use ringplot::store::{SharedStream, Store};
use ringplot::viewer::{App, picture};
use ringplot::{StreamKind, Style};

const MANY: u64 = 300_000;

/// An app that is never drawn.
struct Driver {
    app: App,
    ctx: egui::Context,
    now_secs: f64,
}

impl Driver {
    fn new(store: Store) -> Self {
        let ctx = egui::Context::default();
        Self { app: App::new(store, Options::default()), ctx, now_secs: 0.0 }
    }

    /// One frame. Returns in how long the next one is wanted.
    fn frame(&mut self, events: Vec<Event>) -> Duration {
        self.now_secs += 0.02;
        let input = egui::RawInput {
            screen_rect: Some(Rect::from_min_size(Pos2::ZERO, vec2(640.0, 480.0))),
            time: Some(self.now_secs),
            events,
            ..Default::default()
        };
        let app = &mut self.app;
        let output = self.ctx.run_ui(input, |ui| app.ui(ui));
        let delay = output.viewport_output[&egui::ViewportId::ROOT].repaint_delay;
        output.drop_without_applying_deltas();
        delay
    }

    /// Frames until no further one is wanted.
    fn settle(&mut self) {
        let is_asleep = (0..20_000).any(|_| self.frame(vec![]) > Duration::from_secs(10));
        assert!(is_asleep, "it never sleeps");
    }

    fn key(&mut self, key: Key) {
        let event = |pressed| Event::Key {
            key,
            physical_key: None,
            pressed,
            repeat: false,
            modifiers: Modifiers::NONE,
        };
        self.frame(vec![event(true)]);
        self.frame(vec![event(false)]);
    }

    fn density(&self) -> Option<Arc<Levels>> {
        self.app.scenes()[0].layers.iter().find_map(|layer| match &layer.shape {
            Shape::Density { levels, .. } => Some(Arc::clone(levels)),
            _ => None,
        })
    }

    fn markers(&self) -> usize {
        let count = |shape: &Shape| match shape {
            Shape::Markers { points, .. } => points.len(),
            _ => 0,
        };
        self.app.scenes()[0].layers.iter().map(|layer| count(&layer.shape)).sum()
    }
}

/// Points of a square around 0, which is `side` wide.
fn square(count: u64, side: f32, salt: u64) -> impl Iterator<Item = Point> {
    let unit = |n: u64| {
        let mixed = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mixed = (mixed ^ (mixed >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        ((mixed >> 40) as f32 / 16_777_216.0 - 0.5) * 0.999
    };
    (salt..salt + count).map(move |i| Point { x: side * unit(i * 2), y: side * unit(i * 2 + 1) })
}

fn scatter(style: Style) -> (Driver, SharedStream) {
    let mut state = stream("xy", StreamKind::Xy, XMode::Xy);
    state.info.meta.style = style;
    push_points(&mut state, 0, square(MANY, 2.0, 0));
    let (store, shared) = store_of(state);
    (Driver::new(store), shared)
}

#[test]
fn many_points_are_a_density_and_few_are_markers() {
    let (mut driver, _shared) = scatter(Style::Points);
    driver.settle();
    assert!(driver.density().is_some() && driver.markers() == 0);
    // Some 400 points in a view of 1/27 the width and height.
    for _ in 0..15 {
        driver.key(Key::Plus);
    }
    driver.settle();
    assert!(driver.density().is_none());
    let [[x0, x1], [y0, y1]] = driver.app.plot_bounds()[0];
    let is_seen = |p: &Point| (x0..x1).contains(&f64::from(p.x)) && (y0..y1).contains(&f64::from(p.y));
    let expected = square(MANY, 2.0, 0).filter(is_seen).count();
    assert!(expected > 100 && driver.markers() == expected, "{} of {expected}", driver.markers());
    driver.key(Key::F);
    driver.settle();
    assert!(driver.density().is_some());
}

#[test]
fn new_points_are_seen_at_once_and_then_it_sleeps() {
    for style in [Style::Points, Style::Line] {
        let (mut driver, shared) = scatter(style);
        driver.settle();
        let before = driver.density().expect("a density");
        push_points(&mut shared.lock().unwrap(), MANY, square(100, 2.0, MANY));
        driver.frame(vec![]);
        let after = driver.density().expect("a density");
        assert!(after.version > before.version && after.levels != before.levels);
        driver.settle();
        let settled = driver.density().expect("a density");
        driver.frame(vec![]);
        assert!(
            Arc::ptr_eq(&settled, &driver.density().expect("a density")),
            "it was made again for nothing"
        );
    }
}

#[test]
fn a_paused_density_stands_still() {
    let (mut driver, shared) = scatter(Style::Points);
    driver.settle();
    driver.key(Key::Space);
    driver.settle();
    let held = driver.density().expect("a density");
    let bounds = driver.app.plot_bounds();
    push_points(&mut shared.lock().unwrap(), MANY, square(50_000, 30.0, MANY));
    driver.frame(vec![]);
    driver.settle();
    assert_eq!(driver.density().expect("a density").levels, held.levels);
    assert_eq!(driver.app.plot_bounds(), bounds);
    // Another view of the same points, and back.
    driver.key(Key::ArrowRight);
    driver.settle();
    assert_ne!(driver.density().expect("a density").levels, held.levels);
    driver.key(Key::L);
    driver.settle();
    let x = driver.app.plot_bounds()[0][0];
    assert_eq!(driver.density().is_some(), x[1] > x[0]);
}

#[test]
fn persistence_fades_to_nothing_and_sleeps() {
    let (mut driver, shared) = scatter(Style::Persistence);
    driver.frame(vec![]);
    let lit = |driver: &Driver| {
        let levels = driver.density().expect("a density");
        levels.levels.iter().map(|level| u64::from(*level)).sum::<u64>()
    };
    while lit(&driver) == 0 {
        driver.frame(vec![]);
    }
    driver.settle();
    assert_eq!(lit(&driver), 0);
    push_points(&mut shared.lock().unwrap(), MANY, square(1000, 2.0, MANY));
    assert!(driver.frame(vec![]) < Duration::from_secs(1), "nobody would see it fade");
    let fresh = lit(&driver);
    for _ in 0..40 {
        driver.frame(vec![]);
    }
    assert!(lit(&driver) < fresh && lit(&driver) > 0);
    driver.settle();
    assert_eq!(lit(&driver), 0);
}

#[test]
fn a_picture_is_whole_at_once() {
    let Some(gpu) = common::gpu() else { return };
    let mut state = stream("xy", StreamKind::Xy, XMode::Xy);
    state.info.meta.style = Style::Points;
    // A large square, thin, and a small one in its upper right quarter, dense.
    push_points(&mut state, 0, square(100_000, 2.0, 0));
    let dense = square(2_000_000, 0.4, 7).map(|p| Point { x: p.x + 0.5, y: p.y + 0.5 });
    push_points(&mut state, 100_000, dense);
    let mut app = App::new(store_of(state).0, Options { dark: Some(true), ..Options::default() });
    let image = picture(&gpu, &mut app, [640, 480]).expect("the GPU draws");
    let area = app.plot_rects()[0];
    let [[x0, x1], [y0, y1]] = app.plot_bounds()[0];
    let brightness = |x: f64, y: f64| {
        let mut sum = 0;
        for dx in -3..=3 {
            for dy in -3..=3 {
                let px = f64::from(area.left()) + (x - x0) / (x1 - x0) * f64::from(area.width());
                let py = f64::from(area.bottom()) - (y - y0) / (y1 - y0) * f64::from(area.height());
                let [r, g, b, _] = image
                    .pixel((px as u32).wrapping_add_signed(dx), (py as u32).wrapping_add_signed(dy))
                    .unwrap();
                sum += u32::from(r) + u32::from(g) + u32::from(b);
            }
        }
        sum
    };
    let (dense, thin, nothing) = (brightness(0.5, 0.5), brightness(-0.5, -0.5), brightness(1.04, -1.04));
    assert!(dense > thin + 5000 && thin > nothing + 500, "{dense}, {thin}, {nothing}");
}
