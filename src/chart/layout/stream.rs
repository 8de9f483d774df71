//! How a stream is drawn wherever it is, in a layout.

use serde::{Deserialize, Serialize};

use super::super::axes::Gain;
use super::super::colours::Colours;
use super::super::series_style::SeriesStyle;
use crate::stream::{Dash, LEAST_WIDTH, MOST_WIDTH, Style};

/// Narrowest and widest line, points.
const WIDTHS: [f64; 2] = [LEAST_WIDTH as f64, MOST_WIDTH as f64];

/// What a layout keeps of a stream.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct StreamSettings {
    pub(crate) name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    style: Option<String>,
    /// As `#rrggbb`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    colour: Option<String>,
    /// Width of its line, points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    width: Option<f64>,
    /// The pattern of its line: `dashed`, `dotted`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dash: Option<String>,
    /// Colours of its density or waterfall: `own`, `viridis`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    colours: Option<String>,
    /// On its y axis it lies at `gain` times its value, plus `offset`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    gain: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    offset: Option<f64>,
}

impl StreamSettings {
    pub(crate) fn new(name: &str, look: SeriesStyle) -> Self {
        let [gain, offset] = look.gain.unwrap_or_default().parts();
        Self {
            name: name.to_owned(),
            style: look.style.map(|style| style.to_string()),
            colour: look.colour.map(|[r, g, b]| format!("#{r:02x}{g:02x}{b:02x}")),
            width: look.width.map(|width| (f64::from(width) * 100.0).round() / 100.0),
            dash: look.dash.map(|dash| dash.to_string()),
            colours: look.colours.map(|colours| colours.name().to_owned()),
            gain,
            offset,
        }
    }

    pub(crate) fn look(&self) -> SeriesStyle {
        let colour = self.colour.as_deref().and_then(colour);
        let style = self.style.as_deref().and_then(|style| style.parse().ok());
        let colours = self.colours.as_deref().and_then(|name| Colours::from_name(name).ok());
        let dash = self.dash.as_deref().and_then(|dash| dash.parse().ok());
        let gain = (self.gain.is_some() || self.offset.is_some())
            .then(|| Gain { factor: self.gain.unwrap_or(1.0), offset: self.offset.unwrap_or(0.0) });
        SeriesStyle { colour, width: self.width.map(|width| width as f32), style, dash, colours, gain }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        if let Some(style) = self.style.as_deref().filter(|style| style.parse::<Style>().is_err()) {
            let all: Vec<_> = Style::ALL.iter().map(|style| style.as_str()).collect();
            return Err(format!("the style `{style}` is none of {}", all.join(", ")));
        }
        if let Some(text) = self.colour.as_deref().filter(|text| colour(text).is_none()) {
            return Err(format!("the colour `{text}` is not written as #rrggbb"));
        }
        if let Some(dash) = self.dash.as_deref().filter(|dash| dash.parse::<Dash>().is_err()) {
            let all: Vec<_> = Dash::ALL.iter().map(|dash| dash.as_str()).collect();
            return Err(format!("the dash `{dash}` is none of {}", all.join(", ")));
        }
        self.colours.as_deref().map_or(Ok(()), |name| Colours::from_name(name).map(|_| ()))?;
        if let Some(gain) = self.gain.filter(|gain| !gain.is_finite() || *gain == 0.0) {
            return Err(format!("the gain {gain} is 0 or not finite"));
        }
        if let Some(offset) = self.offset.filter(|offset| !offset.is_finite()) {
            return Err(format!("the offset {offset} is not finite"));
        }
        match self.width {
            Some(width) if !(WIDTHS[0]..=WIDTHS[1]).contains(&width) => {
                Err(format!("the width {width} is not between {} and {}", WIDTHS[0], WIDTHS[1]))
            }
            _ => Ok(()),
        }
    }
}

fn colour(text: &str) -> Option<[u8; 3]> {
    let hex = text.strip_prefix('#').filter(|hex| hex.len() == 6 && hex.is_ascii())?;
    let [_, r, g, b] = u32::from_str_radix(hex, 16).ok()?.to_be_bytes();
    Some([r, g, b])
}
