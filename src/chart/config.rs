//! Reads what a person wrote for the viewer, layouts and keys, and knows where that lies.
//!
//! Such a file is a regular file of at most 1 MiB: a FIFO without a writer would be waited for, and a device has no end.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Most bytes of a file.
const MOST_BYTES: u64 = 1 << 20;

/// A folder of the user's as the XDG Base Directory Specification has it: `$NAME`, which counts only as an absolute path,
/// or `default` in the home folder. `None` without a home.
pub(crate) fn user_folder(name: &str, default: &str) -> Option<PathBuf> {
    let set = std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
    set.or_else(|| std::env::home_dir().filter(|home| home.is_absolute()).map(|home| home.join(default)))
}

/// What a variable of the environment says, unless it is empty.
pub(crate) fn set(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// The text of the file `path`. Never waits.
pub(crate) fn read(path: &Path) -> io::Result<String> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK | libc::O_NOCTTY);
    let file = options.open(path)?;
    let found = file.metadata()?;
    if !found.is_file() {
        let what = if found.is_dir() { "a folder" } else { "a FIFO or a device" };
        return Err(io::Error::other(format!("it is {what}, give a regular file")));
    }
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(io::Error::other(format!("it has more than {MOST_BYTES} bytes, give a shorter file")));
    }
    String::from_utf8(bytes).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is no text in UTF-8"))
}
