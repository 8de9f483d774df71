//! How a person arranged the viewer, as a file to read, to edit and to keep.
//!
//! ```toml
//! version = 1
//! arrangement = "row(64 time, 36 xz)"
//!
//! [[panel]]
//! id = "time"
//! streams = ["lorenz/x", "lorenz/y"]
//! log-y = true
//!
//! [[panel.axis]]
//! streams = ["lorenz/y"]
//! label = "y of the system"
//!
//! [[panel]]
//! id = "xz"
//! streams = ["lorenz/xz"]
//!
//! [[stream]]
//! name = "lorenz/x"
//! style = "step-post"
//! colour = "#e69f00"
//! gain = 2.0
//! offset = -1.0
//!
//! [[derived]]
//! name = "speed"
//! formula = "derivative(lorenz/x)"
//! ```
//! The keys of a panel are about its first y axis; each `panel.axis` is a further one, up to four in all, with `streams`,
//! `label`, `log`, `autoscale` and `y`. Where a panel has none, each unit has an axis, unless `one-axis` says that all share
//! one. `normalised` draws each stream from 0 to 100 %. Without an arrangement the panels arrange themselves, and streams that no panel names get panels of their own. What a file
//! does not name keeps its default; what it names and nobody knows, or cannot be used, is an error with its line. A file that
//! was written here is read and written again to the byte.

mod panel;
mod recent;
mod remember;
mod stream;

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

pub(crate) use self::recent::RecentFiles;
pub(crate) use self::remember::Remember;
pub(crate) use self::stream::StreamSettings;
use super::arrangement::Node;
use super::atomic_file::advice;
use super::config;
use super::marker::UserMarker;

pub(crate) use self::panel::{AxisSettings, PanelSettings};
use super::time::labels::TimeLabels;
use crate::store::{DerivedSpec, check as check_derived};
use crate::stream::Style;

/// The newest version of the file that this program reads, and the one that it writes.
const VERSION: i64 = 1;

/// Panels, where they lie, what they show and how.
///
/// ```
/// use ringplot::chart::Layout;
///
/// let text = "version = 1\n[[panel]]\nid = \"xy\"\nstreams = [\"lorenz/x\", \"lorenz/y\"]\n";
/// let layout = Layout::parse(text)?;
/// assert_eq!(layout.stream_names(), ["lorenz/x", "lorenz/y"]);
/// assert_eq!(Layout::parse(&layout.text())?, layout);
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Layout {
    pub(crate) version: i64,
    /// The file that it was read from.
    #[serde(skip)]
    pub(crate) path: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) title: Option<String>,
    /// Dark or light, where somebody chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) theme: Option<ThemeChoice>,
    /// What the labels of time say, where they are not seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) time: Option<TimeLabels>,
    /// How the panels lie; by themselves without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) arrangement: Option<String>,
    #[serde(default, rename = "panel", skip_serializing_if = "Vec::is_empty")]
    pub(crate) panels: Vec<PanelSettings>,
    #[serde(default, rename = "stream", skip_serializing_if = "Vec::is_empty")]
    pub(crate) streams: Vec<StreamSettings>,
    /// What the user marked.
    #[serde(default, rename = "marker", skip_serializing_if = "Vec::is_empty")]
    pub(crate) markers: Vec<UserMarker>,
    /// Traces to compute.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) derived: Vec<DerivedSpec>,
}

/// A theme in a layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ThemeChoice {
    Dark,
    Light,
}

/// Why a layout cannot be had or kept.
///
/// ```
/// use std::path::Path;
///
/// use ringplot::chart::{Layout, LayoutError};
///
/// let error = Layout::read(Path::new("/no/such/layout.toml")).unwrap_err();
/// assert!(matches!(error, LayoutError::Read { .. }));
/// assert_eq!(error.to_string(), "cannot read the layout /no/such/layout.toml");
/// ```
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum LayoutError {
    /// The file cannot be read.
    #[error("cannot read the layout {}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file cannot be written.
    #[error("cannot write the layout {}: {}", path.display(), advice(path, source))]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The text is no layout.
    #[error("{reason}: correct it, or leave the layout out, in {}", path.display())]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        reason: String,
    },
}

debug_as_sentence!(LayoutError);

impl Layout {
    /// Reads a file.
    ///
    /// # Errors
    /// [`LayoutError::Read`] when the file is not there, may not be read, is no regular file, has more than 1 MiB or is not
    /// in UTF-8; [`LayoutError::Invalid`] when [`parse`](Self::parse) refuses its text.
    pub fn read(path: &Path) -> Result<Self, LayoutError> {
        let text =
            config::read(path).map_err(|source| LayoutError::Read { path: path.to_owned(), source })?;
        let layout = Self::parse(&text);
        let layout = layout.map_err(|reason| LayoutError::Invalid { path: path.to_owned(), reason })?;
        Ok(Self { path: Some(path.to_owned()), ..layout })
    }

    /// Writes a file, whole or not at all.
    ///
    /// # Errors
    /// [`LayoutError::Write`] when the folder does not exist, it or the file may not be written, the path is a folder, or
    /// the disk is full. A file that was there before is untouched then.
    pub fn write(&self, path: &Path) -> Result<(), LayoutError> {
        super::atomic_file::write(path, true, |out| out.write_all(self.text().as_bytes()))
            .map_err(|source| LayoutError::Write { path: path.to_owned(), source })
    }

    /// Whether it says nothing but what panels would be by themselves.
    pub(crate) fn is_automatic(&self) -> bool {
        let panels = self.panels.iter();
        let are_plain =
            panels.map(|panel| PanelSettings { id: String::new(), streams: Vec::new(), ..panel.clone() });
        let is_plain = |panel: PanelSettings| panel == PanelSettings::default();
        self.arrangement.is_none()
            && self.title.is_none()
            && self.theme.is_none()
            && self.time.is_none()
            && self.streams.is_empty()
            && self.derived.is_empty()
            && are_plain.into_iter().all(is_plain)
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// A sentence that says what is wrong, and in which line where that is known: the text is no TOML, it has no `version`
    /// or a newer one, a key is unknown, a value cannot be used, or the arrangement does not have each panel once.
    pub fn parse(text: &str) -> Result<Self, String> {
        let table: toml::Table =
            text.parse().map_err(|error: toml::de::Error| one_line(&error.to_string()))?;
        match table.get("version").and_then(toml::Value::as_integer) {
            None => return Err("a layout begins with a line `version = 1`, which is missing".into()),
            Some(version) if !(1..=VERSION).contains(&version) => {
                return Err(format!(
                    "this is a layout of version {version}, and this ringplot reads up to {VERSION}"
                ));
            }
            Some(_) => {}
        }
        let layout: Self = toml::from_str(text).map_err(|error| one_line(&error.to_string()))?;
        layout.check().map_err(|(place, reason)| match place.line_in(text) {
            Some(line) => format!("line {line}: {reason}"),
            None => reason,
        })?;
        Ok(layout)
    }

    /// The text of a file.
    pub fn text(&self) -> String {
        let layout = Self { version: VERSION, ..self.clone() };
        // All that it holds has a place in TOML.
        toml::to_string(&layout).unwrap_or_default()
    }

    /// Names of the traces to compute.
    pub fn derived_names(&self) -> Vec<String> {
        self.derived.iter().map(DerivedSpec::shown_name).collect()
    }

    /// Names of all streams in panels, and of those that traces are derived from, without what is derived itself.
    pub fn stream_names(&self) -> Vec<String> {
        let shown = self.panels.iter().flat_map(|panel| panel.streams.iter().map(String::as_str));
        let sources = self.derived.iter().flat_map(|spec| spec.formula.sources());
        let derived: BTreeSet<String> = self.derived_names().into_iter().collect();
        let names: BTreeSet<&str> = shown.chain(sources).filter(|name| !derived.contains(*name)).collect();
        names.into_iter().map(str::to_owned).collect()
    }

    /// Traces to compute.
    pub(crate) fn derived(&self) -> &[DerivedSpec] {
        &self.derived
    }

    /// The styles that it gives to streams, by name.
    pub(crate) fn styles(&self) -> impl Iterator<Item = (String, Style)> + '_ {
        self.streams.iter().filter_map(|stream| Some((stream.name.clone(), stream.look().style?)))
    }

    /// How the panels lie, where somebody arranged them.
    pub(crate) fn node(&self) -> Option<Node> {
        Node::parse(self.arrangement.as_deref()?).ok()
    }

    /// Whether everything in it can be used.
    ///
    /// # Errors
    /// What cannot, and where it is.
    fn check(&self) -> Result<(), (FaultyEntry, String)> {
        let mut ids = BTreeSet::new();
        for (index, panel) in self.panels.iter().enumerate() {
            let wrong = |reason: String| (FaultyEntry("panel", index), reason);
            let id = panel.id.as_str();
            let is_word = !id.is_empty() && !id.chars().any(|c| c.is_whitespace() || "(),".contains(c));
            if !is_word || id.parse::<f32>().is_ok() {
                return Err(wrong(format!(
                    "a panel cannot have the id `{id}`: take a word without spaces, parentheses and commas"
                )));
            }
            if !ids.insert(id) {
                return Err(wrong(format!("two panels have the id `{id}`")));
            }
            panel.check().map_err(|reason| wrong(format!("panel `{id}`: {reason}")))?;
        }
        let mut names = BTreeSet::new();
        for (index, stream) in self.streams.iter().enumerate() {
            let wrong = |reason: String| {
                (FaultyEntry("stream", index), format!("stream `{}`: {reason}", stream.name))
            };
            stream.check().map_err(wrong)?;
            if !names.insert(&stream.name) {
                return Err(wrong("it is there twice".to_owned()));
            }
        }
        if let Some(index) = self.markers.iter().position(|marker| !marker.x.is_finite()) {
            let marker = &self.markers[index];
            let reason = format!("marker `{}`: its x {} is not finite", marker.text, marker.x);
            return Err((FaultyEntry("marker", index), reason));
        }
        for (index, spec) in self.derived.iter().enumerate() {
            let wrong =
                |error| (FaultyEntry("derived", index), format!("derived `{}`: {error}", spec.shown_name()));
            check_derived(spec, self.derived[..index].iter()).map_err(wrong)?;
        }
        let Some(arrangement) = &self.arrangement else { return Ok(()) };
        let wrong = |reason: String| (FaultyEntry("arrangement", 0), format!("arrangement: {reason}"));
        let node = Node::parse(arrangement).map_err(wrong)?;
        let mut placed = BTreeSet::new();
        for key in node.keys() {
            if !ids.contains(key) {
                return Err(wrong(format!("there is no panel with the id `{key}`")));
            }
            if !placed.insert(key) {
                return Err(wrong(format!("the panel `{key}` is in it twice")));
            }
        }
        match ids.iter().find(|id| !placed.contains(*id)) {
            Some(id) => Err(wrong(format!("the panel `{id}` is not in it"))),
            None => Ok(()),
        }
    }
}

/// Where something is in a layout: its key, and its number among those that have it.
#[derive(Clone, Copy, Debug)]
struct FaultyEntry(&'static str, usize);

impl FaultyEntry {
    /// The number of its line.
    fn line_in(self, text: &str) -> Option<usize> {
        let table = toml::de::DeTable::parse(text).ok()?;
        let value = table.get_ref().get(self.0)?;
        let at = match value.get_ref() {
            toml::de::DeValue::Array(list) => list.get(self.1)?.span(),
            _ => value.span(),
        };
        Some(text.get(..at.start)?.matches('\n').count() + 1)
    }
}

/// The user's folder of layouts that are kept by themselves: `$RINGPLOT_STATE_DIR/layouts`, or
/// `$XDG_STATE_HOME/ringplot/layouts`, or `~/.local/state/ringplot/layouts`. `None` without a home.
pub fn default_layouts_folder() -> Option<PathBuf> {
    let user = || config::user_folder("XDG_STATE_HOME", ".local/state");
    let state = config::set("RINGPLOT_STATE_DIR").or_else(|| user().map(|folder| folder.join("ringplot")))?;
    Some(state.join("layouts"))
}

/// An error of the parser in one line: where, and what.
fn one_line(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let is_picture = |line: &&str| line.starts_with('|') || line.contains(" | ");
    let said: Vec<&str> = lines.iter().copied().filter(|line| !is_picture(line)).collect();
    said.join(": ").replace("TOML parse error at ", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r##"version = 1
title = "Motor"
theme = "light"
time = "utc"
arrangement = "row(64 time, 36 column(xz, tabs(psd, b)))"

[[panel]]
id = "time"
title = "Rotor"
streams = ["motor/speed", "motor/torque"]
hidden = ["motor/torque"]
log-y = true
span = 2.5
y = [0.5, 2.0]

[[panel]]
id = "xz"
streams = ["motor/xz"]

[[panel]]
id = "psd"
streams = []
unlinked = true

[[panel]]
id = "b"
streams = ["Größe 単位"]

[[stream]]
name = "motor/speed"
style = "step-post"
colour = "#e69f00"
width = 2.0

[[marker]]
x = 1.5
text = "on"

[[derived]]
name = "slope"
formula = "derivative(motor/speed)"
"##;

    #[test]
    fn a_layout_is_read_and_written_to_the_byte() {
        let layout = Layout::parse(TEXT).unwrap();
        assert_eq!(layout.text(), TEXT);
        assert_eq!(layout.stream_names().len(), 4);
    }

    #[test]
    fn what_is_wrong_with_a_layout_is_said() {
        let error = |from: &str, to: &str| Layout::parse(&TEXT.replacen(from, to, 1)).unwrap_err();
        let is = |text: String, part: &str| assert!(text.contains(part) && !text.contains('\n'), "{text}");
        is(error("version = 1\n", ""), "`version = 1`, which is missing");
        is(error("version = 1", "version = 2"), "version 2, and this ringplot reads up to 1");
        is(error("log-y = true", "log-y = 3"), "line 12");
        is(error("log-y = true", "log-z = true"), "log-z");
        is(error("theme = \"light\"", "theme = \"pink\""), "pink");
        is(error("time = \"utc\"", "time = \"noon\""), "noon");
        is(error("id = \"b\"", "id = \"xz\""), "two panels have the id `xz`");
        is(error("id = \"b\"", "id = \"b c\""), "cannot have the id `b c`");
        is(error("tabs(psd, b)", "psd"), "line 5: arrangement: the panel `b` is not in it");
        is(error("tabs(psd, b)", "tabs(psd, q)"), "no panel with the id `q`");
        is(error("tabs(psd, b)", "tabs(psd, b, b)"), "is in it twice");
        is(error("row(64", "cow(64"), "`cow(` is none of");
        is(error("y = [0.5, 2.0]", "y = [2.0, 0.5]"), "2 is not below 0.5");
        is(error("span = 2.5", "span = -1.0"), "span -1 is not above 0");
        is(error("#e69f00", "#e69f0"), "#e69f0");
        is(error("step-post", "zigzag"), "zigzag");
        is(error("width = 2.0", "width = 200.0"), "width 200");
        is(error("width = 2.0", "width = 200.0"), "line 29: stream `motor/speed`");
        is(
            error("[\"motor/xz\"]", "[\"a\", \"b\", \"a\"]"),
            "line 16: panel `xz`: the stream `a` is in it twice",
        );
        is(
            error("hidden = [\"motor/torque\"]", "hidden = [\"c\"]"),
            "line 7: panel `time`: `c` is hidden and none of its",
        );
        let twice = |table: &str| Layout::parse(&format!("{TEXT}{table}")).unwrap_err();
        is(
            twice("\n[[stream]]\nname = \"motor/speed\"\n"),
            "line 43: stream `motor/speed`: it is there twice",
        );
        let other = "\n[[derived]]\nname = \"slope\"\nformula = \"rms(motor/speed, 10)\"\n";
        is(twice(other), "line 43: derived `slope`: the name \"slope\" is taken");
        let circle = "\n[[derived]]\nname = \"motor/speed\"\nformula = \"rms(slope, 10)\"\n";
        is(twice(circle), "derived from itself");
        is(error("x = 1.5", "x = nan"), "marker `on`: its x NaN is not finite");
        is(error("derivative(motor/speed)", "magic(motor/speed)"), "magic");
        is(error("derivative(motor/speed)", "mean(motor/speed, -1s)"), "-1s");
        is(Layout::parse("version = 1\n[[panel").unwrap_err(), "line 2");
    }

    #[test]
    fn a_file_that_is_not_there_and_one_that_is_no_text_are_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none.toml");
        assert!(Layout::read(&path).unwrap_err().to_string().contains("cannot read the layout"));
        std::fs::write(&path, [0xFF, 0xFE, 0x00]).unwrap();
        assert!(matches!(Layout::read(&path), Err(LayoutError::Read { .. })));
    }
}
