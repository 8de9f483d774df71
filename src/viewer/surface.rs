//! A window's GPU side: device, surface and renderers; rebuilt as a whole when the device is lost.

use std::sync::Arc;

use winit::event_loop::ActiveEventLoop;
use winit::window::Window;

use super::painting::{Painting, context};
use super::threads;
use super::window::options::WindowError;
use crate::render::{AdapterChoice, Gpu};

/// All that belongs to one device. egui's context and input go with it: a new device needs egui's textures again.
pub(crate) struct Surface {
    pub(crate) gpu: Gpu,
    pub(crate) ctx: egui::Context,
    pub(crate) input: egui_winit::State,
    pub(crate) painting: Painting,
    window: Arc<Window>,
    /// `None` only while it is made anew: a window has one at a time.
    target: Option<wgpu::Surface<'static>>,
    config: wgpu::SurfaceConfiguration,
    is_stale: bool,
    /// Refusals in a row.
    refusals: u32,
}

/// The surface may refuse so often in a row until it counts as lost.
const MOST_REFUSALS: u32 = 10;

/// What became of a picture that should go to the screen.
pub(crate) enum Acquired {
    /// Draw into this.
    Texture(wgpu::SurfaceTexture),
    /// Not now; try again soon.
    Retry,
    /// The window is hidden.
    Hidden,
    /// Surface or device are gone and the one cannot be had anew without the other.
    Lost,
}

impl Surface {
    pub(crate) fn new(
        window: &Arc<Window>,
        event_loop: &ActiveEventLoop,
        choice: AdapterChoice,
        size: [u32; 2],
    ) -> Result<Self, WindowError> {
        let instance = Gpu::instance(Some(Box::new(event_loop.owned_display_handle())));
        Gpu::probe(&instance, choice)?;
        let surface = instance.create_surface(Arc::clone(window)).map_err(WindowError::Surface)?;
        let gpu = Gpu::for_surface(instance, &surface, choice)?;
        let capabilities = surface.get_capabilities(&gpu.adapter);
        let format = egui_wgpu::preferred_framebuffer_format(&capabilities.formats)
            .map_err(|_| WindowError::NoFormat { adapter: gpu.info.name.clone() })?;
        let mut config = surface
            .get_default_config(&gpu.adapter, size[0].max(1), size[1].max(1))
            .ok_or_else(|| WindowError::NoFormat { adapter: gpu.info.name.clone() })?;
        config.format = format;
        config.present_mode = wgpu::PresentMode::AutoVsync;
        config.desired_maximum_frame_latency = 1;
        let ctx = context();
        let max_side = usize::try_from(gpu.device.limits().max_texture_dimension_2d).ok();
        #[expect(clippy::cast_possible_truncation, reason = "a scale factor of some units")]
        let scale = window.scale_factor() as f32;
        threads::check().map_err(WindowError::Threads)?;
        let input = egui_winit::State::new(
            ctx.clone(),
            egui::ViewportId::ROOT,
            window,
            Some(scale),
            window.theme(),
            max_side,
        );
        let painting = Painting::new(&gpu, format);
        tracing::info!(adapter = gpu.info.name, ?format, "opened a window");
        Ok(Self {
            gpu,
            ctx,
            input,
            painting,
            window: Arc::clone(window),
            target: Some(surface),
            config,
            // The first picture configures it, once the window has a size.
            is_stale: true,
            refusals: 0,
        })
    }

    /// The window has another size now. A minimised one has none; it keeps the last.
    pub(crate) fn resize(&mut self, size: [u32; 2]) {
        let limit = self.gpu.device.limits().max_texture_dimension_2d;
        if size[0] > 0 && size[1] > 0 && size != self.size() {
            (self.config.width, self.config.height) = (size[0].min(limit), size[1].min(limit));
            self.is_stale = true;
        }
    }

    /// Width and height, pixels.
    pub(crate) fn size(&self) -> [u32; 2] {
        [self.config.width, self.config.height]
    }

    /// The next texture of the screen.
    pub(crate) fn acquire(&mut self) -> Acquired {
        let mut is_renewed = false;
        for _ in 0..3 {
            if self.is_stale && !self.configure() {
                return Acquired::Lost;
            }
            let Some(target) = &self.target else { return Acquired::Lost };
            let acquired = target.get_current_texture();
            if !matches!(acquired, wgpu::CurrentSurfaceTexture::Validation) {
                self.refusals = 0;
            }
            match acquired {
                wgpu::CurrentSurfaceTexture::Success(texture) => return Acquired::Texture(texture),
                wgpu::CurrentSurfaceTexture::Suboptimal(texture) => {
                    self.is_stale = true;
                    return Acquired::Texture(texture);
                }
                wgpu::CurrentSurfaceTexture::Outdated => self.is_stale = true,
                wgpu::CurrentSurfaceTexture::Lost if !is_renewed && self.renew() => is_renewed = true,
                wgpu::CurrentSurfaceTexture::Lost => return Acquired::Lost,
                wgpu::CurrentSurfaceTexture::Occluded => return Acquired::Hidden,
                wgpu::CurrentSurfaceTexture::Timeout => return Acquired::Retry,
                wgpu::CurrentSurfaceTexture::Validation => {
                    self.is_stale = true;
                    self.refusals += 1;
                    return if self.refusals < MOST_REFUSALS { Acquired::Retry } else { Acquired::Lost };
                }
            }
        }
        Acquired::Retry
    }

    /// Makes the surface anew, on the device there is; false where that cannot be.
    pub(crate) fn renew(&mut self) -> bool {
        tracing::warn!("the window's surface was lost, making another");
        self.target = None;
        match self.gpu.instance.create_surface(Arc::clone(&self.window)) {
            Ok(surface) => {
                self.target = Some(surface);
                self.is_stale = true;
                true
            }
            Err(error) => {
                tracing::error!(%error, "cannot make the window's surface anew");
                false
            }
        }
    }

    /// Has the surface make textures of this size; false if it will not. To ask one that was never configured for a
    /// texture would be a panic of wgpu's.
    fn configure(&mut self) -> bool {
        let Some(target) = &self.target else { return false };
        let scope = self.gpu.device.push_error_scope(wgpu::ErrorFilter::Validation);
        let configured = self.gpu.guarded(|| target.configure(&self.gpu.device, &self.config));
        let refused = pollster::block_on(scope.pop());
        if let Some(error) = &refused {
            tracing::error!(%error, size = ?self.size(), "the window's surface cannot be configured");
        }
        self.is_stale = false;
        configured.is_ok() && refused.is_none() && self.gpu.check().is_ok()
    }

    pub(crate) fn present(&self, texture: wgpu::SurfaceTexture) {
        self.gpu.queue.present(texture);
    }
}
