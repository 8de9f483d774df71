//! A remark of a plot about itself.

use std::borrow::Cow;

/// How a badge looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    Quiet,
    Good,
    Warn,
    Bad,
}

/// A short remark on a plot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Badge {
    pub(crate) text: String,
    pub(crate) explanation: Cow<'static, str>,
    pub(crate) tone: Severity,
    /// A click takes the plot back to live.
    pub(crate) goes_live: bool,
}

impl Badge {
    pub(crate) fn new(
        text: impl Into<String>,
        tone: Severity,
        explanation: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { text: text.into(), explanation: explanation.into(), tone, goes_live: false }
    }
}
