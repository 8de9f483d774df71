//! How a stream is drawn in every panel.

use super::axes::Gain;
use super::colours::Colours;
use crate::history::Interpolation;
use crate::stream::{Dash, Style};
use std::collections::BTreeMap;

/// How a stream is drawn in every panel, where somebody chose it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct SeriesStyle {
    pub(crate) colour: Option<[u8; 3]>,
    /// Width of its line, points.
    pub(crate) width: Option<f32>,
    pub(crate) style: Option<Style>,
    pub(crate) dash: Option<Dash>,
    /// Of its density or waterfall.
    pub(crate) colours: Option<Colours>,
    /// Where its values lie on a y axis.
    pub(crate) gain: Option<Gain>,
}

impl SeriesStyle {
    /// This look with what another one says.
    pub(crate) fn with(self, other: Self) -> Self {
        Self {
            colour: other.colour.or(self.colour),
            width: other.width.or(self.width),
            style: other.style.or(self.style),
            dash: other.dash.or(self.dash),
            colours: other.colours.or(self.colours),
            gain: other.gain.or(self.gain),
        }
    }
}

/// The looks of streams, by name.
pub(crate) type SeriesStyles = BTreeMap<String, SeriesStyle>;

/// What connects the points of a trace.
pub(crate) fn interpolation_of(style: Style) -> Interpolation {
    match style {
        Style::StepPre => Interpolation::StepPre,
        Style::StepMid => Interpolation::StepMid,
        Style::StepPost => Interpolation::StepPost,
        Style::Stem => Interpolation::Stem,
        Style::Band => Interpolation::Band,
        Style::Area => Interpolation::Area,
        Style::Points => Interpolation::Points,
        _ => Interpolation::Line,
    }
}
