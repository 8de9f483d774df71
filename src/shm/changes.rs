//! Waiting for the registry to change, so that a stream is seen when it is announced and not at the next look.

use std::time::Duration;

use super::directory;
use super::os::FolderChanges;

/// A look-out for changes of the registry.
#[derive(Debug)]
pub(crate) struct Changes(FolderChanges);

impl Default for Changes {
    fn default() -> Self {
        Self(FolderChanges::of(directory::candidates()))
    }
}

impl Changes {
    /// Waits until something of the registry changed since the last call, for at most `timeout`; whether it did.
    pub(crate) fn wait(&mut self, timeout: Duration) -> bool {
        self.0.wait(timeout)
    }
}
