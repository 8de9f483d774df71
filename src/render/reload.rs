//! Debug builds take changed shaders from disk while they run.
//!
//! Compares texts at most twice a second rather than watching files: editors replace, rename and touch files in
//! too many ways, and the five texts are a few KiB.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::shaders::Shader;

const INTERVAL: Duration = Duration::from_millis(500);

/// A folder of shaders and what was last seen there.
#[derive(Debug)]
pub(super) struct Reload {
    folder: PathBuf,
    looked: Option<Instant>,
    seen: HashMap<&'static str, String>,
}

impl Reload {
    /// The folder of the package that this was built from, which may be gone. The texts compiled in are those there
    /// now.
    pub(super) fn new() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("shaders");
        Self { folder, looked: Some(Instant::now()), seen: HashMap::new() }
    }

    /// Another folder, looked at with the next call.
    pub(super) fn watch(&mut self, folder: &Path) {
        folder.clone_into(&mut self.folder);
        self.looked = None;
    }

    /// True twice a second at most.
    pub(super) fn is_due(&mut self) -> bool {
        let due = self.looked.is_none_or(|looked| looked.elapsed() >= INTERVAL);
        if due {
            self.looked = Some(Instant::now());
        }
        due
    }

    /// The shader's whole text if it is another than at the last call (at first: than the one compiled in).
    pub(super) fn changed(&mut self, shader: Shader) -> Option<String> {
        // A file that is just being replaced is looked at again next time.
        let pieces: Option<Vec<_>> =
            shader.pieces.iter().map(|piece| std::fs::read_to_string(self.folder.join(piece)).ok()).collect();
        let text = pieces?.concat();
        let last = self.seen.get(shader.name).map_or(shader.source, String::as_str);
        if last == text {
            return None;
        }
        self.seen.insert(shader.name, text.clone());
        Some(text)
    }
}
