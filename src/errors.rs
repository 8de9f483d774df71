//! How errors read: one sentence with its causes, the same in a message and where `main` returns the error.

use std::error::Error;

/// An error and its causes in one line, leaving out a cause that the text before it already quotes.
pub(crate) fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let said = cause.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        next = cause.source();
    }
    text
}

/// Gives error types a `Debug` that is their sentence: a `main` that returns `Err` prints its error by `Debug`, and its
/// user is to see what to do and not the fields of an enum.
macro_rules! debug_as_sentence {
    ($($error:ty),+) => {$(
        impl std::fmt::Debug for $error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&$crate::errors::with_causes(self))
            }
        }
    )+};
}

#[cfg(test)]
mod tests {
    use super::with_causes;

    #[derive(thiserror::Error)]
    #[error("{text}")]
    struct Outer {
        text: &'static str,
        source: std::io::Error,
    }

    debug_as_sentence!(Outer);

    #[test]
    fn a_cause_that_the_text_quotes_is_told_once() {
        for (text, said) in
            [("cannot write: disk full", "cannot write: disk full"), ("giving up", "giving up: disk full")]
        {
            let error = Outer { text, source: std::io::Error::other("disk full") };
            assert_eq!(with_causes(&error), said);
            assert_eq!(format!("{error:?}"), said);
        }
    }
}
