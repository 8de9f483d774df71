//! Lines as exact pixel columns: `shaders/band.wgsl`.
//!
//! A column is half a pixel wide, so that a stroke that is steep is as wide as one from point to point would be, and
//! where that would be. Columns are drawn in strips of [`STRIP`] neighbours, each strip one quad no higher than its columns: a quad over
//! the whole plot would shade every pixel for every line, a quad for each column wastes most of the 4 × 4 blocks
//! in which software adapters shade.

use std::ops::Range;

use bytemuck::{Pod, Zeroable};

use super::clip::{self, Area};
use super::pages::Pages;
use super::pipeline::{Pipeline, ViewSlot};
use super::shaders::{Mirror, Shader, mirror, shader};
use super::{BAND_EMPTY, HALVES};

pub(super) const SHADER: Shader = shader!("band": "common/view.wgsl", "common/coverage.wgsl");
pub(super) const MIRROR: Mirror = mirror!("band", Strip: min_px, max_px, half_width_px, colour, first, reach);

/// Pixel columns in a strip: measured with benches/frame.rs.
const STRIP: usize = 16;
/// Half columns that a strip has room for: its own, and those beside it whose strokes reach into it. Always so many, so
/// that a page of strips and the page of their columns have the same number.
const ROOM: usize = 48;
/// Half columns that a stroke reaches to the side at most: wider strokes are as high as they should be, and less wide.
const MOST_REACH: usize = (ROOM - HALVES) / 2;

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
    /// Index in the page of the left half of the leftmost pixel column.
    pub(super) first: u32,
    /// Halves to each side of a half column that its stroke reaches into.
    pub(super) reach: u32,
}

/// This frame's strips and their columns, of all scenes.
#[derive(Debug)]
pub(super) struct Staged {
    /// What is drawn.
    pub(super) strips: Pages<Strip>,
    /// `[lo, hi]` of the half columns, pixels.
    pub(super) columns: Pages<[f32; 2]>,
    /// Strips in a page.
    page_len: usize,
}

impl Staged {
    /// The columns of a page take at most `page_bytes`, its strips less.
    pub(super) fn new(page_bytes: usize) -> Self {
        let page_len = (page_bytes / (ROOM * size_of::<[f32; 2]>())).max(1);
        Self {
            strips: Pages::new("ringplot: band strips", page_len),
            columns: Pages::new("ringplot: band columns", page_len * ROOM),
            page_len,
        }
    }

    pub(super) fn clear(&mut self) {
        self.strips.clear();
        self.columns.clear();
    }

    /// Adds the half columns that can be seen in `area`; the first has its left edge at `first_px`.
    pub(super) fn push(
        &mut self,
        area: Area,
        first_px: f32,
        halves: &[[f32; 2]],
        colour: [f32; 4],
        width_px: f32,
    ) {
        let Some(colour) = clip::colour(colour) else { return };
        if !first_px.is_finite() {
            return;
        }
        let half_width_px = clip::width(width_px) / 2.0;
        let reach = clip::whole((2.0 * half_width_px + 0.5).ceil() - 1.0) as usize;
        let reach = reach.min(MOST_REACH);
        let first = clip::whole_signed(first_px.round());
        let [left, right] = [area.left, area.right].map(i64::from);
        let pixels = halves.len().div_ceil(HALVES);
        // Strokes reach into pixels beside the columns.
        let beside = reach.div_ceil(HALVES) as i64;
        let from = first.saturating_sub(beside).max(left);
        let to = first.saturating_add(pixels as i64).saturating_add(beside).min(right);
        let [_, top, _, bottom] = area.edges(half_width_px + 1.0);
        let safe = |index: i64| {
            let half = usize::try_from(index).ok().and_then(|at| halves.get(at));
            let [lo, hi] = half.copied().unwrap_or(BAND_EMPTY);
            // A NaN fails the comparison: nothing is drawn.
            if lo <= hi && hi >= top && lo <= bottom { [lo.max(top), hi.min(bottom)] } else { BAND_EMPTY }
        };
        let most = STRIP.min((ROOM - 2 * reach) / HALVES);
        let mut at = from;
        while at < to {
            let width = most.min((to - at) as usize);
            let start = at.saturating_sub(first).saturating_mul(HALVES as i64) - reach as i64;
            let mut room = [BAND_EMPTY; ROOM];
            for (place, index) in room[..width * HALVES + 2 * reach].iter_mut().zip(start..) {
                *place = safe(index);
            }
            self.push_strip(
                area,
                [at as f32, (at + width as i64) as f32],
                &room,
                reach,
                half_width_px,
                colour,
            );
            at += width as i64;
        }
    }

    fn push_strip(
        &mut self,
        area: Area,
        [left, right]: [f32; 2],
        halves: &[[f32; 2]; ROOM],
        reach: usize,
        half_width_px: f32,
        colour: u32,
    ) {
        let lowest = halves.iter().filter(|[lo, hi]| lo <= hi).map(|half| half[0]).reduce(f32::min);
        let highest = halves.iter().filter(|[lo, hi]| lo <= hi).map(|half| half[1]).reduce(f32::max);
        let (Some(lowest), Some(highest)) = (lowest, highest) else { return };
        let first = self.strips.len() % self.page_len * ROOM + reach;
        for half in halves {
            self.columns.push(*half);
        }
        let [_, top, _, bottom] = area.edges(0.0);
        self.strips.push(Strip {
            min_px: [left, (lowest - half_width_px).floor().max(top)],
            max_px: [right, (highest + half_width_px).ceil().min(bottom)],
            half_width_px,
            colour,
            first: first as u32,
            reach: reach as u32,
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
