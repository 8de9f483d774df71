//! On other systems than Linux: there is one window system, and it is always there.

use winit::event_loop::EventLoopBuilder;
use winit::window::WindowAttributes;

/// The one display.
#[derive(Debug)]
pub(crate) struct Found;

impl Found {
    /// Leaves the choice to winit.
    #[expect(clippy::unused_self, reason = "there is nothing to choose from")]
    pub(crate) fn choose<T: 'static>(&self, _builder: &mut EventLoopBuilder<T>) {}
}

/// Finds it; [`Result`] as on Linux.
#[expect(clippy::unnecessary_wraps, reason = "on Linux there may be none")]
pub(crate) fn find() -> Result<Found, String> {
    Ok(Found)
}

/// A window has no name there.
pub(crate) fn with_app_id(attributes: WindowAttributes, _id: &str) -> WindowAttributes {
    attributes
}
