//! One plot on egui's painter and our scenes: axes, legend, badges, what lies over the data, gestures. No window.
//!
//! Contract: draws one plot into a rectangle of egui and one scene for the GPU; holds one stream's lock at a time and never
//! while the GPU works. What a plot shows is in [`chart`](crate::chart): nothing here decides that.
//!
//! ```text
//! PlotState ─▶ widget ─┬─ axes, legend, badges, overlays ─▶ egui
//!                      └─ kinds: time, xy, snapshot, waterfall ─▶ canvas ─▶ Scene
//! ```

mod accessibility;
mod axes;
pub(crate) mod badges;
mod cache;
mod canvas;
mod dash;
pub(crate) mod fonts;
mod frame;
pub(crate) mod gestures;
mod kinds;
mod legend;
mod marks;
mod menus;
mod overlays;
mod polyline;
mod quality;
mod renderers;
mod scene;
mod theme;
pub(crate) mod widget;
mod y_strips;

pub(crate) use self::badges::colour;
pub(crate) use self::cache::PanelCache;
pub(crate) use self::canvas::DensityOptions;
pub use self::canvas::{Canvas, Pen};
pub(crate) use self::frame::{FrameContext, PointerModes};
pub(crate) use self::menus::{DraggedStream, PanelAction};
pub(crate) use self::overlays::Measuring;
pub(crate) use self::quality::{Governor, Quality, REST_SECS};
pub(crate) use self::renderers::SceneRenderers;
pub use self::scene::Drawing;
pub(crate) use self::theme::{BODY, SMALL, Theme, digits, elided, elided_in_front, faded, font, srgba};
