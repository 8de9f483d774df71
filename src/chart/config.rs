//! Reads what a person wrote for the viewer: layouts and keys.
//!
//! Such a file is a regular file of at most 1 MiB: a FIFO without a writer would be waited for, and a device has no end.

use std::fs::OpenOptions;
use std::io::{self, Read};
use std::path::Path;

/// Most bytes of a file.
const MOST_BYTES: u64 = 1 << 20;

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
