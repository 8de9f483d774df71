//! Drawing scenes of lines, bands, markers, rows of colours and grids with wgpu, into a window's pass or onto a texture.
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
//! 3. Buffers grow by doubling to at most 64 MiB each, then there are more of them: nothing is left out. A steady
//!    picture allocates nothing here.
//! 4. A layer's colour blends in gamma space, premultiplied, so targets must not be `*Srgb` formats.
//! 5. A broken shader, a lost device and a refused call are logged, never a panic.
//!
//! Lines wider than one sample a column are drawn as exact bands, `[lo, hi]` per pixel column, with coverage
//! computed in the fragment shader, rather than as triangles of the polyline: the cost is that of the pixels,
//! whatever the number of samples, and needs no multisampling (2.5–8 times slower on software adapters).

mod band;
mod clip;
mod coarse;
mod density;
mod error;
mod gpu;
mod grid;
mod image;
mod marker;
mod pages;
mod pipeline;
#[cfg(debug_assertions)]
mod reload;
mod renderer;
mod scene;
mod segment;
mod shader_list;
mod shaders;
mod target;
mod tone;
mod waterfall;

pub use self::scene::Levels;
pub use self::shader_list::{mirrors, shader_sources};
pub use error::RenderError;
pub use gpu::{AdapterChoice, Gpu};
pub use image::Image;
pub use renderer::Renderer;
pub use scene::{Axis, BAND_EMPTY, BREAK, GapBand, GridLine, HALVES, Layer, PxRect, Row, Rows, Scene, Shape};
#[doc(hidden)]
pub use shaders::{Mirror, Shader};
pub use target::Target;
/// The version of wgpu that scenes are drawn with.
pub use wgpu;

pub use tone::{Exposure, LEVELS, ToneMap, histogram, level, push_levels};

#[cfg(test)]
mod tests {
    use super::clip::Area;
    use super::pages::{PAGE_BYTES, Pages};
    use super::*;

    /// True for what lies near a plot of 100 × 80 pixels: all others are left out.
    fn is_safe(values: &[f32]) -> bool {
        values.iter().all(|value| value.is_finite() && value.abs() < 4096.0)
    }

    #[test]
    fn nothing_absurd_reaches_the_gpu() {
        let absurd =
            [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, -1e9, -1.0, 0.0, 1e-40, 50.0];
        let area = Area { left: 10, top: 5, right: 110, bottom: 85 };
        let (mut strips, mut segments) = (band::Staged::new(PAGE_BYTES), Pages::new("segments", 1 << 20));
        let (mut markers, mut rects) = (Pages::new("markers", 1 << 20), Pages::new("rectangles", 1 << 20));
        for a in absurd {
            for b in absurd {
                for width in absurd {
                    let points = [[a, b], [b, a], [50.0, 40.0], [a, a], [b, b]];
                    let colour = [a, b, 1.0, 1.0];
                    strips.push(area, 0.0, &[points, points, points].concat(), colour, width);
                    strips.push(area, a, &points, colour, width);
                    segment::push(&mut segments, area, &points, colour, width);
                    marker::push(&mut markers, area, &points, colour, width);
                    let line = |axis| GridLine { axis, at_px: a, colour, width_px: width };
                    let scene = Scene {
                        background: colour,
                        grid: vec![line(Axis::X), line(Axis::Y)],
                        gaps: vec![GapBand { x0_px: a, x1_px: b, colour }],
                        ..Scene::default()
                    };
                    grid::push(&mut rects, area, &scene);
                }
            }
        }
        for s in strips.strips.staged() {
            assert!(is_safe(&[s.min_px, s.max_px, [s.half_width_px; 2]].concat()), "{s:?}");
        }
        for c in strips.columns.staged() {
            assert!(is_safe(c) || *c == BAND_EMPTY, "{c:?}");
        }
        for s in segments.staged() {
            assert!(is_safe(&[s.a_px, s.b_px, [s.half_width_px; 2]].concat()), "{s:?}");
        }
        for m in markers.staged() {
            assert!(is_safe(&[m.centre_px, [m.radius_px; 2]].concat()), "{m:?}");
        }
        for r in rects.staged() {
            assert!(is_safe(&[r.min_px, r.max_px].concat()), "{r:?}");
        }
        let counts = [strips.strips.len(), segments.len(), markers.len(), rects.len()];
        assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
    }
}
