//! Files and folders of the registry: how they are opened, read and written, and what tells one from another.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

/// Makes a file that is opened with these options this user's alone. Never follows a link, never blocks on a pipe.
pub(crate) fn plain(options: &mut OpenOptions) -> &mut OpenOptions {
    options.mode(0o600).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK)
}

/// Makes a folder that is this user's alone, and the folders above it.
pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Whether a file of the registry cannot be opened because there is none, or something that is none.
pub(crate) fn is_other_file(error: &io::Error) -> bool {
    let none = [libc::ENOENT, libc::ENOTDIR, libc::ELOOP, libc::ENXIO];
    error.kind() == io::ErrorKind::InvalidInput
        || error.raw_os_error().is_some_and(|code| none.contains(&code))
}

/// Whether `path` leads to this file.
pub(crate) fn is_at(file: &File, path: &Path) -> bool {
    match (file.metadata(), path.symlink_metadata()) {
        (Ok(a), Ok(b)) => a.dev() == b.dev() && a.ino() == b.ino(),
        _ => false,
    }
}

/// Whether no path leads to this file any more.
pub(crate) fn is_removed(file: &File) -> io::Result<bool> {
    Ok(file.metadata()?.nlink() == 0)
}

/// The user whose file or folder this is.
pub(crate) fn owner(metadata: &Metadata) -> u32 {
    metadata.uid()
}

/// Whether other users than its owner may write this file or folder.
pub(crate) fn is_writable_by_others(metadata: &Metadata) -> bool {
    metadata.mode() & 0o022 != 0
}

/// Reads bytes from `offset` on; how many there were.
pub(crate) fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
    file.read_at(bytes, offset)
}

/// Writes bytes from `offset` on.
pub(crate) fn write_all_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    file.write_all_at(bytes, offset)
}
