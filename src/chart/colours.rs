//! Which colours a density and a waterfall have.

use std::fmt::Write as _;

use super::colour_map::ColourMap;

/// Which colours a density has.
///
/// ```
/// use ringplot::chart::{ColourMap, Colours};
///
/// assert_eq!(Colours::Own.name(), "own");
/// assert_eq!(Colours::Table(ColourMap::Viridis).name(), "viridis");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Colours {
    /// The stream's own, and those beyond it: lighter on a dark ground, darker on a light one.
    #[default]
    Own,
    /// Those of a table.
    Table(ColourMap),
}

impl Colours {
    /// Every choice.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::Own).chain(ColourMap::ALL.map(Self::Table))
    }

    /// Its name, in lowercase: `own`, or that of the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Table(table) => table.name(),
        }
    }

    /// The choice of this name; an error says which there are.
    pub(crate) fn from_name(name: &str) -> Result<Self, String> {
        Self::all().find(|choice| choice.name() == name).ok_or_else(|| {
            let mut text = format!("the colours `{name}` are none of own");
            for table in ColourMap::ALL {
                let _ = write!(text, ", {}", table.name());
            }
            text
        })
    }

    /// The table that is meant; for what has no colour of its own, Inferno.
    pub(crate) fn table(self) -> ColourMap {
        match self {
            Self::Own => ColourMap::Inferno,
            Self::Table(table) => table,
        }
    }
}
