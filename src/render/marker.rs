//! Points as discs: `shaders/marker.wgsl`.

use bytemuck::{Pod, Zeroable};

use super::clip::{self, Area};
use super::pages::Pages;
use super::segment::is_break;
use super::shaders::{Mirror, Shader, mirror, shader};

pub(super) const SHADER: Shader = shader!("marker": "common/view.wgsl", "common/coverage.wgsl");
pub(super) const MIRROR: Mirror = mirror!("marker", Marker: centre_px, radius_px, colour);

/// `Marker` in `shaders/marker.wgsl`: one disc.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Pod, Zeroable)]
pub(super) struct Marker {
    /// Centre, target pixels.
    pub(super) centre_px: [f32; 2],
    /// Radius, pixels.
    pub(super) radius_px: f32,
    /// Straight alpha, unorm8 × 4, red lowest.
    pub(super) colour: u32,
}

/// Adds a disc at each of `points` that can be seen in `area`.
pub(super) fn push(
    out: &mut Pages<Marker>,
    area: Area,
    points: &[[f32; 2]],
    colour: [f32; 4],
    radius_px: f32,
) {
    let Some(colour) = clip::colour(colour) else { return };
    let radius_px = clip::width(radius_px);
    for &centre_px in points {
        if !is_break(centre_px) && area.reaches(centre_px, radius_px) {
            out.push(Marker { centre_px, radius_px, colour });
        }
    }
}
