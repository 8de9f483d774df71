//! `egui_plot`'s own line, through egui's renderer onto a texture, read back as ringplot's picture is.

use egui::{Color32, Context, RawInput, Rect, pos2, vec2};
use egui_plot::{Line, Plot, PlotPoint, PlotPoints};
use ringplot::render::{Gpu, Image, Target};

use super::{Peer, SIZE, SPAN_SECS, Y_RANGE, gpu};

pub struct EguiPlot {
    points: Vec<PlotPoint>,
    shown: usize,
    gpu: Gpu,
    ctx: Context,
    renderer: egui_wgpu::Renderer,
    target: Target,
}

impl EguiPlot {
    pub fn new(values: &[f32], shown: usize) -> Self {
        let gpu = gpu();
        let renderer =
            egui_wgpu::Renderer::new(&gpu.device, Target::FORMAT, egui_wgpu::RendererOptions::default());
        let rate = shown as f64 / SPAN_SECS;
        let point = |(i, y): (usize, &f32)| PlotPoint::new(i as f64 / rate, *y);
        Self {
            points: values.iter().enumerate().map(point).collect(),
            shown,
            target: Target::new(&gpu, SIZE[0], SIZE[1]).expect("a usual size"),
            gpu,
            ctx: Context::default(),
            renderer,
        }
    }
}

impl Peer for EguiPlot {
    fn frame(&mut self, first: usize) -> Image {
        let points = &self.points[first..first + self.shown];
        let size = vec2(SIZE[0] as f32, SIZE[1] as f32);
        let input = RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), size)),
            max_texture_side: Some(8192),
            ..RawInput::default()
        };
        let output = self.ctx.run_ui(input, |ui| {
            Plot::new("plot").show(ui, |plot| {
                plot.set_plot_bounds_x(points[0].x..=points[points.len() - 1].x);
                plot.set_plot_bounds_y(Y_RANGE[0]..=Y_RANGE[1]);
                plot.line(Line::new("chirp", PlotPoints::Borrowed(points)).width(1.5));
            });
        });
        let mut textures = output.textures_delta;
        let jobs = self.ctx.tessellate(output.shapes, output.pixels_per_point);
        let (device, queue) = (&self.gpu.device, &self.gpu.queue);
        for (id, deltas) in textures.set.drain() {
            for delta in deltas {
                self.renderer.update_texture(device, queue, id, &delta);
            }
        }
        let screen =
            egui_wgpu::ScreenDescriptor { size_in_pixels: SIZE, pixels_per_point: output.pixels_per_point };
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut commands = self.renderer.update_buffers(device, queue, &mut encoder, &jobs, &screen);
        let [r, g, b, a] = Color32::BLACK.to_normalized_gamma_f32().map(f64::from);
        let pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: self.target.view(),
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color { r, g, b, a }),
                    store: wgpu::StoreOp::Store,
                },
            })],
            ..Default::default()
        });
        self.renderer.render(&mut pass.forget_lifetime(), &jobs, &screen);
        commands.push(encoder.finish());
        queue.submit(commands);
        self.target.read(&self.gpu).expect("the picture comes back")
    }
}
