//! Layouts that are kept by themselves, one for each set of streams.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Layout, LayoutError};

/// A change is written this long after it was made, seconds.
const AFTER_SECS: f64 = 1.0;

/// Where layouts are kept, and what is known of the one for the streams that are there.
#[derive(Clone, Debug)]
pub(crate) struct Remember {
    folder: PathBuf,
    /// The streams that were looked for last, in order.
    names: Vec<String>,
    /// The number of edits that is on disk.
    kept: u64,
    /// The number of edits that was seen last, and when it was first seen.
    seen: (u64, f64),
}

impl Remember {
    /// In a folder, which is made when something is first kept there.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, names: Vec::new(), kept: 0, seen: (0, 0.0) }
    }

    /// Where the layout of these streams is kept.
    fn path(&self, names: &[String]) -> PathBuf {
        let hash = names
            .iter()
            .flat_map(|name| name.bytes().chain([b'\n']))
            .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01B3)
            });
        self.folder.join(format!("{hash:016x}.toml"))
    }

    /// The layout that was kept for these streams, if they are others than those asked for last.
    pub(crate) fn recall(
        &mut self,
        mut names: Vec<String>,
        edits: u64,
    ) -> Option<Result<Layout, LayoutError>> {
        names.sort();
        if names == self.names {
            return None;
        }
        self.names = names;
        (self.kept, self.seen) = (edits, (edits, 0.0));
        let path = self.path(&self.names);
        path.exists().then(|| Layout::read(&path))
    }

    /// What a recalled layout changed is on disk already.
    pub(crate) fn is_kept(&mut self, edits: u64) {
        (self.kept, self.seen) = (edits, (edits, 0.0));
    }

    /// Whether it is time to write: there were edits, and a moment has passed. Otherwise how long to wait for that.
    pub(crate) fn is_due(&mut self, edits: u64, now_secs: f64) -> Result<bool, Duration> {
        if edits == self.kept || self.names.is_empty() {
            return Ok(false);
        }
        if self.seen.0 != edits {
            self.seen = (edits, now_secs);
        }
        let left = self.seen.1 + AFTER_SECS - now_secs;
        if left > 0.0 { Err(Duration::from_secs_f64(left.min(AFTER_SECS))) } else { Ok(true) }
    }

    /// Writes the layout of the streams that are there, or forgets it.
    ///
    /// # Errors
    /// The folder cannot be made or written to.
    pub(crate) fn keep(&mut self, layout: Option<&Layout>, edits: u64) -> Result<(), LayoutError> {
        // Once is enough, whether it works or not.
        self.kept = edits;
        let path = self.path(&self.names);
        let Some(layout) = layout else { return forget(&path) };
        let failed = |source| LayoutError::Write { path: path.clone(), source };
        std::fs::create_dir_all(&self.folder).map_err(failed)?;
        layout.write(&path)
    }
}

fn forget(path: &Path) -> Result<(), LayoutError> {
    match std::fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(LayoutError::Write { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layout_is_kept_for_its_streams_and_for_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let new = || Remember::new(folder.path().join("layouts"));
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let mut remember = new();
        assert!(remember.recall(names(&["b", "a"]), 0).is_none());
        assert_eq!(remember.is_due(0, 0.0), Ok(false));
        assert!(remember.is_due(1, 10.0).is_err());
        assert_eq!(remember.is_due(1, 11.5), Ok(true));
        let layout = Layout { title: Some("kept".into()), ..Layout::default() };
        remember.keep(Some(&layout), 1).unwrap();
        assert_eq!(remember.is_due(1, 20.0), Ok(false));
        let recalled = new().recall(names(&["a", "b"]), 0).unwrap().unwrap();
        assert_eq!(recalled.title, layout.title);
        assert!(new().recall(names(&["a"]), 0).is_none());
        remember.keep(None, 2).unwrap();
        assert!(new().recall(names(&["a", "b"]), 0).is_none());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_said() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut remember = Remember::new(file.path().join("layouts"));
        assert!(remember.recall(vec!["a".into()], 0).is_none());
        let error = remember.keep(Some(&Layout::default()), 1).unwrap_err();
        assert!(error.to_string().contains("cannot write the layout"));
    }
}
