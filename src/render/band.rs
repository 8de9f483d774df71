//! Lines as exact pixel columns: `shaders/band.wgsl`.
//!
//! Columns are drawn in strips of [`STRIP`] neighbours, each strip one quad no higher than its columns: a quad over
//! the whole plot would shade every pixel for every line, a quad for each column wastes most of the 4 × 4 blocks
//! in which software adapters shade.

use std::ops::Range;

use bytemuck::{Pod, Zeroable};

use super::BAND_EMPTY;
use super::clip::{self, Area};
use super::pages::Pages;
use super::pipeline::{Pipeline, ViewSlot};
use super::shaders::{Mirror, Shader, mirror, shader};

pub(super) const SHADER: Shader = shader!("band": "common/view.wgsl", "common/coverage.wgsl");
pub(super) const MIRROR: Mirror =
    mirror!("band", Strip: min_px, max_px, half_width_px, colour, first, padding);

/// Columns in a strip: measured with benches/frame.rs.
const STRIP: u16 = 16;

/// `Strip` in `shaders/band.wgsl`: neighbouring columns of one line and the box around them.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub(super) struct Strip {
    /// Left and top edge, whole target pixels.
    pub(super) min_px: [f32; 2],
    /// Right and bottom edge, whole target pixels.
    pub(super) max_px: [f32; 2],
    /// Half the line's width, pixels.
    pub(super) half_width_px: f32,
    /// Straight alpha, unorm8 × 4, red lowest.
    pub(super) colour: u32,
    /// Index of the leftmost column in the page.
    pub(super) first: u32,
    /// Unused.
    pub(super) padding: u32,
}

/// This frame's strips and their columns, of all scenes. Each strip has room for [`STRIP`] columns, also where it has
/// fewer, so that a page of strips and the page of their columns have the same number.
#[derive(Debug)]
pub(super) struct Staged {
    /// What is drawn.
    pub(super) strips: Pages<Strip>,
    /// `[lo, hi]` of the columns, pixels.
    pub(super) columns: Pages<[f32; 2]>,
    /// Strips in a page.
    page_len: usize,
}

impl Staged {
    /// The columns of a page take at most `page_bytes`, its strips less.
    pub(super) fn new(page_bytes: usize) -> Self {
        let page_len = (page_bytes / (usize::from(STRIP) * size_of::<[f32; 2]>())).max(1);
        Self {
            strips: Pages::new("ringplot: band strips", page_len),
            columns: Pages::new("ringplot: band columns", page_len * usize::from(STRIP)),
            page_len,
        }
    }

    pub(super) fn clear(&mut self) {
        self.strips.clear();
        self.columns.clear();
    }

    /// Adds the columns that can be seen in `area`; column 0 has its left edge at `first_px`.
    pub(super) fn push(
        &mut self,
        area: Area,
        first_px: f32,
        columns: &[[f32; 2]],
        colour: [f32; 4],
        width_px: f32,
    ) {
        let Some(colour) = clip::colour(colour) else { return };
        if !first_px.is_finite() {
            return;
        }
        let half_width_px = clip::width(width_px) / 2.0;
        let first = clip::whole_signed(first_px.round());
        let skipped = usize::try_from(i64::from(area.left).saturating_sub(first)).unwrap_or(0);
        let left = first.max(i64::from(area.left));
        let room = usize::try_from(i64::from(area.right).saturating_sub(left)).unwrap_or(0);
        let seen = columns.get(skipped..).unwrap_or_default();
        let seen = &seen[..seen.len().min(room)];
        let left = u32::try_from(left).unwrap_or(area.right);
        for (strip, columns) in (0..).zip(seen.chunks(usize::from(STRIP))) {
            let left = (left + strip * u32::from(STRIP)) as f32;
            self.push_strip(area, left, columns, half_width_px, colour);
        }
    }

    fn push_strip(&mut self, area: Area, left: f32, columns: &[[f32; 2]], half_width_px: f32, colour: u32) {
        let [_, top, _, bottom] = area.edges(half_width_px + 1.0);
        let mut safe = [BAND_EMPTY; STRIP as usize];
        let (mut lowest, mut highest) = (f32::INFINITY, f32::NEG_INFINITY);
        for (column, &[lo, hi]) in safe.iter_mut().zip(columns) {
            // A NaN fails the comparison: nothing is drawn.
            if lo <= hi && hi >= top && lo <= bottom {
                *column = [lo.max(top), hi.min(bottom)];
                lowest = lowest.min(column[0]);
                highest = highest.max(column[1]);
            }
        }
        if lowest > highest {
            return;
        }
        let first = (self.strips.len() % self.page_len * usize::from(STRIP)) as u32;
        for column in safe {
            self.columns.push(column);
        }
        let [_, top, _, bottom] = area.edges(0.0);
        self.strips.push(Strip {
            min_px: [left, (lowest - half_width_px).floor().max(top)],
            max_px: [left + columns.len() as f32, (highest + half_width_px).ceil().min(bottom)],
            half_width_px,
            colour,
            first,
            padding: 0,
        });
    }
}

/// The band pipeline and what it draws.
#[derive(Debug)]
pub(super) struct Bands {
    pub(super) pipeline: Pipeline,
    pub(super) staged: Staged,
    groups: Vec<wgpu::BindGroup>,
}

impl Bands {
    pub(super) fn new(
        device: &wgpu::Device,
        format: wgpu::TextureFormat,
        view: &ViewSlot,
        page_bytes: usize,
    ) -> Self {
        let strides = [size_of::<Strip>(), size_of::<[f32; 2]>()];
        let pipeline = Pipeline::new(device, format, view, SHADER, &strides);
        Self { pipeline, staged: Staged::new(page_bytes), groups: Vec::new() }
    }

    pub(super) fn upload(&mut self, device: &wgpu::Device, queue: &wgpu::Queue) {
        let Staged { strips, columns, .. } = &mut self.staged;
        let is_changed = [strips.upload(device, queue), columns.upload(device, queue)];
        if is_changed != [false; 2] {
            let pages = strips.buffers().iter().zip(columns.buffers());
            let bind = |(strips, columns)| self.pipeline.bind(device, &[strips, columns]);
            self.groups = pages.map(bind).collect();
        }
    }

    pub(super) fn draw(&self, pass: &mut wgpu::RenderPass<'_>, strips: Range<usize>) {
        for (page, strips) in self.staged.strips.split(strips) {
            if let Some(group) = self.groups.get(page) {
                self.pipeline.draw(pass, group, strips);
            }
        }
    }
}
