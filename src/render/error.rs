//! What can go wrong when setting up the GPU, reading a picture back or writing it.

use std::io;
use std::path::PathBuf;

/// Why there is no GPU, no picture or no file. The cause is in `source()`.
///
/// ```
/// use ringplot::render::{Image, RenderError};
///
/// let image = Image { width: 1, height: 1, rgba: vec![255; 4] };
/// let error = image.write_png("/no/such/folder/plot.png".as_ref()).unwrap_err();
/// assert!(matches!(error, RenderError::WriteImage { .. }));
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The Vulkan loader or every driver is missing.
    #[error("no Vulkan driver found: install mesa-vulkan-drivers (software) or your GPU's Vulkan driver")]
    NoAdapter {
        /// What the loader said.
        #[source]
        source: Option<wgpu::RequestAdapterError>,
    },
    /// A software adapter was asked for and there is none.
    #[error("no software Vulkan driver found: install mesa-vulkan-drivers (available: {available})")]
    NoSoftwareAdapter {
        /// The names of the adapters there are, comma separated.
        available: String,
    },
    /// `WGPU_ADAPTER_NAME` matches no adapter.
    #[error(
        "no Vulkan adapter's name contains WGPU_ADAPTER_NAME={name:?}: unset it or choose one of {available}"
    )]
    NoSuchAdapter {
        /// The value of the variable.
        name: String,
        /// The names of the adapters there are, comma separated.
        available: String,
    },
    /// There are adapters, but none can show a picture in this window.
    #[error(
        "no Vulkan adapter can draw into this window (available: {available}): update the GPU's driver, or set WGPU_ADAPTER_NAME to another adapter"
    )]
    NoSurfaceAdapter {
        /// The names of the adapters there are, comma separated.
        available: String,
    },
    /// The adapter refused to open a device.
    #[error(
        "cannot open the Vulkan device of {adapter}: close programs that use the GPU, or set WGPU_ADAPTER_NAME to another adapter"
    )]
    NoDevice {
        /// The adapter's name.
        adapter: String,
        /// What the driver said.
        #[source]
        source: wgpu::RequestDeviceError,
    },
    /// A picture of this size cannot be made.
    #[error("cannot draw a picture of {width} x {height} pixels: give a width and a height of 1 to {limit}")]
    BadSize {
        /// Asked for, pixels.
        width: u32,
        /// Asked for, pixels.
        height: u32,
        /// The largest side this adapter takes, pixels.
        limit: u32,
    },
    /// The driver stopped working, or did not finish in time.
    #[error("the GPU stopped before the picture was done ({reason}): try again, or use a software adapter")]
    DeviceLost {
        /// What was seen of it.
        reason: String,
    },
    /// The picture's file cannot be made, written or put in place.
    #[error("cannot write the picture: {reason}: {}", path.display())]
    WriteImage {
        /// What is wrong and what to do.
        reason: &'static str,
        /// The picture's path as given.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
}

debug_as_sentence!(RenderError);
