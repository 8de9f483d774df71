//! Layouts that are kept by themselves, one for each set of streams.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::super::series::fnv1a;
use super::{Layout, LayoutError};

/// A change is written this long after the last input, seconds.
const AFTER_SECS: f64 = 1.0;

/// Where layouts are kept, and what is known of the one for the streams that are there.
#[derive(Clone, Debug)]
pub(crate) struct Remember {
    folder: PathBuf,
    /// The streams that are there, in order.
    names: Vec<String>,
    /// What is on disk for them.
    kept: Option<String>,
    /// What they look like if nobody changes anything: that is not kept.
    untouched: Option<String>,
    /// When to look whether something has changed.
    look_at_secs: Option<f64>,
    is_due: bool,
}

impl Remember {
    /// In a folder, which is made when something is first kept there.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self { folder, names: Vec::new(), kept: None, untouched: None, look_at_secs: None, is_due: false }
    }

    /// Where the layout of the streams that are there is kept.
    fn path(&self) -> PathBuf {
        let lines: String = self.names.iter().flat_map(|name| [name.as_str(), "\n"]).collect();
        let hash = fnv1a(&lines);
        self.folder.join(format!("{hash:016x}.toml"))
    }

    /// From now on it is about these streams; whether they are others than before.
    pub(crate) fn follow(&mut self, mut names: Vec<String>) -> bool {
        names.sort();
        names.dedup();
        if names == self.names {
            return false;
        }
        self.names = names;
        (self.kept, self.untouched) = (None, None);
        true
    }

    /// The layout that was kept for the streams that are there. One that cannot be read is put aside.
    pub(crate) fn recall(&mut self) -> Option<Result<Layout, LayoutError>> {
        let path = self.path();
        if self.names.is_empty() || !path.exists() {
            return None;
        }
        let layout = Layout::read(&path);
        match &layout {
            Ok(layout) => self.kept = Some(layout.text()),
            Err(_) => {
                let _ = std::fs::rename(&path, path.with_extension("toml.unreadable"));
            }
        }
        Some(layout)
    }

    /// Takes note of input; how long to wait until what it changed is to be written, if anything.
    pub(crate) fn wait(&mut self, is_touched: bool, now_secs: f64) -> Option<Duration> {
        if is_touched {
            self.look_at_secs = Some(now_secs + AFTER_SECS);
        }
        let left = self.look_at_secs? - now_secs;
        if left <= 0.0 {
            (self.look_at_secs, self.is_due) = (None, true);
            return None;
        }
        Some(Duration::from_secs_f64(left.min(AFTER_SECS)))
    }

    /// Does not wait any longer.
    pub(crate) fn hurry(&mut self) {
        self.is_due |= self.look_at_secs.take().is_some();
    }

    /// Whether [`Remember::keep`] has to be told what is shown.
    pub(crate) fn wants_text(&self) -> bool {
        !self.names.is_empty() && (self.is_due || self.untouched.is_none())
    }

    /// Writes what is shown, if somebody changed it; forgets it, if it is again as it would be by itself.
    ///
    /// # Errors
    /// The folder cannot be made or written to.
    pub(crate) fn keep(&mut self, layout: &Layout) -> Result<(), LayoutError> {
        let text = layout.text();
        let is_first = self.untouched.is_none();
        if is_first {
            // What was recalled is not what it would be by itself, which is not known then.
            self.untouched = Some(if self.kept.is_none() { text.clone() } else { String::new() });
        }
        if !std::mem::take(&mut self.is_due) || self.kept.as_ref() == Some(&text) {
            return Ok(());
        }
        let path = self.path();
        if self.untouched.as_ref() == Some(&text) || layout.is_automatic() {
            self.kept = None;
            return forget(&path);
        }
        let failed = |source| LayoutError::Write { path: path.clone(), source };
        std::fs::create_dir_all(&self.folder).map_err(failed)?;
        layout.write(&path)?;
        self.kept = Some(text);
        Ok(())
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

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    fn titled(title: &str) -> Layout {
        Layout { title: Some(title.into()), ..Layout::default() }
    }

    /// Somebody does something, and a moment later that is what is shown.
    fn change(remember: &mut Remember, layout: &Layout, now_secs: f64) {
        assert!(remember.wait(true, now_secs).is_some(), "it is written before the hand has rested");
        assert!(remember.wait(false, now_secs + 1.1).is_none() && remember.wants_text());
        remember.keep(layout).unwrap();
    }

    #[test]
    fn a_layout_is_kept_for_its_streams_and_for_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let new = |streams: &[&str]| {
            let mut remember = Remember::new(folder.path().join("layouts"));
            assert!(remember.follow(names(streams)));
            let recalled = remember.recall().map(|layout| layout.unwrap().title.unwrap());
            (remember, recalled)
        };
        let (mut remember, recalled) = new(&["b", "a"]);
        assert_eq!(recalled, None);
        remember.keep(&Layout::default()).unwrap();
        assert!(!folder.path().join("layouts").exists(), "what nobody changed was written");
        change(&mut remember, &titled("mine"), 10.0);
        assert_eq!(new(&["a", "b"]).1.as_deref(), Some("mine"));
        assert_eq!(new(&["a"]).1, None);
        // Another stream comes: what is changed from then on belongs to the three of them.
        assert!(remember.follow(names(&["a", "b", "c"])));
        remember.keep(&titled("mine")).unwrap();
        change(&mut remember, &titled("of three"), 20.0);
        assert_eq!(new(&["a", "b", "c"]).1.as_deref(), Some("of three"));
        assert_eq!(new(&["a", "b"]).1.as_deref(), Some("mine"));
        change(&mut remember, &Layout::default(), 30.0);
        assert_eq!(new(&["a", "b", "c"]).1, None, "what is as by itself is still kept");
    }

    #[test]
    fn what_is_changed_right_before_the_end_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut remember = Remember::new(folder.path().to_owned());
        assert!(remember.follow(names(&["a"])));
        remember.keep(&Layout::default()).unwrap();
        assert!(remember.wait(true, 1.0).is_some());
        remember.hurry();
        remember.keep(&titled("late")).unwrap();
        assert_eq!(remember.recall().unwrap().unwrap().title.as_deref(), Some("late"));
    }

    #[test]
    fn a_kept_layout_that_cannot_be_read_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let mut remember = Remember::new(folder.path().to_owned());
        assert!(remember.follow(names(&["a"])));
        std::fs::write(remember.path(), "version = 9\n").unwrap();
        assert!(remember.recall().unwrap().is_err());
        assert!(remember.recall().is_none() && remember.path().with_extension("toml.unreadable").exists());
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_said() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut remember = Remember::new(file.path().join("layouts"));
        assert!(remember.follow(names(&["a"])));
        remember.keep(&Layout::default()).unwrap();
        remember.hurry();
        remember.is_due = true;
        let error = remember.keep(&titled("t")).unwrap_err();
        assert!(error.to_string().contains("cannot write the layout"));
    }
}
