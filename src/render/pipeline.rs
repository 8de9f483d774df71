//! What the pipelines share: the view and the bind groups.
//!
//! Instances are read from storage buffers by index rather than as vertex attributes: one layout for all,
//! and the structs can be checked field by field against WGSL without a GPU.

use std::num::NonZeroU64;
use std::ops::Range;

use bytemuck::{Pod, Zeroable};

use super::pages::Pages;
use super::shaders::{Mirror, Shader, mirror};

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
        let entries: Vec<_> = (0..).zip(strides).map(|(at, stride)| storage_entry(at, *stride)).collect();
        Self::with_entries(device, format, view, shader, &entries)
    }

    /// `entries` describes bind group 1.
    pub(super) fn with_entries(
        device: &wgpu::Device,
        format: wgpu::TextureFormat,
        view: &ViewSlot,
        shader: Shader,
        entries: &[wgpu::BindGroupLayoutEntry],
    ) -> Self {
        let label = format!("ringplot: {} pipeline", shader.name);
        let data_layout = device
            .create_bind_group_layout(&wgpu::BindGroupLayoutDescriptor { label: Some(&label), entries });
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
        self.bind_resources(device, buffers.iter().map(|buffer| buffer.as_entire_binding()))
    }

    /// Bind group 1 over what a shader reads, in binding order.
    pub(super) fn bind_resources<'a>(
        &self,
        device: &wgpu::Device,
        resources: impl IntoIterator<Item = wgpu::BindingResource<'a>>,
    ) -> wgpu::BindGroup {
        let entries: Vec<_> = (0..)
            .zip(resources)
            .map(|(binding, resource)| wgpu::BindGroupEntry { binding, resource })
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

/// A storage buffer of elements of `stride` bytes that vertex and fragment shader read.
pub(super) fn storage_entry(binding: u32, stride: usize) -> wgpu::BindGroupLayoutEntry {
    wgpu::BindGroupLayoutEntry {
        binding,
        visibility: wgpu::ShaderStages::VERTEX_FRAGMENT,
        ty: wgpu::BindingType::Buffer {
            ty: wgpu::BufferBindingType::Storage { read_only: true },
            has_dynamic_offset: false,
            min_binding_size: NonZeroU64::new(stride as u64),
        },
        count: None,
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

/// A pipeline whose instances are all it reads.
#[derive(Debug)]
pub(super) struct Stage<T> {
    /// The pipeline.
    pub(super) pipeline: Pipeline,
    /// This frame's instances, of all scenes.
    pub(super) instances: Pages<T>,
    groups: Vec<wgpu::BindGroup>,
}

impl<T: Pod> Stage<T> {
    pub(super) fn new(
        device: &wgpu::Device,
        format: wgpu::TextureFormat,
        view: &ViewSlot,
        shader: Shader,
        label: &'static str,
        page_bytes: usize,
    ) -> Self {
        let pipeline = Pipeline::new(device, format, view, shader, &[size_of::<T>()]);
        let instances = Pages::new(label, page_bytes / size_of::<T>());
        Self { pipeline, instances, groups: Vec::new() }
    }

    pub(super) fn upload(&mut self, device: &wgpu::Device, queue: &wgpu::Queue) {
        if self.instances.upload(device, queue) {
            let bind = |buffer| self.pipeline.bind(device, &[buffer]);
            self.groups = self.instances.buffers().iter().map(bind).collect();
        }
    }

    pub(super) fn draw(&self, pass: &mut wgpu::RenderPass<'_>, instances: Range<usize>) {
        for (page, instances) in self.instances.split(instances) {
            if let Some(group) = self.groups.get(page) {
                self.pipeline.draw(pass, group, instances);
            }
        }
    }
}
