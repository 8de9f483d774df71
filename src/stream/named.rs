//! Enums whose variants have names: in segments, on the command line and in its JSON. Each has `Display` and `FromStr`.

/// Why a text is no name of a value.
///
/// ```
/// let error = "dotted".parse::<ringplot::Style>().unwrap_err();
/// assert!(error.to_string().starts_with("'dotted' is no style: choose one of line, points"));
/// ```
#[derive(Clone, PartialEq, Eq, Hash, thiserror::Error)]
#[error("'{text}' is no {what}: choose one of {}", names.join(", "))]
pub struct ParseNameError {
    pub(super) text: String,
    pub(super) what: &'static str,
    pub(super) names: &'static [&'static str],
}

debug_as_sentence!(ParseNameError);

/// Gives an enum its names, each of them once.
macro_rules! named {
    ($type:ident, $what:literal, $($variant:ident => $name:literal),+ $(,)?) => {
        impl $type {
            /// All of them, in the order in which they are offered.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name.
            pub(crate) const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name),+
                }
            }
        }

        /// The name, as segments, the command line and its JSON have it.
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::stream::named::ParseNameError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($name => Ok(Self::$variant),)+
                    _ => Err($crate::stream::named::ParseNameError {
                        text: text.to_owned(),
                        what: $what,
                        names: &[$($name),+],
                    }),
                }
            }
        }
    };
}
