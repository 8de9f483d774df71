//! The same picture as the window's, without a window.

use egui::{Rect, pos2, vec2};

use super::app::App;
use super::painting::{Painting, context};
use crate::render::{Gpu, Image, RenderError, Target};

/// Passes until the layout has settled: strips take the width of their labels in the first.
const PASSES: usize = 2;

/// Draws what the app shows now, at one pixel a point, with the code that draws the window. Where the device is lost,
/// it is opened again, once.
///
/// `size` is width and height in pixels.
///
/// # Errors
/// [`RenderError::BadSize`] for a size that the adapter cannot make, [`RenderError::DeviceLost`] when the new device is
/// lost too, and as [`Gpu::reopen`] when there is none.
pub fn picture(gpu: &Gpu, app: &mut App, size: [u32; 2]) -> Result<Image, RenderError> {
    match draw(gpu, app, size) {
        Err(RenderError::DeviceLost { .. }) => draw(&gpu.reopen()?, app, size),
        drawn => drawn,
    }
}

fn draw(gpu: &Gpu, app: &mut App, size: [u32; 2]) -> Result<Image, RenderError> {
    gpu.check()?;
    let target = Target::new(gpu, size[0], size[1])?;
    let ctx = context();
    app.set_adapter(&gpu.info.name, gpu.is_software());
    let theme = app.last_theme();
    app.enter_context();
    let host = std::mem::take(&mut app.host);
    let run = |app: &mut App| {
        let input = egui::RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), vec2(size[0] as f32, size[1] as f32))),
            max_texture_side: usize::try_from(gpu.device.limits().max_texture_dimension_2d).ok(),
            // The app's clock stands still: a picture is a moment of it.
            time: Some(app.now_secs()),
            system_theme: theme,
            ..Default::default()
        };
        ctx.run_ui(input, |ui| app.ui(ui))
    };
    let mut output = run(app);
    let mut passes = 1;
    while passes < PASSES || !app.is_complete() {
        let next = run(app);
        output.append(next);
        passes += 1;
    }
    let mut painting = Painting::new(gpu, Target::FORMAT);
    let painted = gpu.guarded(|| painting.draw(gpu, target.view(), size, &ctx, app, output));
    app.enter_context();
    app.host = host;
    painted?;
    target.read(gpu)
}
