//! Where the registry lies: a private folder of this user's, and no daemon.

use std::fs::Metadata;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Once;

use super::{DirectoryError, os};

/// The folders of the registry: `RINGPLOT_DIR` alone if it is set; else `$XDG_RUNTIME_DIR/ringplot` and
/// `/tmp/ringplot-<uid>`, of which producers use the first that they can have and readers look in both.
pub(crate) fn candidates() -> Vec<PathBuf> {
    if let Some(dir) = std::env::var_os("RINGPLOT_DIR").filter(|dir| !dir.is_empty()) {
        return vec![PathBuf::from(dir)];
    }
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|dir| dir.is_dir());
    let fallback = PathBuf::from(format!("/tmp/ringplot-{}", os::uid()));
    runtime.map(|dir| dir.join("ringplot")).into_iter().chain([fallback]).collect()
}

/// The folders of the registry that are there, checked. One that cannot be had does not take away the other, as for a
/// producer: `XDG_RUNTIME_DIR` may have been inherited from another user, as by `su`.
///
/// # Errors
/// None of the candidates can be had; tells of the first. There are no streams on this system.
pub(crate) fn existing() -> Result<Vec<PathBuf>, DirectoryError> {
    if !os::IS_SUPPORTED {
        return Err(DirectoryError::Unsupported);
    }
    existing_of(candidates())
}

fn existing_of(candidates: Vec<PathBuf>) -> Result<Vec<PathBuf>, DirectoryError> {
    static TOLD: Once = Once::new();
    let look = |path: PathBuf| {
        let io = |source| DirectoryError::Io { source, path: path.clone() };
        match path.symlink_metadata() {
            Ok(metadata) => {
                check(&path, &metadata)?;
                std::fs::read_dir(&path).map_err(io)?;
                Ok(Some(path))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(io(source)),
        }
    };
    let (had, refused): (Vec<_>, Vec<_>) = candidates.into_iter().map(look).partition(Result::is_ok);
    match refused.into_iter().find_map(Result::err) {
        Some(error) if had.is_empty() => return Err(error),
        Some(error) => TOLD.call_once(|| tracing::warn!("{error}")),
        None => {}
    }
    Ok(had.into_iter().flatten().flatten().collect())
}

/// The folder that a producer registers in, made if it is missing.
///
/// # Errors
/// None of the candidates can be had; tells of the first. There are no streams on this system.
pub(crate) fn for_producer() -> Result<PathBuf, DirectoryError> {
    if !os::IS_SUPPORTED {
        return Err(DirectoryError::Unsupported);
    }
    let mut first = None;
    for path in candidates() {
        match make(&path) {
            Ok(()) => return Ok(path),
            Err(error) => first = first.or(Some(error)),
        }
    }
    Err(first.unwrap_or(DirectoryError::Untrusted { reason: "has no name", path: PathBuf::new() }))
}

fn make(path: &Path) -> Result<(), DirectoryError> {
    let io = |source| DirectoryError::Io { source, path: path.to_owned() };
    // With the folders above it, where somebody named one that is not there yet.
    match os::create_private_folder(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(io(error)),
        _ => {}
    }
    check(path, &path.symlink_metadata().map_err(io)?)
}

fn check(path: &Path, metadata: &Metadata) -> Result<(), DirectoryError> {
    let untrusted = |reason| Err(DirectoryError::Untrusted { reason, path: path.to_owned() });
    if metadata.is_symlink() {
        return untrusted("is a symbolic link");
    }
    if !metadata.is_dir() {
        return untrusted("is not a folder");
    }
    if os::owner(metadata) != os::uid() {
        return untrusted("belongs to another user");
    }
    if os::is_writable_by_others(metadata) {
        return untrusted("can be written by other users");
    }
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::{existing_of, make};
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_folder_that_others_may_write_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("open");
        make(&path).unwrap();
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o700);
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o777)).unwrap();
        assert!(make(&path).unwrap_err().to_string().contains("written by other users"));
    }

    #[test]
    fn a_folder_that_cannot_be_had_does_not_take_the_other_away() {
        let dir = tempfile::tempdir().unwrap();
        let (file, missing, good) =
            (dir.path().join("file"), dir.path().join("missing"), dir.path().join("good"));
        std::fs::write(&file, "").unwrap();
        make(&good).unwrap();
        assert_eq!(existing_of(vec![file.clone(), good.clone()]).unwrap(), [good]);
        assert!(existing_of(vec![file.clone(), missing]).unwrap().is_empty(), "a producer would make it");
        assert!(existing_of(vec![file]).is_err());
    }

    #[test]
    fn a_symbolic_link_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let link = dir.path().join("link");
        std::os::unix::fs::symlink(dir.path(), &link).unwrap();
        assert!(make(&link).unwrap_err().to_string().contains("symbolic link"));
    }
}
