//! Scenes drawn at half the size and shown at their place: `shaders/coarse.wgsl`.
//!
//! A software adapter pays for pixels, so a plot of a quarter as many costs a quarter, and showing them little. Text and
//! whatever else the caller draws stays as sharp as it is.

use bytemuck::{Pod, Zeroable};

use super::clip::Area;
use super::pages::Pages;
use super::pipeline::{Pipeline, ViewSlot, storage_entry};
use super::shaders::{Mirror, Shader, mirror, shader};

pub(super) const SHADER: Shader = shader!("coarse": "common/view.wgsl");
pub(super) const MIRROR: Mirror = mirror!("coarse", Pane: min_px, max_px);

/// Side of a coarse pixel, target pixels; the shader's number.
pub(super) const SIDE: u32 = 2;

/// `Pane` in `shaders/coarse.wgsl`: where a scene is shown.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub(super) struct Pane {
    /// Left and top edge, whole target pixels.
    pub(super) min_px: [f32; 2],
    /// Right and bottom edge, whole target pixels.
    pub(super) max_px: [f32; 2],
}

/// The texture that coarse scenes are drawn into, and what shows it.
#[derive(Debug)]
pub(super) struct Coarse {
    pub(super) pipeline: Pipeline,
    /// The size of the texture, for what is drawn into it.
    pub(super) view: ViewSlot,
    panes: Pages<Pane>,
    format: wgpu::TextureFormat,
    texture: Option<wgpu::Texture>,
    group: Option<wgpu::BindGroup>,
}

impl Coarse {
    pub(super) fn new(device: &wgpu::Device, format: wgpu::TextureFormat, view: &ViewSlot) -> Self {
        let texture = wgpu::BindGroupLayoutEntry {
            binding: 1,
            visibility: wgpu::ShaderStages::FRAGMENT,
            ty: wgpu::BindingType::Texture {
                sample_type: wgpu::TextureSampleType::Float { filterable: false },
                view_dimension: wgpu::TextureViewDimension::D2,
                multisampled: false,
            },
            count: None,
        };
        let entries = [storage_entry(0, size_of::<Pane>()), texture];
        let pipeline = Pipeline::with_entries(device, format, view, SHADER, &entries);
        // A window has some plots, and a page room for thousands.
        let panes = Pages::new("ringplot: coarse panes", 1 << 16);
        Self { pipeline, view: ViewSlot::new(device), panes, format, texture: None, group: None }
    }

    pub(super) fn clear(&mut self) {
        self.panes.clear();
    }

    /// Adds a scene that fills `area` of the target. Its own area in the texture, and its place among the panes.
    pub(super) fn push(&mut self, area: Area) -> (Area, usize) {
        let Area { left, top, right, bottom } = area;
        let index = self.panes.len();
        let [left_px, top_px, right_px, bottom_px] = area.edges(0.0);
        self.panes.push(Pane { min_px: [left_px, top_px], max_px: [right_px, bottom_px] });
        let (right, bottom) = (right.div_ceil(SIDE), bottom.div_ceil(SIDE));
        (Area { left: left / SIDE, top: top / SIDE, right, bottom }, index)
    }

    /// Brings texture and panes up to date, for a target of a size; without panes the texture goes.
    pub(super) fn upload(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, target_size: [u32; 2]) {
        if self.panes.len() == 0 {
            self.texture = None;
            self.group = None;
            return;
        }
        let [width, height] = target_size.map(|side| side.div_ceil(SIDE));
        let mut is_changed = self.panes.upload(device, queue);
        if self.texture.as_ref().is_none_or(|texture| [texture.width(), texture.height()] != [width, height])
        {
            is_changed = true;
            self.view.upload(queue, [width, height]);
            self.texture = Some(device.create_texture(&wgpu::TextureDescriptor {
                label: Some("ringplot: coarse plots"),
                size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
                mip_level_count: 1,
                sample_count: 1,
                dimension: wgpu::TextureDimension::D2,
                format: self.format,
                usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::TEXTURE_BINDING,
                view_formats: &[],
            }));
        }
        if is_changed || self.group.is_none() {
            let view = self.texture.as_ref().map(|t| t.create_view(&wgpu::TextureViewDescriptor::default()));
            self.group = self.panes.buffers().first().zip(view).map(|(panes, view)| {
                let resources = [panes.as_entire_binding(), wgpu::BindingResource::TextureView(&view)];
                self.pipeline.bind_resources(device, resources)
            });
        }
    }

    /// Size of the texture and what to draw into; `None` if there is nothing coarse.
    pub(super) fn target(&self) -> Option<([u32; 2], wgpu::TextureView)> {
        let texture = self.texture.as_ref()?;
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        Some(([texture.width(), texture.height()], view))
    }

    /// Shows a scene at its place.
    pub(super) fn draw(&self, pass: &mut wgpu::RenderPass<'_>, index: usize) {
        if let (Some(group), Ok(index)) = (&self.group, u32::try_from(index)) {
            self.pipeline.draw(pass, group, index..index + 1);
        }
    }
}
