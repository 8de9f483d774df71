//! All shaders, and all structs that they share with Rust.

use super::shaders::{Mirror, Shader};
use super::{band, coarse, density, grid, marker, pipeline, segment, waterfall};

/// Every pipeline's shader.
pub fn shader_sources() -> [Shader; 7] {
    [
        coarse::SHADER,
        grid::SHADER,
        band::SHADER,
        segment::SHADER,
        marker::SHADER,
        waterfall::SHADER,
        density::SHADER,
    ]
}

/// Every struct that crosses to the GPU.
pub fn mirrors() -> [Mirror; 8] {
    [
        pipeline::VIEW_MIRROR,
        coarse::MIRROR,
        grid::MIRROR,
        band::MIRROR,
        segment::MIRROR,
        marker::MIRROR,
        waterfall::MIRROR,
        density::MIRROR,
    ]
}
