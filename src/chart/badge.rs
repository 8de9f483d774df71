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

/// What a click on a badge does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BadgeAction {
    /// Takes the plot back to live.
    GoLive,
    /// Shows where points were lost last.
    GoToLoss,
}

/// A short remark on a plot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Badge {
    pub(crate) text: String,
    pub(crate) explanation: Cow<'static, str>,
    pub(crate) tone: Severity,
    /// What a click does.
    pub(crate) action: Option<BadgeAction>,
}

impl Badge {
    pub(crate) fn new(
        text: impl Into<String>,
        tone: Severity,
        explanation: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { text: text.into(), explanation: explanation.into(), tone, action: None }
    }
}
