//! From a laid-out frame to pixels: egui's renderer and ours in one render pass, into a window or a picture.
//!
//! Scenes are uploaded before egui's own buffers; egui's paint callbacks then draw them in their place, so text
//! and crosshairs lie over the data. The ground is the pass's clear colour: a full-size fill by egui costs 40 ms on
//! a software adapter.

use egui::{Context, FullOutput};

use crate::plot::{SceneRenderers, fonts};
use crate::render::{Gpu, Scene};

/// An egui context set up for the viewer.
pub(crate) fn context() -> Context {
    let ctx = Context::default();
    fonts::install(&ctx);
    ctx.options_mut(|options| {
        // Plus and minus zoom the plot, not the text.
        options.zoom_with_keyboard = false;
    });
    ctx.all_styles_mut(|style| {
        style.interaction.tooltip_delay = 0.4;
        style.interaction.selectable_labels = false;
        style.animation_time = 0.0;
    });
    ctx
}

/// The renderers of one device and target format.
pub(crate) struct Painting {
    egui: egui_wgpu::Renderer,
}

impl std::fmt::Debug for Painting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Painting").finish_non_exhaustive()
    }
}

impl Painting {
    pub(crate) fn new(gpu: &Gpu, format: wgpu::TextureFormat) -> Self {
        let options = egui_wgpu::RendererOptions { dithering: false, ..Default::default() };
        let mut egui = egui_wgpu::Renderer::new(&gpu.device, format, options);
        egui.callback_resources.insert(SceneRenderers::new(format));
        Self { egui }
    }

    /// Draws a frame into `target`, which is `size` pixels large, and submits it.
    pub(crate) fn draw(
        &mut self,
        gpu: &Gpu,
        target: &wgpu::TextureView,
        size: [u32; 2],
        ctx: &Context,
        (scenes, ground): (&[Scene], [f32; 4]),
        output: FullOutput,
    ) {
        let FullOutput { mut textures_delta, shapes, pixels_per_point, .. } = output;
        let jobs = ctx.tessellate(shapes, pixels_per_point);
        let screen = egui_wgpu::ScreenDescriptor { size_in_pixels: size, pixels_per_point };
        let freed = self.update_textures(gpu, &mut textures_delta);
        let mut encoder = gpu
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("ringplot: frame") });
        if let Some(renderers) = self.egui.callback_resources.get_mut::<SceneRenderers>() {
            let renderer = renderers.of(&gpu.device, 0);
            renderer.prepare(&gpu.device, &gpu.queue, size, scenes);
            renderer.draw_coarse(&mut encoder);
        }
        let mut commands = self.egui.update_buffers(&gpu.device, &gpu.queue, &mut encoder, &jobs, &screen);
        let [r, g, b, a] = ground.map(f64::from);
        let pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("ringplot: frame"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: target,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color { r, g, b, a }),
                    store: wgpu::StoreOp::Store,
                },
            })],
            ..Default::default()
        });
        self.egui.render(&mut pass.forget_lifetime(), &jobs, &screen);
        commands.push(encoder.finish());
        gpu.queue.submit(commands);
        self.free_textures(freed);
    }

    /// Takes over what a frame that is not drawn changes in egui's textures: the next one needs it.
    pub(crate) fn keep(&mut self, gpu: &Gpu, mut output: FullOutput) {
        let freed = self.update_textures(gpu, &mut output.textures_delta);
        self.free_textures(freed);
        // Writes pile up until something is submitted.
        gpu.queue.submit([]);
    }

    /// Applies what is new; what is to be freed once this frame is drawn. Takes all of `delta`, which egui wants to be
    /// empty when it is dropped, also where drawing panics because the device is lost.
    fn update_textures(&mut self, gpu: &Gpu, delta: &mut egui::TexturesDelta) -> Vec<egui::TextureId> {
        let freed = delta.free.drain().collect();
        for (id, deltas) in delta.set.drain() {
            for delta in deltas {
                self.egui.update_texture(&gpu.device, &gpu.queue, id, &delta);
            }
        }
        freed
    }

    fn free_textures(&mut self, freed: Vec<egui::TextureId>) {
        for id in freed {
            self.egui.free_texture(&id);
        }
    }
}
