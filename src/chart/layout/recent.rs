//! Files of layouts that were opened or saved of late, the newest first: a line each, in a file of the user's.

use std::path::{Path, PathBuf};

use super::super::atomic_file;
use std::io::Write as _;

/// Files that are kept at most.
const MOST: usize = 8;

/// Files of layouts that were opened or saved of late.
#[derive(Clone, Debug, Default)]
pub(crate) struct RecentFiles {
    /// The newest first, with whole paths.
    list: Vec<PathBuf>,
    /// Where they are kept, if anywhere.
    file: Option<PathBuf>,
}

impl RecentFiles {
    /// Those that a file lists; it need not be there.
    pub(crate) fn kept_in(file: PathBuf) -> Self {
        let text = super::super::config::read(&file).unwrap_or_default();
        let list = text.lines().filter(|line| !line.is_empty()).map(PathBuf::from).take(MOST).collect();
        Self { list, file: Some(file) }
    }

    /// The newest first.
    pub(crate) fn list(&self) -> &[PathBuf] {
        &self.list
    }

    /// Notes that a file was opened or saved. A list that cannot be written is one for this run.
    pub(crate) fn note(&mut self, path: &Path) {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        self.list.retain(|other| *other != path);
        self.list.insert(0, path);
        self.list.truncate(MOST);
        let Some(file) = &self.file else { return };
        // A line has no line break in it.
        let names = self.list.iter().filter_map(|path| path.to_str()).filter(|name| !name.contains('\n'));
        let text: String = names.flat_map(|name| [name, "\n"]).collect();
        if let Some(folder) = file.parent() {
            let _ = std::fs::create_dir_all(folder);
        }
        if let Err(error) = atomic_file::write(file, true, |out| out.write_all(text.as_bytes())) {
            tracing::debug!(%error, "recent files are not kept");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_files_are_kept_from_run_to_run_each_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state/recent");
        let mut recent = RecentFiles::kept_in(file.clone());
        for number in (0..12).chain([5]) {
            recent.note(&folder.path().join(format!("{number}.toml")));
        }
        let names: Vec<String> = RecentFiles::kept_in(file)
            .list()
            .iter()
            .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
            .collect();
        assert_eq!(names, ["5", "11", "10", "9", "8", "7", "6", "4"]);
    }
}
