//! Why there is no derived trace.

/// Why there is no such derived trace.
///
/// ```
/// use ringplot::store::{DerivedError, DerivedSpec};
///
/// let error = DerivedSpec::parse("slow = median(lorenz/x, 100)").unwrap_err();
/// assert!(matches!(error, DerivedError::BadFormula { .. }));
/// assert!(error.to_string().contains("write derivative(a), mean(a, 100)"), "what to write instead");
/// ```
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DerivedError {
    /// The text is no formula.
    #[error("{reason}: {text:?}; {help}")]
    BadFormula {
        /// What was read.
        text: String,
        /// What is wrong with it.
        reason: String,
        /// What to write.
        help: &'static str,
    },
    /// A value that makes no sense.
    #[error("{what} {value} is not {range}")]
    BadValue {
        /// What it is.
        what: &'static str,
        /// The value.
        value: String,
        /// What it may be.
        range: &'static str,
    },
    /// There is no stream of that name.
    #[error("there is no stream {0:?}; name one from the table of streams")]
    UnknownSource(String),
    /// The stream is not over time.
    #[error("{0:?} has no values over time; derived traces need a timed or uniform stream")]
    NotOverTime(String),
    /// The name is taken.
    #[error("the name {0:?} is taken by a stream or another derived trace; choose another")]
    NameTaken(String),
    /// The name cannot be shown on a line.
    #[error("the name {0:?} is too long or not on one line; at most 128 characters")]
    BadName(String),
    /// It would be derived from itself.
    #[error("{0:?} would be derived from itself")]
    Cycle(String),
}

debug_as_sentence!(DerivedError);
