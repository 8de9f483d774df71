//! A small target on the software adapter, shared by all tests.

use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use egui::Color32;
use ringplot::history::{ColumnGrid, Scale};
use ringplot::plot::{Canvas, Drawing, Pen};
use ringplot::render::{Gpu, Image, PxRect, Renderer, Scene, Target};
use ringplot::{Dash, Style};

use crate::common;
use crate::ideal::Shown;

/// Size of the target, pixels.
pub(crate) const SIZE: [u32; 2] = [200, 120];
/// The plot area, off the target's edges on all sides.
pub(crate) const AREA: PxRect = PxRect { x: 9.0, y: 7.0, w: 180.0, h: 104.0 };
/// Columns in the plot area.
pub(crate) const COLUMNS: usize = 180;
/// Rows in the plot area.
pub(crate) const ROWS: usize = 104;
/// Width of the stroke, pixels.
pub(crate) const STROKE: f64 = 1.5;

/// The device and what draws on it.
pub(crate) struct Screen {
    gpu: Gpu,
    renderer: Renderer,
    target: Target,
}

/// The shared screen, or `None` where there is no adapter.
pub(crate) fn screen() -> Option<MutexGuard<'static, Screen>> {
    static SCREEN: OnceLock<Option<Mutex<Screen>>> = OnceLock::new();
    let screen = SCREEN.get_or_init(|| {
        let gpu = common::gpu()?;
        let renderer = Renderer::new(&gpu.device, Target::FORMAT);
        let target = Target::new(&gpu, SIZE[0], SIZE[1]).unwrap();
        Some(Mutex::new(Screen { gpu, renderer, target }))
    });
    screen.as_ref().map(|screen| screen.lock().unwrap_or_else(PoisonError::into_inner))
}

impl Screen {
    /// Draws on black.
    pub(crate) fn draw(&mut self, drawing: Drawing) -> Image {
        let scene = Scene {
            rect: AREA,
            background: [0.0, 0.0, 0.0, 1.0],
            gaps: drawing.gaps,
            layers: drawing.layers,
            ..Scene::default()
        };
        let Self { gpu, renderer, target } = self;
        target.draw(gpu, renderer, &[scene]);
        target.read(gpu).unwrap()
    }
}

/// A plot of this in the plot area.
pub(crate) fn canvas(shown: &Shown) -> Canvas {
    assert_eq!(shown.grid.count, COLUMNS);
    Canvas::new(AREA, shown.grid, shown.y, shown.y_scale)
}

/// White.
pub(crate) fn pen(style: Style) -> Pen {
    Pen { colour: Color32::WHITE, breaks: Color32::RED, style, width: 1.5, dash: Dash::Solid }
}

/// The grid of columns from about `x0` to about `x1`.
pub(crate) fn grid(x0: f64, x1: f64) -> ColumnGrid {
    let dx = ((x1 - x0) / COLUMNS as f64).max(1e-11 * (1.0 + x0.abs()));
    ColumnGrid { first: (x0 / dx).round() as i64, dx, count: COLUMNS, scale: Scale::Linear }
}

/// How brightly a pixel of the plot area is lit, 0 to 255.
pub(crate) fn lit(image: &Image, column: usize, row: usize) -> u8 {
    let (x, y) = (column as u32 + AREA.x as u32, row as u32 + AREA.y as u32);
    image.pixel(x, y).unwrap()[1]
}

/// Leaves a picture where a person can look at it, if `RINGPLOT_PICTURES` names a folder; several times as large.
pub(crate) fn keep(name: &str, image: &Image) {
    const LARGER: u32 = 4;
    let Some(folder) = std::env::var_os("RINGPLOT_PICTURES") else { return };
    let (width, height) = (image.width * LARGER, image.height * LARGER);
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x / LARGER, y / LARGER)));
    let rgba = pixels.flat_map(|(x, y)| image.pixel(x, y).unwrap()).collect();
    let path = std::path::Path::new(&folder).join(format!("{name}.png"));
    Image { width, height, rgba }.write_png(&path).unwrap();
}
