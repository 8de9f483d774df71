//! What the four pipelines share: the view, the bind groups and the growing buffers.
//!
//! Instances are read from storage buffers by index rather than as vertex attributes: one layout for all four,
//! and the structs can be checked field by field against WGSL without a GPU.

use std::num::NonZeroU64;
use std::ops::Range;

use bytemuck::{Pod, Zeroable};

use super::shaders::{Mirror, Shader, mirror};

/// No buffer grows past this many bytes: adapters bind at most 128 MiB, some allocate no more at a time.
pub(super) const MAX_BYTES: usize = 64 << 20;

/// The smallest buffer, bytes.
const MIN_BYTES: usize = 16 << 10;

/// `View` in `shaders/common/view.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
pub(super) struct View {
    /// Width and height of the target, pixels.
    pub(super) target_size_px: [f32; 2],
    /// Unused.
    pub(super) padding: [f32; 2],
}

pub(super) const VIEW_MIRROR: Mirror = mirror!("grid", View: target_size_px, padding);

/// The target's size on the GPU: bind group 0 of every pipeline.
#[derive(Debug)]
pub(super) struct ViewSlot {
    buffer: wgpu::Buffer,
    layout: wgpu::BindGroupLayout,
    group: wgpu::BindGroup,
}

impl ViewSlot {
    pub(super) fn new(device: &wgpu::Device) -> Self {
        let buffer = device.create_buffer(&wgpu::BufferDescriptor {
            label: Some("ringplot: view"),
            size: size_of::<View>() as u64,
            usage: wgpu::BufferUsages::UNIFORM | wgpu::BufferUsages::COPY_DST,
            mapped_at_creation: false,
        });
        let layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some("ringplot: view"),
            entries: &[wgpu::BindGroupLayoutEntry {
                binding: 0,
                visibility: wgpu::ShaderStages::VERTEX,
                ty: wgpu::BindingType::Buffer {
                    ty: wgpu::BufferBindingType::Uniform,
                    has_dynamic_offset: false,
                    min_binding_size: NonZeroU64::new(size_of::<View>() as u64),
                },
                count: None,
            }],
        });
        let group = device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some("ringplot: view"),
            layout: &layout,
            entries: &[wgpu::BindGroupEntry { binding: 0, resource: buffer.as_entire_binding() }],
        });
        Self { buffer, layout, group }
    }

    pub(super) fn upload(&self, queue: &wgpu::Queue, size: [u32; 2]) {
        let view = View { target_size_px: [size[0] as f32, size[1] as f32], padding: [0.0; 2] };
        queue.write_buffer(&self.buffer, 0, bytemuck::bytes_of(&view));
    }

    pub(super) fn set(&self, pass: &mut wgpu::RenderPass<'_>) {
        pass.set_bind_group(0, &self.group, &[]);
    }
}

/// What a pipeline is made from again when its shader was edited.
#[cfg(debug_assertions)]
#[derive(Debug)]
struct Remake {
    shader: Shader,
    format: wgpu::TextureFormat,
    layout: wgpu::PipelineLayout,
}

/// A compiled shader with its layouts: premultiplied blending, four-vertex strips, no vertex buffers.
#[derive(Debug)]
pub(super) struct Pipeline {
    /// What a reload of the shader needs, in debug builds.
    #[cfg(debug_assertions)]
    remake: Remake,
    label: String,
    data_layout: wgpu::BindGroupLayout,
    compiled: wgpu::RenderPipeline,
}

impl Pipeline {
    /// `strides` has the element size in bytes of each storage buffer in bind group 1, in binding order.
    pub(super) fn new(
        device: &wgpu::Device,
        format: wgpu::TextureFormat,
        view: &ViewSlot,
        shader: Shader,
        strides: &[usize],
    ) -> Self {
        let label = format!("ringplot: {} pipeline", shader.name);
        let entries: Vec<_> = (0..)
            .zip(strides)
            .map(|(binding, stride)| wgpu::BindGroupLayoutEntry {
                binding,
                visibility: wgpu::ShaderStages::VERTEX_FRAGMENT,
                ty: wgpu::BindingType::Buffer {
                    ty: wgpu::BufferBindingType::Storage { read_only: true },
                    has_dynamic_offset: false,
                    min_binding_size: NonZeroU64::new(*stride as u64),
                },
                count: None,
            })
            .collect();
        let data_layout = device.create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor {
            label: Some(&label),
            entries: &entries,
        });
        let layout = device.create_pipeline_layout(&wgpu::PipelineLayoutDescriptor {
            label: Some(&label),
            bind_group_layouts: &[Some(&view.layout), Some(&data_layout)],
            immediate_size: 0,
        });
        let compiled = compile(device, format, &layout, &label, shader.source);
        Self {
            #[cfg(debug_assertions)]
            remake: Remake { shader, format, layout },
            label,
            data_layout,
            compiled,
        }
    }

    /// Takes a new text for the shader; keeps the old one and logs why if it does not compile.
    #[cfg(debug_assertions)]
    pub(super) fn reload(&mut self, device: &wgpu::Device, source: &str) {
        let scope = device.push_error_scope(wgpu::ErrorFilter::Validation);
        let compiled = compile(device, self.remake.format, &self.remake.layout, &self.label, source);
        match pollster::block_on(scope.pop()) {
            None => {
                tracing::info!(shader = self.remake.shader.name, "reloaded a shader");
                self.compiled = compiled;
            }
            Some(error) => {
                tracing::error!(shader = self.remake.shader.name, %error, "kept the last good shader");
            }
        }
    }

    /// The shader it was built from first.
    #[cfg(debug_assertions)]
    pub(super) fn shader(&self) -> Shader {
        self.remake.shader
    }

    /// Bind group 1 over `buffers`, in binding order.
    pub(super) fn bind(&self, device: &wgpu::Device, buffers: &[&wgpu::Buffer]) -> wgpu::BindGroup {
        let entries: Vec<_> = (0..)
            .zip(buffers)
            .map(|(binding, buffer)| wgpu::BindGroupEntry { binding, resource: buffer.as_entire_binding() })
            .collect();
        device.create_bind_group(&wgpu::BindGroupDescriptor {
            label: Some(&self.label),
            layout: &self.data_layout,
            entries: &entries,
        })
    }

    pub(super) fn draw(
        &self,
        pass: &mut wgpu::RenderPass<'_>,
        data: &wgpu::BindGroup,
        instances: Range<u32>,
    ) {
        pass.set_pipeline(&self.compiled);
        pass.set_bind_group(1, data, &[]);
        pass.draw(0..4, instances);
    }
}

fn compile(
    device: &wgpu::Device,
    format: wgpu::TextureFormat,
    layout: &wgpu::PipelineLayout,
    label: &str,
    source: &str,
) -> wgpu::RenderPipeline {
    let module = device.create_shader_module(wgpu::ShaderModuleDescriptor {
        label: Some(label),
        source: wgpu::ShaderSource::Wgsl(source.into()),
    });
    device.create_render_pipeline(&wgpu::RenderPipelineDescriptor {
        label: Some(label),
        layout: Some(layout),
        vertex: wgpu::VertexState {
            module: &module,
            entry_point: Some("vs_main"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            buffers: &[],
        },
        primitive: wgpu::PrimitiveState {
            topology: wgpu::PrimitiveTopology::TriangleStrip,
            ..Default::default()
        },
        depth_stencil: None,
        multisample: wgpu::MultisampleState::default(),
        fragment: Some(wgpu::FragmentState {
            module: &module,
            entry_point: Some("fs_main"),
            compilation_options: wgpu::PipelineCompilationOptions::default(),
            targets: &[Some(wgpu::ColorTargetState {
                format,
                blend: Some(wgpu::BlendState::PREMULTIPLIED_ALPHA_BLENDING),
                write_mask: wgpu::ColorWrites::ALL,
            })],
        }),
        multiview_mask: None,
        cache: None,
    })
}

/// A storage buffer filled anew each frame: staged on the CPU, uploaded in one write, kept and doubled.
#[derive(Debug)]
pub(super) struct Slots<T> {
    label: &'static str,
    staged: Vec<T>,
    buffer: Option<wgpu::Buffer>,
    overflowed: bool,
}

impl<T: Pod> Slots<T> {
    const MAX_LEN: usize = MAX_BYTES / size_of::<T>();

    pub(super) fn new(label: &'static str) -> Self {
        Self { label, staged: Vec::new(), buffer: None, overflowed: false }
    }

    pub(super) fn clear(&mut self) {
        self.staged.clear();
    }

    /// Number of elements staged, which is the index of the next one.
    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.staged.len()).expect("64 MiB hold fewer than 2^32 elements")
    }

    /// True if `count` more elements fit; logs once if not.
    pub(super) fn has_room(&mut self, count: usize) -> bool {
        let fits = self.staged.len() + count <= Self::MAX_LEN;
        if !fits && !self.overflowed {
            self.overflowed = true;
            tracing::warn!(
                buffer = self.label,
                limit = Self::MAX_LEN,
                "too much to draw, the rest is left out"
            );
        }
        fits
    }

    /// Adds an element unless the buffer is full.
    pub(super) fn push(&mut self, element: T) {
        if self.has_room(1) {
            self.staged.push(element);
        }
    }

    /// Writes what is staged; true if the buffer was replaced by a larger one (so it must be bound anew).
    pub(super) fn upload(&mut self, device: &wgpu::Device, queue: &wgpu::Queue) -> bool {
        if self.staged.is_empty() {
            return false;
        }
        let bytes: &[u8] = bytemuck::cast_slice(&self.staged);
        let mut replaced = false;
        let buffer = match self.buffer.take() {
            Some(buffer) if buffer.size() >= bytes.len() as u64 => buffer,
            _ => {
                replaced = true;
                device.create_buffer(&wgpu::BufferDescriptor {
                    label: Some(self.label),
                    size: bytes.len().next_power_of_two().clamp(MIN_BYTES, MAX_BYTES) as u64,
                    usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
                    mapped_at_creation: false,
                })
            }
        };
        queue.write_buffer(&buffer, 0, bytes);
        self.buffer = Some(buffer);
        replaced
    }

    /// What the GPU will get.
    #[cfg(test)]
    pub(super) fn staged(&self) -> &[T] {
        &self.staged
    }

    /// The buffer, once something was uploaded.
    pub(super) fn buffer(&self) -> Option<&wgpu::Buffer> {
        self.buffer.as_ref()
    }
}

/// A pipeline with one buffer of instances.
#[derive(Debug)]
pub(super) struct Stage<T> {
    /// The pipeline.
    pub(super) pipeline: Pipeline,
    /// This frame's instances, of all scenes.
    pub(super) instances: Slots<T>,
    group: Option<wgpu::BindGroup>,
}

impl<T: Pod> Stage<T> {
    pub(super) fn new(
        device: &wgpu::Device,
        format: wgpu::TextureFormat,
        view: &ViewSlot,
        shader: Shader,
        label: &'static str,
    ) -> Self {
        let pipeline = Pipeline::new(device, format, view, shader, &[size_of::<T>()]);
        Self { pipeline, instances: Slots::new(label), group: None }
    }

    pub(super) fn upload(&mut self, device: &wgpu::Device, queue: &wgpu::Queue) {
        if self.instances.upload(device, queue) {
            self.group = self.instances.buffer().map(|buffer| self.pipeline.bind(device, &[buffer]));
        }
    }

    pub(super) fn draw(&self, pass: &mut wgpu::RenderPass<'_>, instances: Range<u32>) {
        if let Some(group) = &self.group {
            self.pipeline.draw(pass, group, instances);
        }
    }
}
