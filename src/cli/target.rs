//! Where a picture or a table goes, and as what.

use std::path::{Path, PathBuf};

use super::values::ValueError;
use crate::export::Format;

/// By which names standard output can be opened.
const STANDARD_OUTPUT: [&str; 3] = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];

/// A file, a pipe or a device, and what is written to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) path: PathBuf,
    pub(super) format: Format,
}

impl Target {
    /// What `option` asks for: `-` is standard output. The end of the name says which format, and `--format` where there
    /// is none; a PNG where neither does.
    ///
    /// # Errors
    /// The end of the name is that of no format, or of another one than asked for.
    pub(super) fn new(path: &Path, asked: Option<Format>, option: &str) -> Result<Self, ValueError> {
        if path == Path::new("-") {
            return Ok(Self { path: STANDARD_OUTPUT[0].into(), format: asked.unwrap_or(Format::Png) });
        }
        let end = path.extension().map(|end| end.to_string_lossy().to_lowercase());
        let of_name = end.as_deref().and_then(Format::from_extension);
        let format = match (of_name, asked, end) {
            (Some(of_name), Some(asked), Some(end)) if of_name != asked => {
                let asked = asked.extension();
                return Err(ValueError(format!(
                    "{option}: a name that ends in .{end} is no place for --format {asked}"
                )));
            }
            (of_name, asked, None) => asked.or(of_name).unwrap_or(Format::Png),
            (Some(format), ..) | (None, Some(format), _) => format,
            (None, None, Some(end)) => {
                return Err(ValueError(format!(
                    "{option}: no file can be written as .{end}: give a name that ends in .png, .svg or .csv"
                )));
            }
        };
        Ok(Self { path: path.to_owned(), format })
    }

    /// Refuses to write this to standard output together with something else.
    ///
    /// # Errors
    /// Both would go there.
    pub(super) fn check_alone(&self, option: &str, stats_json: Option<&Path>) -> Result<(), ValueError> {
        let is_both = self.is_standard_output()
            && stats_json.is_some_and(|path| path == Path::new("-") || is_standard_output(path));
        if is_both {
            return Err(ValueError(format!(
                "{option} and --stats-json cannot both go to standard output: give one of them a file"
            )));
        }
        Ok(())
    }

    /// Whether it goes to standard output, which then takes nothing else.
    pub(super) fn is_standard_output(&self) -> bool {
        is_standard_output(&self.path)
    }
}

fn is_standard_output(path: &Path) -> bool {
    STANDARD_OUTPUT.iter().any(|name| path == Path::new(name))
}
