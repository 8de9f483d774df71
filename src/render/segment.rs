//! Lines from their points: `shaders/segment.wgsl`.
//!
//! Each piece between two points is a capsule of its own, less what the piece before covers, so joints and ends are
//! round, and a line is as thick where its points are close as where they are not. On the inner side of a bend two
//! pieces cover the same pixels: there a translucent line is drawn twice.

use bytemuck::{Pod, Zeroable};

use super::clip::Area;
use super::pages::Pages;
use super::shaders::{Mirror, Shader, mirror, shader};
use super::{BREAK, clip};

pub(super) const SHADER: Shader = shader!("segment": "common/view.wgsl", "common/coverage.wgsl");
pub(super) const MIRROR: Mirror =
    mirror!("segment", Segment: a_px, b_px, before_px, half_width_px, colour, is_last, padding);

/// `Segment` in `shaders/segment.wgsl`: one straight piece.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub(super) struct Segment {
    /// One end, target pixels.
    pub(super) a_px: [f32; 2],
    /// The other end, target pixels.
    pub(super) b_px: [f32; 2],
    /// Where the piece before begins, target pixels; `a_px` if there is none.
    pub(super) before_px: [f32; 2],
    /// Half the line's width, pixels.
    pub(super) half_width_px: f32,
    /// Straight alpha, unorm8 × 4, red lowest.
    pub(super) colour: u32,
    /// 1 if no piece follows at `b_px`.
    pub(super) is_last: u32,
    /// Unused.
    pub(super) padding: u32,
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
    let mut add = |before, a, b, is_last| {
        if let Some([a_px, b_px]) = area.clip_line(a, b, half_width_px + 1.0) {
            // An end that was moved is out of sight, and so is its joint.
            let is_moved = !(area.is_near(a) && area.is_near(before));
            let before_px = if is_moved { a_px } else { before };
            let is_last = u32::from(is_last);
            out.push(Segment { a_px, b_px, before_px, half_width_px, colour, is_last, padding: 0 });
        }
    };
    for line in points.split(|point| is_break(*point)) {
        if let [only] = line {
            add(*only, *only, *only, true);
        }
        for (at, piece) in line.windows(2).enumerate() {
            let before = if at > 0 { line[at - 1] } else { piece[0] };
            add(before, piece[0], piece[1], at + 2 == line.len());
        }
    }
}

/// True for the separator and for whatever is not a place.
pub(super) fn is_break(point: [f32; 2]) -> bool {
    point == BREAK || !point[0].is_finite() || !point[1].is_finite()
}
