//! What a page asks for: text messages, read with bounds on everything.
//!
//! ```json
//! {"view": {"panels": [{"kind": "time", "streams": ["sine"], "size": [1600, 400], "span": 10}], "fps": 30}}
//! {"ack": 17}
//! ```
//! A panel over time has `x`, both ends, or `span`, seconds up to the newest sample. Panels of one `group` have one newest
//! sample. A plane fits where it has no `x` and `y`. A waterfall's `span` is that of its rows.

use serde::Deserialize;

use super::{MOST_COLUMNS, MOST_MESSAGE_BYTES};

/// Panels of one page.
const MOST_PANELS: usize = 64;
/// Streams of one panel, and of all panels of a page together.
const MOST_STREAMS: usize = 64;
const MOST_SERIES: usize = 256;
/// Cells of all panels that have cells.
const MOST_ROWS: u32 = 4096;
const RATES: std::ops::RangeInclusive<f64> = 0.1..=60.0;

/// What a page says.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum ClientMessage {
    /// What it shows from now on.
    View(View),
    /// It has drawn the frame of this number, and those before it.
    Ack(u32),
}

/// What a page shows.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct View {
    /// Its panels, in its own order.
    pub panels: Vec<PanelView>,
    /// Frames a second, at most.
    #[serde(default = "default_fps")]
    pub fps: f64,
}

fn default_fps() -> f64 {
    30.0
}

/// What a panel shows.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelView {
    /// How it is drawn.
    pub kind: PanelKind,
    /// Names of its streams.
    pub streams: Vec<String>,
    /// Width and height of the plot area, pixels.
    pub size: [u32; 2],
    /// Whether x and y are logarithmic.
    #[serde(default)]
    pub log: [bool; 2],
    /// Both ends of x, where it stands still.
    #[serde(default)]
    pub x: Option<[f64; 2]>,
    /// Both ends of y, in a plane that stands still.
    #[serde(default)]
    pub y: Option<[f64; 2]>,
    /// Seconds shown while it follows.
    #[serde(default)]
    pub span: Option<f64>,
    /// Panels of one number follow the same newest sample.
    #[serde(default)]
    pub group: u32,
}

/// How a panel is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PanelKind {
    /// Streams over time.
    Time,
    /// A curve in the plane.
    Plane,
    /// The newest curves.
    Curves,
    /// Curves as rows of colours.
    Waterfall,
}

/// Why a message is refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MessageError {
    /// It is too long.
    #[error("a message has at most {MOST_MESSAGE_BYTES} bytes")]
    Long,
    /// It is no message.
    #[error("no message: {0}")]
    Syntax(#[from] serde_json::Error),
    /// Something in it is out of bounds.
    #[error("{0}")]
    Bounds(&'static str),
}

impl ClientMessage {
    /// Reads a message, whatever it is.
    ///
    /// # Errors
    /// It is too long, no message, or asks for more than a page may.
    pub fn parse(text: &str) -> Result<Self, MessageError> {
        if text.len() > MOST_MESSAGE_BYTES {
            return Err(MessageError::Long);
        }
        let message: Self = serde_json::from_str(text)?;
        if let Self::View(view) = &message {
            view.check().map_err(MessageError::Bounds)?;
        }
        Ok(message)
    }
}

impl View {
    fn check(&self) -> Result<(), &'static str> {
        if self.panels.len() > MOST_PANELS {
            return Err("a page has at most 64 panels");
        }
        if !RATES.contains(&self.fps) {
            return Err("fps: from 0.1 to 60");
        }
        if self.panels.iter().map(|panel| panel.streams.len()).sum::<usize>() > MOST_SERIES {
            return Err("the panels of a page have at most 256 streams");
        }
        self.panels.iter().try_for_each(PanelView::check)
    }
}

impl PanelView {
    fn check(&self) -> Result<(), &'static str> {
        let is_range = |range: &Option<[f64; 2]>| {
            range.is_none_or(|[low, high]| low.is_finite() && high.is_finite() && low < high)
        };
        if self.streams.len() > MOST_STREAMS {
            return Err("a panel has at most 64 streams");
        }
        if !(1..=MOST_COLUMNS as u32).contains(&self.size[0]) {
            return Err("size: from 1 to 8192 columns");
        }
        if !(1..=MOST_ROWS).contains(&self.size[1]) {
            return Err("size: from 1 to 4096 rows");
        }
        if !is_range(&self.x) || !is_range(&self.y) {
            return Err("x and y: two finite numbers, the lower one first");
        }
        if self.span.is_some_and(|span| !(span.is_finite() && span > 0.0)) {
            return Err("span: above 0");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PANEL: &str = r#"{"kind":"time","streams":["a"],"size":[800,300],"span":10}"#;

    fn view(panel: &str) -> Result<ClientMessage, MessageError> {
        ClientMessage::parse(&format!(r#"{{"view":{{"panels":[{panel}]}}}}"#))
    }

    #[test]
    fn what_a_page_says_is_read() {
        assert_eq!(ClientMessage::parse(r#"{"ack":17}"#).unwrap(), ClientMessage::Ack(17));
        let Ok(ClientMessage::View(View { panels, fps })) = view(PANEL) else { panic!("no view") };
        assert_eq!((panels[0].size, panels[0].span, fps), ([800, 300], Some(10.0), 30.0));
    }

    #[test]
    fn what_is_out_of_bounds_is_refused() {
        for (from, to) in [
            ("800", "8193"),
            ("800", "0"),
            ("300", "4097"),
            ("\"span\":10", "\"span\":0"),
            ("\"span\":10", "\"x\":[2,1]"),
            ("\"span\":10", "\"x\":[1]"),
            ("\"span\":10", "\"x\":[0,1e999]"),
            ("\"span\":10", "\"path\":\"/etc/passwd\""),
            ("time", "exec"),
        ] {
            assert!(view(&PANEL.replace(from, to)).is_err(), "{to}");
        }
        let many = vec![PANEL; 65].join(",");
        assert!(view(&many).is_err());
        let long = format!("\"{}\"", "a".repeat(MOST_MESSAGE_BYTES));
        assert!(matches!(ClientMessage::parse(&long), Err(MessageError::Long)));
        let deep = "[".repeat(60_000);
        assert!(ClientMessage::parse(&deep).is_err());
    }
}
