//! Opening a Vulkan device, with errors that say what to install.
//!
//! Only Vulkan is used: software GL is known to crash and cannot share a window with it. The device gets its
//! adapter's own limits. A refused call and a lost device are logged once and remembered ([`Gpu::failure`]), never a
//! panic: wgpu's default for an uncaptured error is to panic.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use super::RenderError;

/// Which adapter to take. `WGPU_ADAPTER_NAME` (a part of the name, any case) goes before it.
///
/// ```no_run
/// use ringplot::render::{AdapterChoice, Gpu};
///
/// // For a test that compares pictures: the same pixels on every machine.
/// let gpu = Gpu::headless(AdapterChoice { software: true })?;
/// assert!(gpu.is_software());
/// # Ok::<(), ringplot::render::RenderError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AdapterChoice {
    /// Take a software adapter (lavapipe) even where there is a GPU: the same pixels on every machine.
    pub software: bool,
}

/// An open device and what it came from.
///
/// ```no_run
/// use ringplot::render::{AdapterChoice, Gpu};
///
/// let mut gpu = Gpu::headless(AdapterChoice::default())?;
/// println!("{} draws", gpu.info.name);
/// if gpu.check().is_err() {
///     gpu = gpu.reopen()?; // the device was lost
/// }
/// # Ok::<(), ringplot::render::RenderError>(())
/// ```
#[derive(Debug)]
pub struct Gpu {
    /// The Vulkan instance; surfaces are made from it.
    pub instance: wgpu::Instance,
    /// The adapter the device was opened on.
    pub adapter: wgpu::Adapter,
    /// The device, with the adapter's limits.
    pub device: wgpu::Device,
    /// The device's queue.
    pub queue: wgpu::Queue,
    /// The adapter's name, kind and driver.
    pub info: wgpu::AdapterInfo,
    choice: AdapterChoice,
    failures: Arc<Failures>,
}

/// The first of each kind.
#[derive(Debug, Default)]
struct Failures {
    /// The device is gone, or has no memory left: it draws nothing more.
    lost: OnceLock<String>,
    /// A call was refused, which is a fault of ours: something of the picture may be missing.
    refused: OnceLock<String>,
}

impl Gpu {
    /// A Vulkan instance; `display` is the window system's connection (winit's `owned_display_handle`), `None`
    /// when there is no window. Finds no driver yet: [`Gpu::probe`] does.
    pub fn instance(display: Option<Box<dyn wgpu::wgt::WgpuHasDisplayHandle>>) -> wgpu::Instance {
        let mut descriptor = wgpu::InstanceDescriptor::new_without_display_handle();
        descriptor.backends = wgpu::Backends::VULKAN;
        descriptor.display = display;
        wgpu::Instance::new(descriptor)
    }

    /// Checks that there is an adapter at all. Call it before `create_surface`, whose own error names no cause.
    ///
    /// # Errors
    /// As [`Gpu::headless`], but for [`RenderError::NoDevice`].
    pub fn probe(instance: &wgpu::Instance, choice: AdapterChoice) -> Result<wgpu::AdapterInfo, RenderError> {
        Ok(choose(instance, choice, None)?.get_info())
    }

    /// A device for drawing without a window.
    ///
    /// # Errors
    /// [`RenderError::NoAdapter`] when there is no Vulkan driver, [`RenderError::NoSoftwareAdapter`] when a software
    /// adapter is asked for and there is none, [`RenderError::NoSuchAdapter`] when `WGPU_ADAPTER_NAME` fits no adapter,
    /// [`RenderError::NoDevice`] when the adapter refuses to open a device.
    pub fn headless(choice: AdapterChoice) -> Result<Self, RenderError> {
        let instance = Self::instance(None);
        let adapter = choose(&instance, choice, None)?;
        Self::open(instance, adapter, choice)
    }

    /// Another device without a window, on the adapter that was chosen for this one.
    ///
    /// # Errors
    /// As [`Gpu::headless`].
    pub fn reopen(&self) -> Result<Self, RenderError> {
        tracing::warn!(reason = self.failure(), "opening the GPU again");
        Self::headless(self.choice)
    }

    /// A device for drawing into `surface`, which `instance` made.
    ///
    /// # Errors
    /// As [`Gpu::headless`], and [`RenderError::NoSurfaceAdapter`] when no adapter can show this window.
    pub fn for_surface(
        instance: wgpu::Instance,
        surface: &wgpu::Surface<'_>,
        choice: AdapterChoice,
    ) -> Result<Self, RenderError> {
        let adapter = choose(&instance, choice, Some(surface))?;
        Self::open(instance, adapter, choice)
    }

    /// True if the adapter computes on the CPU, where each filled pixel costs time.
    pub fn is_software(&self) -> bool {
        self.info.device_type == wgpu::DeviceType::Cpu
    }

    /// The first error that the device reported, if any: it is lost or a call was refused, and what was drawn
    /// since may be missing.
    pub fn failure(&self) -> Option<&str> {
        let Failures { lost, refused } = &*self.failures;
        lost.get().or(refused.get()).map(String::as_str)
    }

    /// Asks the device whether it is still there. A lost one draws nothing more: open another.
    ///
    /// # Errors
    /// [`RenderError::DeviceLost`] when it is lost, or has no memory left.
    pub fn check(&self) -> Result<(), RenderError> {
        // A destroyed device tells so only when it is polled.
        self.guarded(|| drop(self.device.poll(wgpu::PollType::Poll)))
    }

    /// Does `work` with the device, which may be lost at any moment of it: wgpu's `poll` and egui's renderer panic then.
    /// Any other panic goes on.
    ///
    /// # Errors
    /// [`RenderError::DeviceLost`] when the device is lost, by now; the work was begun all the same.
    pub(crate) fn guarded<T>(&self, work: impl FnOnce() -> T) -> Result<T, RenderError> {
        let outcome = catch_unwind(AssertUnwindSafe(work));
        if outcome.is_err() {
            // Tells of a destroyed device. Should it panic, too, the driver has told before.
            let _ = catch_unwind(AssertUnwindSafe(|| self.device.poll(wgpu::PollType::Poll)));
        }
        self.still_there()?;
        Ok(outcome.unwrap_or_else(|panic| resume_unwind(panic)))
    }

    fn still_there(&self) -> Result<(), RenderError> {
        match self.failures.lost.get() {
            Some(reason) => Err(RenderError::DeviceLost { reason: reason.clone() }),
            None => Ok(()),
        }
    }

    /// Waits until everything submitted so far is done.
    ///
    /// # Errors
    /// [`RenderError::DeviceLost`] when a call was refused, the driver gave up or did not finish within `timeout`.
    pub fn wait(&self, timeout: Duration) -> Result<(), RenderError> {
        let poll = wgpu::PollType::Wait { submission_index: None, timeout: Some(timeout) };
        let waited = self.guarded(|| self.device.poll(poll))?;
        match (self.failure(), waited) {
            (Some(failure), _) => Err(RenderError::DeviceLost { reason: failure.to_owned() }),
            (None, Err(error)) => Err(RenderError::DeviceLost { reason: error.to_string() }),
            (None, Ok(_)) => Ok(()),
        }
    }

    fn open(
        instance: wgpu::Instance,
        adapter: wgpu::Adapter,
        choice: AdapterChoice,
    ) -> Result<Self, RenderError> {
        let info = adapter.get_info();
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("ringplot: device"),
            required_limits: adapter.limits(),
            // For the benches: what a pass takes on the GPU.
            required_features: adapter.features() & wgpu::Features::TIMESTAMP_QUERY,
            // A plot needs a few MiB; the default reserves blocks of hundreds.
            memory_hints: wgpu::MemoryHints::MemoryUsage,
            ..Default::default()
        };
        let (device, queue) = pollster::block_on(adapter.request_device(&descriptor))
            .map_err(|source| RenderError::NoDevice { adapter: info.name.clone(), source })?;
        let failures = Arc::new(Failures::default());
        let seen = Arc::clone(&failures);
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            let kind = match &error {
                wgpu::Error::Validation { .. } => &seen.refused,
                wgpu::Error::OutOfMemory { .. } | wgpu::Error::Internal { .. } => &seen.lost,
            };
            // Each frame may bring it again.
            if kind.set(error.to_string()).is_ok() {
                tracing::error!(%error, "the GPU refused a call");
            }
        }));
        let seen = Arc::clone(&failures);
        device.set_device_lost_callback(move |reason, message| {
            // Dropping the device ends here too, and is no failure.
            if reason != wgpu::DeviceLostReason::Destroyed {
                tracing::error!(?reason, message, "the GPU device is lost");
            }
            let _ = seen.lost.set(format!("device lost: {reason:?} {message}").trim_end().to_owned());
        });
        tracing::debug!(adapter = info.name, driver = info.driver_info, "opened a Vulkan device");
        Ok(Self { instance, adapter, device, queue, info, choice, failures })
    }
}

fn choose(
    instance: &wgpu::Instance,
    choice: AdapterChoice,
    surface: Option<&wgpu::Surface<'_>>,
) -> Result<wgpu::Adapter, RenderError> {
    let name = std::env::var("WGPU_ADAPTER_NAME").ok().filter(|name| !name.is_empty());
    if name.is_none() && !choice.software {
        let request = |compatible_surface| {
            pollster::block_on(instance.request_adapter(&wgpu::RequestAdapterOptions {
                power_preference: wgpu::PowerPreference::HighPerformance,
                compatible_surface,
                ..Default::default()
            }))
        };
        // Without the surface first: "no driver" and "not for this window" need different advice.
        let adapter = request(None).map_err(|source| RenderError::NoAdapter { source: Some(source) })?;
        return match surface {
            None => Ok(adapter),
            Some(_) => request(surface)
                .map_err(|_| RenderError::NoSurfaceAdapter { available: names(&adapters(instance)) }),
        };
    }
    let all = adapters(instance);
    if all.is_empty() {
        return Err(RenderError::NoAdapter { source: None });
    }
    let available = names(&all);
    let fits = |adapter: &wgpu::Adapter| {
        let info = adapter.get_info();
        match &name {
            Some(name) => info.name.to_lowercase().contains(&name.to_lowercase()),
            None => info.device_type == wgpu::DeviceType::Cpu,
        }
    };
    let mut fitting = all.into_iter().filter(fits).peekable();
    if fitting.peek().is_none() {
        return Err(match name {
            Some(name) => RenderError::NoSuchAdapter { name, available },
            None => RenderError::NoSoftwareAdapter { available },
        });
    }
    fitting
        .find(|adapter| surface.is_none_or(|surface| adapter.is_surface_supported(surface)))
        .ok_or(RenderError::NoSurfaceAdapter { available })
}

fn adapters(instance: &wgpu::Instance) -> Vec<wgpu::Adapter> {
    pollster::block_on(instance.enumerate_adapters(wgpu::Backends::VULKAN))
}

fn names(adapters: &[wgpu::Adapter]) -> String {
    let names: Vec<String> = adapters.iter().map(|adapter| adapter.get_info().name).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On the software adapter; `None` where there is none, which tests/adapters.rs fails on.
    fn gpu() -> Option<Gpu> {
        Gpu::headless(AdapterChoice { software: true }).ok()
    }

    #[test]
    fn a_panic_of_a_lost_device_is_an_error_and_any_other_is_none_of_ours() {
        let Some(gpu) = gpu() else { return };
        assert_eq!(gpu.guarded(|| 5).ok(), Some(5));
        let other = catch_unwind(AssertUnwindSafe(|| gpu.guarded(|| panic!("ours"))));
        assert!(other.is_err(), "a panic was swallowed");
        let lost = gpu.guarded(|| {
            gpu.device.destroy();
            panic!("Failed to create staging buffer")
        });
        assert!(matches!(lost, Err::<(), _>(RenderError::DeviceLost { .. })), "{lost:?}");
        assert!(gpu.check().is_err() && gpu.failure().is_some());
    }

    #[test]
    fn a_refused_call_is_remembered_and_the_device_is_still_there() {
        let Some(gpu) = gpu() else { return };
        for _ in 0..2 {
            drop(gpu.device.create_buffer(&wgpu::BufferDescriptor {
                label: Some("ringplot: impossible"),
                size: 16,
                usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::MAP_WRITE,
                mapped_at_creation: false,
            }));
        }
        assert!(gpu.failure().is_some());
        assert!(gpu.check().is_ok());
    }
}
