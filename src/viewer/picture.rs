//! The same picture as the window's, without a window.

use egui::{Context, FullOutput, RawInput, Rect, pos2, vec2};

use super::app::App;
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
    let draw = |gpu: &Gpu, app: &mut App| Pictures::new(gpu, size)?.draw(gpu, app);
    match draw(gpu, app) {
        Err(RenderError::DeviceLost { .. }) => draw(&gpu.reopen()?, app),
        drawn => drawn,
    }
}

/// Draws one picture after the other of one size, and keeps between them what a window keeps: fonts, pipelines, buffers.
#[derive(Debug)]
pub struct Pictures {
    ctx: Context,
    painting: Painting,
    target: Target,
    is_first: bool,
}

impl Pictures {
    /// What pictures of `size` (width and height in pixels) need.
    ///
    /// # Errors
    /// [`RenderError::BadSize`] for a size that the adapter cannot make, [`RenderError::DeviceLost`].
    pub fn new(gpu: &Gpu, size: [u32; 2]) -> Result<Self, RenderError> {
        gpu.check()?;
        let target = Target::new(gpu, size[0], size[1])?;
        Ok(Self { ctx: context(), painting: Painting::new(gpu, Target::FORMAT), target, is_first: true })
    }

    /// Draws what the app shows now, at one pixel a point, on the device that this was made for.
    ///
    /// # Errors
    /// [`RenderError::DeviceLost`].
    pub fn draw(&mut self, gpu: &Gpu, app: &mut App) -> Result<Image, RenderError> {
        gpu.check()?;
        app.set_adapter(&gpu.info.name, gpu.is_software());
        let theme = app.last_theme();
        app.enter_context();
        // What a window says of its own trouble is no part of a picture, and a picture is drawn in full.
        let host = std::mem::take(&mut app.host);
        app.set_still(true);
        let mut output = self.lay_out(gpu, app, theme);
        let least = if std::mem::take(&mut self.is_first) { FIRST_PASSES } else { 1 };
        let mut passes = 1;
        while passes < least || !app.is_complete() {
            let next = self.lay_out(gpu, app, theme);
            output.append(next);
            passes += 1;
        }
        app.set_still(false);
        let Self { ctx, painting, target, .. } = self;
        let painted = gpu.guarded(|| painting.draw(gpu, target.view(), target.size(), ctx, app, output));
        app.enter_context();
        app.host = host;
        painted?;
        target.read(gpu)
    }

    fn lay_out(&self, gpu: &Gpu, app: &mut App, theme: Option<egui::Theme>) -> FullOutput {
        let [width, height] = self.target.size();
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), vec2(width as f32, height as f32))),
            max_texture_side: usize::try_from(gpu.device.limits().max_texture_dimension_2d).ok(),
            // The app's clock stands still: a picture is a moment of it.
            time: Some(app.now_secs()),
            system_theme: theme,
            ..Default::default()
        };
        self.ctx.run_ui(input, |ui| app.ui(ui))
    }
}
