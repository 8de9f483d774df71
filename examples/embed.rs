//! Streams drawn inside a render pass of a program's own: its device, its pipeline, its texture. Here a backdrop of its
//! own goes first and a stream over it, into `embed.png`; a game or a CAD program does the same with its window's texture.
//!
//! `cargo run --release --example embed`

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use ringplot::history::ColumnCache;
use ringplot::plot::{Canvas, Drawing, Pen};
use ringplot::render::{Axis, GridLine, Image, PxRect, Renderer, Scene, wgpu};
use ringplot::store::{Data, Ingest, Selection, Store};
use ringplot::viewer::egui::Color32;
use ringplot::{Dash, Producer, Style};

const SIZE: [u32; 2] = [800, 450];
/// Rows of a texture are copied in multiples of 256 bytes.
const ROW_BYTES: u32 = (SIZE[0] * 4).next_multiple_of(256);
/// The program's own drawing: a slope from one colour to another.
const BACKDROP: &str = "
@vertex fn vs(@builtin(vertex_index) i: u32) -> @builtin(position) vec4<f32> {
    return vec4<f32>(f32(i32(i & 1u) * 4 - 1), f32(i32(i >> 1u) * 4 - 1), 0.0, 1.0);
}
@fragment fn fs(@builtin(position) at: vec4<f32>) -> @location(0) vec4<f32> {
    return vec4<f32>(mix(vec3<f32>(0.35, 0.05, 0.25), vec3<f32>(0.02, 0.12, 0.3), at.y / 450.0), 1.0);
}";

/// What the program has anyway.
struct Own {
    device: wgpu::Device,
    queue: wgpu::Queue,
    texture: wgpu::Texture,
    backdrop: wgpu::RenderPipeline,
}

impl Own {
    fn new() -> Result<Self, Box<dyn Error>> {
        let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
        descriptor.backends = wgpu::Backends::VULKAN;
        let instance = wgpu::Instance::new(descriptor);
        let adapter = pollster::block_on(instance.request_adapter(&wgpu::RequestAdapterOptions::default()))?;
        let wants = wgpu::DeviceDescriptor { required_limits: adapter.limits(), ..Default::default() };
        let (device, queue) = pollster::block_on(adapter.request_device(&wants))?;
        let texture = device.create_texture(&wgpu::TextureDescriptor {
            label: Some("the program's own"),
            size: wgpu::Extent3d { width: SIZE[0], height: SIZE[1], depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            // Not one of the sRGB formats: ringplot's colours are blended as they are stored.
            format: wgpu::TextureFormat::Rgba8Unorm,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let source = wgpu::ShaderSource::Wgsl(BACKDROP.into());
        let module = device.create_shader_module(wgpu::ShaderModuleDescriptor { label: None, source });
        let backdrop = device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
            label: Some("backdrop"),
            layout: None,
            vertex: wgpu::VertexState {
                module: &module,
                entry_point: Some("vs"),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                buffers: &[],
            },
            primitive: wgpu::PrimitiveState::default(),
            depth_stencil: None,
            multisample: wgpu::MultisampleState::default(),
            fragment: Some(wgpu::FragmentState {
                module: &module,
                entry_point: Some("fs"),
                compilation_options: wgpu::PipelineCompilationOptions::default(),
                targets: &[Some(texture.format().into())],
            }),
            multiview_mask: None,
            cache: None,
        });
        Ok(Self { device, queue, texture, backdrop })
    }

    /// One frame: the backdrop, and over it the scenes, in the same pass.
    fn frame(&self, renderer: &mut Renderer, scenes: &[Scene]) -> wgpu::CommandBuffer {
        renderer.prepare(&self.device, &self.queue, SIZE, scenes);
        let view = self.texture.create_view(&wgpu::TextureViewDescriptor::default());
        let mut encoder = self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("the program's own"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: &view,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations::default(),
            })],
            ..Default::default()
        });
        pass.set_pipeline(&self.backdrop);
        pass.draw(0..3, 0..1);
        for index in 0..scenes.len() {
            renderer.draw(&mut pass, index);
        }
        drop(pass);
        encoder.finish()
    }

    /// The texture's pixels.
    fn read(&self) -> Result<Image, Box<dyn Error>> {
        let buffer = self.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: u64::from(ROW_BYTES * SIZE[1]),
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let mut encoder = self.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let layout =
            wgpu::TexelCopyBufferLayout { offset: 0, bytes_per_row: Some(ROW_BYTES), rows_per_image: None };
        encoder.copy_texture_to_buffer(
            self.texture.as_image_copy(),
            wgpu::TexelCopyBufferInfo { buffer: &buffer, layout },
            self.texture.size(),
        );
        self.queue.submit([encoder.finish()]);
        buffer.map_async(wgpu::MapMode::Read, .., |_| ());
        self.device.poll(wgpu::PollType::wait_indefinitely())?;
        let bytes = buffer.get_mapped_range(..)?;
        let rows = bytes.chunks(ROW_BYTES as usize).flat_map(|row| &row[..SIZE[0] as usize * 4]);
        Ok(Image { width: SIZE[0], height: SIZE[1], rgba: rows.copied().collect() })
    }
}

/// A stream as it lies in a rectangle of the texture.
fn scene(store: &Store, rect: PxRect) -> Option<Scene> {
    let canvas = Canvas::over(rect, [0.0, 1.0], [-1.5, 1.5]);
    let line = Color32::from_rgb(0xF0, 0xE4, 0x42);
    let pen = Pen { colour: line, breaks: Color32::RED, style: Style::Line, width: 1.5, dash: Dash::Solid };
    let mut drawing = Drawing::default();
    // A program that draws frame after frame keeps the cache of each stream: only new columns are computed then.
    let mut cache = ColumnCache::new();
    store.read("embed", |stream| {
        if let Data::Trace(trace) = &stream.data {
            drawing.trace(&canvas, trace, pen, &mut cache);
        }
    })?;
    let zero =
        GridLine { axis: Axis::Y, at_px: rect.y + rect.h / 2.0, colour: [1.0, 1.0, 1.0, 0.3], width_px: 1.0 };
    let background = [0.0, 0.0, 0.0, 0.35];
    Some(Scene { rect, background, grid: vec![zero], layers: drawing.layers, ..Scene::default() })
}

fn main() -> Result<(), Box<dyn Error>> {
    let own = Own::new()?;
    let mut renderer = Renderer::new(&own.device, own.texture.format());
    let mut wave = Producer::builder("embed").uniform(0.0, 1e5)?;
    wave.push_slice(&std::array::from_fn::<f32, 100_000, _>(|i| (i as f32 * 2e-4).sin()));
    let store = Store::new(64 << 20);
    let ingest = Ingest::start(store.clone(), Selection::Names(vec!["embed".to_owned()]))?;
    if !wave.wait_for_viewer(Duration::from_secs(5)) {
        return Err("the ingest thread did not attach".into());
    }
    ingest.stop();
    let rect = PxRect { x: 60.0, y: 45.0, w: 680.0, h: 360.0 };
    let scene = scene(&store, rect).ok_or("the stream is gone")?;
    let commands = own.frame(&mut renderer, &[scene]);
    own.queue.submit([commands]);
    let path = std::env::args_os().nth(1).unwrap_or_else(|| "embed.png".into());
    own.read()?.write_png(Path::new(&path))?;
    Ok(())
}
