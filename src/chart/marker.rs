//! A marker that the user set.

use serde::{Deserialize, Serialize};

/// A marker that the user set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct UserMarker {
    /// When it is.
    pub(crate) x: f64,
    /// What it says.
    pub(crate) text: String,
    /// Its colour, sRGB; by default that of the theme's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) colour: Option<[u8; 3]>,
}
