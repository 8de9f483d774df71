//! Rows of values through a colour table: `shaders/waterfall.wgsl`.
//!
//! The rows of each waterfall lie in a ring on the GPU, each at its number modulo the ring's length. A row is uploaded
//! only where its place holds another one, told apart by their memory: so a frame uploads the rows that are new in it,
//! whatever the number of rows on the screen, and a lost device or another order of the plots costs one whole upload.

use std::ops::Range;
use std::sync::Arc;

use bytemuck::{Pod, Zeroable};

use super::clip::{self, Area};
use super::pages::{PAGE_BYTES, Pages};
use super::pipeline::{Pipeline, ViewSlot};
use super::shaders::{Mirror, Shader, mirror, shader};
use super::{Row, Rows};
use crate::chart::ColourMap;

pub(super) const SHADER: Shader = shader!("waterfall": "common/view.wgsl");
pub(super) const MIRROR: Mirror = mirror!(
    "waterfall",
    Waterfall: min_px, max_px, corner_px, lowest, colours_per_unit, first_row, row_px, columns, missing_colour
);

/// A row without values, as the shader knows it.
const NOTHING: u32 = u32::MAX;
/// A row that is missing, as the shader knows it.
const MISSING: u32 = u32::MAX - 1;
/// What stands for no value on the GPU, where a NaN could not be told; greater values are cut to below the limit.
const NO_VALUE: f32 = f32::MAX;
const GREATEST: f32 = 2.9e38;
/// Colours of a table.
const COLOURS: usize = 256;

/// `Waterfall` in `shaders/waterfall.wgsl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub(super) struct Waterfall {
    /// Left and top edge of what is seen, whole target pixels.
    pub(super) min_px: [f32; 2],
    /// Right and bottom edge of what is seen, whole target pixels.
    pub(super) max_px: [f32; 2],
    /// Left and top edge of the first value, target pixels.
    pub(super) corner_px: [i32; 2],
    /// The value that has the first colour.
    pub(super) lowest: f32,
    /// Colours of the table for each unit of the value.
    pub(super) colours_per_unit: f32,
    /// Index of the topmost row.
    pub(super) first_row: u32,
    /// Height of a row, pixels.
    pub(super) row_px: u32,
    /// Values of a row.
    pub(super) columns: u32,
    /// Straight alpha, unorm8 × 4, red lowest.
    pub(super) missing_colour: u32,
}

/// The rows of one waterfall on the GPU.
#[derive(Debug)]
struct Ring {
    columns: usize,
    /// What each place holds, once uploaded.
    held: Vec<Option<Arc<[f32]>>>,
    colours: Option<ColourMap>,
    values: wgpu::Buffer,
    table: wgpu::Buffer,
    group: Option<wgpu::BindGroup>,
}

/// The waterfall pipeline, its rings and what it draws.
#[derive(Debug)]
pub(super) struct Waterfalls {
    pub(super) pipeline: Pipeline,
    instances: Pages<Waterfall>,
    rows: Pages<u32>,
    /// The ring of each waterfall of the frame, by its place among them.
    rings: Vec<Ring>,
    /// Rows to be uploaded, one after the other, while they lie together in a ring.
    batch: Vec<f32>,
    uploaded_bytes: u64,
}

impl Waterfalls {
    pub(super) fn new(device: &wgpu::Device, format: wgpu::TextureFormat, view: &ViewSlot) -> Self {
        let strides = [size_of::<Waterfall>(), size_of::<u32>(), size_of::<u32>(), size_of::<f32>()];
        Self {
            pipeline: Pipeline::new(device, format, view, SHADER, &strides),
            instances: Pages::new("ringplot: waterfalls", PAGE_BYTES / size_of::<Waterfall>()),
            rows: Pages::new("ringplot: rows of waterfalls", PAGE_BYTES / size_of::<u32>()),
            rings: Vec::new(),
            batch: Vec::new(),
            uploaded_bytes: 0,
        }
    }

    pub(super) fn clear(&mut self) {
        self.instances.clear();
        self.rows.clear();
        self.uploaded_bytes = 0;
    }

    /// Waterfalls of this frame so far.
    pub(super) fn len(&self) -> usize {
        self.instances.len()
    }

    /// Adds a waterfall and uploads what is new in it; nothing where nothing of it would be seen.
    pub(super) fn push(
        &mut self,
        device: &wgpu::Device,
        queue: &wgpu::Queue,
        area: Area,
        shape: &Rows,
        missing: [f32; 4],
    ) {
        let Rows { columns, rows, colours, .. } = shape;
        let Some((instance, count)) = self.instance(area, shape, missing) else { return };
        let index = self.instances.len();
        if self.rings.get(index).is_none_or(|ring| ring.columns != *columns || ring.held.len() != count) {
            let ring = Ring::new(device, *columns, count);
            self.rings.truncate(index);
            self.rings.push(ring);
        }
        let ring = &mut self.rings[index];
        self.uploaded_bytes += ring.set_colours(queue, *colours);
        self.uploaded_bytes += ring.take(queue, &rows[..count], *columns, &mut self.batch, &mut self.rows);
        self.uploaded_bytes += size_of::<Waterfall>() as u64 + size_of::<u32>() as u64 * count as u64;
        self.instances.push(instance);
    }

    /// What the shader is told, and the rows that are used.
    fn instance(&mut self, area: Area, shape: &Rows, missing: [f32; 4]) -> Option<(Waterfall, usize)> {
        let Rows { corner_px, columns, row_px, rows, range, .. } = shape;
        let row_px = (*row_px).max(1);
        let most = PAGE_BYTES / size_of::<f32>() / (*columns).max(1);
        let count = rows.len().min(most);
        if *columns == 0 || count == 0 || !corner_px.iter().all(|px| px.is_finite()) {
            return None;
        }
        if !self.instances.has_room(1) || !self.rows.has_room(count) {
            return None;
        }
        let corner = corner_px.map(|px| clip::whole_signed(px.round()).clamp(-(1 << 24), 1 << 24));
        let end = [corner[0] + *columns as i64, corner[1] + (count as i64) * i64::from(row_px)];
        let min = [corner[0].max(i64::from(area.left)), corner[1].max(i64::from(area.top))];
        let max = [end[0].min(i64::from(area.right)), end[1].min(i64::from(area.bottom))];
        if min[0] >= max[0] || min[1] >= max[1] {
            return None;
        }
        let lowest = if range[0].is_finite() { range[0] } else { 0.0 };
        let span = f64::from(range[1]) - f64::from(range[0]);
        let colours_per_unit = ((COLOURS - 1) as f64 / span) as f32;
        Some((
            Waterfall {
                min_px: min.map(|px| px as f32),
                max_px: max.map(|px| px as f32),
                corner_px: corner.map(|px| px as i32),
                lowest: lowest.clamp(-GREATEST, GREATEST),
                // No span, or none that f32 knows: all that is above the lowest has the last colour.
                colours_per_unit: if colours_per_unit.is_finite() {
                    colours_per_unit.max(0.0)
                } else {
                    GREATEST
                },
                first_row: u32::try_from(self.rows.len()).ok()?,
                row_px,
                columns: u32::try_from(*columns).ok()?,
                missing_colour: clip::colour(missing).unwrap_or(0),
            },
            count,
        ))
    }

    pub(super) fn upload(&mut self, device: &wgpu::Device, queue: &wgpu::Queue) {
        self.rings.truncate(self.instances.len());
        let replaced = [self.instances.upload(device, queue), self.rows.upload(device, queue)] != [false; 2];
        let (Some(instances), Some(rows)) = (self.instances.buffers().first(), self.rows.buffers().first())
        else {
            return;
        };
        for ring in &mut self.rings {
            if replaced || ring.group.is_none() {
                let group = self.pipeline.bind(device, &[instances, rows, &ring.table, &ring.values]);
                ring.group = Some(group);
            }
        }
    }

    pub(super) fn draw(&self, pass: &mut wgpu::RenderPass<'_>, instances: Range<usize>) {
        for (_, places) in self.instances.split(instances) {
            for index in places {
                if let Some(group) = self.rings.get(index as usize).and_then(|ring| ring.group.as_ref()) {
                    self.pipeline.draw(pass, group, index..index + 1);
                }
            }
        }
    }

    /// Bytes uploaded for the frame.
    pub(super) fn uploaded_bytes(&self) -> u64 {
        self.uploaded_bytes
    }

    /// The buffers.
    pub(super) fn buffers(&self) -> impl Iterator<Item = &wgpu::Buffer> {
        let shared = self.instances.buffers().iter().chain(self.rows.buffers());
        shared.chain(self.rings.iter().flat_map(|ring| [&ring.values, &ring.table]))
    }
}

impl Ring {
    fn new(device: &wgpu::Device, columns: usize, count: usize) -> Self {
        let buffer = |label, words: usize| {
            device.create_buffer(&wgpu::BufferDescriptor {
                label: Some(label),
                size: (words * size_of::<f32>()) as u64,
                usage: wgpu::BufferUsages::STORAGE | wgpu::BufferUsages::COPY_DST,
                mapped_at_creation: false,
            })
        };
        Self {
            columns,
            held: vec![None; count],
            colours: None,
            values: buffer("ringplot: values of a waterfall", columns * count),
            table: buffer("ringplot: colours of a waterfall", COLOURS),
            group: None,
        }
    }

    /// Makes these the colours; the bytes that were uploaded for it.
    fn set_colours(&mut self, queue: &wgpu::Queue, colours: ColourMap) -> u64 {
        if self.colours == Some(colours) {
            return 0;
        }
        self.colours = Some(colours);
        let table = colours.table();
        let bytes: &[u8] = bytemuck::cast_slice(&table);
        queue.write_buffer(&self.table, 0, bytes);
        bytes.len() as u64
    }

    /// Uploads the rows that are not held, and stages the place of each; the bytes uploaded.
    fn take(
        &mut self,
        queue: &wgpu::Queue,
        rows: &[Row],
        columns: usize,
        batch: &mut Vec<f32>,
        places: &mut Pages<u32>,
    ) -> u64 {
        let count = self.held.len();
        let mut fresh = Vec::new();
        for row in rows {
            places.push(match row {
                Row::Nothing => NOTHING,
                Row::Missing => MISSING,
                // A row of another length is a mistake of the caller's.
                Row::Values { values, .. } if values.len() != columns => NOTHING,
                Row::Values { number, values } => {
                    let place = number.rem_euclid(count as i64) as usize;
                    let held = &mut self.held[place];
                    if held.as_ref().is_none_or(|held| !Arc::ptr_eq(held, values)) {
                        *held = Some(Arc::clone(values));
                        fresh.push(place);
                    }
                    place as u32
                }
            });
        }
        fresh.sort_unstable();
        let mut uploaded = 0;
        for run in fresh.chunk_by(|a, b| a + 1 == *b) {
            batch.clear();
            for values in run.iter().filter_map(|place| self.held[*place].as_deref()) {
                batch.extend(
                    values.iter().map(|value| {
                        if value.is_nan() { NO_VALUE } else { value.clamp(-GREATEST, GREATEST) }
                    }),
                );
            }
            let bytes: &[u8] = bytemuck::cast_slice(batch);
            queue.write_buffer(&self.values, (run[0] * columns * size_of::<f32>()) as u64, bytes);
            uploaded += bytes.len() as u64;
        }
        uploaded
    }
}
