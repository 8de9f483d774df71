//! Pictures of levels, cells under a colour for each level: `shaders/density.wgsl`.
//!
//! Two bytes a cell go to the GPU, and only when a picture changed. What a level looks like is in a table of
//! a few thousand colours, which may change in every frame.

use std::ops::Range;
use std::sync::Arc;

use bytemuck::{Pod, Zeroable};

use super::clip::Area;
use super::pipeline::{Pipeline, ViewSlot};
use super::scene::Levels;
use super::shaders::{Mirror, Shader, mirror, shader};

pub(super) const SHADER: Shader = shader!("density": "common/view.wgsl");
pub(super) const MIRROR: Mirror = mirror!("density", Grid: min_px, cells_per_px, cells, max_px);

/// `Grid` in `shaders/density.wgsl`: where a picture lies, and its cells.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub(super) struct Grid {
    /// Left and top edge, target pixels.
    pub(super) min_px: [f32; 2],
    /// Cells across and down for each pixel.
    pub(super) cells_per_px: [f32; 2],
    /// Cells across and down.
    pub(super) cells: [u32; 2],
    /// Right and bottom edge, target pixels.
    pub(super) max_px: [f32; 2],
}

/// One picture on the GPU.
#[derive(Debug)]
struct GpuLevels {
    id: u64,
    version: Option<u64>,
    grid: wgpu::Buffer,
    levels: wgpu::Buffer,
    colours: wgpu::Buffer,
    group: wgpu::BindGroup,
}

/// A picture to draw in this frame.
#[derive(Debug)]
struct Staged {
    grid: Grid,
    levels: Arc<Levels>,
    colours: Arc<[[u8; 4]]>,
}

/// The density pipeline and this frame's pictures.
#[derive(Debug)]
pub(super) struct Densities {
    pub(super) pipeline: Pipeline,
    staged: Vec<Staged>,
    /// In the order of `staged`.
    held: Vec<GpuLevels>,
}

impl Densities {
    pub(super) fn new(device: &wgpu::Device, format: wgpu::TextureFormat, view: &ViewSlot) -> Self {
        let word = size_of::<u32>();
        let pipeline = Pipeline::new(device, format, view, SHADER, &[size_of::<Grid>(), word, word]);
        Self { pipeline, staged: Vec::new(), held: Vec::new() }
    }

    pub(super) fn clear(&mut self) {
        self.staged.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.staged.len()
    }

    /// Adds a picture that fills `area`, unless it has no cells, not as many as it says, or no colours.
    pub(super) fn push(&mut self, area: Area, levels: &Arc<Levels>, colours: &Arc<[[u8; 4]]>) {
        if levels.bytes().is_none() || colours.is_empty() {
            return;
        }
        let [left, top, right, bottom] = area.edges(0.0);
        let [width, height] = levels.size.map(|cells| cells as f32);
        let grid = Grid {
            min_px: [left, top],
            cells_per_px: [width / (right - left), height / (bottom - top)],
            cells: levels.size,
            max_px: [right, bottom],
        };
        self.staged.push(Staged { grid, levels: Arc::clone(levels), colours: Arc::clone(colours) });
    }

    /// Uploads what changed; pictures of which nothing is drawn any more give their memory back.
    pub(super) fn upload(&mut self, device: &wgpu::Device, queue: &wgpu::Queue) {
        let mut before = std::mem::take(&mut self.held);
        for staged in &self.staged {
            let Some(bytes) = staged.levels.bytes() else { continue };
            let fits = |held: &GpuLevels| {
                held.id == staged.levels.id
                    && held.levels.size() == bytes as u64
                    && held.colours.size() == size_of_val(&*staged.colours) as u64
            };
            let mut held = match before.iter().position(fits) {
                Some(at) => before.swap_remove(at),
                None => self.hold(device, staged, bytes),
            };
            queue.write_buffer(&held.grid, 0, bytemuck::bytes_of(&staged.grid));
            queue.write_buffer(&held.colours, 0, bytemuck::cast_slice(&staged.colours));
            if held.version != Some(staged.levels.version) {
                held.version = Some(staged.levels.version);
                let bytes: &[u8] = bytemuck::cast_slice(&staged.levels.levels);
                let (whole, rest) = bytes.split_at(bytes.len() / 4 * 4);
                queue.write_buffer(&held.levels, 0, whole);
                if let [low, high] = *rest {
                    queue.write_buffer(&held.levels, whole.len() as u64, &[low, high, 0, 0]);
                }
            }
            self.held.push(held);
        }
    }

    fn hold(&self, device: &wgpu::Device, staged: &Staged, bytes: usize) -> GpuLevels {
        let buffer = |label, size: usize| {
            device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size: size as u64,
                usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        let grid = buffer("ringplot: density grid", size_of::<Grid>());
        let levels = buffer("ringplot: density levels", bytes);
        let colours = buffer("ringplot: density colours", size_of_val(&*staged.colours));
        let group = self.pipeline.bind(device, &[&grid, &levels, &colours]);
        GpuLevels { id: staged.levels.id, version: None, grid, levels, colours, group }
    }

    pub(super) fn draw(&self, pass: &mut wgpu::RenderPass<'_>, pictures: Range<usize>) {
        for held in self.held.get(pictures).unwrap_or_default() {
            self.pipeline.draw(pass, &held.group, 0..1);
        }
    }

    /// The buffers, which go when their picture is drawn no more.
    pub(super) fn buffers(&self) -> impl Iterator<Item = &wgpu::Buffer> {
        self.held.iter().flat_map(|held| [&held.grid, &held.levels, &held.colours])
    }
}
