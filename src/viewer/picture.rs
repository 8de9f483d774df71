//! The same picture as the window's, without a window.

use egui::{Context, FullOutput, RawInput, Rect, Vec2, pos2, vec2};

use super::app::{App, Purpose};
use super::painting::{Painting, context};
use crate::render::{Gpu, Image, RenderError, Target};

/// Layouts of a first picture: strips take the width of their labels in the first, and rows of the legend their number.
const FIRST_PASSES: usize = 2;

/// Draws what the app shows now, at one pixel a point, with the code that draws the window. Where the device is lost,
/// it is opened again, once.
///
/// `size` is width and height in pixels. For one picture after the other there is [`Pictures`].
///
/// # Errors
/// [`RenderError::BadSize`] for a size that the adapter cannot make, [`RenderError::DeviceLost`] when the new device is
/// lost too, and as [`Gpu::reopen`] when there is none.
pub fn picture(gpu: &Gpu, app: &mut App, size: [u32; 2]) -> Result<Image, RenderError> {
    scaled_picture(gpu, app, size, 1.0)
}

/// As [`picture`], at so many pixels a point: text and lines are that many times as large.
///
/// It is a picture for readers: it has no table of streams and nothing that is there to handle a window, unless
/// [`Options::with_status`](crate::chart::Options::with_status) asks for that.
///
/// # Errors
/// As [`picture`].
///
/// # Panics
/// When `pixels_per_point` is not a finite number above 0, or is so large, some thousands, that a letter has no room in
/// a texture.
pub fn scaled_picture(
    gpu: &Gpu,
    app: &mut App,
    size: [u32; 2],
    pixels_per_point: f32,
) -> Result<Image, RenderError> {
    let purpose = app.purpose_of_pictures();
    drawn(gpu, app, size, pixels_per_point, purpose)
}

/// As [`scaled_picture`], of the window as it is.
pub(crate) fn screenshot(
    gpu: &Gpu,
    app: &mut App,
    size: [u32; 2],
    pixels_per_point: f32,
) -> Result<Image, RenderError> {
    drawn(gpu, app, size, pixels_per_point, Purpose::Screenshot)
}

fn drawn(
    gpu: &Gpu,
    app: &mut App,
    size: [u32; 2],
    pixels_per_point: f32,
    purpose: Purpose,
) -> Result<Image, RenderError> {
    let draw =
        |gpu: &Gpu, app: &mut App| Pictures::scaled(gpu, size, pixels_per_point)?.draw_for(gpu, app, purpose);
    match draw(gpu, app) {
        Err(RenderError::DeviceLost { .. }) => draw(&gpu.reopen()?, app),
        drawn => drawn,
    }
}

/// Draws one picture after the other of one size, and keeps between them what a window keeps: fonts, pipelines, buffers.
///
/// ```no_run
/// use ringplot::chart::Options;
/// use ringplot::render::{AdapterChoice, Gpu};
/// use ringplot::store::Store;
/// use ringplot::viewer::{App, Pictures};
///
/// let gpu = Gpu::headless(AdapterChoice::default())?;
/// let mut app = App::new(Store::new(64 << 20), Options::default());
/// let mut pictures = Pictures::new(&gpu, [1280, 720])?;
/// for frame in 0..100 {
///     // Here the streams go on.
///     pictures.draw(&gpu, &mut app)?.write_png(format!("frame{frame:03}.png").as_ref())?;
/// }
/// # Ok::<(), ringplot::render::RenderError>(())
/// ```
#[derive(Debug)]
pub struct Pictures {
    still: Still,
    painting: Painting,
    target: Target,
}

impl Pictures {
    /// What pictures of `size` (width and height in pixels) need, at one pixel a point.
    ///
    /// # Errors
    /// [`RenderError::BadSize`] for a size that the adapter cannot make, [`RenderError::DeviceLost`] when the device is
    /// lost.
    pub fn new(gpu: &Gpu, size: [u32; 2]) -> Result<Self, RenderError> {
        Self::scaled(gpu, size, 1.0)
    }

    /// The same with so many pixels a point: text and lines that many times as large.
    ///
    /// # Errors
    /// As [`Pictures::new`].
    pub fn scaled(gpu: &Gpu, size: [u32; 2], pixels_per_point: f32) -> Result<Self, RenderError> {
        gpu.check()?;
        let target = Target::new(gpu, size[0], size[1])?;
        let max_texture_side = usize::try_from(gpu.device.limits().max_texture_dimension_2d).ok();
        let points = vec2(size[0] as f32, size[1] as f32) / pixels_per_point;
        let still = Still { max_texture_side, ..Still::new(points, pixels_per_point) };
        Ok(Self { still, painting: Painting::new(gpu, Target::FORMAT), target })
    }

    /// Draws what the app shows now, on the device that this was made for.
    ///
    /// # Errors
    /// [`RenderError::DeviceLost`] when the device is lost, or does not finish within a minute.
    ///
    /// # Panics
    /// wgpu can panic when this was made for another [`Gpu`]. Text does when the pixels a point are not a finite number
    /// above 0, or so many, some thousands, that a letter has no room in a texture.
    pub fn draw(&mut self, gpu: &Gpu, app: &mut App) -> Result<Image, RenderError> {
        let purpose = app.purpose_of_pictures();
        self.draw_for(gpu, app, purpose)
    }

    fn draw_for(&mut self, gpu: &Gpu, app: &mut App, purpose: Purpose) -> Result<Image, RenderError> {
        gpu.check()?;
        app.set_adapter(&gpu.info.name, gpu.is_software());
        let output = self.still.lay_out(app, purpose);
        let Self { still, painting, target } = self;
        let shown = (app.scenes(), app.clear_colour(&still.ctx));
        let painted =
            gpu.guarded(|| painting.draw(gpu, target.view(), target.size(), &still.ctx, shown, output));
        app.enter_context();
        painted?;
        target.read(gpu)
    }
}

/// Lays frames out as they go into a file: complete, and without what a window says of its own trouble.
#[derive(Debug)]
pub(crate) struct Still {
    pub(crate) ctx: Context,
    size: Vec2,
    pixels_per_point: f32,
    max_texture_side: Option<usize>,
    is_first: bool,
}

impl Still {
    /// Frames of `size` points.
    pub(crate) fn new(size: Vec2, pixels_per_point: f32) -> Self {
        Self { ctx: context(), size, pixels_per_point, max_texture_side: None, is_first: true }
    }

    /// Lays out what the app shows now. [`App::enter_context`] must follow.
    pub(crate) fn lay_out(&mut self, app: &mut App, purpose: Purpose) -> FullOutput {
        let theme = app.last_theme();
        app.enter_context();
        // What a window says of its own trouble is no part of a picture, and a picture is drawn in full.
        let host = std::mem::take(&mut app.host);
        app.set_purpose(purpose);
        let mut output = self.pass(app, theme);
        let least = if std::mem::take(&mut self.is_first) { FIRST_PASSES } else { 1 };
        let mut passes = 1;
        while passes < least || !app.is_complete() {
            let next = self.pass(app, theme);
            output.append(next);
            passes += 1;
        }
        app.set_purpose(Purpose::Window);
        app.host = host;
        output
    }

    fn pass(&self, app: &mut App, theme: Option<egui::Theme>) -> FullOutput {
        let mut input = RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), self.size)),
            max_texture_side: self.max_texture_side,
            // The app's clock stands still: a picture is a moment of it.
            time: Some(app.now_secs()),
            system_theme: theme,
            ..Default::default()
        };
        if let Some(viewport) = input.viewports.get_mut(&input.viewport_id) {
            viewport.native_pixels_per_point = Some(self.pixels_per_point);
        }
        self.ctx.run_ui(input, |ui| app.frame(ui))
    }
}
