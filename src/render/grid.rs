//! The plot's ground: background, grid lines and gap bands as rectangles on whole pixels: `shaders/grid.wgsl`.
//!
//! Snapped rather than antialiased: a hairline is one pixel of its full colour and not two of half of it.

use bytemuck::{Pod, Zeroable};

use super::clip::{self, Area};
use super::pages::Pages;
use super::shaders::{Mirror, Shader, mirror, shader};
use super::{Axis, GapBand, GridLine, Scene};

pub(super) const SHADER: Shader = shader!("grid": "common/view.wgsl");
pub(super) const MIRROR: Mirror = mirror!("grid", Rect: min_px, max_px, colour, stripe_px);

/// Width of a gap's diagonal stripes, pixels: a power of two.
const STRIPE_PX: u32 = 4;

/// Gaps narrower than this are plain: a piece of a stripe would look like nothing at all.
const MIN_HATCHED_PX: f32 = 8.0;

/// `Rect` in `shaders/grid.wgsl`: a rectangle on whole pixels.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub(super) struct Rect {
    /// Left and top edge, target pixels.
    pub(super) min_px: [f32; 2],
    /// Right and bottom edge, target pixels.
    pub(super) max_px: [f32; 2],
    /// Straight alpha, unorm8 × 4, red lowest.
    pub(super) colour: u32,
    /// Width of a diagonal stripe, pixels: a power of two; 0 is plain.
    pub(super) stripe_px: u32,
}

/// Adds the background, the grid lines and the gaps of `scene`, which fills `area`.
pub(super) fn push(out: &mut Pages<Rect>, area: Area, scene: &Scene) {
    let [left, top, right, bottom] = area.edges(0.0);
    if let Some(colour) = clip::colour(scene.background) {
        out.push(Rect { min_px: [left, top], max_px: [right, bottom], colour, stripe_px: 0 });
    }
    for line in &scene.grid {
        if let Some(rect) = line_rect(line, [left, top, right, bottom]) {
            out.push(rect);
        }
    }
    for gap in &scene.gaps {
        if let Some(rect) = gap_rect(gap, [left, top, right, bottom]) {
            out.push(rect);
        }
    }
}

fn line_rect(line: &GridLine, [left, top, right, bottom]: [f32; 4]) -> Option<Rect> {
    let colour = clip::colour(line.colour)?;
    let width = clip::width(line.width_px).round().max(1.0);
    let start = (line.at_px - width / 2.0 + 0.5).floor();
    // A NaN fails both comparisons.
    let seen = |low: f32, high: f32| start + width > low && start < high;
    let (min_px, max_px) = match line.axis {
        Axis::X => seen(left, right).then_some(([start, top], [start + width, bottom])),
        Axis::Y => seen(top, bottom).then_some(([left, start], [right, start + width])),
    }?;
    Some(Rect { min_px, max_px, colour, stripe_px: 0 })
}

fn gap_rect(gap: &GapBand, [left, top, right, bottom]: [f32; 4]) -> Option<Rect> {
    let colour = clip::colour(gap.colour)?;
    if gap.x0_px.is_nan() || gap.x1_px.is_nan() {
        return None;
    }
    // One pixel of slack on each side, so that a gap that ends at an edge does not start a new one inside.
    let start = gap.x0_px.min(gap.x1_px).round().max(left - 1.0);
    let end = gap.x0_px.max(gap.x1_px).round().min(right + 1.0).max(start + 1.0);
    if start >= right || end <= left {
        return None;
    }
    let stripe_px = if end - start < MIN_HATCHED_PX { 0 } else { STRIPE_PX };
    Some(Rect { min_px: [start, top], max_px: [end, bottom], colour, stripe_px })
}
