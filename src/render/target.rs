//! A picture to draw into when there is no window, and its way back into memory.

use std::time::Duration;

use super::{Gpu, Image, RenderError, Renderer, Scene};

/// How long a picture may take before the driver counts as dead. A software adapter on a busy machine needs
/// some tens of milliseconds.
const READ_TIMEOUT: Duration = Duration::from_mins(1);

/// A texture of [`Target::FORMAT`] that can be drawn into and read back.
///
/// ```no_run
/// use ringplot::render::{AdapterChoice, Gpu, PxRect, Renderer, Scene, Target};
///
/// let gpu = Gpu::headless(AdapterChoice::default())?;
/// let target = Target::new(&gpu, 640, 360)?;
/// let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
/// let rect = PxRect { x: 0.0, y: 0.0, w: 320.0, h: 360.0 };
/// let scene = Scene { rect, background: [1.0, 0.0, 0.0, 1.0], ..Scene::default() };
/// target.draw(&gpu, &mut renderer, &[scene]);
/// let image = target.read(&gpu)?;
/// assert_eq!(image.pixel(0, 0), Some([255, 0, 0, 255]));
/// assert_eq!(image.pixel(639, 0), Some([0, 0, 0, 255]), "the other half is black");
/// # Ok::<(), ringplot::render::RenderError>(())
/// ```
#[derive(Debug)]
pub struct Target {
    texture: wgpu::Texture,
    view: wgpu::TextureView,
}

impl Target {
    /// Eight bits a channel, sRGB values stored as they are: what the pipelines blend in.
    pub const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;

    /// A target of `width` × `height` pixels; its content is undefined until a pass clears it.
    ///
    /// # Errors
    /// [`RenderError::BadSize`] when a side is 0 or larger than the adapter takes.
    pub fn new(gpu: &Gpu, width: u32, height: u32) -> Result<Self, RenderError> {
        let limit = gpu.device.limits().max_texture_dimension_2d;
        if width == 0 || height == 0 || width > limit || height > limit {
            return Err(RenderError::BadSize { width, height, limit });
        }
        let texture = gpu.device.create_texture(&wgpu::TextureDescriptor {
            label: Some("ringplot: headless target"),
            size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: Self::FORMAT,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
            view_formats: &[],
        });
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        Ok(Self { texture, view })
    }

    /// Width and height in pixels.
    pub fn size(&self) -> [u32; 2] {
        [self.texture.width(), self.texture.height()]
    }

    /// What a render pass draws into.
    pub fn view(&self) -> &wgpu::TextureView {
        &self.view
    }

    /// Draws scenes on black, as a window draws them, and submits that; [`Target::read`] waits for it.
    ///
    /// # Panics
    /// wgpu can panic when this target or `renderer` was made for another [`Gpu`].
    pub fn draw(&self, gpu: &Gpu, renderer: &mut Renderer, scenes: &[Scene]) {
        renderer.prepare(&gpu.device, &gpu.queue, self.size(), scenes);
        let label = Some("ringplot: scenes on a target");
        let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor { label });
        renderer.draw_coarse(&mut encoder);
        let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label,
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: &self.view,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color::BLACK),
                    store: wgpu::StoreOp::Store,
                },
            })],
            ..Default::default()
        });
        for index in 0..scenes.len() {
            renderer.draw(&mut pass, index);
        }
        drop(pass);
        gpu.queue.submit([encoder.finish()]);
    }

    /// Waits for everything submitted so far and copies the picture into memory.
    ///
    /// # Errors
    /// [`RenderError::DeviceLost`] when a call was refused, the driver gave up or did not finish within a minute.
    ///
    /// # Panics
    /// wgpu can panic when this target was made for another [`Gpu`].
    pub fn read(&self, gpu: &Gpu) -> Result<Image, RenderError> {
        let [width, height] = self.size();
        let row_bytes = width * 4;
        let padded_bytes = row_bytes.next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
        let buffer = gpu.device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("ringplot: picture read back"),
            size: u64::from(padded_bytes) * u64::from(height),
            usage: wgpu::BufferUsages::COPY_DST | wgpu::BufferUsages::MAP_READ,
            mapped_at_creation: false,
        });
        let mut encoder = gpu
            .device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor { label: Some("ringplot: read back") });
        encoder.copy_texture_to_buffer(
            self.texture.as_image_copy(),
            wgpu::TexelCopyBufferInfo {
                buffer: &buffer,
                layout: wgpu::TexelCopyBufferLayout {
                    offset: 0,
                    bytes_per_row: Some(padded_bytes),
                    rows_per_image: None,
                },
            },
            self.texture.size(),
        );
        // A device that is lost by now has nothing to map.
        gpu.check()?;
        gpu.queue.submit([encoder.finish()]);
        let (sender, mapped) = std::sync::mpsc::channel();
        buffer.map_async(wgpu::MapMode::Read, .., move |result| {
            // The receiver is gone only if this function has returned already, with an error.
            let _ = sender.send(result);
        });
        gpu.wait(READ_TIMEOUT)?;
        let lost = |reason: &str| RenderError::DeviceLost { reason: reason.to_owned() };
        mapped
            .try_recv()
            .map_err(|_| lost("the picture was never delivered"))?
            .map_err(|error| lost(&error.to_string()))?;
        let view = buffer.get_mapped_range(..).map_err(|error| lost(&error.to_string()))?;
        let mut rgba = Vec::with_capacity(row_bytes as usize * height as usize);
        for row in view.chunks_exact(padded_bytes as usize) {
            rgba.extend_from_slice(&row[..row_bytes as usize]);
        }
        Ok(Image { width, height, rgba })
    }
}
