//! What becomes of a line.

/// Whether a line was what its format has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fit {
    /// It was.
    Yes,
    /// It holds no values, and none were to be expected: a comment, a title.
    Ignored,
    /// It was not, for this reason.
    No(&'static str),
    /// Its time cannot be read.
    NoTime,
}
