//! Which file, and what of the streams goes into it.

/// What kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Png,
    Svg,
    Csv,
}

impl Format {
    pub(crate) const ALL: [(Self, &str); 3] =
        [(Self::Png, "Picture (PNG)"), (Self::Svg, "Drawing (SVG)"), (Self::Csv, "Data (CSV)")];

    /// The format of files whose names end in this.
    pub(crate) fn from_extension(end: &str) -> Option<Self> {
        Self::ALL.into_iter().map(|(format, _)| format).find(|format| format.extension() == end)
    }

    /// What the name of such a file ends in.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Svg => "svg",
            Self::Csv => "csv",
        }
    }
}

/// What of the streams goes into a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ExportRange {
    /// What the plot shows.
    #[default]
    Visible,
    /// What lies between the two cursors.
    Cursors,
    /// Everything.
    Held,
}
