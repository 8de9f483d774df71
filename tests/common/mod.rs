//! What several tests share.
#![allow(dead_code, unused_imports, unreachable_pub, reason = "each test binary takes what it needs")]

#[cfg(feature = "render")]
pub use gpu::gpu;

#[cfg(feature = "render")]
mod gpu {
    use ringplot::render::{AdapterChoice, Gpu, RenderError};

    /// A device on the software adapter (`RINGPLOT_TEST_GPU=1`: on the default one); `None`, and a line that says so,
    /// where there is no adapter.
    ///
    /// # Panics
    /// Without an adapter when `RINGPLOT_REQUIRE_GPU=1`, and on any other error.
    #[expect(clippy::print_stderr, reason = "a skipped test has to say so")]
    pub fn gpu() -> Option<Gpu> {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| value == "1");
        let choice = AdapterChoice { software: !is_set("RINGPLOT_TEST_GPU") };
        match Gpu::headless(choice) {
            Ok(gpu) => Some(gpu),
            Err(error @ (RenderError::NoAdapter { .. } | RenderError::NoSoftwareAdapter { .. })) => {
                assert!(!is_set("RINGPLOT_REQUIRE_GPU"), "RINGPLOT_REQUIRE_GPU=1, but {error}");
                eprintln!("skipped: {error}");
                None
            }
            Err(error) => panic!("cannot open the GPU: {error}"),
        }
    }
}

#[cfg(feature = "viewer")]
pub mod driver;
#[cfg(feature = "viewer")]
pub mod screen;
#[cfg(feature = "viewer")]
pub mod store;
