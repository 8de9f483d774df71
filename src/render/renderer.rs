//! From a frame's scenes to draws.

use std::ops::Range;

use super::band::Bands;
use super::clip::Area;
use super::coarse::Coarse;
use super::density::Densities;
use super::grid::{self, Rect};
use super::marker::{self, Marker};
use super::pages::PAGE_BYTES;
use super::pipeline::{Stage, ViewSlot};
use super::segment::{self, Segment};
use super::waterfall::Waterfalls;
use super::{PxRect, Scene, Shape};

/// The pipelines and the buffers of a frame.
///
/// ```no_run
/// use ringplot::render::{AdapterChoice, Gpu, Renderer, Scene, Target};
/// # fn main() -> Result<(), ringplot::render::RenderError> {
/// let gpu = Gpu::headless(AdapterChoice::default())?;
/// let target = Target::new(&gpu, 640, 360)?;
/// let mut renderer = Renderer::new(&gpu.device, Target::FORMAT);
/// renderer.prepare(&gpu.device, &gpu.queue, target.size(), &[Scene::default()]);
/// let mut encoder = gpu.device.create_command_encoder(&Default::default());
/// let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
///     color_attachments: &[Some(wgpu::RenderPassColorAttachment {
///         view: target.view(),
///         depth_slice: None,
///         resolve_target: None,
///         ops: wgpu::Operations { load: wgpu::LoadOp::Clear(wgpu::Color::BLACK), store: wgpu::StoreOp::Store },
///     })],
///     ..Default::default()
/// });
/// renderer.draw(&mut pass, 0);
/// drop(pass);
/// gpu.queue.submit([encoder.finish()]);
/// target.read(&gpu)?.write_png("plot.png".as_ref())?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Renderer {
    view: ViewSlot,
    coarse: Coarse,
    grid: Stage<Rect>,
    bands: Bands,
    segments: Stage<Segment>,
    markers: Stage<Marker>,
    waterfalls: Waterfalls,
    densities: Densities,
    target_size: [u32; 2],
    plans: Vec<Plan>,
    draws: Vec<Draw>,
    #[cfg(debug_assertions)]
    reload: super::reload::Reload,
}

/// One scene's share of the buffers.
#[derive(Debug)]
struct Plan {
    area: Area,
    draws: Range<usize>,
    /// Where it is shown and as which pane, if it is drawn at half the size; `area` is then in the coarse texture.
    pane: Option<(Area, usize)>,
}

/// One instanced draw.
#[derive(Debug)]
struct Draw {
    pipeline: PipelineKind,
    instances: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PipelineKind {
    Grid,
    Bands,
    Segments,
    Markers,
    Waterfalls,
    Densities,
}

impl Renderer {
    /// Compiles the pipelines for targets of this format, which must store sRGB values as they are
    /// (`Rgba8Unorm`, `Bgra8Unorm`): in a `*Srgb` format every colour would come out too light.
    pub fn new(device: &wgpu::Device, target: wgpu::TextureFormat) -> Self {
        Self::with_page_bytes(device, target, PAGE_BYTES)
    }

    /// With pages smaller than 64 MiB; for the tests.
    #[doc(hidden)]
    pub fn with_page_bytes(device: &wgpu::Device, target: wgpu::TextureFormat, page_bytes: usize) -> Self {
        if target.is_srgb() {
            tracing::warn!(?target, "colours will be too light: the target converts to sRGB once more");
        }
        let view = ViewSlot::new(device);
        Self {
            grid: Stage::new(device, target, &view, grid::SHADER, "ringplot: grid rectangles", page_bytes),
            bands: Bands::new(device, target, &view, page_bytes),
            segments: Stage::new(device, target, &view, segment::SHADER, "ringplot: segments", page_bytes),
            markers: Stage::new(device, target, &view, marker::SHADER, "ringplot: markers", page_bytes),
            waterfalls: Waterfalls::new(device, target, &view),
            coarse: Coarse::new(device, target, &view),
            densities: Densities::new(device, target, &view),
            view,
            target_size: [0; 2],
            plans: Vec::new(),
            draws: Vec::new(),
            #[cfg(debug_assertions)]
            reload: super::reload::Reload::new(),
        }
    }

    /// Uploads all plots of a frame, for a target of `target_size` pixels. Once for each submit: it replaces
    /// what the call before uploaded.
    ///
    /// Neighbouring layers of one kind become one draw, so a scene of bands is drawn at once.
    ///
    /// # Panics
    /// wgpu can panic when device or queue are of another [`wgpu::Instance`] than this was made for.
    pub fn prepare(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        target_size: [u32; 2],
        scenes: &[Scene],
    ) {
        #[cfg(debug_assertions)]
        self.reload_shaders(device);
        self.target_size = target_size;
        self.plans.clear();
        self.draws.clear();
        self.grid.instances.clear();
        self.bands.staged.clear();
        self.segments.instances.clear();
        self.markers.instances.clear();
        self.waterfalls.clear();
        self.coarse.clear();
        self.densities.clear();
        for scene in scenes {
            let plan = self.stage(device, queue, scene);
            self.plans.push(plan);
        }
        self.coarse.upload(device, queue, target_size);
        self.waterfalls.upload(device, queue);
        self.densities.upload(device, queue);
        if self.draws.is_empty() {
            return;
        }
        self.view.upload(queue, target_size);
        self.grid.upload(device, queue);
        self.bands.upload(device, queue);
        self.segments.upload(device, queue);
        self.markers.upload(device, queue);
    }

    /// Draws the coarse scenes of the last [`Renderer::prepare`] into a texture, in a pass of its own: before the pass in
    /// which [`Renderer::draw`] shows them. Nothing if there are none.
    ///
    /// # Panics
    /// wgpu can panic when the encoder is of another [`wgpu::Instance`] than this was made for.
    pub fn draw_coarse(&self, encoder: &mut wgpu::CommandEncoder) {
        let Some((size, view)) = self.coarse.target() else { return };
        let mut pass = encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("ringplot: coarse plots"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: &view,
                depth_slice: None,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color::TRANSPARENT),
                    store: wgpu::StoreOp::Store,
                },
            })],
            ..Default::default()
        });
        for plan in self.plans.iter().filter(|plan| plan.pane.is_some()) {
            self.draw_plan(&mut pass, (plan, plan.area), size, &self.coarse.view);
        }
    }

    /// Draws scene `index` of the last [`Renderer::prepare`] into a pass over the target; nothing if there is no such
    /// scene or nothing of it lies on the target.
    ///
    /// Sets the viewport (the whole target), the scissor (the scene's rectangle), pipeline and bind groups 0 and 1,
    /// and restores none of them. The pass's attachment must have the size given to `prepare`.
    ///
    /// # Panics
    /// wgpu can panic when the pass is of another [`wgpu::Instance`] than this was made for.
    pub fn draw(&self, pass: &mut wgpu::RenderPass<'_>, index: usize) {
        let [w, h] = self.target_size.map(|length| length as f32);
        self.draw_within(pass, index, PxRect { x: 0.0, y: 0.0, w, h });
    }

    /// As [`Renderer::draw`], and nothing outside of `clip`.
    ///
    /// # Panics
    /// As [`Renderer::draw`].
    pub fn draw_within(&self, pass: &mut wgpu::RenderPass<'_>, index: usize, clip: PxRect) {
        let Some(plan) = self.plans.get(index) else { return };
        let within = |area: Area| area.within(Area::new(clip, self.target_size)?);
        match plan.pane {
            None => {
                if let Some(area) = within(plan.area) {
                    self.draw_plan(pass, (plan, area), self.target_size, &self.view);
                }
            }
            Some((area, pane)) if !plan.draws.is_empty() => {
                if let Some(area) = within(area) {
                    enter(pass, area, self.target_size, &self.view);
                    self.coarse.draw(pass, pane);
                }
            }
            Some(_) => {}
        }
    }

    fn draw_plan(
        &self,
        pass: &mut wgpu::RenderPass<'_>,
        (plan, area): (&Plan, Area),
        target_size: [u32; 2],
        view: &ViewSlot,
    ) {
        let draws = &self.draws[plan.draws.clone()];
        if draws.is_empty() {
            return;
        }
        enter(pass, area, target_size, view);
        for draw in draws {
            let instances = draw.instances.clone();
            match draw.pipeline {
                PipelineKind::Grid => self.grid.draw(pass, instances),
                PipelineKind::Bands => self.bands.draw(pass, instances),
                PipelineKind::Segments => self.segments.draw(pass, instances),
                PipelineKind::Markers => self.markers.draw(pass, instances),
                PipelineKind::Waterfalls => self.waterfalls.draw(pass, instances),
                PipelineKind::Densities => self.densities.draw(pass, instances),
            }
        }
    }

    /// Bytes of GPU memory in the buffers, not counting what wgpu keeps for uploads.
    pub fn buffer_bytes(&self) -> u64 {
        self.buffers().map(wgpu::Buffer::size).sum()
    }

    /// Bytes of the largest buffer.
    #[doc(hidden)]
    pub fn largest_buffer_bytes(&self) -> u64 {
        self.buffers().map(wgpu::Buffer::size).max().unwrap_or(0)
    }

    fn buffers(&self) -> impl Iterator<Item = &wgpu::Buffer> {
        let bands = &self.bands.staged;
        let all = [
            self.grid.instances.buffers(),
            bands.strips.buffers(),
            bands.columns.buffers(),
            self.segments.instances.buffers(),
            self.markers.instances.buffers(),
        ];
        all.into_iter().flatten().chain(self.waterfalls.buffers()).chain(self.densities.buffers())
    }

    /// Bytes that the last [`Renderer::prepare`] uploaded for [`Shape::Rows`].
    pub fn uploaded_row_bytes(&self) -> u64 {
        self.waterfalls.uploaded_bytes()
    }

    fn stage(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, scene: &Scene) -> Plan {
        let first = self.draws.len();
        let Some(area) = Area::new(scene.rect, self.target_size) else {
            let area = Area { left: 0, top: 0, right: 0, bottom: 0 };
            return Plan { area, draws: first..first, pane: None };
        };
        let (area, pane) = if scene.is_coarse {
            let (coarse, index) = self.coarse.push(area);
            (coarse, Some((area, index)))
        } else {
            (area, None)
        };
        let start = self.grid.instances.len();
        grid::push(&mut self.grid.instances, area, scene);
        self.add_draw(first, PipelineKind::Grid, start..self.grid.instances.len());
        for layer in &scene.layers {
            let (colour, width_px) = (layer.colour, layer.width_px);
            match &layer.shape {
                Shape::Bands { first_px, halves } => {
                    let start = self.bands.staged.strips.len();
                    self.bands.staged.push(area, *first_px, halves, colour, width_px);
                    self.add_draw(first, PipelineKind::Bands, start..self.bands.staged.strips.len());
                }
                Shape::Segments { points } => {
                    let start = self.segments.instances.len();
                    segment::push(&mut self.segments.instances, area, points, colour, width_px);
                    self.add_draw(first, PipelineKind::Segments, start..self.segments.instances.len());
                }
                Shape::Rows(rows) => {
                    let start = self.waterfalls.len();
                    self.waterfalls.push(device, queue, area, rows, colour);
                    self.add_draw(first, PipelineKind::Waterfalls, start..self.waterfalls.len());
                }
                Shape::Markers { points, radius_px } => {
                    let start = self.markers.instances.len();
                    marker::push(&mut self.markers.instances, area, points, colour, *radius_px);
                    self.add_draw(first, PipelineKind::Markers, start..self.markers.instances.len());
                }
                Shape::Density { levels, colours } => {
                    let start = self.densities.len();
                    self.densities.push(area, levels, colours);
                    self.add_draw(first, PipelineKind::Densities, start..self.densities.len());
                }
            }
        }
        Plan { area, draws: first..self.draws.len(), pane }
    }

    /// Adds a draw to the scene whose draws start at `first`, or lengthens its last one.
    fn add_draw(&mut self, first: usize, pipeline: PipelineKind, instances: Range<usize>) {
        if instances.is_empty() {
            return;
        }
        match self.draws[first..].last_mut() {
            // Instances of one kind lie in the order of their layers, so these follow those.
            Some(last) if last.pipeline == pipeline => last.instances.end = instances.end,
            _ => self.draws.push(Draw { pipeline, instances }),
        }
    }

    #[cfg(debug_assertions)]
    fn reload_shaders(&mut self, device: &wgpu::Device) {
        if !self.reload.is_due() {
            return;
        }
        let pipelines = [
            &mut self.coarse.pipeline,
            &mut self.grid.pipeline,
            &mut self.bands.pipeline,
            &mut self.segments.pipeline,
            &mut self.markers.pipeline,
            &mut self.waterfalls.pipeline,
            &mut self.densities.pipeline,
        ];
        for pipeline in pipelines {
            if let Some(source) = self.reload.changed(pipeline.shader()) {
                pipeline.reload(device, &source);
            }
        }
    }

    /// Reads shaders from another folder than the package's, at the next `prepare`; for the tests.
    #[cfg(debug_assertions)]
    #[doc(hidden)]
    pub fn watch_shaders(&mut self, folder: &std::path::Path) {
        self.reload.watch(folder);
    }
}

/// Has a pass draw into an area of a target.
fn enter(pass: &mut wgpu::RenderPass<'_>, area: Area, [width, height]: [u32; 2], view: &ViewSlot) {
    let Area { left, top, right, bottom } = area;
    pass.set_viewport(0.0, 0.0, width as f32, height as f32, 0.0, 1.0);
    pass.set_scissor_rect(left, top, right - left, bottom - top);
    view.set(pass);
}
