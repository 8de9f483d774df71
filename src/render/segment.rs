//! Lines from their points: `shaders/segment.wgsl`.
//!
//! Each piece between two points is a capsule of its own, so joins and ends are round. Where two translucent
//! pieces meet, their overlap is drawn twice.

use bytemuck::{Pod, Zeroable};

use super::clip::Area;
use super::pages::Pages;
use super::shaders::{Mirror, Shader, mirror, shader};
use super::{BREAK, clip};

pub(super) const SHADER: Shader = shader!("segment": "common/view.wgsl", "common/coverage.wgsl");
pub(super) const MIRROR: Mirror = mirror!("segment", Segment: a_px, b_px, half_width_px, colour);

/// `Segment` in `shaders/segment.wgsl`: one straight piece.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub(super) struct Segment {
    /// One end, target pixels.
    pub(super) a_px: [f32; 2],
    /// The other end, target pixels.
    pub(super) b_px: [f32; 2],
    /// Half the line's width, pixels.
    pub(super) half_width_px: f32,
    /// Straight alpha, unorm8 × 4, red lowest.
    pub(super) colour: u32,
}

/// Adds the pieces of the lines through `points` that can be seen in `area`.
pub(super) fn push(
    out: &mut Pages<Segment>,
    area: Area,
    points: &[[f32; 2]],
    colour: [f32; 4],
    width_px: f32,
) {
    let Some(colour) = clip::colour(colour) else { return };
    let half_width_px = clip::width(width_px) / 2.0;
    let mut add = |a, b| {
        if let Some([a_px, b_px]) = area.clip_line(a, b, half_width_px + 1.0) {
            out.push(Segment { a_px, b_px, half_width_px, colour });
        }
    };
    for line in points.split(|point| is_break(*point)) {
        if let [only] = line {
            add(*only, *only);
        }
        for piece in line.windows(2) {
            add(piece[0], piece[1]);
        }
    }
}

/// True for the separator and for whatever is not a place.
pub(super) fn is_break(point: [f32; 2]) -> bool {
    point == BREAK || !point[0].is_finite() || !point[1].is_finite()
}
