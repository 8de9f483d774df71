//! A file that appears under its name only when it is complete.
//!
//! It is written under another name in the same folder. What is not put in place is removed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::ring::sync::{AtomicUsize, Ordering};

/// A file that is being written.
#[derive(Debug)]
pub(crate) struct Draft {
    file: BufWriter<File>,
    place: PathBuf,
    unfinished: Unfinished,
}

impl Draft {
    /// Begins a file that will be called `place`.
    pub(crate) fn new(place: &Path) -> io::Result<Self> {
        static DRAFTS: AtomicUsize = AtomicUsize::new(0);
        // Not the file's name and more: that may be as long as the system allows already.
        let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
        let path = place.with_file_name(format!(".ringplot-{}-{number}.part", std::process::id()));
        let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
        let unfinished = Unfinished { path };
        Ok(Self { file: BufWriter::with_capacity(1 << 16, file), place: place.to_owned(), unfinished })
    }

    /// Puts the complete file in place of whatever is there.
    pub(crate) fn replace(mut self) -> io::Result<()> {
        self.file.flush()?;
        fs::rename(&self.unfinished.path, &self.place)
    }

    /// Puts the complete file in place, where there is none: else [`io::ErrorKind::AlreadyExists`].
    #[cfg(feature = "viewer")]
    pub(crate) fn put(mut self) -> io::Result<()> {
        self.file.flush()?;
        // A link is refused where there is something, even if that came this very moment.
        match fs::hard_link(&self.unfinished.path, &self.place) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
            Err(_) if self.place.symlink_metadata().is_ok() => Err(io::ErrorKind::AlreadyExists.into()),
            // Some file systems have no links.
            Err(_) => fs::rename(&self.unfinished.path, &self.place),
        }
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The file under its working name, which goes.
#[derive(Debug)]
struct Unfinished {
    path: PathBuf,
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        match fs::remove_file(&self.path) {
            // It was put in place.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => {
                tracing::warn!(%error, path = %self.path.display(), "cannot remove an unfinished file");
            }
            Ok(()) => {}
        }
    }
}

/// What is wrong with a path that could not be written, and what to do.
pub(crate) fn advice(path: &Path, error: &io::Error) -> &'static str {
    match error.kind() {
        _ if path.as_os_str().is_empty() => "no file name was given",
        io::ErrorKind::IsADirectory => "it is a folder, give a file name",
        io::ErrorKind::AlreadyExists => "there is such a file already, choose another name",
        io::ErrorKind::NotFound => "its folder does not exist, make it first or choose another",
        io::ErrorKind::NotADirectory => "part of the path is a file and not a folder, choose another path",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            "its folder may not be written, choose another"
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "the disk is full, make room or choose another"
        }
        io::ErrorKind::BrokenPipe => "the reader has gone away",
        io::ErrorKind::InvalidFilename => {
            "the file name is too long or has characters that may not be in one"
        }
        _ => "the system refused it, choose another place",
    }
}

#[cfg(test)]
#[cfg(feature = "viewer")]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn what_is_there_stays_unless_it_is_to_be_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("file");
        fs::write(&place, "old").unwrap();
        let mut draft = Draft::new(&place).unwrap();
        draft.write_all(b"new").unwrap();
        assert_eq!(draft.put().unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!((fs::read_to_string(&place).unwrap().as_str(), names(folder.path()).len()), ("old", 1));
        let mut draft = Draft::new(&place).unwrap();
        draft.write_all(b"new").unwrap();
        draft.replace().unwrap();
        assert_eq!((fs::read_to_string(&place).unwrap().as_str(), names(folder.path()).len()), ("new", 1));
    }

    #[test]
    fn a_new_file_is_put_in_place_and_an_unfinished_one_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("file");
        let mut draft = Draft::new(&place).unwrap();
        draft.write_all(b"all").unwrap();
        assert!(!place.exists(), "it is seen before it is complete");
        draft.put().unwrap();
        assert_eq!(fs::read_to_string(&place).unwrap(), "all");
        drop(Draft::new(&folder.path().join("other")).unwrap());
        assert_eq!(names(folder.path()), ["file"]);
    }
}
