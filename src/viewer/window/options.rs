//! How a window opens, and why there may be none.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::chart::Options;
use crate::render::{AdapterChoice, RenderError};
use crate::store::lock;

/// Why there is no window, or why it closed early. The cause is in `source()`.
///
/// ```
/// use ringplot::viewer::WindowError;
///
/// /// Whether a picture can be had instead.
/// fn is_headless(error: &WindowError) -> bool {
///     matches!(error, WindowError::NoDisplay { .. })
/// }
/// assert!(is_headless(&WindowError::NoDisplay { tried: "DISPLAY is not set".to_owned() }));
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum WindowError {
    /// Nothing to open a window on.
    #[error(
        "no display to open a window on ({tried}): use `ringplot tui` in a terminal, `ringplot render NAME -o plot.png` for a \
         picture or `ringplot tail NAME` for the numbers, or log in with `ssh -X`"
    )]
    NoDisplay {
        /// Which displays were tried.
        tried: String,
    },
    /// The window system refused.
    #[error("cannot talk to the window system: use `ringplot render NAME -o plot.png` for a picture instead")]
    EventLoop(#[source] winit::error::EventLoopError),
    /// The window system would not make a window.
    #[error("cannot open a window: use `ringplot render NAME -o plot.png` for a picture instead")]
    Create(#[source] winit::error::OsError),
    /// Vulkan cannot draw into the window.
    #[error("cannot draw into the window: update the GPU's Vulkan driver, or install mesa-vulkan-drivers")]
    Surface(#[source] wgpu::CreateSurfaceError),
    /// The adapter offers no way to show pixels in the window.
    #[error("{adapter} cannot show a picture in this window: set WGPU_ADAPTER_NAME to another adapter")]
    NoFormat {
        /// The adapter's name.
        adapter: String,
    },
    /// The GPU went away and did not come back.
    #[error(
        "the GPU was lost and could not be opened again in several tries ({reason}): start the viewer again once the \
         driver works, or set WGPU_ADAPTER_NAME to another adapter"
    )]
    GpuGone {
        /// What was seen last.
        reason: String,
    },
    /// The system gives no threads.
    #[error("no threads are left for a window: end other programs, or raise their limit (ulimit -u)")]
    Threads(#[source] std::io::Error),
    /// There is no GPU.
    #[error(transparent)]
    Render(#[from] RenderError),
}

debug_as_sentence!(WindowError);

/// Asks a window to close as if its user did, from any thread, before or while it is open.
///
/// ```no_run
/// use ringplot::store::Store;
/// use ringplot::viewer::{Closer, WindowOptions, run};
///
/// let closer = Closer::default();
/// let options = WindowOptions { closer: closer.clone(), ..WindowOptions::default() };
/// let simulation = std::thread::spawn(move || {
///     // Here something is computed, and shown meanwhile.
///     closer.close();
/// });
/// run(&Store::new(64 << 20), options)?;
/// # Ok::<(), ringplot::viewer::WindowError>(())
/// ```
#[derive(Clone, Default)]
pub struct Closer(Arc<Mutex<Asked>>);

#[derive(Default)]
struct Asked {
    is_asked: bool,
    tell: Option<Box<dyn Fn() + Send>>,
}

impl Closer {
    /// Asks it to close.
    pub fn close(&self) {
        let mut asked = lock(&self.0);
        asked.is_asked = true;
        if let Some(tell) = &asked.tell {
            tell();
        }
    }

    /// Has `tell` called when somebody asks, at once if somebody has.
    pub(super) fn on_close(&self, tell: impl Fn() + Send + 'static) {
        let mut asked = lock(&self.0);
        if asked.is_asked {
            tell();
        }
        asked.tell = Some(Box::new(tell));
    }
}

impl std::fmt::Debug for Closer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Closer").field("is_asked", &lock(&self.0).is_asked).finish_non_exhaustive()
    }
}

/// How a window opens and when it closes by itself.
///
/// ```no_run
/// use ringplot::store::{Ingest, Selection, Store};
/// use ringplot::viewer::{WindowOptions, run};
///
/// let store = Store::new(256 << 20);
/// let ingest = Ingest::start(store.clone(), Selection::Live)?;
/// let size = Some([800, 600]);
/// let stats = run(&store, WindowOptions { size, close_when_finished: true, ..WindowOptions::default() })?;
/// println!("{} frames", stats.frames);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct WindowOptions {
    /// What it shows.
    pub app: Options,
    /// Width and height in logical pixels; 1280 × 720 where `None`.
    pub size: Option<[u32; 2]>,
    /// Closes after this time.
    pub exit_after: Option<Duration>,
    /// Writes the last picture here when it closes: an SVG or the points as CSV where the name ends so, else a PNG.
    pub screenshot: Option<PathBuf>,
    /// Closes when this is asked to.
    pub closer: Closer,
    /// Closes, with the last picture drawn, when every stream is finished.
    pub close_when_finished: bool,
    /// Keeps the layout of each set of streams in this folder, and shows the one that was kept there.
    pub layouts: Option<PathBuf>,
    /// Which GPU to use.
    pub adapter: AdapterChoice,
}

/// What goes wrong on purpose, for the tests.
#[doc(hidden)]
#[derive(Clone, Debug, Default)]
pub struct Faults {
    /// The device is lost when so many frames were drawn.
    pub lose_device_at: Vec<u64>,
    /// The surface is made anew when so many frames were drawn.
    pub lose_surface_at: Vec<u64>,
    /// No device can be opened again.
    pub refuse_devices: bool,
}
