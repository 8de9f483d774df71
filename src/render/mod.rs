//! Drawing scenes of lines, bands, markers and grids with wgpu, into a window's pass or onto a texture.
//!
//! Owns no window, opens no file but the picture it is told to write, knows no data coordinates: it takes pixels
//! and colours ([`Scene`]) and a pass. The same pipelines draw the window and the PNG.
//!
//! ```text
//! history columns, points ─▶ Scene (pixels, f64 → f32 on the CPU) ─▶ Renderer::prepare ─▶ Renderer::draw ─▶ pass
//!                                                                        one upload a buffer      window or Target
//! ```
//!
//! 1. Nothing non-finite and nothing far outside the plot reaches the GPU: it is left out, clamped or clipped
//!    here, so that drivers without IEEE comparisons (lavapipe) draw the same.
//! 2. One `prepare` a submit, for all scenes of the frame: every write lands before the frame's commands, so a
//!    second one would replace what the first one's draws read. Each scene has its own part of each buffer.
//! 3. Buffers only grow, by doubling, to at most 64 MiB each; a steady picture allocates nothing here.
//! 4. A layer's colour blends in gamma space, premultiplied, so targets must not be `*Srgb` formats.
//! 5. A broken shader, a lost device and a refused call are logged, never a panic.
//!
//! Lines wider than one sample a column are drawn as exact bands, `[lo, hi]` per pixel column, with coverage
//! computed in the fragment shader, rather than as triangles of the polyline: the cost is that of the pixels,
//! whatever the number of samples, and needs no multisampling (2.5–8 times slower on software adapters).

mod band;
mod clip;
mod error;
mod gpu;
mod grid;
mod image;
mod marker;
mod pipeline;
#[cfg(debug_assertions)]
mod reload;
mod renderer;
mod scene;
mod segment;
mod shaders;
mod target;

pub use error::RenderError;
pub use gpu::{AdapterChoice, Gpu};
pub use image::Image;
pub use renderer::Renderer;
pub use scene::{Axis, BAND_EMPTY, BREAK, GapBand, GridLine, Layer, PxRect, Scene, Shape};
#[doc(hidden)]
pub use shaders::{Mirror, Shader, mirrors, shader_sources};
pub use target::Target;
