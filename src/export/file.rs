//! A file that is written whole or not at all, and why it cannot be.

use crate::chart::{AtomicFile, advice};
use std::io;
use std::path::{Path, PathBuf};

/// Why a file cannot be written. What the system said is in `source()`.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: {}", path.display(), advice(path, source))]
pub(crate) struct SaveError {
    pub(crate) path: PathBuf,
    pub(crate) source: io::Error,
}

/// Has `work` write the file `path`, which is replaced only once the new one is complete.
pub(crate) fn save(
    path: &Path,
    work: impl FnOnce(&mut AtomicFile) -> io::Result<()>,
) -> Result<(), SaveError> {
    crate::chart::write(path, true, work).map_err(|source| SaveError { path: path.to_owned(), source })
}

/// Whether [`save`] could write the file `path` now, as far as that can be told. Leaves nothing.
pub(crate) fn check_target(path: &Path) -> Result<(), SaveError> {
    crate::chart::check(path).map_err(|source| SaveError { path: path.to_owned(), source })
}
